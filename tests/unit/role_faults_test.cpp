// What is made of the word of several controllers on roles, and what counts as a fault.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "replicator/net/originators.hpp"
#include "replicator/net/roles_document.hpp"
#include "tests/unit/forests.hpp"

namespace ringspan::replicator::net {
namespace {

using namespace std::chrono_literals;

constexpr base::Time kNow{std::chrono::days(19'000)};

class RoleFaultsTest : public testing::Test {
 protected:
  /// `by` says that `owner` has rid by this epoch, and how that stands with `by` itself.
  void says(const std::string& by, const std::string& owner, std::uint64_t counter,
            const char* standing, base::Duration age = 1h, const Json& identifiers = nullptr) {
    const Epoch epoch{.counter = counter, .owner = InvocationId(id(owner).value)};
    views_[id(by)] =
        std::make_shared<const Json>(Json::array({{{"role", "rid"},
                                                   {"scope", forest_.root_domain.value.to_string()},
                                                   {"owner", id(owner).value.to_string()},
                                                   {"epoch", to_json(epoch)},
                                                   {"gained", "transfer"},
                                                   {"since", base::to_string(kNow - age)},
                                                   {"former", nullptr},
                                                   {"started", base::to_string(kNow - age)},
                                                   {"identifiers", identifiers},
                                                   {"standing", standing}}}));
  }

  ControllerId id(const std::string& name) const {
    const auto* controller = sites::find_controller(forest_, name);
    return controller == nullptr ? ControllerId(base::Guid::from_name({}, name)) : controller->id;
  }

  Json rid() const {
    for (const Json& line : roles()) {
      if (line.at("role") == "rid") return line;
    }
    return nullptr;
  }
  Json roles() const { return roles_json(forest_, originators_, views_); }
  RoleFaults faults() const { return role_faults(roles(), kNow); }

  sites::Forest forest_ = sample_forest("two-sites");
  Originators originators_{forest_};
  RoleViews views_;
};

TEST_F(RoleFaultsTest, TheGreatestEpochThatAnyoneKnowsCounts) {
  says("oslo-1", "oslo-1", 1, "not_owner");
  says("nuuk-1", "nuuk-1", 2, "effective", 1s);
  EXPECT_EQ(rid().at("owner"), "nuuk-1");
  EXPECT_EQ(rid().at("epoch").at("counter"), 2);
  EXPECT_EQ(rid().at("state"), "effective");
  EXPECT_EQ(rid().at("opinions").size(), 1U);
  EXPECT_EQ(rid().at("opinions").at(0).at("controller"), "oslo-1");
  EXPECT_TRUE(faults().failing.empty());
  EXPECT_TRUE(faults().late.empty()) << "a second ago: it is on its way";
}

TEST_F(RoleFaultsTest, AnOldOpinionIsLate) {
  says("oslo-1", "oslo-1", 1, "not_owner");
  says("nuuk-1", "nuuk-1", 2, "effective");
  ASSERT_EQ(faults().late.size(), 1U);
  EXPECT_NE(faults().late.front().find("oslo-1 still takes oslo-1"), std::string::npos);
}

TEST_F(RoleFaultsTest, TwoThatActAreAFailure) {
  says("oslo-1", "oslo-1", 1, "effective");
  says("nuuk-1", "nuuk-1", 2, "effective", 1s);
  ASSERT_EQ(faults().failing.size(), 1U);
  EXPECT_NE(faults().failing.front().find("nuuk-1 and oslo-1 both act"), std::string::npos);
}

TEST_F(RoleFaultsTest, AnOwnerThatDoesNotActIsLateAndOneThatIsGoneAFailure) {
  says("oslo-1", "oslo-1", 1, "catching_up");
  ASSERT_EQ(faults().late.size(), 1U);
  EXPECT_NE(faults().late.front().find("has heard no partner"), std::string::npos);
  EXPECT_EQ(rid().at("effective"), false);
  says("oslo-1", "oslo-1", 1, "catching_up", 1s);
  EXPECT_TRUE(faults().late.empty()) << "it has just started";
  says("oslo-1", "gone-1", 2, "not_owner");
  EXPECT_EQ(rid().at("state"), "removed");
  ASSERT_EQ(faults().failing.size(), 1U);
  EXPECT_NE(faults().failing.front().find("role seize rid"), std::string::npos);
}

TEST_F(RoleFaultsTest, AnOwnerThatHandsOutOfItsReserveForLongIsLate) {
  const auto faults_of = [&](std::uint64_t tenths, bool settled, base::Duration age) {
    says("oslo-1", "oslo-1", 2, "effective", age, {{"tenths_used", tenths}, {"settled", settled}});
    return faults().late;
  };
  EXPECT_TRUE(faults_of(8, true, 1h).empty());
  EXPECT_TRUE(faults_of(0, false, 1s).empty()) << "they are about to hear of it";
  ASSERT_EQ(faults_of(0, false, 1h).size(), 1U);
  EXPECT_NE(faults_of(0, false, 1h).front().find("of its reserve alone"), std::string::npos);
  ASSERT_EQ(faults_of(9, true, 1h).size(), 1U);
  EXPECT_NE(faults_of(9, true, 1h).front().find("9 tenths"), std::string::npos);
}

TEST_F(RoleFaultsTest, OfASilentOwnerNobodyKnowsWhetherItActs) {
  says("nuuk-1", "oslo-1", 1, "not_owner");
  EXPECT_EQ(rid().at("state"), "silent");
  EXPECT_TRUE(rid().at("effective").is_null());
  EXPECT_TRUE(faults().failing.empty());
}

}  // namespace
}  // namespace ringspan::replicator::net
