// What a scenario says of controllers that leave the forest, or come to take writes.

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "replicator/simulator/expectations.hpp"

namespace ringspan::replicator::simulator {
namespace {

using base::fail;
using base::Result;

Result<void> all_known(const Stage& stage, Words names) {
  for (const std::string& name : names) {
    if (!stage.world().read(name)) return senseless(fmt::format("no controller is named {}", name));
  }
  return {};
}

}  // namespace

// retire b1 | retire b1 at o1 [to c1]
Result<std::string> retire(Stage& stage, Words words) {
  World& world = stage.world();
  const bool has_at = words.size() >= 4 && words[2] == "at";
  const bool has_to = words.size() == 6 && words[4] == "to";
  if (words.size() != 2 && !(has_at && (words.size() == 4 || has_to))) {
    return say_form("retire CONTROLLER [at CONTROLLER [to CONTROLLER]]");
  }
  if (words.size() == 2) {
    const auto retired = world.retire(words[1]);
    return retired ? Result<std::string>(std::string()) : fail(retired.error());
  }
  const std::string& to = has_to ? words[5] : words[3];
  if (auto known = all_known(stage, std::vector{words[1], words[3], to}); !known) {
    return fail(known.error());
  }
  return world.retire(words[1], words[3], to);
}

// expire b1
Result<std::string> expire(Stage& stage, Words words) {
  if (words.size() != 2) return say_form("expire CONTROLLER");
  if (auto known = all_known(stage, std::vector{words[1]}); !known) return fail(known.error());
  const auto expired = stage.world().expire(words[1]);
  return expired ? Result<std::string>(std::string()) : fail(expired.error());
}

// promote n1 at o1
Result<std::string> promote(Stage& stage, Words words) {
  if (words.size() != 4 || words[2] != "at") return say_form("promote CONTROLLER at CONTROLLER");
  if (auto known = all_known(stage, std::vector{words[1], words[3]}); !known) {
    return fail(known.error());
  }
  const auto written = stage.world().promote(words[1], words[3]);
  return written ? Result<std::string>(std::string()) : fail(written.error());
}

// n1 state promoting
Result<void> expect_state(const Stage& stage, const std::string& controller, Words words) {
  constexpr std::string_view kStates[] = {"serving",  "read-only",   "promoting",
                                          "retiring", "halted",      "turned-out",
                                          "expired",  "quarantined", "stopped"};
  if (words.size() != 1 || std::ranges::find(kStates, words[0]) == std::end(kStates)) {
    return say_form(
        "expect CONTROLLER state "
        "serving|read-only|promoting|retiring|halted|turned-out|expired|quarantined|stopped");
  }
  if (auto known = all_known(stage, std::vector{controller}); !known) return known;
  const std::string_view state = stage.world().state(controller);
  return state == words[0] ? Result<void>{} : Result<void>(found(std::string(state)));
}

}  // namespace ringspan::replicator::simulator
