#pragma once

// What many tests begin with: one controller of a forest, with an engine over an empty directory.

#include <string>
#include <string_view>
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
  /// The controller `me` of the forest, or its first.
  OneReplica(sites::Forest forest, base::Time now, std::string_view me = {})
      : forest_(std::move(forest)),
        now_(now),
        identity_(
            begun(me.empty() ? forest_.controllers.front() : *sites::find_controller(forest_, me))),
        engine_(store_, guids_, identity_) {}

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
  replicator::Identity begun(const sites::Controller& me) {
    const replicator::Identity identity{.controller = me.id,
                                        .invocation = replicator::InvocationId(guids_.next()),
                                        .contexts = replicator::contexts_of(forest_, me).value()};
    create_genesis(store_, guids_, identity, now_);
    return identity;
  }
};

}  // namespace ringspan::tests
