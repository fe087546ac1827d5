// pause, resume: written at the controller that is asked, in force when the answer comes.

#include <memory>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/net/clock.hpp"
#include "replicator/net/pause_json.hpp"
#include "replicator/net/service.hpp"

namespace ringspan::replicator::net {
namespace {

using configuration::Direction;
using configuration::Pause;
using configuration::Pauses;

base::Result<std::vector<Direction>> read_directions(const Asked& asked) {
  if (auto known = asked.only({"ask", "direction"}); !known) return base::fail(known.error());
  const auto text = asked.text("direction");
  if (!text) return base::fail(text.error());
  if (*text == "both") return std::vector{Direction::inbound, Direction::outbound};
  if (*text == "inbound") return std::vector{Direction::inbound};
  if (*text == "outbound") return std::vector{Direction::outbound};
  return base::fail(base::Errc::invalid,
                    fmt::format("\"direction\": \"{}\" is none of inbound, outbound, both", *text));
}

/// What is still to be written: the directions that are not as they shall be.
std::vector<Direction> to_change(const Pauses& pauses, const std::vector<Direction>& directions,
                                 bool pause) {
  std::vector<Direction> changed;
  for (const Direction direction : directions) {
    if (pauses.of(direction).has_value() != pause) changed.push_back(direction);
  }
  return changed;
}

Json answer_of(const ServiceGround& ground, const std::vector<Direction>& changed) {
  Json names = Json::array();
  for (const Direction direction : changed)
    names.push_back(to_string(direction));
  return {{"controller", ground.name()},
          {"changed", std::move(names)},
          {"paused", to_json(ground.in_force->pauses_of(ground.identity.controller))}};
}

void answer(const ServiceGround& ground, const Json& request, bool pause, JsonTaker taker) {
  const auto directions = read_directions(Asked(request));
  if (!directions) return taker(error_text(directions.error()));
  const ControllerId me = ground.identity.controller;
  if (ground.identity.read_only) {
    return taker(error_text(
        {base::Errc::refused, fmt::format("{} is read-only: it cannot write that it is paused; "
                                          "pause its sources outbound instead",
                                          ground.name())}));
  }
  const auto changed = to_change(ground.in_force->pauses_of(me), *directions, pause);
  if (changed.empty()) return taker(to_text(answer_of(ground, changed)));
  Together together;
  for (const Direction direction : changed) {
    if (pause) {
      together.changes.emplace_back(
          configuration::paused(me, direction, {ground.caller.name, wall_clock()}));
    } else {
      together.changes.emplace_back(configuration::resumed(me, direction));
    }
  }
  ground.engine.write(std::move(together), [ground, changed, taker = std::move(taker)](
                                               const base::Result<Written>& result) {
    if (!result) return taker(error_text(result.error()));
    const bool taken = ground.readers.post(
        [ground, changed, taker] { taker(to_text(answer_of(ground.in_force_anew(), changed))); });
    if (!taken) taker(error_text({base::Errc::unavailable, "too many requests wait here"}));
  });
}

}  // namespace

void answer_pause(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  answer(ground, request, true, std::move(taker));
}

void answer_resume(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  answer(ground, request, false, std::move(taker));
}

Json to_json(const configuration::Pauses& pauses) {
  const auto one = [](const std::optional<Pause>& pause) -> Json {
    if (!pause) return nullptr;
    return {{"by", pause->by}, {"since", base::to_string(pause->since)}};
  };
  return {{"inbound", one(pauses.inbound)}, {"outbound", one(pauses.outbound)}};
}

configuration::Pauses read_pauses(const Json& json) {
  const auto one = [&json](const char* direction) -> std::optional<Pause> {
    if (!json.is_object() || !json.contains(direction)) return std::nullopt;
    const Asked asked(json[direction]);
    const auto by = asked.text("by");
    const auto since = base::parse_time(asked.text("since").value_or(""));
    if (!by || !since) return std::nullopt;
    return Pause{*by, *since};
  };
  return {one("inbound"), one("outbound")};
}

}  // namespace ringspan::replicator::net
