// leave: at a controller that is to leave the forest. It takes no writes any more, or, with
// "cancel", again; in force when the answer comes (docs/roles.md, rule O9).

#include <utility>

#include <nlohmann/json.hpp>

#include "replicator/net/clock.hpp"
#include "replicator/net/service.hpp"

namespace ringspan::replicator::net {
namespace {

using base::Errc;

PolicyChanged policy_of(const ServiceGround& ground, bool retiring) {
  const sites::Policy& policy = ground.forest().policy;
  return {{.recycle_bin = policy.recycle_bin,
           .retiring = retiring,
           .tombstone_lifetime = policy.tombstone_lifetime}};
}

}  // namespace

void answer_leave(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  const Asked asked(request);
  const auto known = asked.only({"ask", "cancel"});
  const auto cancel = asked.flag("cancel");
  if (!known) return taker(error_text(known.error()));
  if (!cancel) return taker(error_text(cancel.error()));
  const ControllerId me = ground.identity.controller;
  if (ground.identity.read_only) {
    return taker(error_text({Errc::refused, ground.name() + " is read-only and takes no writes"}));
  }
  // What was asked to be written before is written when the answer comes.
  const auto tell = [ground, taker, retiring = !*cancel](bool changed) {
    ground.engine.post(policy_of(ground, retiring), [name = ground.name(), taker, changed] {
      taker(to_text(Json{{"controller", name}, {"changed", changed}}));
    });
  };
  if (ground.in_force->pauses_of(me).retiring.has_value() != *cancel) return tell(false);
  if (*cancel) ground.engine.post(policy_of(ground, false));  // or it could not write that it stays
  Write mark = *cancel ? Write(configuration::stays(me))
                       : Write(configuration::retires(me, {ground.caller.name, wall_clock()}));
  ground.engine.write(std::move(mark), [ground, tell, taker](const base::Result<Written>& result) {
    if (!result) return taker(error_text(result.error()));
    const bool taken = ground.readers.post([ground, tell] {
      ground.in_force_anew();
      tell(true);
    });
    if (!taken) taker(error_text({Errc::unavailable, "too many requests wait here"}));
  });
}

}  // namespace ringspan::replicator::net
