#include "replicator/configuration/pause.hpp"

#include <fmt/format.h>

namespace ringspan::replicator::configuration {
namespace {

Set stopped(ControllerId controller, std::string_view attribute, const Pause& pause) {
  return {.target = ObjectId(controller.value),
          .attributes = {{std::string(attribute),
                          {fmt::format("{} {}", base::to_string(pause.since), pause.by)}}}};
}

}  // namespace

std::string_view to_string(Direction direction) {
  return direction == Direction::inbound ? "inbound" : "outbound";
}

std::string_view attribute_of(Direction direction) {
  return direction == Direction::inbound ? "inboundpaused" : "outboundpaused";
}

std::optional<Pause> parse_pause(std::string_view text) {
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos || blank + 1 == text.size()) return std::nullopt;
  const auto since = base::parse_time(text.substr(0, blank));
  if (!since) return std::nullopt;
  return Pause{std::string(text.substr(blank + 1)), *since};
}

std::string sentence(std::string_view controller, Direction direction, const Pause& pause) {
  return fmt::format(
      "{} replication of {} is paused by {} since {}; `ringspan resume {} {}` ends it",
      to_string(direction), controller, pause.by, minute_text(pause.since), controller,
      to_string(direction));
}

std::string minute_text(base::Time time) {
  const std::string text = base::to_string(time);  // 2024-01-01T14:02:00.000Z
  return fmt::format("{} {} UTC", text.substr(0, 10), text.substr(11, 5));
}

Set paused(ControllerId controller, Direction direction, const Pause& pause) {
  return stopped(controller, attribute_of(direction), pause);
}

Unset resumed(ControllerId controller, Direction direction) {
  return {.target = ObjectId(controller.value),
          .attributes = {std::string(attribute_of(direction))}};
}

Set retires(ControllerId controller, const Pause& since) {
  return stopped(controller, kRetiring, since);
}

Unset stays(ControllerId controller) {
  return {.target = ObjectId(controller.value), .attributes = {std::string(kRetiring)}};
}

}  // namespace ringspan::replicator::configuration
