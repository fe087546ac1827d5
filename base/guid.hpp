#pragma once

// Guid: sixteen bytes that name a thing for good.
//
// The bytes are kept in the little-endian wire form of MS-DTYP 2.3.4.2, and the order of two GUIDs
// is the order of these bytes: every tie that ends in a GUID (MS-ADTS 3.1.1.1.9) is decided by it.
//
//     auto oslo = base::Guid::from_name(forest_id, "site:oslo");   // UUIDv5, the same everywhere
//     auto back = base::Guid::parse(oslo.to_string());             // "8a1f...-....-5..."

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ringspan::base {

struct Guid {
  std::array<std::uint8_t, 16> bytes{};  ///< Wire form; the defaulted order below is the rule.

  friend constexpr auto operator<=>(const Guid&, const Guid&) = default;

  constexpr bool is_nil() const { return *this == Guid{}; }

  /// The registry form, lower case, without braces: "00112233-4455-6677-8899-aabbccddeeff".
  std::string to_string() const;

  /// Reads the registry form, any case, braces allowed; nullopt for anything else.
  static std::optional<Guid> parse(std::string_view text);

  /// UUIDv5 (RFC 4122 4.3) of `name` in the name space `space`: equal input, equal GUID, on every
  /// machine.
  static Guid from_name(const Guid& space, std::string_view name);

  /// A version 4 GUID made of sixteen bytes of chance that the caller brings.
  static Guid from_random(const std::array<std::uint8_t, 16>& chance);

  /// The sixteen wire bytes as a string, and back (nullopt unless exactly sixteen).
  std::string to_bytes() const;
  static std::optional<Guid> from_bytes(std::string_view wire);
};

}  // namespace ringspan::base

template <>
struct std::hash<ringspan::base::Guid> {
  std::size_t operator()(const ringspan::base::Guid& guid) const noexcept;
};
