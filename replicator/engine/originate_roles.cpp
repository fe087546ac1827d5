// Roles change hands, and identifiers are handed out (docs/roles.md); whether this controller may,
// the engine has looked before.

#include <algorithm>

#include <fmt/format.h>

#include "replicator/engine/allotment.hpp"
#include "replicator/engine/holding.hpp"
#include "replicator/engine/originator.hpp"
#include "replicator/engine/ownership.hpp"

namespace ringspan::replicator {

using base::Errc;
using base::fail;
using base::Result;

// Given before and asked for again, since the answer was lost: the same record (rule O5).
Result<Written> Originator::operator()(const GiveRole& give) {
  const Identity& me = writer_.identity();
  Ownership next = ownership_of(writer_.store(), configuration_among(me.contexts), give.role);
  if (next.owner == give.to) return written(next);
  const Usn now = writer_.store().highest_usn();
  const bool settled = give.role.role == MasterRole::rid && is_settled(writer_.store(), me, next);
  next = {.role = give.role,
          .epoch = {.revision = next.epoch.revision,
                    .counter = next.epoch.counter + 1,
                    .owner = give.invocation},
          .owner = give.to,
          .gained = Gained::transfer,
          .when = writer_.now(),
          .who = give.who,
          .why = give.why,
          .former = me.controller,
          .request = give.request,
          .handover = std::nullopt,
          .settled = settled};
  const NamingContextId scope = give.role.scope;
  const bool held = std::ranges::any_of(
      me.contexts, [&](const auto& head) { return head.id == scope && !head.is_partial; });
  if (held) next.handover = {originator_in(writer_.store(), scope, me.invocation), now};
  return record(writer_, next);
}

Result<Written> Originator::operator()(const SeizeRole& seize) {
  const Identity& me = writer_.identity();
  const Ownership now = ownership_of(writer_.store(), configuration_among(me.contexts), seize.role);
  Ownership next{.role = seize.role,
                 .epoch = {.revision = now.epoch.revision,
                           .counter = now.epoch.counter + 1,
                           .owner = me.invocation},
                 .owner = me.controller,
                 .gained = Gained::seize,
                 .when = writer_.now(),
                 .who = seize.who,
                 .why = seize.why};
  if (now.owner != ControllerId{}) next.former = now.owner;
  return record(writer_, next);
}

Result<Written> Originator::operator()(const GrantPool& grant) {
  const auto pool = allot(writer_, grant);
  if (!pool) return fail(pool.error());
  const Object object = *writer_.find(pool_id(grant.domain, pool->key));
  return written(object, object.usn);
}

Result<Written> Originator::operator()(const TakeIdentifiers& take) {
  if (auto issued = issue(writer_, take); !issued) return fail(issued.error());
  const Object object = *writer_.find(taker_id(take.domain, writer_.identity().invocation));
  return written(object, object.usn);
}

Written Originator::written(const Ownership& ownership) const {
  const NamingContextId configuration = configuration_among(writer_.identity().contexts);
  const auto object = writer_.find(record_id(configuration, ownership.role, ownership.epoch));
  if (object) return written(*object, object->usn);
  return {.object = {}, .naming_context = configuration, .dn = {}, .usn = {}};  // by rule
}

// A record never changes (rule O1).
Result<void> Originator::check_no_record(const Object& object) const {
  if (is_of_identifiers(object)) {
    return fail(Errc::refused,
                fmt::format("{}: says who has which identifiers and is never changed by hand; use "
                            "ringspan id new",
                            directory_.dn_of(object)));
  }
  if (!is_of_roles(object, configuration_among(writer_.identity().contexts))) return {};
  return fail(
      Errc::refused,
      fmt::format("{}: says who owns a role and is never changed by hand; use ringspan role "
                  "transfer or ringspan role seize",
                  directory_.dn_of(object)));
}

void Originator::demand_naming() {
  if (const auto role = naming_role(writer_.identity().contexts)) writer_.demand(*role);
}

bool Originator::is_naming_context(const Object& object) {
  const auto at = object.attributes.find("objectclass");
  return at != object.attributes.end() &&
         std::ranges::find(at->second.values, kNamingContextClass) != at->second.values.end();
}

}  // namespace ringspan::replicator
