// Identifiers (docs/roles.md, I1 to I10): what is said of ranges, who may set them aside, and when
// a controller may issue any.

#include "replicator/engine/identifiers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "replicator/engine/allotment.hpp"
#include "replicator/engine/writer.hpp"
#include "sites/read_forest.hpp"
#include "tests/unit/one_replica.hpp"

namespace ringspan::replicator {
namespace {

using namespace std::chrono_literals;

constexpr base::Time kNow{std::chrono::days(19'000)};

sites::Forest forest_of_two() {
  auto forest = sites::read_forest(
      R"({"name": "corp", "domains": [{"dn": "dc=corp,dc=example"}],
          "sites": [{"name": "oslo"}],
          "controllers": [{"name": "oslo-1", "site": "oslo"}, {"name": "oslo-2", "site": "oslo"}]})",
      "test.json");
  EXPECT_TRUE(forest.has_value());
  return forest.value_or(sites::Forest{});
}

InvocationId invocation(const char* name) {
  return InvocationId(base::Guid::from_name({}, name));
}

TEST(NumberRanges, AreWrittenAndReadBack) {
  EXPECT_EQ(to_string(NumberRange{1000, 1499}), "1000-1499");
  EXPECT_EQ(to_string(NumberRange{7, 7}), "7");
  EXPECT_EQ(parse_range("1000-1499"), (NumberRange{1000, 1499}));
  EXPECT_EQ(parse_range("7"), (NumberRange{7, 7}));
  for (const char* senseless : {"", "-", "9-8", "1-", "-1", "x", "1-2-3", "0-1073741824"})
    EXPECT_FALSE(parse_range(senseless).has_value()) << senseless;
  EXPECT_EQ(count_of({{1, 1}, {10, 19}}), 11U);
}

TEST(IdentifierSpace, IsCountedInTenths) {
  EXPECT_EQ(tenths_used(kFirstIdentifier), 0U);
  EXPECT_EQ(tenths_used(kIdentifierSpace / 10), 0U);
  EXPECT_EQ(tenths_used(kIdentifierSpace / 10 + 1), 1U);
  EXPECT_EQ(tenths_used(kIdentifierSpace - 1), 9U);
  EXPECT_EQ(tenths_used(kIdentifierSpace), 10U);
}

/// An ownership of rid by who is named.
Ownership owned(std::uint64_t counter, const char* owner, Gained gained, const char* former = "",
                bool settled = false) {
  Ownership one{.role = {MasterRole::rid, NamingContextId(base::Guid::from_name({}, "corp"))},
                .epoch = {.revision = {}, .counter = counter, .owner = invocation(owner)},
                .owner = ControllerId(base::Guid::from_name({}, owner)),
                .gained = gained,
                .settled = settled};
  if (*former != 0) one.former = ControllerId(base::Guid::from_name({}, former));
  return one;
}

TEST(Settled, IsWhoWasGivenTheRoleByASettledOneAndHeardOfNothingBetween) {
  const Ownership first = owned(1, "a", Gained::first);
  EXPECT_TRUE(was_given_whole({first, owned(2, "b", Gained::transfer, "a", true)}));
  EXPECT_FALSE(was_given_whole({first, owned(2, "b", Gained::transfer, "a", false)}));
  EXPECT_FALSE(was_given_whole({first, owned(2, "b", Gained::seize, "a", true)}));
  EXPECT_FALSE(was_given_whole(
      {first, owned(2, "c", Gained::seize, "a"), owned(3, "b", Gained::transfer, "a", true)}))
      << "the giver's epoch is not the one before";
  std::vector<Ownership> history{first, owned(2, "b", Gained::transfer, "a", true),
                                 owned(2, "c", Gained::seize, "a")};
  std::ranges::sort(history, {}, &Ownership::epoch);
  if (history.back().gained == Gained::transfer) {
    EXPECT_FALSE(was_given_whole(history)) << "another epoch lies between";
  }
}

/// oslo-1, with a stock.
class IdentifiersTest : public testing::Test, protected tests::OneReplica {
 protected:
  IdentifiersTest() : OneReplica(forest_of_two(), kNow, "oslo-1") {}

