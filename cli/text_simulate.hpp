#pragma once

// What `ringspan simulate` says of the runs of scenarios and of random histories.

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "cli/style.hpp"
#include "replicator/simulator/scenario.hpp"
#include "replicator/simulator/swarm.hpp"

namespace ringspan::cli {

struct ScenarioRun {
  std::string file;
  replicator::simulator::ScenarioResult result;
};

/// Who sent what to whom, a row each; repeated failures of one pair are told once.
std::string story_table(const std::vector<replicator::simulator::TraceLine>& trace,
                        const Style& style);

/// Everything of one run, for scripts.
nlohmann::ordered_json run_json(const ScenarioRun& run);

nlohmann::ordered_json swarm_json(const replicator::simulator::SwarmResult& result,
                                  const std::string& file);

}  // namespace ringspan::cli
