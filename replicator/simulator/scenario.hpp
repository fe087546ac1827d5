#pragma once

// Scenario: a story in a text file, run in virtual time over the real engine (docs/scenarios.md).
//
//     auto result = run_scenario(text, "two-sites.scn", {});
//     if (!result.passed) print(result.output);

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "replicator/simulator/outcome.hpp"

namespace ringspan::replicator::simulator {

struct ScenarioOptions {
  std::uint64_t seed = 1;
  bool rewrite = false;  ///< Replace golden output by what was printed (see `rewritten`).
  std::function<void(WorldOptions&)> adjust;  ///< Last word on the world; tests plant bugs here.
};

/// One line of the trace: a statement that was carried out, or what happened by itself meanwhile.
struct TraceLine {
  base::Time time{};
  std::size_t line = 0;  ///< Of the statement that was under way; 0: at the end.
  std::string from;      ///< Of a pull: whom it came from; else empty.
  std::string to;        ///< And whom it came to.
  std::string what;
  std::optional<PullCounts> counts;  ///< Of a pull.
  friend bool operator==(const TraceLine&, const TraceLine&) = default;
};

/// "Mon 00:00:10.040  changes from o1 to b1: objects=1 values=2"
std::string to_string(const TraceLine& line);

struct ScenarioResult {
  bool passed = false;
  std::string output;   ///< The story, who lost to whom, the verdict; for people.
  std::string failure;  ///< Empty when passed: "file:line: statement: found ...".
  std::size_t statements = 0;
  std::size_t expectations = 0;
  std::vector<TraceLine> trace;
  std::vector<Loss> losses;  ///< Before the world was healed for the last judgement.
  std::string rewritten;     ///< The file with golden output as it now is; only if asked for.
};

/// Runs the story; after each statement all invariants are checked, at the end the world, healed,
/// must converge. Stops at the first line that does not hold. The same seed gives the same result,
/// byte for byte.
ScenarioResult run_scenario(std::string_view text, std::string_view file_name,
                            const ScenarioOptions& options);

}  // namespace ringspan::replicator::simulator