  NamingContextId domain() const { return forest_.root_domain; }
  ControllerId other() const { return sites::find_controller(forest_, "oslo-2")->id; }

  TakeIdentifiers take(std::uint64_t count, const char* request) const {
    return {.domain = domain(), .count = count, .request = request, .who = "alice"};
  }

  std::string taken(Engine& engine, const TakeIdentifiers& take) {
    const std::vector<Event> events{WriteAsked{.id = 1, .write = take}};
    const auto result = engine.step(events, now_).answers.front().result;
    return result ? "" : result.error().message;
  }

  NumberRanges answer(const char* request) {
    const auto me = find_taker(*store_.read(), domain(), identity_.invocation);
    if (!me) return {};
    return answer_to(*store_.read(), domain(), *me, request).value_or(NumberRanges{});
  }

  /// The engine asks oslo-2 for the domain, and gets this as the whole cycle.
  GetChanges pull(Engine& engine, std::vector<ObjectChange> objects) {
    const auto asked = engine.step(
        std::vector<Event>{PullForced{.source = other(), .naming_context = domain()}}, now_);
    const auto request = std::get<GetChanges>(asked.send.at(0).message);
    Page page{.request = request.request,
              .naming_context = domain(),
              .source = invocation("oslo-2"),
              .objects = std::move(objects),
              .end = {.source = invocation("oslo-2"), .usn = Usn(9), .settled = Usn(9)},
              .vector = UpToDatenessVector{}};
    (void)engine.step(std::vector<Event>{PageArrived{.source = other(), .page = std::move(page)}},
                      now_);
    return request;
  }

