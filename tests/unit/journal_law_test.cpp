// The journal holds exactly what causality demands. Beside the simulator runs a model that knows of
// every write which writes its writer had seen, by name and not by stamps: whoever loses to a write
// that had not seen it, and differs, must be in a journal, and nobody else may be.

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/rng.hpp"
#include "replicator/simulator/world.hpp"
#include "sites/read_forest.hpp"

namespace ringspan::tests {
namespace {

using namespace replicator;
using simulator::World;

using Slot = std::string;                           // "alice title" or "staff member bob"
using WriteId = std::pair<InvocationId, Usn>;       // as the journal names a write
using Rank = std::tuple<base::Time, std::uint32_t,  // created (links), version,
                        base::Time, InvocationId>;  // time, originator

struct Known {
  WriteId write;
  Rank rank;
  std::string value;  // "" for none
  std::set<WriteId> seen;
};

struct Held {
  WriteId current;
  std::set<WriteId> known;
};

// What each controller holds, has seen, and must have journaled.
class Model {
 public:
  explicit Model(World& world) : world_(world) {}

  std::string value(const std::string& at, const Slot& slot) {
    const auto held = replicas_[at].find(slot);
    return held == replicas_[at].end() ? "" : writes_.at(held->second.current).value;
  }

  void wrote(const std::string& at, const Slot& slot, bool link, Usn usn, std::string value) {
    const WriteId write{world_.identity(at).invocation, usn};
    Held& held = replicas_[at][slot];
    base::Time created = link ? world_.now() : base::Time{};
    std::uint32_t version = 1;
    if (!held.known.empty()) {
      created = std::get<0>(writes_.at(held.current).rank);
      version += std::get<1>(writes_.at(held.current).rank);
    }
    writes_[write] = {.write = write,
                      .rank = {created, version, world_.now(), write.first},
                      .value = std::move(value),
                      .seen = held.known};
    held.current = write;
    held.known.insert(write);
    vectors_[at][write.first] = usn;
  }

  void pulled(const std::string& destination, const std::string& source) {
    for (const auto& [slot, theirs] : replicas_[source]) {
      const Known& write = writes_.at(theirs.current);
      if (vectors_[destination][write.write.first] >= write.write.second) continue;
      meet(replicas_[destination][slot], write);
    }
    for (const auto& [originator, usn] : vectors_[source]) {
      Usn& ours = vectors_[destination][originator];
      ours = std::max(ours, usn);
    }
  }

  const std::set<WriteId>& lost() const { return lost_; }

 private:
  void meet(Held& held, const Known& theirs) {
    if (!held.known.empty() && !held.known.contains(theirs.write)) {
      const Known& ours = writes_.at(held.current);
      const bool unseen = !theirs.seen.contains(ours.write);
      const bool ours_wins = theirs.rank < ours.rank;
      if (unseen && ours.value != theirs.value) lost_.insert(ours_wins ? theirs.write : ours.write);
      if (!ours_wins) held.current = theirs.write;
    } else if (held.known.empty()) {
      held.current = theirs.write;
    }
    held.known.insert(theirs.write);
    held.known.insert(theirs.seen.begin(), theirs.seen.end());
  }

  World& world_;
  std::map<WriteId, Known> writes_;
  std::map<std::string, std::map<Slot, Held>> replicas_;
  std::map<std::string, std::map<InvocationId, Usn>> vectors_;  // whole cycles only
  std::set<WriteId> lost_;
};

const std::vector<std::string> kControllers{"a1", "b1", "c1", "d1"};
const std::vector<std::string> kPeople{"ann", "bob", "cat"};

sites::Forest four_controllers() {
  auto forest = sites::read_forest(
      R"({"name": "law", "domains": [{"dn": "dc=corp,dc=example"}], "sites": [{"name": "oslo"}],
          "controllers": [{"name": "a1", "site": "oslo"}, {"name": "b1", "site": "oslo"},
                          {"name": "c1", "site": "oslo"}, {"name": "d1", "site": "oslo"}]})",
      "law");
  EXPECT_TRUE(forest.has_value());
  return *std::move(forest);
}

class History {
 public:
  explicit History(std::uint64_t seed)
      : rng_(seed),
        world_(four_controllers(), {.seed = seed, .founder = "a1", .manual = true}),
        model_(world_) {
    for (const std::string& person : kPeople)
      objects_[person] = world_.write("a1", Add{.dn = dn(person), .attributes = {}})->object;
    for (const std::string& other : kControllers) {
      if (other == "a1") continue;
      EXPECT_TRUE(world_.pull(other, "a1", {}));
    }
  }

  void step() {
    const std::string at = rng_.pick(kControllers);
    if (rng_.chance(1, 2)) {
      const std::string source = rng_.pick(kControllers);
      if (source == at) return;
      EXPECT_TRUE(world_.pull(at, source, {}));
      model_.pulled(at, source);
    } else if (rng_.chance(1, 2)) {
      set(at);
    } else {
      link(at);
    }
    if (rng_.chance(1, 4)) world_.run_for(base::Duration(1));
  }

  void expect_exact_journal(std::uint64_t seed) {
    std::set<WriteId> journaled;
    for (const JournalEntry& entry : world_.conflicts()) {
      journaled.emplace(entry.lost.originator, entry.lost.usn);
      EXPECT_EQ(entry.kind == ConflictKind::link, entry.attribute == "member");
    }
    EXPECT_EQ(journaled, model_.lost()) << "seed " << seed;
    EXPECT_EQ(world_.broken_invariant(), "") << "seed " << seed;
  }

  std::size_t lost() const { return model_.lost().size(); }

 private:
  static sites::Dn dn(const std::string& person) {
    return *sites::Dn::parse("cn=" + person + ",ou=people");
  }

  void set(const std::string& at) {
    const std::string& person = rng_.pick(kPeople);
    const std::string attribute = rng_.chance(1, 2) ? "title" : "phone";
    const Slot slot = person + " " + attribute;
    const bool remove = rng_.chance(1, 5) && !model_.value(at, slot).empty();
    const std::string value = remove ? "" : std::to_string(rng_.below(4));
    const Write write =
        remove ? Write(Unset{.target = objects_[person], .attributes = {attribute}})
               : Write(Set{.target = objects_[person], .attributes = {{attribute, {value}}}});
    const auto written = world_.write(at, write);
    ASSERT_TRUE(written) << written.error().message;
    model_.wrote(at, slot, false, written->usn, value);
  }

  void link(const std::string& at) {
    const std::string& group = rng_.pick(kPeople);
    const std::string& member = rng_.pick(kPeople);
    const Slot slot = group + " member " + member;
    const bool present = !model_.value(at, slot).empty();
    const Write write = present ? Write(RemoveLink{objects_[group], "member", objects_[member]})
                                : Write(AddLink{objects_[group], "member", objects_[member]});
    const auto written = world_.write(at, write);
    ASSERT_TRUE(written) << written.error().message;
    model_.wrote(at, slot, true, written->usn, present ? "" : "present");
  }

  base::Rng rng_;
  World world_;
  Model model_;
  std::map<std::string, ObjectId> objects_;
};

TEST(JournalLaw, TheJournalHoldsExactlyWhatLostUnseen) {
  std::size_t lost = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    History history(seed);
    for (int step = 0; step < 80; ++step)
      history.step();
    history.expect_exact_journal(seed);
    lost += history.lost();
  }
  EXPECT_GT(lost, 300U) << "histories without conflicts show nothing";
}

}  // namespace
}  // namespace ringspan::tests
