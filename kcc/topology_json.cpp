#include "kcc/topology_json.hpp"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "kcc/connection_json.hpp"
#include "kcc/names.hpp"
#include "kcc/plan.hpp"

namespace ringspan::kcc {
namespace {

using Json = nlohmann::ordered_json;

Json hops_json(const Hops& hops, const Names& names) {
  if (hops.worst == 0) return nullptr;
  return {{"worst", hops.worst},
          {"from", names.controller(hops.from)},
          {"to", names.controller(hops.to)}};
}

Json islands_json(const Topology& topology, sites::NamingContextId context, const Names& names) {
  Json groups = Json::array();
  for (const Islands& islands : topology.islands) {
    if (islands.naming_context != context) continue;
    for (const auto& island : islands.islands) {
      Json group = Json::array();
      for (const auto& site : island)
        group.push_back(names.site(site));
      groups.push_back(std::move(group));
    }
  }
  return groups;
}

Json context_json(const ContextAnalysis& context, const Topology& topology, const Names& names) {
  return {{"dn", names.dn(context.naming_context)},
          {"replicas", context.replicas},
          {"connections", context.connections},
          {"standby", context.standby},
          {"hops", hops_json(context.hops, names)},
          {"unreached", context.unreached},
          {"cost", context.tree_cost},
          {"least_cost", context.least_cost},
          {"full_mesh", context.full_mesh},
          {"islands", islands_json(topology, context.naming_context, names)}};
}

Json totals_json(const sites::Forest& forest, const Analysis& analysis, const Names& names) {
  const auto all = static_cast<double>(analysis.connections + analysis.standby);
  const auto controllers = static_cast<double>(std::max<std::size_t>(1, forest.controllers.size()));
  Json busiest = nullptr;
  if (analysis.most_inbound > 0) busiest = names.controller(analysis.busiest);
  return {{"sites", forest.sites.size()},
          {"controllers", forest.controllers.size()},
          {"connections", analysis.connections},
          {"standby", analysis.standby},
          {"full_mesh", analysis.full_mesh},
          {"inbound",
           {{"average", std::round(all / controllers * 100) / 100},
            {"most", analysis.most_inbound},
            {"controller", busiest}}}};
}

Json loss_json(const Loss& loss, const Names& names) {
  if (loss.controller)
    return {{"kind", "controller"}, {"name", names.controller(*loss.controller)}};
  if (loss.link) return {{"kind", "link"}, {"name", names.link(*loss.link)}};
  return {{"kind", "site"}, {"name", loss.site ? names.site(*loss.site) : std::string()}};
}

Json cut_json(const CutLoss& cut, const Names& names) {
  Json json{{"loss", loss_json(cut.loss, names)}, {"apart", Json::array()}};
  for (const auto& id : cut.apart)
    json["apart"].push_back(names.controller(id));
  std::sort(json["apart"].begin(), json["apart"].end());
  json["remedy"] = {{"kind", to_string(cut.remedy)}, {"sites", {names.site(cut.site)}}};
  if (cut.remedy == Remedy::second_link) json["remedy"]["sites"].push_back(names.site(cut.other));
  return json;
}

Json certificate_json(const Certificate& certificate, const Names& names) {
  Json json{{"losses", nullptr}, {"cuts", Json::array()}};
  if (certificate.losses) json["losses"] = *certificate.losses;
  for (const CutLoss& cut : certificate.cuts)
    json["cuts"].push_back(cut_json(cut, names));
  json["hops_after_loss"] = nullptr;
  if (const auto& hops = certificate.hops_after_loss; hops && hops->worst > 0) {
    json["hops_after_loss"] = {{"worst", hops->worst},
                               {"from", names.controller(hops->from)},
                               {"to", names.controller(hops->to)},
                               {"loss", loss_json(hops->loss, names)}};
  }
  json["delay"] = nullptr;
  if (const auto& delay = certificate.delay) {
    json["delay"] = {{"worst", base::to_string(delay->worst)}, {"from", nullptr}, {"to", nullptr}};
    if (delay->worst > base::Duration{}) {
      json["delay"]["from"] = names.controller(delay->from);
      json["delay"]["to"] = names.controller(delay->to);
      json["delay"]["at"] = base::to_string(delay->at);
    }
  }
  json["standby_cost"] = certificate.standby_cost;
  json["crossing_overhead"] = certificate.crossing_overhead;
  json["traffic"] = Json::array();
  for (const LinkTraffic& one : certificate.traffic) {
    json["traffic"].push_back({{"link", names.link(one.link)},
                               {"planned", static_cast<double>(one.planned) / 1000},
                               {"full_mesh", static_cast<double>(one.full_mesh) / 1000}});
  }
  return json;
}

}  // namespace

std::string topology_json(const sites::Forest& forest, const Topology& topology,
                          const Analysis& analysis, const Certificate* certificate) {
  const Names names(forest);
  const auto& contexts = analysis.naming_contexts;
  const auto worst = std::ranges::max_element(
      contexts, {}, [](const ContextAnalysis& context) { return context.hops.worst; });
  Json root{{"forest", forest.name}, {"algorithm", kAlgorithmVersion}};
  root["hops"] = worst == contexts.end() ? Json(nullptr) : hops_json(worst->hops, names);
  root["totals"] = totals_json(forest, analysis, names);
  root["naming_contexts"] = Json::array();
  for (const auto& context : contexts) {
    root["naming_contexts"].push_back(context_json(context, topology, names));
  }
  root["connections"] = Json::array();
  for (const Connection& connection : topology.connections) {
    root["connections"].push_back(connection_json(connection, names));
  }
  if (certificate != nullptr) root["certificate"] = certificate_json(*certificate, names);
  return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ringspan::kcc