  static constexpr Settings kStarted{.must_catch_up = true, .identifiers = true};
};

TEST_F(IdentifiersTest, ARequestIsAnsweredOnceWhateverComesOfTheAnswer) {
  Engine engine(store_, guids_, identity_, {.identifiers = true});
  EXPECT_EQ(taken(engine, take(3, "a")), "");
  const NumberRanges first = answer("a");
  EXPECT_EQ(first, (NumberRanges{{1000, 1002}}));
  EXPECT_EQ(taken(engine, take(700, "b")), "");
  EXPECT_EQ(count_of(answer("b")), 700U);
  EXPECT_EQ(taken(engine, take(3, "a")), "");
  EXPECT_EQ(answer("a"), first);
  EXPECT_NE(taken(engine, take(4, "a")).find("was answered with 3 identifiers"), std::string::npos);
  for (int i = 0; i < 200; ++i)
    EXPECT_EQ(taken(engine, take(1, std::to_string(i).c_str())), "");
  EXPECT_EQ(find_taker(*store_.read(), domain(), identity_.invocation)->answers.size(),
            kAnswersKept);
  EXPECT_TRUE(answer("a").empty()) << "the oldest goes";
}

TEST_F(IdentifiersTest, SenselessRequestsAreRefused) {
  Engine engine(store_, guids_, identity_, {.identifiers = true});
  for (const auto& wrong : {take(0, "a"), take(10'001, "a"), take(1, ""), take(1, "a b")})
    EXPECT_NE(taken(engine, wrong), "");
  EXPECT_NE(taken(engine, {.domain = configuration_among(identity_.contexts), .request = "a"})
                .find("is no domain that is written here"),
            std::string::npos);
}

TEST_F(IdentifiersTest, TheSamePoolAskedForTwiceIsTheSame) {
  Engine engine(store_, guids_, identity_, {.identifiers = true});
  const GrantPool grant{.domain = domain(), .taker = invocation("oslo-2"), .controller = other()};
  const auto give = [&] {
    return engine.step(std::vector<Event>{WriteAsked{.id = 1, .write = grant}}, now_)
        .answers.front()
        .result;
  };
  const auto once = give();
  const auto twice = give();
  ASSERT_TRUE(once && twice);
  EXPECT_EQ(*once, *twice);
}

TEST_F(IdentifiersTest, NoneIsIssuedAfterAStartBeforeAPartnerHasConfirmed) {
  Engine before(store_, guids_, identity_, {.identifiers = true});
  ASSERT_EQ(taken(before, take(3, "a")), "");
  const Usn then = store_.read()->highest_usn();
  Engine engine(store_, guids_, identity_, kStarted);
  (void)engine.step(std::vector<Event>{WriteAsked{
                        .write = Add{.dn = *sites::Dn::parse("cn=x,ou=people"), .attributes = {}}}},
                    now_);
  EXPECT_NE(taken(engine, take(1, "b")).find("no partner has confirmed"), std::string::npos);
  TakeIdentifiers alone = take(1, "c");
  alone.alone = true;
  EXPECT_EQ(taken(engine, alone), "");
  const auto me = find_taker(*store_.read(), domain(), identity_.invocation);
  EXPECT_NE(me->alone.find("alice"), std::string::npos) << "it is written down";

  const GetChanges asked = pull(engine, {});
  EXPECT_EQ(asked.known.cursors().at(identity_.invocation).usn, then)
      << "whatever we wrote since is asked for, too";
  EXPECT_EQ(taken(engine, take(1, "b")), "");
  EXPECT_GT(pull(engine, {}).known.cursors().at(identity_.invocation).usn, then);
}

TEST_F(IdentifiersTest, TheOnlyWriterOfADomainHasNobodyToAsk) {
  Engine engine(store_, guids_, identity_, kStarted);
  (void)engine.step(std::vector<Event>{Alone{}}, now_);
  EXPECT_EQ(taken(engine, take(1, "a")), "");
  Engine again(store_, guids_, identity_, kStarted);
  (void)again.step(
      std::vector<Event>{WritersChanged{.writers = {{domain(), {identity_.controller}}}}}, now_);
  EXPECT_EQ(taken(again, take(1, "b")), "");
}

TEST_F(IdentifiersTest, ADiskThatWasPutBackIssuesNothingAnyMore) {
  Engine before(store_, guids_, identity_, {.identifiers = true});
  ASSERT_EQ(taken(before, take(3, "a")), "");
  const auto image = store_.copy();
  ASSERT_EQ(taken(before, take(3, "b")), "");
  const auto row = store_.read()->find(taker_id(domain(), identity_.invocation));
  ObjectChange lost{.id = row->id, .attributes = {}};
  for (const auto& [name, attribute] : stored_object(*row).attributes)
    lost.attributes.push_back({name, attribute.values, attribute.stamp, attribute.context});

  Engine engine(*image, guids_, identity_, kStarted);
  (void)pull(engine, {lost});
  EXPECT_NE(taken(engine, take(1, "c")).find("its disk was put back"), std::string::npos);
  TakeIdentifiers alone = take(1, "d");
  alone.alone = true;
  EXPECT_NE(taken(engine, alone).find("its disk was put back"), std::string::npos);
  Engine later(*image, guids_, identity_, kStarted);
  EXPECT_NE(taken(later, take(1, "e")).find("its disk was put back"), std::string::npos)
      << "it does not forget";
}

TEST(PoolWishes, AreRepeatedMoreAndMoreSeldom) {
  PoolWishes wishes;
  const PoolWish wish{.domain = NamingContextId(base::Guid::from_name({}, "corp"))};
  wishes.want(wish, kNow);
  EXPECT_EQ(wishes.due(kNow), std::vector{wish});
  EXPECT_TRUE(wishes.due(kNow).empty());
  wishes.want(wish, kNow);
  EXPECT_TRUE(wishes.due(kNow).empty()) << "the same wish again changes nothing";
  EXPECT_EQ(wishes.wake_at(), kNow + 1s);
  EXPECT_EQ(wishes.due(kNow + 1s), std::vector{wish});
  EXPECT_EQ(wishes.wake_at(), kNow + 3s);
  wishes.end(wish.domain, wish.kind);
  EXPECT_FALSE(wishes.wake_at().has_value());
}

}  // namespace
}  // namespace ringspan::replicator
