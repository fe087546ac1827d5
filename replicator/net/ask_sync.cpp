// sync: a pull now, answered when its last page is applied.

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/net/service.hpp"

namespace ringspan::replicator::net {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kPullSeconds = 60;
constexpr std::uint64_t kMostSeconds = 3600;

struct Sync {
  const sites::Controller* source = nullptr;
  std::vector<NamingContextId> contexts;
  bool full = false;
  base::Duration limit{};
};

/// Of several, between controllers.
base::Result<std::vector<NamingContextId>> contexts_named(const ServiceGround& ground,
                                                          const Asked& asked) {
  const auto names = asked.texts("naming_contexts");
  if (!names) return base::fail(names.error());
  std::vector<NamingContextId> contexts;
  for (const std::string& name : *names) {
    const Json one{{"dn", name}};
    const auto head = context_named(ground, Asked(one), "dn");
    if (!head) return base::fail(head.error());
    contexts.push_back(head->id);
  }
  if (contexts.empty()) return base::fail(base::Errc::invalid, "\"naming_contexts\": is empty");
  return contexts;
}

base::Result<Sync> read_sync(const ServiceGround& ground, const Asked& asked) {
  auto known = asked.only({"ask", "from", "naming_context", "naming_contexts", "full", "seconds"});
  if (!known) return base::fail(known.error());
  const auto from = asked.text("from");
  const auto full = asked.flag("full");
  if (!from) return base::fail(from.error());
  if (!full) return base::fail(full.error());
  const auto patience = asked.number("seconds", kPullSeconds);
  if (!patience) return base::fail(patience.error());
  Sync sync{sites::find_controller(ground.forest(), *from),
            {},
            *full,
            std::chrono::seconds(std::min(*patience, kMostSeconds))};
  if (sync.source == nullptr || sync.source->id == ground.identity.controller) {
    return base::fail(base::Errc::not_found,
                      fmt::format("controller {}: {}", *from,
                                  sync.source == nullptr ? "not in the forest definition"
                                                         : "cannot pull from itself"));
  }
  if (sync.source->read_only) {
    return base::fail(base::Errc::refused,
                      fmt::format("controller {}: is read-only and no source", sync.source->name));
  }
  if (asked.has("naming_context")) {
    const auto context = context_named(ground, asked, "naming_context");
    if (!context) return base::fail(context.error());
    sync.contexts.push_back(context->id);
    return sync;
  }
  if (asked.has("naming_contexts")) {
    auto named = contexts_named(ground, asked);
    if (!named) return base::fail(named.error());
    sync.contexts = *std::move(named);
    return sync;
  }
  for (const NamingContextHead& head : ground.contexts()) {
    const auto* context = sites::find_naming_context(ground.forest(), head.id);
    if (context != nullptr &&
        sites::replica_kind(*sync.source, *context) != sites::ReplicaKind::none) {
      sync.contexts.push_back(head.id);
    }
  }
  if (sync.contexts.empty()) {
    return base::fail(base::Errc::not_found,
                      fmt::format("{} and {} hold no naming context in common", ground.name(),
                                  sync.source->name));
  }
  return sync;
}

std::string dn_of(const ServiceGround& ground, NamingContextId id) {
  const auto* context = sites::find_naming_context(ground.forest(), id);
  return context == nullptr ? id.value.to_string() : context->dn;
}

Json to_json(const ServiceGround& ground, const PullReport& report) {
  return {{"naming_context", dn_of(ground, report.naming_context)},
          {"objects", report.counts.objects},
          {"values", report.counts.values},
          {"bytes", report.counts.bytes},
          {"pages", report.counts.pages},
          {"milliseconds", (report.ended - report.started).count()},
          {"error", report.error}};
}

}  // namespace

void answer_sync(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  const auto sync = read_sync(ground, Asked(request));
  if (!sync) return taker(error_text(sync.error()));
  if (const auto pause = ground.in_force->pauses_of(ground.identity.controller).inbound) {
    return taker(error_text(
        {base::Errc::refused,
         configuration::sentence(ground.name(), configuration::Direction::inbound, *pause)}));
  }
  ground.engine.pull(
      sync->source->id, sync->contexts, sync->full, sync->limit,
      [ground, source = sync->source->name,
       taker = std::move(taker)](const base::Result<std::vector<PullReport>>& reports) {
        if (!reports) {
          return taker(
              error_text({reports.error().code, fmt::format("{} from {}: {}", ground.name(), source,
                                                            reports.error().message)}));
        }
        Json pulls = Json::array();
        for (const PullReport& report : *reports)
          pulls.push_back(to_json(ground, report));
        taker(to_text(
            Json{{"source", source}, {"destination", ground.name()}, {"pulls", std::move(pulls)}}));
      });
}

}  // namespace ringspan::replicator::net
