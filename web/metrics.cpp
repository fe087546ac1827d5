#include "web/metrics.hpp"

#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/time.hpp"

namespace ringspan::web {
namespace {

using Json = nlohmann::json;

std::string escaped(std::string_view value) {
  std::string text;
  for (const char letter : value) {
    if (letter == '\\' || letter == '"') text += '\\';
    text += letter == '\n' ? std::string("\\n") : std::string(1, letter);
  }
  return text;
}

/// name="value" for each of the members.
std::string labels(const Json& row, std::initializer_list<std::pair<const char*, const char*>> of) {
  std::string text;
  for (const auto& [label, member] : of) {
    if (!text.empty()) text += ',';
    text += fmt::format("{}=\"{}\"", label, escaped(row.at(member).get<std::string>()));
  }
  return text;
}

struct Family {
  std::string_view name;
  std::string_view type;
  std::string_view help;
  const char* member;  ///< A JSON pointer into a connection.
};

constexpr Family kFamilies[] = {
    {"ringspan_lag_changes", "gauge", "Changes that the source has and the destination has not.",
     "/behind_changes"},
    {"ringspan_lag_seconds", "gauge", "Age of the oldest change that the destination has not.",
     "/behind_seconds"},
    {"ringspan_last_success_timestamp_seconds", "gauge", "When the last pull succeeded.",
     "/last_success"},
    {"ringspan_failures", "gauge", "Pulls that failed since the last success.", "/failures"},
    {"ringspan_received_bytes_total", "counter", "Bytes pulled over this connection.",
     "/total/bytes"},
    {"ringspan_received_objects_total", "counter", "Objects pulled over this connection.",
     "/total/objects"},
    {"ringspan_received_values_total", "counter", "Values pulled over this connection.",
     "/total/values"}};

/// Empty: not known.
std::string number(const Json& value) {
  if (value.is_number()) return value.dump();
  if (!value.is_string()) return {};
  const auto time = base::parse_time(value.get<std::string>());
  if (!time) return {};
  return fmt::format("{:.3f}", static_cast<double>(time->time_since_epoch().count()) / 1000.0);
}

std::string head(std::string_view name, std::string_view type, std::string_view help) {
  return fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

}  // namespace

std::string metrics_text(const Json& status) {
  std::string text = head("ringspan_controller_up", "gauge", "1 if the controller could be asked.");
  for (const Json& controller : status.at("controllers")) {
    text += fmt::format("ringspan_controller_up{{{}}} {}\n",
                        labels(controller, {{"controller", "name"}, {"site", "site"}}),
                        controller.at("state") == "serving" ? 1 : 0);
  }
  text += head("ringspan_paused", "gauge", "1 if somebody has paused the replication.");
  for (const Json& controller : status.at("controllers")) {
    for (const char* direction : {"inbound", "outbound"}) {
      text += fmt::format("ringspan_paused{{{},direction=\"{}\"}} {}\n",
                          labels(controller, {{"controller", "name"}, {"site", "site"}}), direction,
                          controller.at("paused").at(direction).is_null() ? 0 : 1);
    }
  }
  for (const Family& family : kFamilies) {
    text += head(family.name, family.type, family.help);
    const Json::json_pointer member(family.member);
    for (const Json& connection : status.at("connections")) {
      const std::string value = connection.contains(member) ? number(connection.at(member)) : "";
      if (value.empty()) continue;
      text += fmt::format("{}{{{}}} {}\n", family.name,
                          labels(connection, {{"source", "source"},
                                              {"destination", "destination"},
                                              {"naming_context", "naming_context"}}),
                          value);
    }
  }
  return text;
}

}  // namespace ringspan::web
