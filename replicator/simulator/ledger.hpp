#pragma once

// Ledger: what controllers acknowledged, and what has become of it.
//
//     ledger.enter("o1", usn_before);   // after each write
//     ledger.verdict();                 // once the world has come together

#include <functional>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "replicator/simulator/world.hpp"

namespace ringspan::replicator::simulator {

class Ledger {
 public:
  struct Acknowledged {
    Stamp stamp;
    Context context;
    std::vector<std::string> values;
    bool doubtful = false;  ///< Excuses what it overwrote, and need not be there itself.
  };

  /// `world` must outlive the ledger.
  explicit Ledger(const World& world) : world_(world) {}

  /// Of the objects for which `among` holds alone.
  Ledger(const World& world, std::function<bool(ObjectId)> among)
      : world_(world), among_(std::move(among)) {}

  /// What the controller has originated since it was at `before`.
  /// A life whose disk was put back numbers twice: what it writes is doubtful until it is recovered
  /// or nobody can show that it was.
  void enter(const std::string& at, Usn before, bool doubtful = false);

  /// Somebody lost what only it had: writes that nobody has any more are expected no more.
  void forget_lost();

  /// Empty if each write is held, knowingly overwritten, or in a journal, and no journal has one
  /// that was overwritten knowingly; else the first that is not so. All replicas must be equal.
  std::string verdict() const;

 private:
  using Slot = std::pair<ObjectId, std::string>;  // object and attribute
  using Loser = std::tuple<ObjectId, std::string, InvocationId, Usn>;

  bool is_known(const Slot& slot, const Stamp& stamp) const;
  bool is_known(const LinkId& link, const Stamp& stamp) const;
  std::string vanished() const;
  std::string vanished_links(const Snapshot& snapshot) const;
  std::string invented() const;
  std::set<Loser> losers() const;
  std::string spoken(const Acknowledged& write, const std::string& what, ObjectId object) const;
  std::string all_of(const std::vector<Acknowledged>& writes) const;
  bool part_of_deletion(const Slot& slot, const Acknowledged& write) const;
  static const Acknowledged& last_of(const std::vector<Acknowledged>& writes);
  base::Time collected_anywhere(const Snapshot& snapshot) const;
  bool was_collected(const Snapshot& snapshot, ObjectId object) const;
  static bool survives(const Snapshot& snapshot, ObjectId end, const Acknowledged& link);

  const World& world_;
  std::function<bool(ObjectId)> among_ = [](ObjectId) { return true; };
  std::map<Slot, std::vector<Acknowledged>> values_;
  std::map<LinkId, std::vector<Acknowledged>> links_;
};

}  // namespace ringspan::replicator::simulator
