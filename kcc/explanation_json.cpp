#include "kcc/explanation_json.hpp"

#include <nlohmann/json.hpp>

#include "kcc/connection_json.hpp"

namespace ringspan::kcc {
namespace {

using Json = nlohmann::ordered_json;

Json way_json(const std::optional<SiteWay>& way, const Names& names) {
  if (!way) return nullptr;
  Json links = Json::array();
  for (const auto& link : way->links)
    links.push_back(names.link(link));
  return {{"from", names.site(way->from)},
          {"to", names.site(way->to)},
          {"cost", way->cost.value},
          {"links", std::move(links)}};
}

}  // namespace

Json explanation_json(const sites::Forest& forest, const Explanation& why) {
  const Names names(forest);
  Json contexts = Json::array();
  for (const auto& context : names.in_order(why.naming_contexts))
    contexts.push_back(names.dn(context));
  return {{"destination", names.controller(why.destination)},
          {"source", names.controller(why.source)},
          {"connections", connections_json(why.connections, names)},
          {"naming_contexts", std::move(contexts)},
          {"direct", way_json(why.direct, names)},
          {"route", connections_json(why.route, names)},
          {"runner_up", way_json(why.runner_up, names)},
          {"cut_off", controllers_json(why.cut_off, names)},
          {"cut_off_for_good", controllers_json(why.cut_off_for_good, names)}};
}

}  // namespace ringspan::kcc
