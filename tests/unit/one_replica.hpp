#pragma once

// What many tests begin with: one controller of a forest, with an engine over an empty directory.

#include <string>
#include <utility>
#include <vector>

#include "replicator/engine/engine.hpp"
#include "replicator/engine/genesis.hpp"
#include "replicator/store/memory_store.hpp"
#include "sites/forest.hpp"

namespace ringspan::tests {

/// GUIDs that are the same in every run.
class CountedGuids final : public replicator::GuidSource {
 public:
  base::Guid next() override {
    return base::Guid::from_name(base::Guid{}, std::to_string(++count_));
  }

 private:
  int count_ = 0;
};

class OneReplica {
 protected:
  /// The forest's first controller.
  OneReplica(sites::Forest forest, base::Time now)
      : forest_(std::move(forest)), now_(now), engine_(genesis(), guids_, identity_) {}

  replicator::Effects step(replicator::Event event) {
    return engine_.step(std::vector{std::move(event)}, now_);
  }

  base::Result<replicator::Written> asked(replicator::Write write) {
    return step(replicator::WriteAsked{.id = 1, .write = std::move(write)}).answers.front().result;
  }

  /// What was wrong; empty: nothing.
  std::string trouble_with(replicator::Write write) {
    const auto result = asked(std::move(write));
    return result ? std::string() : result.error().message;
  }

  sites::Forest forest_;
  base::Time now_;
  replicator::store::MemoryStore store_;
  CountedGuids guids_;
  replicator::Identity identity_;
  replicator::Engine engine_;

 private:
  replicator::Store& genesis() {
    const sites::Controller& me = forest_.controllers.front();
    identity_ = {.controller = me.id,
                 .invocation = replicator::InvocationId(guids_.next()),
                 .contexts = replicator::contexts_of(forest_, me).value()};
    create_genesis(store_, guids_, identity_, forest_, now_);
    return store_;
  }
};

}  // namespace ringspan::tests
