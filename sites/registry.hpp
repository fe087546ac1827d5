#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/fold.hpp"
#include "sites/fields.hpp"
#include "sites/nearest.hpp"

namespace ringspan::sites {

/// The names of one kind of thing in a file, in any case of letters, and the ids they stand for.
/// Invariant: no name and no id twice; the second one is a fault.
template <typename Id>
class Registry {
 public:
  explicit Registry(std::string kind) : kind_(std::move(kind)) {}

  /// True unless it was a fault.
  bool add(Faults& faults, const JsonNode& where, const std::string& name, Id id) {
    const auto [entry, fresh] = by_key_.emplace(base::fold_name(name), Entry{id, name, where.line});
    if (!fresh) {
      faults.add(where,
                 kind_ + " " + name + " was named on line " + std::to_string(entry->second.line) +
                     " already",
                 "give this one another name");
    } else if (!ids_.insert(id).second) {
      faults.add(where, kind_ + " " + name + " has the guid of another " + kind_,
                 "leave the guid out or correct it");
    } else {
      return true;
    }
    return false;
  }

  /// The id that the text in `reference` names; a fault if there is none.
  std::optional<Id> resolve(Faults& faults, const JsonNode& reference) const {
    const auto name = text_of(faults, reference);
    if (!name) return std::nullopt;
    return resolve(faults, reference, *name);
  }

  /// The same for a `name` that was made of the reference.
  std::optional<Id> resolve(Faults& faults, const JsonNode& reference,
                            const std::string& name) const {
    const auto found = by_key_.find(base::fold_name(name));
    if (found != by_key_.end()) return found->second.id;
    std::vector<std::string> names;
    for (const auto& [key, entry] : by_key_)
      names.push_back(entry.name);
    const auto meant = nearest(name, names);
    faults.add(
        reference, "no " + kind_ + " named " + name,
        meant ? "did you mean " + *meant + "?" : "add the " + kind_ + " or correct the name");
    return std::nullopt;
  }

 private:
  struct Entry {
    Id id;
    std::string name;
    std::size_t line = 0;
  };

  std::string kind_;
  std::map<std::string, Entry> by_key_;
  std::set<Id> ids_;
};

}  // namespace ringspan::sites
