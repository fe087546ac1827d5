#pragma once

// Scenario: a story in a text file, run in virtual time over the real engine (docs/scenarios.md).
//
//     auto result = run_scenario(text, "two-sites.scn", {});
//     if (!result.passed) print(result.output);

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ringspan::replicator::simulator {

struct WorldOptions;

struct ScenarioOptions {
  std::uint64_t seed = 1;
  bool story = false;    ///< Print who sent what to whom.
  bool rewrite = false;  ///< Replace golden output by what was printed (see `rewritten`).
  std::function<void(WorldOptions&)> adjust;  ///< Last word on the world; tests plant bugs here.
};

struct ScenarioResult {
  bool passed = false;
  std::string output;   ///< What the statements printed, then the verdict; for people.
  std::string failure;  ///< Empty when passed: "file:line: ...".
  std::size_t statements = 0;
  std::size_t expectations = 0;
  std::vector<std::string> story;  ///< "00:00:01.020  o1 pulled from b1: objects=1 values=2".
  std::string rewritten;           ///< The file with golden output as it now is; only if asked for.
};

/// Runs the story; after each statement all invariants are checked, at the end the world, healed,
/// must converge. Stops at the first line that does not hold. The same seed gives the same result,
/// byte for byte.
ScenarioResult run_scenario(std::string_view text, std::string_view file_name,
                            const ScenarioOptions& options);

}  // namespace ringspan::replicator::simulator
