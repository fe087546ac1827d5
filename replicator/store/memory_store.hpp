#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "replicator/engine/store.hpp"

namespace ringspan::replicator::store {

/// A store that lives and dies with the process: for simulations and tests.
///
/// There is one state. A transaction writes it in place and keeps what it replaced, so rolling back
/// costs as much as was written; snapshots share it, and it is copied only when someone still looks
/// at it while someone else begins to write.
class MemoryStore final : public Store {
 public:
  MemoryStore();
  ~MemoryStore() override;

  std::unique_ptr<Snapshot> read() override;
  std::unique_ptr<Transaction> begin() override;

  /// A store of its own with what was committed here, as an image of a disk.
  std::unique_ptr<MemoryStore> copy();

 private:
  struct State;
  struct Change;
  template <typename Face>
  class View;
  class MemorySnapshot;
  class MemoryTransaction;

  static void roll_back(State& state, std::vector<Change>& changes, std::size_t down_to);

  /// Invariant: while a transaction is open, `state_` is its alone, `changes_` leads back from it
  /// to what was committed last, and `committed_` is that, if someone asked for it meanwhile.
  std::mutex mutex_;              ///< Guards all below, and the open state's writes.
  std::shared_ptr<State> state_;  ///< Shared with the snapshots that show it.
  std::vector<Change> changes_;
  std::shared_ptr<State> committed_;  ///< Shared likewise.
  bool open_ = false;
};

}  // namespace ringspan::replicator::store
