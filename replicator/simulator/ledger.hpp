#pragma once

// Ledger: what controllers acknowledged, and what has become of it.
//
//     ledger.enter("o1", usn_before);   // after each write
//     ledger.verdict();                 // once the world has come together

#include <cstdint>
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
    bool excused = false;   ///< Likewise: the only journal that had it was lost.
    bool lost = false;  ///< Nobody had it after a disk was put back; it may be on its way still.
    bool is_expected() const { return !doubtful && !excused; }
  };

  /// `world` must outlive the ledger.
  explicit Ledger(const World& world) : world_(world) {}

  /// Of the objects for which `among` holds alone.
  Ledger(const World& world, std::function<bool(ObjectId)> among)
      : world_(world), among_(std::move(among)) {}

  /// What the controller has originated since it was at `before`.
  /// A life whose disk was put back numbers twice: what it writes is doubtful until it is recovered
  /// or nobody can show that it was. Whoever has seen one of two writes that bear one number has,
  /// for all that anybody can see, seen both: a write over either excuses both.
  void enter(const std::string& at, Usn before, bool doubtful = false);

  /// Notes what somebody has seen, before a disk is put back; and after it: a write that nobody has
  /// seen any more, or that no journal has any more, is expected no more.
  void note_seen();
  void forget_lost();

  /// Somebody is no member any more: what nobody else has seen is expected no more.
  void forget_unseen();

  /// Before the controller is recovered: those of its doubtful writes that others hold are to be
  /// held, knowingly overwritten, or journaled from now on like any others. Its own are written
  /// again.
  void expect_held(const std::string& at);

  /// Empty if each write is held, knowingly overwritten, or in a journal, and no journal has one
  /// that was overwritten knowingly; else the first that is not so. All replicas must be equal.
  std::string verdict();

 private:
  using Slot = std::pair<ObjectId, std::string>;           // object and attribute
  using Loser = std::tuple<ObjectId, std::string, Stamp>;  // two of one number differ in their time
  enum class Seen : std::uint8_t { no, passed, held };     // passed: what is held came after it

  Seen seen(const Slot& slot, const Stamp& stamp, const std::string& without = {}) const;
  Seen seen(const LinkId& link, const Stamp& stamp, const std::string& without = {}) const;
  void drop_lost();
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
  bool survives(const Snapshot& snapshot, ObjectId end, const Acknowledged& link) const;

  const World& world_;
  std::function<bool(ObjectId)> among_ = [](ObjectId) { return true; };
  std::map<Slot, std::vector<Acknowledged>> values_;
  std::map<LinkId, std::vector<Acknowledged>> links_;
  std::set<Loser> journaled_before_;
  std::set<std::pair<Slot, Stamp>> seen_values_;
  std::set<std::pair<LinkId, Stamp>> seen_links_;
};

}  // namespace ringspan::replicator::simulator
