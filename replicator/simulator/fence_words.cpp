// What a scenario says of a fence, and of controllers that are frozen.

#include <fmt/format.h>

#include "replicator/simulator/expectations.hpp"
#include "replicator/simulator/stage.hpp"

namespace ringspan::replicator::simulator {
namespace {

using base::fail;
using base::Result;

Result<void> known(const Stage& stage, const std::string& controller) {
  if (stage.world().read(controller)) return {};
  return senseless(fmt::format("no controller is named {}", controller));
}

}  // namespace

// fence away [from a1] | fence back [to a1] | fence out [at a1] | fence in [at a1]
Result<std::string> change_fence(Stage& stage, Words words) {
  constexpr std::string_view kForm =
      "fence away [from CONTROLLER] | back [to CONTROLLER] | out|in [at CONTROLLER]";
  if (words.size() != 2 && words.size() != 4) return say_form(kForm);
  const std::string& what = words[1];
  const bool cuts = what == "away" || what == "back";
  if (!cuts && what != "out" && what != "in") return say_form(kForm);
  std::string whose;
  if (words.size() == 4) {
    if (words[2] != (what == "away" ? "from" : cuts ? "to" : "at")) return say_form(kForm);
    whose = words[3];
    if (auto named = known(stage, whose); !named) return fail(named.error());
  }
  const auto changed = cuts ? stage.world().cut_fence(whose, what == "away")
                            : stage.world().use_fence(whose, what == "in");
  if (!changed) return fail(changed.error());
  return std::string();
}

// freeze a1 20s [before-commit]
Result<std::string> freeze(Stage& stage, Words words) {
  const bool before_commit = words.size() == 4 && words[3] == "before-commit";
  const auto lasts = words.size() < 3 ? std::nullopt : base::parse_duration(words[2]);
  if (!lasts || (words.size() != 3 && !before_commit)) {
    return say_form("freeze CONTROLLER DURATION [before-commit]");
  }
  if (auto named = known(stage, words[1]); !named) return fail(named.error());
  const auto frozen = stage.world().freeze(
      words[1], *lasts, before_commit ? FreezePoint::before_commit : FreezePoint::now);
  if (!frozen) return fail(frozen.error());
  return std::string();
}

// counter 2500 [of DN] | counter none
Result<void> expect_counter(Stage& stage, Words words) {
  const auto domain = take_domain(stage, words);
  if (!domain) return fail(domain.error());
  const auto next = stage.world().counter(*domain);
  if (words.size() == 1 && words[0] == "none") {
    return next ? Result<void>(found(std::to_string(*next))) : Result<void>{};
  }
  const auto wanted = words.size() == 1 ? number_of(words[0]) : base::Result<std::uint64_t>();
  if (words.size() != 1 || !wanted) return say_form("expect counter N|none [of DN]");
  if (next == *wanted) return {};
  return found(next ? std::to_string(*next) : std::string("none"));
}

}  // namespace ringspan::replicator::simulator
