#include "replicator/engine/selection.hpp"

#include <algorithm>
#include <iterator>

#include "replicator/engine/object.hpp"

namespace ringspan::replicator {
namespace {

using Names = std::set<std::string, std::less<>>;

constexpr std::string_view kAllBut = "all but";
constexpr std::string_view kOnly = "only";

Names without(const Names& names, const Names& those) {
  Names left;
  std::ranges::set_difference(names, those, std::inserter(left, left.end()));
  return left;
}

}  // namespace

bool Selection::has(std::string_view attribute) const {
  if (attribute == kName || attribute == kIsDeleted) return true;
  return names.contains(attribute) == only;
}

bool Selection::covers(const Selection& other) const {
  if (only && !other.only) return false;
  if (only) return std::ranges::includes(names, other.names);
  if (!other.only) return std::ranges::includes(other.names, names);
  return without(other.names, names).size() == other.names.size();
}

Selection both(const Selection& one, const Selection& other) {
  if (one.only && other.only) {
    Selection shared{.only = true, .names = {}};
    std::ranges::set_intersection(one.names, other.names,
                                  std::inserter(shared.names, shared.names.end()));
    return shared;
  }
  if (one.only) return {.only = true, .names = without(one.names, other.names)};
  if (other.only) return both(other, one);
  Selection less = one;
  less.names.insert(other.names.begin(), other.names.end());
  return less;
}

std::string to_text(const Selection& selection) {
  if (selection == Selection{}) return {};
  std::string text(selection.only ? kOnly : kAllBut);
  for (const std::string& name : selection.names)
    text += " " + name;
  return text;
}

Selection to_selection(std::string_view text) {
  Selection selection{.only = text.starts_with(kOnly), .names = {}};
  if (text.empty()) return selection;
  text.remove_prefix(std::min(text.size(), (selection.only ? kOnly : kAllBut).size()));
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) selection.names.emplace(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return selection;
}

}  // namespace ringspan::replicator
