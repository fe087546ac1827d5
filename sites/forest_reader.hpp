#pragma once

// ForestReader: the reading of forest.json behind read_forest(). Places and wires (sites, links,
// bridges) are read in read_network.cpp, all else in read_forest.cpp.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sites/dn.hpp"
#include "sites/fields.hpp"
#include "sites/forest.hpp"
#include "sites/registry.hpp"

namespace ringspan::sites {

/// Reads the parts in the order in which they refer to each other: domains and sites, links and
/// bridges, applications, controllers, who holds the applications, connections.
class ForestReader {
 public:
  explicit ForestReader(Faults& faults) : faults_(faults) {}

  Forest read(const JsonNode& root);

 private:
  void read_policy(const JsonNode& node);
  void read_roles(const JsonNode& node);
  void read_domains(Fields& fields);
  void add_configuration_and_schema(const JsonNode& where, const Dn& root_domain);
  void read_site(const JsonNode& node);
  void read_link(const JsonNode& node);
  void read_bridge(const JsonNode& node);
  void read_controller(const JsonNode& node);
  void read_application(const JsonNode& node);
  void read_replicas();
  void read_connection(const JsonNode& node);

  std::optional<Coordinates> read_coordinates(const JsonNode& node);
  std::vector<std::string> read_subnets(const std::vector<JsonNode>& nodes);
  Schedule read_schedule(Fields& fields);
  std::set<SiteOption> read_site_options(const std::vector<JsonNode>& nodes);
  std::string read_address(Fields& fields);
  void read_bridgehead(Fields& fields, Controller& controller);
  NamingContextId read_domain_of_controller(Fields& fields);
  std::optional<Dn> read_dn(Fields& fields);
  bool add_context(const JsonNode& where, NamingContextKind kind, const Dn& dn,
                   std::optional<base::Guid> guid, std::vector<ControllerId> replicas);

  template <typename Id>
  Id id_of(const std::optional<base::Guid>& guid, std::string_view kind, std::string_view name) {
    return Id(guid ? *guid : id_from_name(forest_.id, kind, name));
  }

  template <typename Id>
  std::vector<Id> resolve_all(const Registry<Id>& names, const std::vector<JsonNode>& references);

  /// The replicas of an application context, which can be read when the controllers are known.
  struct Held {
    std::optional<std::size_t> context;  ///< Where it stands in the forest, if it could be read.
    const std::vector<JsonNode>* replicas = nullptr;
  };

  Faults& faults_;
  Forest forest_;
  std::vector<Held> held_;
  Registry<SiteId> sites_{"site"};
  Registry<SiteLinkId> links_{"link"};
  Registry<std::string> bridges_{"bridge"};
  Registry<ControllerId> controllers_{"controller"};
  Registry<NamingContextId> contexts_{"naming context"};
  Registry<NamingContextId> domains_{"domain"};
  Registry<std::string> subnets_{"subnet"};
  Registry<std::string> connections_{"connection"};
};

template <typename Id>
std::vector<Id> ForestReader::resolve_all(const Registry<Id>& names,
                                          const std::vector<JsonNode>& references) {
  std::vector<Id> ids;
  for (const JsonNode& reference : references) {
    const auto id = names.resolve(faults_, reference);
    if (!id) continue;
    if (std::ranges::find(ids, *id) != ids.end()) {
      faults_.add(reference, reference.text + " stands twice in this list", "remove one of them");
      continue;
    }
    ids.push_back(*id);
  }
  std::ranges::sort(ids);
  return ids;
}

}  // namespace ringspan::sites
