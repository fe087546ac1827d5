#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "kcc/compare_standing.hpp"
#include "kcc/connection_json.hpp"

namespace ringspan::kcc {
namespace {

using Json = nlohmann::ordered_json;

Json totals_json(const Planned& planned, const Certificate& certificate) {
  std::size_t hops = 0;
  std::size_t unreached = 0;
  std::uint64_t cost = 0;
  for (const ContextAnalysis& context : planned.analysis.naming_contexts) {
    hops = std::max(hops, context.hops.worst);
    unreached = std::max(unreached, context.unreached);
    cost = std::max(cost, context.tree_cost);
  }
  Json losses = nullptr;
  if (certificate.losses) losses = certificate.cuts.size();
  return {{"connections", planned.analysis.connections},
          {"standby", planned.analysis.standby},
          {"most_inbound", planned.analysis.most_inbound},
          {"worst_hops", hops},
          {"cost", cost},
          {"unreached_pairs", unreached},
          {"losses_not_survived", std::move(losses)}};
}

Json losses_json(const Certificate& certificate, const Names& names) {
  Json list = Json::array();
  for (const CutLoss& cut : certificate.cuts) {
    Json one{{"kind", nullptr}, {"name", nullptr}, {"apart", controllers_json(cut.apart, names)}};
    if (cut.loss.controller) {
      one["kind"] = "controller";
      one["name"] = names.controller(*cut.loss.controller);
    } else if (cut.loss.link) {
      one["kind"] = "link";
      one["name"] = names.link(*cut.loss.link);
    } else if (cut.loss.site) {
      one["kind"] = "site";
      one["name"] = names.site(*cut.loss.site);
    }
    list.push_back(std::move(one));
  }
  return list;
}

}  // namespace

Json standing_json(const StandingComparison& made) {
  const Names names(made.ours.forest);
  Json duplicates = Json::array();
  for (const DuplicateConnections& one : made.duplicates) {
    duplicates.push_back({{"destination", names.controller(one.destination)},
                          {"source", names.controller(one.source)},
                          {"names", one.names}});
  }
  Json faults = Json::array();
  for (const ManualFault& one : made.manual_faults) {
    faults.push_back({{"name", one.name},
                      {"destination", names.controller(one.destination)},
                      {"source", names.controller(one.source)},
                      {"apart", controllers_json(one.apart, names)}});
  }
  return {{"forest", made.ours.forest.name},
          {"export", totals_json(made.standing, made.standing_certificate)},
          {"ours", totals_json(made.ours, made.our_certificate)},
          {"connections",
           {{"in_both", made.in_both},
            {"only_export", connections_json(made.only_standing, names)},
            {"only_ours", connections_json(made.only_ours, names)}}},
          {"losses",
           {{"export", losses_json(made.standing_certificate, names)},
            {"ours", losses_json(made.our_certificate, names)}}},
          {"duplicates", std::move(duplicates)},
          {"manual_faults", std::move(faults)}};
}

}  // namespace ringspan::kcc
