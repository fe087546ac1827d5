#include "kcc/connection_json.hpp"

#include <nlohmann/json.hpp>

namespace ringspan::kcc {

using Json = nlohmann::ordered_json;

Json path_json(const std::vector<sites::SiteLinkId>& path, const Names& names) {
  Json list = Json::array();
  for (const auto& link : path)
    list.push_back(names.link(link));
  return list;
}

Json ways_round_json(const Connection& connection, const Names& names) {
  Json list = Json::array();
  for (const auto& path : connection.ways_round)
    list.push_back(path_json(path, names));
  return list;
}

Json connection_json(const Connection& connection, const Names& names) {
  Json json{{"source", names.controller(connection.source)},
            {"source_site", names.site_of(connection.source)},
            {"destination", names.controller(connection.destination)},
            {"destination_site", names.site_of(connection.destination)}};
  json["naming_contexts"] = Json::array();
  for (const auto& id : names.in_order(connection.naming_contexts)) {
    json["naming_contexts"].push_back(names.dn(id));
  }
  json["rule"] = to_string(connection.rule);
  json["standby"] = connection.standby;
  json["cost"] = connection.cost.value;
  json["path"] = path_json(connection.path, names);
  json["ways_round"] = ways_round_json(connection, names);
  json["interval"] = base::to_string(connection.interval);
  json["schedule"] = connection.schedule.to_string();
  json["notify"] = connection.notify;
  json["compress"] = connection.compress;
  return json;
}

Json connections_json(const std::vector<Connection>& connections, const Names& names) {
  Json list = Json::array();
  for (const Connection& connection : connections)
    list.push_back(connection_json(connection, names));
  return list;
}

Json controllers_json(const std::vector<sites::ControllerId>& controllers, const Names& names) {
  Json list = Json::array();
  for (const auto& id : controllers)
    list.push_back(names.controller(id));
  return list;
}

}  // namespace ringspan::kcc
