// What the node tells the fence of the roles, and does for it.

#include "replicator/engine/holding.hpp"
#include "replicator/net/node.hpp"
#include "replicator/net/role_owner.hpp"
#include "replicator/net/roles_document.hpp"

namespace ringspan::replicator::net {

RoleFenceGround Node::fence_ground() {
  return {.stakes = [this]() -> std::vector<partners::Stake> {
            try {
              return stakes();
            } catch (const StoreFailure& trouble) {
              fail(trouble.what());
              return {};
            }
          },
          .holds =
              [this](const RoleId& role, const Handover& given) {
                if (!in_force_.get()->holds(role.scope)) return true;
                return store_->read()
                    ->vector(role.scope)
                    .covers(Stamp{.originator = given.giver, .usn = given.usn});
              },
          .write = [this](const TakeRole& take,
                          WriteTaker taker) { engine_thread_.write(take, std::move(taker)); },
          .handover = [this](const RoleId& role) { return handover(role); },
          .step =
              [this](std::function<void()> then) {
                engine_thread_.post(FenceSaid{role_fence_.leases()}, std::move(then));
              }};
}

std::optional<Handover> Node::handover(const RoleId& role) const {
  if (!in_force_.get()->holds(role.scope)) return std::nullopt;
  const auto snapshot = store_->read();
  return Handover{originator_in(*snapshot, role.scope, identity_.invocation),
                  snapshot->highest_usn()};
}

/// The roles that this controller may own, as it knows them now; none once others say that it is no
/// member.
std::vector<partners::Stake> Node::stakes() const {
  std::vector<partners::Stake> stakes;
  const InForcePtr in_force = in_force_.get();
  const auto* me = sites::find_controller(in_force->forest, identity_.controller);
  if (me == nullptr || !in_force->from_directory || is_turned_out()) return stakes;
  Identity now = identity_;
  now.contexts = in_force->contexts;
  const auto snapshot = store_->read();
  for (const auto& [role, context] : roles_of(in_force->forest)) {
    const auto* scope = sites::find_naming_context(in_force->forest, role.scope);
    if (scope == nullptr || !could_own(*me, *scope, role)) continue;
    const Ownership known = ownership_of(*snapshot, configuration_among(now.contexts), role);
    stakes.push_back({.role = role,
                      .is_owner = is_owner(now, known),
                      .revision = known.epoch.revision,
                      .caught_up = has_caught_up(caught_up(), now, role)});
  }
  return stakes;
}

void Node::use_fence(const InForce& in_force) {
  role_fence_.use(in_force.forest.policy.fence, in_force.joined.controllers.size());
}

}  // namespace ringspan::replicator::net
