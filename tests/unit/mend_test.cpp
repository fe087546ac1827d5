// What a replica takes of another one where the two diverge (rule R31).

#include "replicator/engine/mend.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "replicator/engine/audience.hpp"
#include "replicator/engine/comparison.hpp"
#include "sites/read_forest.hpp"
#include "tests/unit/one_replica.hpp"

namespace ringspan::tests {
namespace {

using namespace replicator;

constexpr base::Time kNow{std::chrono::days(19'000)};

const char* const kForest = R"({
  "name": "corp", "domains": [{"dn": "dc=corp,dc=example"}], "sites": [{"name": "oslo"}],
  "controllers": [{"name": "oslo-1", "site": "oslo", "address": "127.0.0.1:4001"}]})";

class MendTest : public testing::Test, protected OneReplica {
 protected:
  MendTest() : OneReplica(*sites::read_forest(kForest, "test.json"), kNow) {
    const auto written = asked(Add{*sites::Dn::parse("cn=alice,ou=people"), {{"title", {"A"}}}});
    alice_ = written->object;
    context_ = written->naming_context;
  }

  /// What another replica would say of alice, with her title as it is here.
  Page page() {
    const std::vector ids{alice_};
    return part_of(*store_.read(), context_, ids, identity_, {}, now_).page;
  }

  static AttributeChange& title(Page& page) {
    for (AttributeChange& one : page.objects.front().attributes) {
      if (one.name == "title") return one;
    }
    throw std::logic_error("no title");
  }

  base::Result<Written> mend(Page page, bool replaces) {
    return step(Mend{.id = 7, .page = std::move(page), .replaces = replaces})
        .answers.front()
        .result;
  }

  std::vector<std::string> title_here() {
    Page held = page();
    return title(held).values;
  }

  std::vector<JournalEntry> journal() {
    std::vector<JournalEntry> entries;
    store_.read()->journal([&](const JournalEntry& entry) {
      entries.push_back(entry);
      return true;
    });
    return entries;
  }

  ObjectId alice_;
  NamingContextId context_;
};

TEST_F(MendTest, AGreaterStampIsTakenWhateverTheVectorCovers) {
  Page theirs = page();
  title(theirs).values = {"B"};
  title(theirs).stamp.version += 1;
  title(theirs).stamp.usn = Usn(1);  // which our own cursor covers
  ASSERT_TRUE(mend(theirs, false));
  EXPECT_EQ(title_here(), std::vector<std::string>{"B"});
}

TEST_F(MendTest, ALesserStampChangesNothing) {
  Page theirs = page();
  ASSERT_TRUE(asked(Set{alice_, {{"title", {"B"}}}}));
  ASSERT_TRUE(mend(theirs, true));
  EXPECT_EQ(title_here(), std::vector<std::string>{"B"});
  EXPECT_TRUE(journal().empty());
}

TEST_F(MendTest, OneWriteWithTwoValuesIsReplacedOnlyWhereThatIsWanted) {
  Page theirs = page();
  title(theirs).values = {"B"};
  ASSERT_TRUE(mend(theirs, false));
  EXPECT_EQ(title_here(), std::vector<std::string>{"A"});
  EXPECT_TRUE(journal().empty());
  const Usn before = store_.read()->highest_usn();
  ASSERT_TRUE(mend(theirs, true));
  EXPECT_EQ(title_here(), std::vector<std::string>{"B"});
  EXPECT_GT(store_.read()->highest_usn(), before);
  ASSERT_EQ(journal().size(), 1U);
  EXPECT_EQ(journal().front().kind, ConflictKind::divergence);
  EXPECT_EQ(journal().front().lost_values, std::vector<std::string>{"A"});
  EXPECT_EQ(journal().front().kept_values, std::vector<std::string>{"B"});
}

TEST_F(MendTest, APageThatMakesNoSenseLeavesNoTrace) {
  Page theirs = page();
  title(theirs).values = {"B"};
  title(theirs).stamp.version = 0;
  const auto result = mend(theirs, true);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, base::Errc::damaged);
  EXPECT_EQ(title_here(), std::vector<std::string>{"A"});
}

TEST_F(MendTest, AContextThatIsNotHeldIsRefused) {
  Page theirs = page();
  theirs.naming_context = NamingContextId(base::Guid::from_name({}, "elsewhere"));
  EXPECT_EQ(mend(theirs, true).error().code, base::Errc::refused);
}

}  // namespace
}  // namespace ringspan::tests
