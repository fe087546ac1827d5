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
  const char* member;  ///< A JSON pointer into a controller or a connection.
};

constexpr Family kOfControllers[] = {
    {"ringspan_controller_objects", "gauge", "Objects that it holds.", "/objects"},
    {"ringspan_controller_highest_usn", "counter", "Its highest update sequence number.",
     "/highest_usn"},
    {"ringspan_controller_started_timestamp_seconds", "gauge", "When it was started.", "/started"}};

constexpr Family kOfConnections[] = {
    {"ringspan_lag_changes", "gauge", "Changes that the source has and the destination has not.",
     "/behind_changes"},
    {"ringspan_lag_objects", "gauge", "Objects with such changes.", "/behind_objects"},
    {"ringspan_lag_seconds", "gauge", "Age of the oldest change that the destination has not.",
     "/behind_seconds"},
    {"ringspan_last_attempt_timestamp_seconds", "gauge", "When it was last pulled.",
     "/last_attempt"},
    {"ringspan_last_success_timestamp_seconds", "gauge", "When the last pull succeeded.",
     "/last_success"},
    {"ringspan_failures", "gauge", "Pulls that failed since the last success.", "/failures"},
    {"ringspan_received_bytes_total", "counter", "Bytes pulled over this connection.",
     "/total/bytes"},
    {"ringspan_received_objects_total", "counter", "Objects pulled over this connection.",
     "/total/objects"},
    {"ringspan_received_values_total", "counter", "Values pulled over this connection.",
     "/total/values"},
    {"ringspan_standby", "gauge", "1 if the connection stands by for a primary.", "/standby"}};

/// Empty: not known.
std::string number(const Json& value) {
  if (value.is_boolean()) return value.get<bool>() ? "1" : "0";
  if (value.is_number()) return value.dump();
  if (!value.is_string()) return {};
  const auto time = base::parse_time(value.get<std::string>());
  if (!time) return {};
  return fmt::format("{:.3f}", static_cast<double>(time->time_since_epoch().count()) / 1000.0);
}

std::string head(std::string_view name, std::string_view type, std::string_view help) {
  return fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

std::string labels_of_controller(const Json& controller) {
  return labels(controller, {{"controller", "name"}, {"site", "site"}});
}

std::string labels_of_connection(const Json& connection) {
  return labels(
      connection,
      {{"source", "source"}, {"destination", "destination"}, {"naming_context", "naming_context"}});
}

/// Nothing is said of who has not joined, nor of what one that is silent would have told.
bool is_known(const Json& row) {
  return row.at("state") != "not_joined" && row.at("state") != "silent";
}

std::string family_text(const Family& family, const Json& rows,
                        std::string (*labels_of)(const Json& row)) {
  std::string text = head(family.name, family.type, family.help);
  const Json::json_pointer member(family.member);
  for (const Json& row : rows) {
    const std::string value = is_known(row) && row.contains(member) ? number(row.at(member)) : "";
    if (!value.empty()) text += fmt::format("{}{{{}}} {}\n", family.name, labels_of(row), value);
  }
  return text;
}

std::string up_text(const Json& controllers) {
  std::string text = head("ringspan_controller_up", "gauge", "1 if the controller could be asked.");
  for (const Json& controller : controllers) {
    if (controller.at("state") == "not_joined") continue;
    text += fmt::format("ringspan_controller_up{{{}}} {}\n", labels_of_controller(controller),
                        controller.at("state") == "silent" ? 0 : 1);
  }
  return text;
}

std::string paused_text(const Json& controllers) {
  std::string text = head("ringspan_controller_paused", "gauge",
                          "1 if somebody has paused its replication in this direction.");
  for (const Json& controller : controllers) {
    if (controller.at("state") == "not_joined") continue;
    for (const char* direction : {"inbound", "outbound"}) {
      const Json::json_pointer member = Json::json_pointer("/paused") / direction;
      text += fmt::format("ringspan_controller_paused{{{},direction=\"{}\"}} {}\n",
                          labels_of_controller(controller), direction,
                          controller.contains(member) && controller.at(member).is_object() ? 1 : 0);
    }
  }
  return text;
}

std::string divergences_text(const Json& controllers) {
  std::string text = head("ringspan_controller_divergent_objects", "gauge",
                          "Objects in which it was found to diverge from another one.");
  for (const Json& controller : controllers) {
    if (!is_known(controller) || !controller.contains("divergences")) continue;
    std::uint64_t objects = 0;
    for (const Json& one : controller.at("divergences"))
      objects += one.at("objects").get<std::uint64_t>();
    text += fmt::format("ringspan_controller_divergent_objects{{{}}} {}\n",
                        labels_of_controller(controller), objects);
  }
  return text;
}

std::string silence_text(const Json& silences) {
  std::string text = head("ringspan_silence_ratio", "gauge",
                          "Time since anything was heard of the member, by whatever way, as a part "
                          "of the tombstone lifetime; at 1.5 it is expired.");
  for (const Json& silence : silences) {
    text += fmt::format(
        "ringspan_silence_ratio{{{}}} {}\n",
        labels(silence, {{"controller", "controller"}, {"naming_context", "naming_context"}}),
        silence.at("share").dump());
  }
  return text;
}

}  // namespace

std::string metrics_text(const Json& status) {
  const Json& controllers = status.at("controllers");
  std::string text =
      up_text(controllers) + paused_text(controllers) + divergences_text(controllers);
  for (const Family& family : kOfControllers)
    text += family_text(family, controllers, labels_of_controller);
  for (const Family& family : kOfConnections)
    text += family_text(family, status.at("connections"), labels_of_connection);
  if (status.contains("silences")) text += silence_text(status.at("silences"));
  return text;
}

}  // namespace ringspan::web
