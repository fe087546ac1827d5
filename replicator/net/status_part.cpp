// part and lag: what each controller tells of itself when another one gathers the status.
//
//   part   its own line, and one record for each of its inbound connections and naming contexts,
//          with the position and knowledge by which a source can tell how far it is behind
//   lag    the answers of a source to such positions

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "kcc/mine.hpp"
#include "kcc/plan.hpp"
#include "replicator/engine/answer.hpp"
#include "replicator/engine/canonical.hpp"
#include "replicator/engine/rollback.hpp"
#include "replicator/net/clock.hpp"
#include "replicator/net/divergences.hpp"
#include "replicator/net/pause_json.hpp"
#include "replicator/net/roles_document.hpp"
#include "replicator/net/service.hpp"
#include "replicator/net/silence.hpp"
#include "replicator/net/vector_json.hpp"

namespace ringspan::replicator::net {
namespace {

Json to_json(const HighWatermark& mark) {
  return {{"source", mark.source.value.to_string()},
          {"usn", mark.usn.value},
          {"settled", mark.settled.value}};
}

Json to_json(const PullCounts& counts) {
  return {{"objects", counts.objects},
          {"values", counts.values},
          {"bytes", counts.bytes},
          {"pages", counts.pages}};
}

base::Result<HighWatermark> read_watermark(const Json& json) {
  const Asked asked(json);
  const auto source = read_guid(asked, "source");
  const auto usn = asked.number("usn", 0);
  const auto settled = asked.number("settled", 0);
  if (!source) return base::fail(source.error());
  if (!usn) return base::fail(usn.error());
  if (!settled) return base::fail(settled.error());
  return HighWatermark{InvocationId(*source), Usn(*usn), Usn(*settled)};
}

/// Of whom a question is: what is kept from it does not count as lacking.
base::Result<Audience> audience_asked(const ServiceGround& ground, const Asked& asked,
                                      NamingContextId context) {
  if (!asked.has("destination")) return Audience{};
  const auto destination = read_guid(asked, "destination");
  if (!destination) return base::fail(destination.error());
  return audience_of(ground.forest(), ControllerId(*destination), context).value_or(Audience{});
}

base::Result<Json> answer_question(const ServiceGround& ground, const Snapshot& snapshot,
                                   const Json& question) {
  const Asked asked(question);
  const auto context = read_guid(asked, "naming_context");
  if (!context) return base::fail(context.error());
  if (!asked.has("after") || !asked.has("known")) {
    return base::fail(base::Errc::invalid, "\"after\" or \"known\" is missing");
  }
  const auto after = read_watermark(question["after"]);
  const auto known = read_vector(question["known"]);
  if (!after) return base::fail(after.error());
  if (!known) return base::fail(known.error());
  const auto audience = audience_asked(ground, asked, NamingContextId(*context));
  if (!audience) return base::fail(audience.error());
  const Lag behind =
      lag(snapshot, NamingContextId(*context), *after, *known, ground.identity, *audience);
  return Json{{"objects", behind.objects},
              {"values", behind.values},
              {"oldest", net::to_json(behind.oldest)}};
}

std::string_view own_state(const ServiceGround& ground) {
  if (!ground.trouble.empty()) return "halted";
  if (ground.identity.quarantined) return "quarantined";
  if (!ground.complete) return "filling";
  if (ground.identity.read_only && !ground.me().read_only) return "promoting";
  return ground.in_force->pauses_of(ground.me().id).retiring ? "retiring" : "serving";
}

std::string own_trouble(const ServiceGround& ground, const Snapshot& snapshot) {
  if (!ground.trouble.empty()) return ground.trouble;
  const auto quarantine = quarantine_of(snapshot, ground.identity.invocation);
  return quarantine ? sentence(snapshot, ground.identity, *quarantine) : std::string();
}

Json own_line(const ServiceGround& ground, const Snapshot& snapshot) {
  const sites::Controller& me = ground.me();
  const auto* site = sites::find_site(ground.forest(), me.site);
  std::uint64_t objects = 0;
  for (const NamingContextHead& head : ground.contexts()) {
    snapshot.changed_since(head.id, Usn{}, [&objects](const Row& row) {
      objects += row.deleted ? 0U : 1U;
      return true;
    });
  }
  return {{"name", me.name},
          {"site", site == nullptr ? std::string() : site->name},
          {"state", own_state(ground)},
          {"error", own_trouble(ground, snapshot)},
          {"address", me.address.empty() ? ground.home.controller.listen : me.address},
          {"invocation", ground.identity.invocation.value.to_string()},
          {"highest_usn", snapshot.highest_usn().value},
          {"objects", objects},
          {"started", base::to_string(ground.started)},
          {"algorithm", kcc::kAlgorithmVersion},
          {"writable", !ground.identity.read_only},
          {"paused", net::to_json(ground.in_force->pauses_of(me.id))},
          {"divergences", ground.divergences.to_json()}};
}

Json name_of(const ServiceGround& ground, ControllerId id) {
  const auto* controller = sites::find_controller(ground.forest(), id);
  return controller == nullptr ? id.value.to_string() : controller->name;
}

/// null for a primary connection.
Json takeover_json(const ServiceGround& ground, const kcc::Connection& connection,
                   NamingContextId context) {
  if (!connection.standby) return nullptr;
  const StandbyState state = ground.standbys.state(connection.source, context);
  const auto named = [&ground](const std::optional<ControllerId>& id) {
    return id ? Json(name_of(ground, *id)) : Json(nullptr);
  };
  return {{"awake", state.awake},
          {"since", net::to_json(state.since)},
          {"failing", named(state.failing)},
          {"told_by", named(state.told_by)},
          {"switches", state.switches}};
}

Json inbound_record(const ServiceGround& ground, const Snapshot& snapshot,
                    const kcc::Connection& connection, NamingContextId context, base::Time now) {
  const SourceRecord record =
      snapshot.source(connection.source, context).value_or(SourceRecord{});  // never pulled yet
  return {{"source", connection.source.value.to_string()},
          {"naming_context", context.value.to_string()},
          {"standby", connection.standby},
          {"takeover", takeover_json(ground, connection, context)},
          {"last_attempt", net::to_json(record.last_attempt)},
          {"last_success", net::to_json(record.last_success)},
          {"failures", record.failures},
          {"error", record.error},
          {"last_pull", to_json(record.last_pull)},
          {"total", to_json(record.total)},
          {"after", to_json(record.watermark)},
          {"known", vector_json(vector_of(snapshot, context, ground.identity.invocation, now))}};
}

}  // namespace

base::Result<Json> answer_part(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  if (auto known = asked.only({"ask"}); !known) return base::fail(known.error());
  const base::Time now = wall_clock();
  const auto snapshot = ground.store.read();
  Json inbound = Json::array();
  for (const auto& connection : kcc::mine(ground.plan(), ground.identity.controller)) {
    for (const NamingContextId context : connection.naming_contexts)
      inbound.push_back(inbound_record(ground, *snapshot, connection, context, now));
  }
  return Json{{"controller", own_line(ground, *snapshot)},
              {"inbound", std::move(inbound)},
              {"roles", role_views(ground, *snapshot)},
              {"silences", silences_json(ground, *snapshot, now)}};
}

base::Result<Json> answer_lag(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  if (auto known = asked.only({"ask", "questions"}); !known) return base::fail(known.error());
  if (!asked.has("questions") || !request["questions"].is_array()) {
    return base::fail(base::Errc::invalid, "\"questions\": must be a list");
  }
  const auto snapshot = ground.store.read();
  Json answers = Json::array();
  for (const Json& question : request["questions"]) {
    auto answer = answer_question(ground, *snapshot, question);
    if (!answer) return answer;
    answers.push_back(*std::move(answer));
  }
  return Json{{"answers", std::move(answers)}};
}

}  // namespace ringspan::replicator::net
