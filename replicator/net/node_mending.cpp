// The owner of the role infrastructure mends the names of objects of other naming contexts (rule
// O13).

#include <utility>

#include <spdlog/spdlog.h>

#include "replicator/engine/phantom.hpp"
#include "replicator/net/clock.hpp"
#include "replicator/net/find_names.hpp"
#include "replicator/net/node.hpp"

namespace ringspan::replicator::net {

/// On the engine's thread, after each step.
void Node::mend_if_due() {
  constexpr base::Duration kEvery = std::chrono::hours(1);
  const base::Time now = wall_clock();
  if (!complete_ || now < mend_at_) return;
  mend_at_ = now + kEvery;
  readers_.post([this] { mend_names(); });
}

void Node::mend_names() {
  const ServiceGround ground = service_ground();
  const Identity me = ground.identity_now();
  const auto snapshot = store_->read();
  for (const NamingContextHead& head : me.contexts) {
    if (!needs_phantoms(head.kind) || !me.may_write(head.id)) continue;
    const RoleId role{MasterRole::infrastructure, head.id};
    if (!may_act(*snapshot, me, caught_up(), role)) continue;
    std::vector<std::string> targets;
    for (const ObjectId target : foreign_targets(*snapshot, me.contexts, head.id))
      targets.push_back(target.value.to_string());
    find_names(ground, targets, [this, head, targets](const NamesFound& found) {
      readers_.post([this, head, targets, found] { write_names(head, targets, found); });
    });
  }
}

/// What nobody knows, though everybody was asked, is gone.
void Node::write_names(const NamingContextHead& context, const std::vector<std::string>& targets,
                       const NamesFound& found) {
  Phantoms told;
  for (const std::string& text : targets) {
    const auto guid = base::Guid::parse(text);
    const auto named = found.named.find(text);
    if (named != found.named.end()) {
      told.emplace(named->second.object, named->second.name);
    } else if (guid && found.everywhere) {
      told.emplace(ObjectId(*guid), Phantom{.dn = {}, .gone = true});
    }
  }
  Together together;
  together.changes = mend_phantoms(*store_->read(), service_ground().contexts(), context, told);
  if (together.changes.empty()) return;
  const std::size_t count = together.changes.size();
  engine_thread_.write(std::move(together), [dn = context.dn.to_string(),
                                             count](const base::Result<Written>& written) {
    if (written) {
      spdlog::info("names of objects of other naming contexts in {}: {} mended", dn, count);
    } else {
      spdlog::warn("names of objects of other naming contexts in {}: {}", dn,
                   written.error().message);
    }
  });
}

}  // namespace ringspan::replicator::net
