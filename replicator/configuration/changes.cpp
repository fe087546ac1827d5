// changes: from the definition that stands to the one that is wanted.

#include <map>
#include <set>
#include <string>
#include <utility>

#include "replicator/configuration/configuration.hpp"
#include "replicator/configuration/expiry.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator::configuration {
namespace {

sites::Dn dn_of(const Item& item, const sites::Dn& head) {
  sites::Dn dn;
  dn.rdns.push_back({.type = "cn", .value = item.name});
  if (!item.container.empty()) dn.rdns.push_back({.type = "cn", .value = item.container});
  dn.rdns.insert(dn.rdns.end(), head.rdns.begin(), head.rdns.end());
  return dn;
}

Add added(const Item& item, const sites::Dn& head) {
  Values attributes = item.attributes;
  attributes["objectclass"] = {std::string(class_of(item.kind))};
  return {.dn = dn_of(item, head), .attributes = std::move(attributes), .id = item.id};
}

/// What of `item` differs from what stands.
void change(const Item& standing, const Item& item, std::vector<Change>& changes) {
  if (standing.name != item.name) {
    changes.emplace_back(Rename{.target = item.id, .rdn = {.type = "cn", .value = item.name}});
  }
  Set set{.target = item.id, .attributes = {}};
  for (const auto& [name, values] : item.attributes) {
    const auto there = standing.attributes.find(name);
    if (there == standing.attributes.end() || there->second != values) {
      set.attributes.emplace(name, values);
    }
  }
  Unset unset{.target = item.id, .attributes = {}};
  for (const auto& [name, values] : standing.attributes) {
    if (is_defined(name) && !item.attributes.contains(name)) unset.attributes.push_back(name);
  }
  if (!set.attributes.empty()) changes.emplace_back(std::move(set));
  if (!unset.attributes.empty()) changes.emplace_back(std::move(unset));
}

/// A member's key goes for good, also where the recycle bin keeps what is deleted: should its
/// object live again it has to join anew.
void remove(const Item& item, std::vector<Change>& changes) {
  Unset unset{.target = item.id, .attributes = {}};
  for (const std::string_view name : {std::string_view("publickey"), kRetiring, kExpired}) {
    if (item.attributes.contains(std::string(name))) unset.attributes.emplace_back(name);
  }
  if (!unset.attributes.empty()) changes.emplace_back(std::move(unset));
  changes.emplace_back(Delete{.target = item.id});
}

std::optional<sites::Dn> head_dn(const sites::Forest& forest) {
  const auto* context = sites::find_naming_context(forest, configuration_of(forest));
  if (context == nullptr) return std::nullopt;
  const auto dn = sites::Dn::parse(context->dn);
  if (!dn) return std::nullopt;
  return *dn;
}

}  // namespace

// What goes, goes first: its name may be wanted again.
Together changes(const Snapshot& snapshot, const sites::Forest& wanted) {
  Together together;
  const auto head = head_dn(wanted);
  if (!head) return together;
  std::map<ObjectId, Item> standing;
  for (Item& item : items_in(snapshot, configuration_of(wanted))) {
    if (!item.deleted) standing.emplace(item.id, std::move(item));
  }
  std::vector<Change> made;
  for (const Item& item : items_of(wanted)) {
    const auto there = standing.find(item.id);
    if (there == standing.end()) {
      made.emplace_back(added(item, *head));
      continue;
    }
    change(there->second, item, made);
    standing.erase(there);
  }
  for (const auto& [id, item] : standing) {
    if (item.kind != ItemKind::container) remove(item, together.changes);
  }
  together.changes.insert(together.changes.end(), made.begin(), made.end());
  return together;
}

sites::Forest joined_part(sites::Forest forest, const std::map<ControllerId, std::string>& keys) {
  std::erase_if(forest.controllers,
                [&keys](const auto& controller) { return !keys.contains(controller.id); });
  return forest;
}

Set membership(ControllerId controller, const std::string& key, std::uint32_t slot) {
  return {.target = ObjectId(controller.value),
          .attributes = {{"publickey", {key}}, {"slot", {std::to_string(slot)}}}};
}

std::uint32_t slot_for(const sites::Forest& forest, const sites::Controller& joining) {
  if (joining.slot) return *joining.slot;
  std::set<std::uint32_t> taken;
  for (const sites::Controller& controller : forest.controllers)
    if (controller.site == joining.site && controller.slot) taken.insert(*controller.slot);
  std::uint32_t lowest = 0;
  while (taken.contains(lowest))
    ++lowest;
  return lowest;
}

Slots take_slots(sites::Forest& forest) {
  Slots slots;
  for (sites::Controller& controller : forest.controllers)
    if (const auto slot = std::exchange(controller.slot, std::nullopt))
      slots.emplace(controller.id, *slot);
  return slots;
}

void give_slots(const Slots& slots, sites::Forest& forest) {
  for (sites::Controller& controller : forest.controllers) {
    const auto slot = slots.find(controller.id);
    if (slot != slots.end()) controller.slot = slot->second;
  }
}

}  // namespace ringspan::replicator::configuration
