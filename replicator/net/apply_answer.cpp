// The answer to apply: names instead of ids, before and after side by side.

#include "replicator/net/apply_answer.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "kcc/names.hpp"

namespace ringspan::replicator::net {
namespace {

Json dns_of(const std::vector<NamingContextId>& contexts, const kcc::Names& names) {
  Json dns = Json::array();
  for (const NamingContextId id : names.in_order(contexts))
    dns.push_back(names.dn(id));
  return dns;
}

Json ends_of(const kcc::Connection& connection, const kcc::Names& names) {
  return {{"destination", names.controller(connection.destination)},
          {"source", names.controller(connection.source)},
          {"standby", connection.standby}};
}

Json details_of(const kcc::Connection& connection, const kcc::Names& names) {
  Json path = Json::array();
  for (const auto& link : connection.path)
    path.push_back(names.link(link));
  return {{"naming_contexts", dns_of(connection.naming_contexts, names)},
          {"cost", connection.cost.value},
          {"path", std::move(path)},
          {"interval", base::to_string(connection.interval)},
          {"schedule", connection.schedule.to_string()},
          {"notify", connection.notify},
          {"compress", connection.compress}};
}

Json connections_of(const std::vector<kcc::Connection>& connections, const kcc::Names& names) {
  Json all = Json::array();
  for (const kcc::Connection& connection : connections) {
    Json one = ends_of(connection, names);
    one.update(details_of(connection, names));
    all.push_back(std::move(one));
  }
  return all;
}

Json changed_of(const kcc::Comparison& comparison, const kcc::Names& before,
                const kcc::Names& after) {
  Json all = Json::array();
  for (const kcc::ChangedConnection& changed : comparison.changed) {
    Json one = ends_of(changed.after, after);
    one["before"] = details_of(changed.before, before);
    one["after"] = details_of(changed.after, after);
    all.push_back(std::move(one));
  }
  return all;
}

Json totals_of(const kcc::Planned& planned) {
  std::size_t hops = 0;
  for (const auto& context : planned.analysis.naming_contexts)
    hops = std::max(hops, context.hops.worst);
  return {{"controllers", planned.forest.controllers.size()},
          {"connections", planned.analysis.connections},
          {"standby", planned.analysis.standby},
          {"most_inbound", planned.analysis.most_inbound},
          {"worst_hops", hops}};
}

Json to_json(const std::optional<kcc::ContextAnalysis>& analysis) {
  if (!analysis) return nullptr;
  return {{"replicas", analysis->replicas},  {"connections", analysis->connections},
          {"standby", analysis->standby},    {"worst_hops", analysis->hops.worst},
          {"cost", analysis->tree_cost},     {"least_cost", analysis->least_cost},
          {"unreached", analysis->unreached}};
}

Json contexts_of(const Weighed& weighed, const kcc::Names& before, const kcc::Names& after) {
  Json all = Json::array();
  for (const kcc::ComparedContext& context : weighed.comparison.naming_contexts) {
    const kcc::Names& names = context.after ? after : before;
    all.push_back({{"dn", names.dn(context.naming_context)},
                   {"before", to_json(context.before)},
                   {"after", to_json(context.after)}});
  }
  return all;
}

}  // namespace

std::string cut_off_in_words(const Weighed& weighed) {
  const kcc::Names before(weighed.before.forest);
  std::vector<std::string> words;
  for (const kcc::CutOff& one : weighed.comparison.cut_off) {
    std::vector<std::string> lost;
    for (const NamingContextId id : before.in_order(one.naming_contexts))
      lost.push_back(before.dn(id));
    words.push_back(
        fmt::format("{} ({})", before.controller(one.controller),
                    one.removed ? "removed from the definition"
                                : fmt::format("no longer reached for {}", fmt::join(lost, ", "))));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

Json apply_answer(const Weighed& weighed, const std::string& controller) {
  const kcc::Names before(weighed.before.forest);
  const kcc::Names after(weighed.after.forest);
  const kcc::Comparison& comparison = weighed.comparison;
  Json cut_off = Json::array();
  for (const kcc::CutOff& one : comparison.cut_off) {
    cut_off.push_back({{"controller", before.controller(one.controller)},
                       {"reason", one.removed ? "removed" : "unreached"},
                       {"naming_contexts", dns_of(one.naming_contexts, before)}});
  }
  Json removed = Json::array();
  for (const RemovedContext& one : weighed.removed) {
    removed.push_back(
        {{"dn", one.dn}, {"objects", one.objects ? Json(*one.objects) : Json(nullptr)}});
  }
  return {{"controller", controller},
          {"forest", weighed.after.forest.name},
          {"written", false},
          {"basis", weighed.basis},
          {"hash", weighed.hash},
          {"changes", weighed.changes},
          {"before", totals_of(weighed.before)},
          {"after", totals_of(weighed.after)},
          {"naming_contexts", contexts_of(weighed, before, after)},
          {"connections",
           {{"added", connections_of(comparison.added, after)},
            {"removed", connections_of(comparison.removed, before)},
            {"changed", changed_of(comparison, before, after)}}},
          {"cut_off", std::move(cut_off)},
          {"not_joined", weighed.not_joined},
          {"removed_contexts", std::move(removed)},
          {"definition", nullptr}};
}

Json to_json(const configuration::Definition& definition) {
  return {{"hash", definition.hash},
          {"when", base::to_string(definition.when)},
          {"who", definition.who},
          {"summary", definition.summary}};
}

}  // namespace ringspan::replicator::net
