// Members that were silent for too long: declared so by the owner of a role infrastructure, and
// told why nobody answers them (docs/replication.md, R28).

#include <algorithm>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "replicator/configuration/expiry.hpp"
#include "replicator/net/clock.hpp"
#include "replicator/net/node.hpp"
#include "replicator/net/retired.hpp"

namespace ringspan::replicator::net {

/// Who may not be asked yet whether it acts in the role has not to decide who is a member either.
void Node::expire_silent(const std::set<ControllerId>& silent) {
  const InForcePtr in_force = in_force_.get();
  const Identity me = service_ground().identity_now();
  const auto snapshot = store_->read();
  const bool acts = std::ranges::any_of(me.contexts, [&](const NamingContextHead& head) {
    return head.kind == sites::NamingContextKind::domain && me.may_write(head.id) &&
           may_act(*snapshot, me, caught_up(), {MasterRole::infrastructure, head.id}).has_value();
  });
  if (!acts) return;
  for (const ControllerId id : silent) {
    const auto key = in_force->keys.find(id);
    const auto* controller = sites::find_controller(in_force->forest, id);
    if (key == in_force->keys.end() || controller == nullptr) continue;
    engine_thread_.write(
        configuration::expires(id, key->second, {home_.controller.name, wall_clock()}),
        [name = controller->name](const base::Result<Written>& written) {
          if (written) {
            spdlog::warn("{} is expired: nobody has heard of it for too long; {}", name,
                         how_to_return(name));
          } else {
            spdlog::warn("{} could not be expired: {}", name, written.error().message);
          }
        });
  }
}

/// Empty: it was a member never, or is one still; or it has joined anew, and that has not been
/// heard of here.
std::string Node::why_turned_out(const Member& peer) {
  try {
    const auto snapshot = store_->read();
    const auto row = snapshot->find(ObjectId(peer.controller.value));
    if (row && row->deleted) return "it was removed";
    const auto expired = configuration::expiry_of(*snapshot, peer.controller, peer.key);
    return expired ? "it was expired on " + configuration::spoken(*expired) : std::string();
  } catch (const StoreFailure& trouble) {
    cannot_read(trouble);
    return {};
  }
}

}  // namespace ringspan::replicator::net
