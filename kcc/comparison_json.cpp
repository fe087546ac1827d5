#include "kcc/comparison_json.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "kcc/certify.hpp"
#include "kcc/connection_json.hpp"
#include "kcc/names.hpp"

namespace ringspan::kcc {
namespace {

using Json = nlohmann::ordered_json;

Json dns_of(const std::vector<sites::NamingContextId>& contexts, const Names& names) {
  Json dns = Json::array();
  for (const auto id : names.in_order(contexts))
    dns.push_back(names.dn(id));
  return dns;
}

Json ends_of(const Connection& connection, const Names& names) {
  return {{"destination", names.controller(connection.destination)},
          {"source", names.controller(connection.source)},
          {"standby", connection.standby}};
}

Json details_of(const Connection& connection, const Names& names) {
  return {{"naming_contexts", dns_of(connection.naming_contexts, names)},
          {"rule", to_string(connection.rule)},
          {"cost", connection.cost.value},
          {"path", path_json(connection.path, names)},
          {"ways_round", ways_round_json(connection, names)},
          {"interval", base::to_string(connection.interval)},
          {"schedule", connection.schedule.to_string()},
          {"notify", connection.notify},
          {"compress", connection.compress}};
}

Json connections_of(const std::vector<Connection>& connections, const Names& names) {
  Json all = Json::array();
  for (const Connection& connection : connections) {
    Json one = ends_of(connection, names);
    one.update(details_of(connection, names));
    all.push_back(std::move(one));
  }
  return all;
}

Json changed_of(const Comparison& comparison, const Names& before, const Names& after) {
  Json all = Json::array();
  for (const ChangedConnection& changed : comparison.changed) {
    Json one = ends_of(changed.after, after);
    one["before"] = details_of(changed.before, before);
    one["after"] = details_of(changed.after, after);
    all.push_back(std::move(one));
  }
  return all;
}

Json totals_of(const Planned& planned) {
  std::size_t hops = 0;
  for (const auto& context : planned.analysis.naming_contexts)
    hops = std::max(hops, context.hops.worst);
  return {{"controllers", planned.forest.controllers.size()},
          {"connections", planned.analysis.connections},
          {"standby", planned.analysis.standby},
          {"most_inbound", planned.analysis.most_inbound},
          {"worst_hops", hops}};
}

Json context_of(const std::optional<ContextAnalysis>& analysis) {
  if (!analysis) return nullptr;
  return {{"replicas", analysis->replicas},  {"connections", analysis->connections},
          {"standby", analysis->standby},    {"worst_hops", analysis->hops.worst},
          {"cost", analysis->tree_cost},     {"least_cost", analysis->least_cost},
          {"unreached", analysis->unreached}};
}

}  // namespace

Json comparison_json(const Planned& before, const Planned& after, const Comparison& comparison,
                     const std::vector<std::string>& changes) {
  const Names were(before.forest);
  const Names are(after.forest);
  Json contexts = Json::array();
  for (const ComparedContext& context : comparison.naming_contexts) {
    const Names& names = context.after ? are : were;
    contexts.push_back({{"dn", names.dn(context.naming_context)},
                        {"before", context_of(context.before)},
                        {"after", context_of(context.after)}});
  }
  Json cut_off = Json::array();
  for (const CutOff& one : comparison.cut_off) {
    cut_off.push_back({{"controller", were.controller(one.controller)},
                       {"reason", one.removed ? "removed" : "unreached"},
                       {"naming_contexts", dns_of(one.naming_contexts, were)}});
  }
  return {{"forest", after.forest.name},
          {"changes", changes},
          {"before", totals_of(before)},
          {"after", totals_of(after)},
          {"naming_contexts", std::move(contexts)},
          {"connections",
           {{"added", connections_of(comparison.added, are)},
            {"removed", connections_of(comparison.removed, were)},
            {"changed", changed_of(comparison, were, are)}}},
          {"cut_off", std::move(cut_off)}};
}

Json certified_json(const Planned& planned) {
  const Certificate certificate = certify(planned.forest, planned.topology);
  Json delay = nullptr;
  if (certificate.delay) delay = base::to_string(certificate.delay->worst);
  Json cuts = nullptr;
  if (certificate.losses) cuts = certificate.cuts.size();
  return {{"delay", std::move(delay)}, {"losses_not_survived", std::move(cuts)}};
}

}  // namespace ringspan::kcc
