#pragma once

// ItemValues: the values of an item, each read as what it should be. What is unreadable is told
// once and replaced by what is assumed.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/guid.hpp"
#include "base/time.hpp"
#include "replicator/configuration/configuration.hpp"
#include "sites/forest.hpp"

namespace ringspan::replicator::configuration {

class ItemValues {
 public:
  virtual ~ItemValues() = default;

 protected:
  /// nullptr if there is no such attribute; of several values the first.
  static const std::string* text(const Item& item, std::string_view attribute);

  /// Nil if it is none.
  template <typename Id>
  static Id id(const Item& item, std::string_view attribute);

  /// Sorted, no repeats; what is none is left out.
  template <typename Id>
  static std::vector<Id> ids(const Item& item, std::string_view attribute);

  bool flag(const Item& item, std::string_view attribute, bool assumed);
  std::uint32_t number(const Item& item, std::string_view attribute, std::uint32_t assumed,
                       std::uint32_t least, std::uint32_t most);
  base::Duration duration(const Item& item, std::string_view attribute, base::Duration assumed);
  std::optional<sites::Coordinates> coordinates(const Item& item);

  /// Something unreadable stands there.
  virtual void useless(const Item& item, std::string_view attribute) = 0;
};

template <typename Id>
Id ItemValues::id(const Item& item, std::string_view attribute) {
  const std::string* written = text(item, attribute);
  const auto guid = written == nullptr ? std::nullopt : base::Guid::parse(*written);
  return guid ? Id(*guid) : Id{};
}

template <typename Id>
std::vector<Id> ItemValues::ids(const Item& item, std::string_view attribute) {
  std::vector<Id> all;
  const auto found = item.attributes.find(std::string(attribute));
  if (found == item.attributes.end()) return all;
  for (const std::string& written : found->second) {
    if (const auto guid = base::Guid::parse(written)) all.emplace_back(*guid);
  }
  std::ranges::sort(all);
  all.erase(std::ranges::unique(all).begin(), all.end());
  return all;
}

}  // namespace ringspan::replicator::configuration
