#include "cli/text_status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

#include "cli/relative_time.hpp"
#include "cli/table.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

std::string text(const json& part, const char* field) {
  return printable(part.at(field).get<std::string>());
}

/// A state's word for people, its colour, and how far up it stands.
struct Mood {
  std::string word;
  Paint paint = Paint::plain;
  int rank = 0;
};

Mood mood_of(const std::string& state) {
  if (state == "failing") return {"failing", Paint::bad, 0};
  if (state == "silent") return {"silent", Paint::bad, 1};
  if (state == "quarantined") return {"quarantined", Paint::bad, 0};
  if (state == "behind") return {"behind", Paint::warning, 2};
  if (state == "paused") return {"paused", Paint::warning, 3};
  if (state == "unknown") return {"unknown", Paint::warning, 3};
  if (state == "not_joined") return {"not joined", Paint::warning, 3};
  if (state == "catching_up") return {"catching up", Paint::plain, 4};
  if (state == "in_step") return {"in step", Paint::good, 5};
  if (state == "serving") return {"serving", Paint::good, 5};
  if (state == "halted") return {"halted", Paint::bad, 0};
  if (state == "filling") return {"being filled", Paint::warning, 4};
  if (state == "promoting") return {"being promoted", Paint::warning, 4};
  if (state == "retiring") return {"being retired", Paint::warning, 3};
  return {printable(state), Paint::warning, 3};
}

struct Health {
  Paint paint = Paint::bad;
  ExitCode code = ExitCode::failing;
};

Health health_of(const std::string& health) {
  if (health == "well") return {Paint::good, ExitCode::well};
  if (health == "behind" || health == "paused") return {Paint::warning, ExitCode::not_well};
  return {};
}

/// "-" where it is in step, "12 changes, 40 s" where not.
std::string behind_text(const json& connection) {
  const auto changes = connection.at("behind_changes");
  const auto seconds = connection.at("behind_seconds");
  // The controller says null for what it could not find out.
  if (changes.is_null() || connection.at("state") == "unknown") return "?";
  const auto count = changes.get<std::uint64_t>();
  if (count == 0) return "-";
  const auto behind = seconds.is_null() ? 0.0 : seconds.get<double>();
  const base::Duration span{static_cast<std::int64_t>(behind * 1000)};
  return counted(count, "change") + (span.count() > 0 ? ", " + span_text(span) : "");
}

/// Nobody knows when a silent controller last tried.
std::string moment_text(const json& connection, const char* field, base::Time now) {
  const bool silent = connection.at("state") == "silent";
  return silent && connection.at(field).is_null() ? "?" : relative(connection.at(field), now);
}

void note_error(Table& table, const json& part, const std::string& more) {
  const auto error = text(part, "error");
  if (!error.empty()) table.note(error + more, Paint::bad);
}

/// "inbound replication paused by admin, 3 min ago", a line each.
void note_pauses(Table& table, const json& controller, base::Time now) {
  if (!controller.contains("paused")) return;
  for (const auto* direction : {"inbound", "outbound"}) {
    const auto& pause = controller.at("paused").at(direction);
    if (pause.is_null()) continue;
    table.note(fmt::format("{} replication paused by {}, {}", direction, text(pause, "by"),
                           relative(pause.at("since"), now)),
               Paint::warning);
  }
}

std::string controllers_text(const json& controllers, base::Time now, const Style& style) {
  Table table({{"CONTROLLER"},
               {"SITE", Align::left, 6},
               {"STATE"},
               {"OBJECTS", Align::right},
               {"USN", Align::right},
               {"ADDRESS", Align::left, 9},
               {"STARTED"}});
  std::vector<const json*> order;
  for (const auto& controller : controllers)
    order.push_back(&controller);
  const auto key = [](const json* controller) {
    return std::tuple(controller->at("site").get<std::string>(),
                      controller->at("name").get<std::string>());
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](const json* left, const json* right) { return key(left) < key(right); });
  for (const json* entry : order) {
    const json& controller = *entry;
    const auto state = controller.at("state").get<std::string>();
    const auto mood = mood_of(state);
    const bool answers = state != "silent" && state != "not_joined";
    const auto number = [&](const char* field) -> std::string {
      return answers ? fmt::format("{}", controller.at(field).get<std::uint64_t>()) : "-";
    };
    table.add({{text(controller, "name")},
               {text(controller, "site")},
               {mood.word, mood.paint},
               {number("objects")},
               {number("highest_usn")},
               {text(controller, "address")},
               {answers ? relative(controller.at("started"), now) : "-"}});
    note_error(table, controller, "");
    note_pauses(table, controller, now);
  }
  return table.to_string(style);
}

bool same_trouble(const json& left, const json& right) {
  return left.at("destination") == right.at("destination") &&
         left.at("source") == right.at("source") && left.at("error") == right.at("error");
}

std::string connections_text(const json& connections, base::Time now, const Style& style) {
  std::vector<const json*> order;
  for (const auto& connection : connections)
    order.push_back(&connection);
  const auto key = [](const json* connection) {
    return std::tuple(mood_of(connection->at("state").get<std::string>()).rank,
                      connection->at("destination").get<std::string>(),
                      connection->at("source").get<std::string>());
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](const json* left, const json* right) { return key(left) < key(right); });
  Table table({{"CONTROLLER"},
               {"PULLS FROM"},
               {"NAMING CONTEXT", Align::left, 14},
               {"STATE"},
               {"BEHIND"},
               {"LAST ATTEMPT"},
               {"LAST SUCCESS"}});
  for (std::size_t at = 0; at < order.size(); ++at) {
    const auto* connection = order[at];
    const auto mood = mood_of(connection->at("state").get<std::string>());
    const json& takeover = connection->at("takeover");
    const bool awake = !takeover.is_null() && takeover.at("awake").get<bool>();
    const bool standby = connection->at("standby").get<bool>();
    const auto failures = connection->at("failures").get<std::uint64_t>();
    table.add({{text(*connection, "destination")},
               {text(*connection, "source")},
               {text(*connection, "naming_context")},
               {mood.word + (awake     ? ", took over"
                             : standby ? ", standby"
                                       : ""),
                mood.paint},
               {behind_text(*connection)},
               {moment_text(*connection, "last_attempt", now)},
               {moment_text(*connection, "last_success", now)}});
    // One reason for several naming contexts of a pair stands below the last of them.
    if (at + 1 < order.size() && same_trouble(*connection, *order[at + 1])) continue;
    note_error(table, *connection,
               failures > 1 ? fmt::format(" ({} in a row)", counted(failures, "failure")) : "");
  }
  return table.empty() ? "No connections: there is nobody to replicate with.\n"
                       : table.to_string(style);
}

}  // namespace

Rendered status_text(const json& answer, const World& world) {
  const auto health = health_of(answer.at("health").get<std::string>());
  // The controller's own clock: ages must not depend on how well ours is set.
  const auto now = base::parse_time(answer.at("time").get<std::string>()).value_or(world.now());
  return {fmt::format("{}\n\n{}\n{}", world.style.paint(health.paint, text(answer, "summary")),
                      controllers_text(answer.at("controllers"), now, world.style),
                      connections_text(answer.at("connections"), now, world.style)),
          "", health.code};
}

}  // namespace ringspan::cli
