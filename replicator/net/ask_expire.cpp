// expire: a member that was silent for too long is one no more, so that nobody waits for it before
// what is deleted is collected (docs/replication.md, rule R28).

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "replicator/configuration/expiry.hpp"
#include "replicator/configuration/retirement.hpp"
#include "replicator/engine/horizon.hpp"
#include "replicator/net/clock.hpp"
#include "replicator/net/service.hpp"
#include "replicator/net/silence.hpp"

namespace ringspan::replicator::net {
namespace {

using base::Errc;

/// Who may be expired by this controller.
base::Result<const sites::Controller*> expirable(const ServiceGround& ground,
                                                 const std::string& name) {
  const auto* meant = sites::find_controller(ground.forest(), name);
  if (meant == nullptr) {
    return base::fail(Errc::not_found,
                      fmt::format("controller {}: not in the forest definition", name));
  }
  if (meant->id == ground.identity.controller) {
    return base::fail(Errc::refused, fmt::format("{} does not expire itself; ask another member "
                                                 "(--at NAME)",
                                                 meant->name));
  }
  const auto reasons = configuration::why_needed(ground.forest(), ground.in_force->keys, meant->id);
  if (!reasons.empty()) {
    return base::fail(Errc::refused, fmt::format("{}", fmt::join(reasons, "\n")));
  }
  return meant;
}

/// What a person should know first, a line each.
std::vector<std::string> stakes_of(const ServiceGround& ground, const sites::Controller& meant,
                                   const std::optional<Silence>& silence, base::Time now) {
  std::vector<std::string> stakes;
  if (silence) {
    stakes.push_back(fmt::format(
        "it was last heard of on {}{}", configuration::minute_text(silence->heard),
        now < silence->expires
            ? "; by itself it would be expired on " + configuration::minute_text(silence->expires)
            : std::string()));
  }
  const auto snapshot = ground.store.read();
  for (const sites::NamingContext& context : ground.forest().naming_contexts) {
    for (const MasterRole role : kMasterRoles) {
      if (!has_role(context.kind, role)) continue;
      const auto owner = ownership_of(*snapshot, configuration::configuration_of(ground.forest()),
                                      {role, context.id})
                             .owner;
      if (owner != meant.id) continue;
      stakes.push_back(
          fmt::format("it owns the role {} of {}: ringspan role seize gives that to "
                      "another one",
                      to_string(role), context.dn));
    }
  }
  stakes.push_back("what it wrote and nobody else has is lost with its database");
  stakes.push_back(
      "nobody answers it any more: it has to join anew with an empty folder (ringspan invite)");
  return stakes;
}

Json document(const ServiceGround& ground, const sites::Controller& meant,
              const std::optional<Silence>& silence, const std::vector<std::string>& stakes,
              bool done) {
  return {{"controller", ground.name()},
          {"expires", meant.name},
          {"heard", silence ? Json(base::to_string(silence->heard)) : Json(nullptr)},
          {"stakes", stakes},
          {"done", done}};
}

}  // namespace

void answer_expire(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  const Asked asked(request);
  const auto known = asked.only({"ask", "controller", "preview"});
  const auto name = asked.text("controller");
  const auto preview = asked.flag("preview");
  if (!known) return taker(error_text(known.error()));
  if (!name) return taker(error_text(name.error()));
  if (!preview) return taker(error_text(preview.error()));
  const auto meant = expirable(ground, *name);
  if (!meant) return taker(error_text(meant.error()));
  const base::Time now = wall_clock();
  const auto silence = silence_of(ground, *ground.store.read(), (*meant)->id);
  const bool expired = ground.in_force->pauses_of((*meant)->id).expired.has_value();
  const auto key = ground.in_force->keys.find((*meant)->id);
  if (key == ground.in_force->keys.end() && !expired) {
    return taker(error_text({Errc::refused, fmt::format("{} has not joined", (*meant)->name)}));
  }
  const auto stakes =
      expired ? std::vector<std::string>{} : stakes_of(ground, **meant, silence, now);
  const Json before = document(ground, **meant, silence, stakes, expired);
  if (expired || *preview) return taker(to_text(before));
  ground.engine.write(configuration::expires((*meant)->id, key->second, {ground.caller.name, now}),
                      [before, taker = std::move(taker)](const base::Result<Written>& written) {
                        if (!written) return taker(error_text(written.error()));
                        Json done = before;
                        done["done"] = true;
                        taker(to_text(done));
                      });
}

}  // namespace ringspan::replicator::net
