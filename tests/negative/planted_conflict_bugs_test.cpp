// Bugs in what is done with conflicts: each is planted outside of the engine, in what a replica
// stores, sends or believes, and must be caught by the scenario of its rule, which passes without.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "replicator/engine/writer.hpp"
#include "sites/read_forest.hpp"
#include "tests/negative/scenario_with_bug.hpp"

namespace ringspan::tests {
namespace {

using namespace replicator;

// A store that changes objects and links on their way in.
class Changing : public DecoratedTransaction {
 public:
  using DecoratedTransaction::DecoratedTransaction;

  void put(const Row& row) override {
    Object object = stored_object(row);
    if (change_object(object)) inner().put(to_row(object));
  }
  void put(const Link& link) override {
    Link changed = link;
    if (change_link(changed)) inner().put(changed);
  }

 protected:
  // False: it is forgotten.
  virtual bool change_object(Object& /*object*/) const { return true; }
  virtual bool change_link(Link& /*link*/) const { return true; }
};

base::Time after_the_beginning(std::int64_t milliseconds) {
  return base::Time(base::Duration(milliseconds));
}

// ── Names and places ─────────────────────────────────────────────────────────────────────────────

class NamesByVersion : public Changing {
  using Changing::Changing;
  bool change_object(Object& object) const override {
    Stamp& name = object.attributes.find(kName)->second.stamp;
    name.time = after_the_beginning(static_cast<std::int64_t>(name.version));
    return true;
  }
};

TEST(PlantedBug, NameClashDecidedByVersionInsteadOfTime) {
  expect_caught("name_clash_is_decided_by_time_not_version.scn", stored_by<NamesByVersion>(),
                "expect all @oslo conflict-name", "found cn=alice");
}

TEST(PlantedBug, RingBrokenByVersionInsteadOfTime) {
  expect_caught("ring_is_broken_by_time_not_version.scn", stored_by<NamesByVersion>(),
                "expect all @a under cn=LostAndFound", "found ou=a");
}

TEST(PlantedBug, OrphanDropped) {
  class NoOrphans : public Changing {
    using Changing::Changing;
    bool change_object(Object& object) const override {
      const auto parent = find(object.placement().parent);
      return !parent || !parent->deleted || object.deleted();
    }
  };
  expect_caught("parent_deleted_while_child_is_added.scn", stored_by<NoOrphans>(),
                "pull o1 from b1", "says that it holds write");
}

TEST(PlantedBug, BrokenCycleJudgedAtOnce) {
  class Impatient : public DecoratedTransaction {
   public:
    using DecoratedTransaction::DecoratedTransaction;
    std::string fact(std::string_view name) const override {
      if (name.starts_with("half-known-since/")) return "2000-01-01T00:00:00.000Z";
      return DecoratedTransaction::fact(name);
    }
  };
  expect_caught("half_of_a_name_swap.scn", stored_by<Impatient>(), "expect clashes 0", "found 1");
  expect_caught("deletion_arrives_before_the_move.scn", stored_by<Impatient>(), "expect clashes 0",
                "found 1");
}

TEST(PlantedBug, ReadOnlyControllerSettlesAClashItself) {
  const Adjust bug = [](simulator::WorldOptions& options) {
    options.disguise = [](Identity& identity) { identity.read_only = false; };
  };
  expect_caught("read_only_waits_for_the_remedy.scn", bug,
                "expect n1 @oslo stamp name version=1 by o1", "found version=2 by n1");
  expect_caught("read_only_waits_for_one_manager.scn", bug,
                "expect n1 @ann stamp manager=@bob version=1 by o1", "found version=2 by n1");
}

// ── Deletions ────────────────────────────────────────────────────────────────────────────────────

TEST(PlantedBug, TombstoneSentWithoutItsName) {
  const auto bug = sent_through([](Page& page) {
    for (ObjectChange& object : page.objects) {
      const bool deletes =
          std::ranges::any_of(object.attributes, [](const AttributeChange& change) {
            return change.name == kIsDeleted && !change.values.empty();
          });
      if (deletes) std::erase_if(object.attributes, [](const auto& c) { return c.name == kName; });
    }
  });
  expect_caught("delete_meets_edit.scn", bug, "pull b1 from o1", "lacks it in name");
}

TEST(PlantedBug, RemovedValueSentAsNothing) {
  const auto bug = sent_through([](Page& page) {
    for (ObjectChange& object : page.objects) {
      std::erase_if(object.attributes, [](const auto& change) { return change.values.empty(); });
    }
    std::erase_if(page.objects, [](const auto& object) { return object.attributes.empty(); });
  });
  expect_caught("removal_beats_an_older_value.scn", bug, "pull b1 from o1", "lacks it in phone");
}

TEST(PlantedBug, DeletionThatForgetsWhatItSawOfLinks) {
  class Forgetful : public Changing {
    using Changing::Changing;
    bool change_object(Object& object) const override {
      if (object.deleted()) object.attributes.find(kIsDeleted)->second.context = {};
      return true;
    }
  };
  expect_caught("member_added_to_a_deleted_group.scn", stored_by<Forgetful>(), "expect clashes 1",
                "found 2");
}

TEST(PlantedBug, EditLostToADeletionNotJournaled) {
  class Silent : public DecoratedTransaction {
   public:
    using DecoratedTransaction::DecoratedTransaction;
    using DecoratedTransaction::journal;
    void journal(const JournalEntry& entry) override {
      if (entry.kind != ConflictKind::deletion) inner().journal(entry);
    }
  };
  expect_caught("delete_meets_edit.scn", stored_by<Silent>(), "expect clashes 1", "found 0");
  expect_caught("rename_meets_deletion.scn", stored_by<Silent>(), "expect clashes 2", "found 0");
  expect_caught("deleted_person_is_made_a_member.scn", stored_by<Silent>(), "expect clashes 1",
                "found 0");
}

TEST(PlantedBug, UndeleteRevivesLinksWithoutRecycleBin) {
  class Reviving : public Changing {
    using Changing::Changing;
    bool change_link(Link& link) const override {
      const auto row = find(link.id.source);
      if (link.present || !row || row->deleted) return true;
      const Object source = stored_object(*row);
      const auto life = source.attributes.find(kIsDeleted);
      return life == source.attributes.end();  // what an undelete removes stays
    }
  };
  expect_caught("undelete_without_recycle_bin_brings_no_members_back.scn", stored_by<Reviving>(),
                "expect b1 @staff no member", "found member");
}

// ── Links ────────────────────────────────────────────────────────────────────────────────────────

TEST(PlantedBug, LastLinkToArriveWins) {
  std::uint32_t arrivals = 1000;
  const auto bug = sent_through([&arrivals](Page& page) {
    for (LinkChange& link : page.links)
      link.stamp.version = ++arrivals;
  });
  expect_caught("member_added_and_removed_at_once_other_pull_order.scn", bug, "pull b1 from o1",
                "lacks that link member");
}

TEST(PlantedBug, LinksOrderedWithoutTheTimeOfTheirBirth) {
  class Ageless : public Changing {
    using Changing::Changing;
    bool change_link(Link& link) const override {
      link.created = {};
      return true;
    }
  };
  expect_caught("earlier_born_link_loses.scn", stored_by<Ageless>(),
                "expect all @staff member=@ann", "found member");
}

TEST(PlantedBug, SingleValuedLinkKeepsTheEarliest) {
  class Backwards : public Changing {
    using Changing::Changing;
    bool change_link(Link& link) const override {
      const auto time = link.stamp.time.time_since_epoch();
      if (time.count() > 0) link.stamp.time = base::Time(-time);
      return true;
    }
  };
  expect_caught("two_managers_at_once.scn", stored_by<Backwards>(), "expect all @ann manager=@cat",
                "found manager");
}

TEST(PlantedBug, SingleValuedLinkKeepsBoth) {
  class NeverJudging : public Changing {
    using Changing::Changing;
    bool change_object(Object& object) const override {
      object.links_unsettled = false;
      return true;
    }
  };
  expect_caught("two_managers_at_once.scn", stored_by<NeverJudging>(),
                "expect all @ann manager=@cat", "found manager");
}

// ── Durability ───────────────────────────────────────────────────────────────────────────────────

// The next page's objects are lost in a crash, the watermark and the vector are not.
TEST(PlantedBug, WatermarkCommittedBeforeItsData) {
  static bool losing = false;
  class Losing : public Changing {
    using Changing::Changing;
    bool change_object(Object& /*object*/) const override { return !losing; }
  };
  for (const bool bug : {false, true}) {
    const auto forest = sites::read_forest(
        R"({"name": "negative", "domains": [{"dn": "dc=corp,dc=example"}],
            "sites": [{"name": "oslo"}],
            "controllers": [{"name": "o1", "site": "oslo"}, {"name": "b1", "site": "oslo"}]})",
        "negative");
    simulator::WorldOptions options{.founder = "o1", .manual = true};
    stored_by<Losing>()(options);
    losing = false;
    simulator::World world(*forest, options);
    const auto alice = *sites::Dn::parse("cn=alice,ou=people");
    ASSERT_TRUE(world.write("o1", Add{.dn = alice, .attributes = {{"title", {"Clerk"}}}}));
    losing = bug;
    ASSERT_TRUE(world.pull("b1", "o1", {}));
    losing = false;
    ASSERT_TRUE(world.crash("b1"));
    ASSERT_TRUE(world.pull("b1", "o1", {}));
    EXPECT_EQ(world.broken_invariant().empty(), !bug) << world.broken_invariant();
    EXPECT_EQ(world.divergence().empty(), !bug) << world.divergence();
  }
}

}  // namespace
}  // namespace ringspan::tests
