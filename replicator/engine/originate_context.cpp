#include <algorithm>

#include <fmt/format.h>

#include "replicator/engine/genesis.hpp"
#include "replicator/engine/holding.hpp"
#include "replicator/engine/originator.hpp"

namespace ringspan::replicator {

using base::Errc;
using base::fail;
using base::Result;

Result<Written> Originator::operator()(const CreateContext& create) {
  const NamingContextHead& head = create.head;
  const bool below_ours = std::ranges::any_of(
      writer_.identity().contexts, [&](const auto& held) { return head.dn.is_within(held.dn); });
  const bool taken = below_ours && directory_.locate(head.dn).has_value();
  if (taken || writer_.find(head_of(head.id))) {
    return fail(Errc::exists,
                fmt::format("naming context {}: there is an object of this name already",
                            head.dn.to_string()));
  }
  demand_naming();
  const ObjectId object = create_context(writer_, guids_, head);
  if (naming_role(writer_.identity().contexts)) {
    for (const MasterRole role : kMasterRoles) {
      if (!has_role(head.kind, role)) continue;
      auto first = record_first({role, head.id}, create.first_owner);
      if (!first) return first;
    }
  }
  return Written{.object = object,
                 .naming_context = head.id,
                 .dn = head.dn.to_string(),
                 .usn = writer_.store().highest_usn()};
}

// Another one's invocation id may not be known yet; the epoch bears that of whoever names it, and
// it acts once it has what was written here (rule O5).
Result<Written> Originator::record_first(const RoleId& role, std::optional<ControllerId> owner) {
  const Identity& me = writer_.identity();
  Ownership first{.role = role,
                  .epoch = {.counter = 1, .owner = me.invocation},
                  .owner = owner.value_or(me.controller),
                  .when = writer_.now()};
  if (first.owner != me.controller) {
    first.handover = {originator_in(writer_.store(), role.scope, me.invocation),
                      writer_.store().highest_usn()};
  }
  return record(writer_, first);
}

// What was never here whole is not written, so that whoever gives it up before has nothing of its
// own to hand over.
Result<void> Originator::check_writable(NamingContextId context) const {
  const Identity& me = writer_.identity();
  const auto held = std::ranges::find(me.contexts, context, &NamingContextHead::id);
  if (held == me.contexts.end()) {
    return fail(Errc::refused,
                fmt::format("naming context {}: is not held here any more; write at one of its "
                            "replicas (--at NAME)",
                            context.value.to_string()));
  }
  if (held->kind != sites::NamingContextKind::application ||
      has_arrived(writer_.store(), context, me.invocation)) {
    return {};
  }
  return fail(Errc::unavailable,
              fmt::format("naming context {}: is being filled here; write at another of its "
                          "replicas (--at NAME), or later",
                          held->dn.to_string()));
}

Result<Object> Originator::locate(const Target& target) const {
  auto object = directory_.locate(target);
  if (!object) return object;
  if (auto writable = check_writable(object->naming_context); !writable) {
    return fail(writable.error());
  }
  if (auto free = check_no_record(*object); !free) return fail(free.error());
  return object;
}

}  // namespace ringspan::replicator
