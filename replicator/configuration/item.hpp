#pragma once

// Item: one part of the forest's definition as an object of the configuration naming context.
//
//   cn=configuration,dc=...
//     cn=sites            cn=oslo          latitude, longitude, subnet
//     cn=site-links       cn=oslo-nuuk     site (GUIDs), cost, interval, schedule, notify, compress
//     cn=bridges          cn=north         sitelink (GUIDs)
//     cn=controllers      cn=oslo-1        site, domain, readonly, globalcatalog, address,
//     publickey cn=naming-contexts  cn=dc\=corp...   kind, replica (GUIDs) cn=policy forestname,
//     rootdomain, topology, maxhops, fence, ... cn=definitions      cn=...           history
//     (definition.hpp)
//     cn=people           cn=alice         role, expires, ... (person.hpp)
//
// What it is says "objectclass", not the place: an object that was moved, or that lost its
// container, still counts. References are GUIDs, so a rename changes one object. What equals the
// default is left out. Everything has the GUID that the forest definition gives it, so two
// administrators who add the same site at two controllers mean the same object.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "replicator/engine/store.hpp"
#include "replicator/engine/write.hpp"
#include "sites/forest.hpp"

namespace ringspan::replicator::configuration {

enum class ItemKind { container, site, site_link, bridge, controller, naming_context, policy };

struct Item {
  ObjectId id;
  ItemKind kind = ItemKind::container;
  std::string container;  ///< The name of the one it is put into; empty: below the head.
  std::string name;
  Values attributes;     ///< Without "objectclass".
  bool deleted = false;  ///< Only in what was read: a tombstone keeps nothing but its name.
  friend bool operator==(const Item&, const Item&) = default;
};

/// The value of "objectclass"; nullopt for a class that is none of ours.
std::string_view class_of(ItemKind kind);
std::optional<ItemKind> kind_of(std::string_view object_class);

/// All of `forest`, containers first, then by kind and id.
std::vector<Item> items_of(const sites::Forest& forest);

/// What stands in the configuration `context`, by id; tombstones that can still be named too.
std::vector<Item> items_in(const Snapshot& snapshot, NamingContextId context);

/// Does the forest's definition decide over this attribute? Others, such as "publickey" or a
/// description that somebody added, are left alone by a new definition.
bool is_defined(std::string_view attribute);

/// The GUID of the container of that name, the same on every replica.
ObjectId container_id(sites::ForestId forest, std::string_view name);

/// The configuration naming context of the forest; nil if it has none.
NamingContextId configuration_of(const sites::Forest& forest);

}  // namespace ringspan::replicator::configuration
