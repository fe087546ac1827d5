#pragma once

// Names for what comes from other formats than forest.json.

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace ringspan::sites {

/// `wanted` as forest.json can hold it: without control characters and spaces at the ends, at most
/// 64 characters, "unnamed" if nothing is left.
std::string sound_name(std::string_view wanted);

/// Gives every part of one kind a name that forest.json can hold and that no other part has.
class NameGiver {
 public:
  /// `wanted` without control characters, at most 64 characters; numbered if it is taken.
  std::string give(std::string_view wanted);

 private:
  std::set<std::string> taken_;
  std::map<std::string, std::size_t> next_;  ///< By folded name: the number to try.
};

}  // namespace ringspan::sites
