#pragma once

// Strong<Tag, T>: one type for one number of the domain.
//
//     using Usn = base::Strong<struct UsnTag, std::uint64_t>;
//     Usn next{usn.value + 1};        // the way back is explicit, `.value` only
//
// Two numbers with different tags neither compare nor convert.

#include <compare>
#include <cstddef>
#include <functional>
#include <utility>

namespace ringspan::base {

template <typename Tag, typename T>
struct Strong {
  T value{};

  constexpr Strong() = default;
  constexpr explicit Strong(T raw) : value(std::move(raw)) {}

  friend constexpr auto operator<=>(const Strong&, const Strong&) = default;
};

}  // namespace ringspan::base

template <typename Tag, typename T>
struct std::hash<ringspan::base::Strong<Tag, T>> {
  std::size_t operator()(const ringspan::base::Strong<Tag, T>& strong) const noexcept {
    return std::hash<T>{}(strong.value);
  }
};
