#pragma once

// A scenario file over an engine with a planted bug.

#include <functional>
#include <memory>
#include <string>

#include "replicator/simulator/scenario.hpp"
#include "replicator/simulator/world.hpp"
#include "replicator/store/memory_store.hpp"
#include "tests/negative/decorated_store.hpp"

namespace ringspan::tests {

using Adjust = std::function<void(replicator::simulator::WorldOptions&)>;

/// Runs tests/scenarios/NAME.
replicator::simulator::ScenarioResult run_file(const std::string& name, const Adjust& adjust);

/// The file passes without the bug; with it the statement of the file that begins with `statement`
/// fails, and says `complaint` of it.
void expect_caught(const std::string& name, const Adjust& bug, const std::string& statement,
                   const std::string& complaint);

/// Every replica lives in a store whose transactions are `Planted`.
template <typename Planted>
Adjust stored_by() {
  return [](replicator::simulator::WorldOptions& options) {
    options.make_store = [] {
      return std::make_unique<DecoratedStore<Planted, replicator::store::MemoryStore>>();
    };
  };
}

/// Every page passes through `bug` before it is delivered.
Adjust sent_through(const std::function<void(replicator::Page&)>& bug);

}  // namespace ringspan::tests
