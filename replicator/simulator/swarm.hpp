#pragma once

// Swarm: random histories, each from one seed. A forest is drawn, then writes, partitions, crashes
// and bad weather; at last faults end and the world must come together, with every acknowledged
// write held, knowingly overwritten, or in a journal.

#include <cstdint>
#include <string>
#include <vector>

#include "replicator/simulator/world.hpp"

namespace ringspan::replicator::simulator {

struct SwarmOptions {
  std::uint64_t steps = 60;
  std::string forest;                     ///< A forest file's text; drawn from the seed if empty.
  StoreMaker make_store;                  ///< For planted bugs.
  decltype(WorldOptions::tamper) tamper;  ///< For planted bugs.
};

struct SwarmResult {
  std::uint64_t seed = 0;
  std::string drawn;    ///< The forest and the faults that the seed stands for.
  std::string failure;  ///< Empty: passed.
  std::vector<std::string> story;
  std::uint64_t writes = 0;     ///< Acknowledged.
  std::uint64_t edits = 0;      ///< Of the forest definition, acknowledged.
  std::uint64_t conflicts = 0;  ///< Journal entries in the end.
  std::uint64_t closing_draw = 0;
  std::string forest;    ///< The text of its forest file.
  std::string scenario;  ///< The same history as a scenario: beside the forest in swarm-SEED.json,
                         ///< run with the seed.

  bool passed() const { return failure.empty(); }
};

/// What happened in `world`, a line each with its time.
std::vector<std::string> told(const World& world);

/// Whether options.forest can be lived in.
base::Result<void> check_forest(const SwarmOptions& options);

SwarmResult run_seed(std::uint64_t seed, const SwarmOptions& options);

}  // namespace ringspan::replicator::simulator
