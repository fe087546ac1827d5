#pragma once

// What controllers say of roles (docs/roles.md), and what is made of it.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "replicator/net/ask.hpp"
#include "replicator/net/ask_all.hpp"
#include "replicator/net/service.hpp"

namespace ringspan::replicator::net {

/// The views of each controller that answered; shared: a header knows JSON by name only.
using RoleViews = std::map<ControllerId, std::shared_ptr<const Json>>;

/// What all were asked for their views: who gave them, and why the others did not.
struct GatheredViews {
  RoleViews views;
  std::vector<std::pair<ControllerId, std::string>> silent;
};
GatheredViews gather_views(const AnswersOfAll& answers);

/// Whom a controller takes for the owner of a role.
struct RoleOpinion {
  Epoch epoch;
  ControllerId owner;
  Usn held;  ///< How far it has that owner's writes of the role's scope.
};
/// Of its views; nullopt: it has none.
std::optional<RoleOpinion> opinion_of(const Json& views, const RoleId& role);

/// The roles of the forest in the order of the document, each with its naming context.
std::vector<std::pair<RoleId, std::string>> roles_of(const sites::Forest& forest);

/// What this controller knows and may: a list, one entry a role.
Json role_views(const ServiceGround& ground, const Snapshot& snapshot);

/// {"counter": 2, "owner": "<invocation id>"}; with a "revision" where a fence gave it.
Json to_json(const Epoch& epoch);

/// One entry a role: its owner by the greatest epoch that anyone knows, whether that one acts, and
/// who is of another opinion (docs/schemas/roles.schema.json).
Json roles_json(const sites::Forest& forest, const Originators& originators,
                const RoleViews& views);

/// What is wrong with roles, in sentences.
struct RoleFaults {
  std::vector<std::string> failing;  ///< Two act, or nobody can.
  std::vector<std::string> late;     ///< An owner that does not act, an opinion that is old.
};

/// Of an answer of roles_json; what is younger than a minute is on its way.
RoleFaults role_faults(const Json& roles, base::Time now);

}  // namespace ringspan::replicator::net
