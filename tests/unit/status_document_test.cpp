// The status document: what is said of a forest whose parts and lags are literal JSON.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "kcc/plan.hpp"
#include "replicator/net/status_document.hpp"
#include "tests/unit/forests.hpp"

namespace ringspan::replicator::net {
namespace {

using namespace std::chrono_literals;

constexpr base::Time kNow{std::chrono::days(19'000)};

/// Two joined controllers: oslo-1 was asked, nuuk-1 tells whom it pulls from.
class StatusDocument : public testing::Test {
 protected:
  StatusDocument() {
    for (const sites::Controller& controller : in_force_->forest.controllers)
      parts(controller.name, Json::array());
    pulls("oslo-1", {id("nuuk-1")}, Json{{"values", 0}});
  }

  ControllerId id(const std::string& name) const {
    return sites::find_controller(in_force_->forest, name)->id;
  }
  NamingContextId domain() const { return in_force_->forest.root_domain; }

  void parts(const std::string& name, Json inbound) {
    Json line{{"name", name},       {"site", name.substr(0, 4)},
              {"state", "serving"}, {"error", ""},
              {"address", ""},      {"invocation", nullptr},
              {"highest_usn", 1},   {"objects", 1},
              {"started", nullptr}, {"algorithm", 1}};
    findings_.parts.insert_or_assign(
        id(name), std::make_shared<const Json>(
                      Json{{"controller", std::move(line)}, {"inbound", std::move(inbound)}}));
  }

  void plans_by(const std::string& name, const Json& algorithm) {
    Json part = *findings_.parts.at(id(name)).value();
    part["controller"]["algorithm"] = algorithm;
    if (algorithm.is_null()) part["controller"].erase("algorithm");  // as older programs answer
    findings_.parts.insert_or_assign(id(name), std::make_shared<const Json>(std::move(part)));
  }

  /// `name` pulls from `sources`; those answer `lag` where there is one.
  void pulls(const std::string& name, const std::vector<ControllerId>& sources,
             const std::optional<Json>& lag, std::uint64_t failures = 0) {
    Json inbound = Json::array();
    for (const ControllerId source : sources) {
      inbound.push_back({{"source", source.value.to_string()},
                         {"naming_context", domain().value.to_string()},
                         {"standby", false},
                         {"last_attempt", nullptr},
                         {"last_success", nullptr},
                         {"failures", failures},
                         {"error", failures > 0 ? "no such member" : ""},
                         {"takeover", nullptr},
                         {"last_pull", nullptr},
                         {"total", nullptr}});
      findings_.questions[source] = {{id(name), domain()}};
      if (lag) {
        findings_.lags.insert_or_assign(source,
                                        std::make_shared<const Json>(Json{{"answers", {*lag}}}));
      } else {
        findings_.lags.insert_or_assign(source, base::fail(base::Errc::unavailable, "timed out"));
      }
    }
    parts(name, std::move(inbound));
  }

  Json document(const std::string& asked = "oslo-1") const {
    return status_document({asked, in_force_, originators_, 100ms}, findings_, kNow);
  }

  static Json pull_of(const Json& told, const std::string& destination) {
    for (const Json& line : told.at("connections")) {
      if (line.at("destination") == destination) return line;
    }
    return {};
  }

  const ControllerId stranger_{base::Guid::from_name(base::Guid{}, "lima-1")};
  InForcePtr in_force_ = [] {
    InForce made{.forest = sample_forest("two-sites"), .plan = {}, .keys = {}};
    made.plan = kcc::plan(made.forest);
    return std::make_shared<const InForce>(std::move(made));
  }();
  Originators originators_{in_force_->forest};
  StatusFindings findings_;
};

TEST_F(StatusDocument, AllInStepIsSaidWhereEverySourceHasNothingMore) {
  pulls("nuuk-1", {id("oslo-1")}, Json{{"values", 0}});
  const Json told = document();
  EXPECT_EQ(told.at("summary"), "All 2 controllers in step.");
  EXPECT_EQ(told.at("health"), "well");
}

TEST_F(StatusDocument, ASilenceIsNoticedAtHalfOfTheLifetimeAndPressesAtNineTenths) {
  struct Row {
    double by_oslo;  // what each says of a silent third one
    double by_nuuk;
    const char* health;
  };
  for (const Row& row :
       {Row{0.49, 0.6, "well"}, Row{0.95, 0.5, "behind"}, Row{0.9, 1.2, "failing"}}) {
    pulls("nuuk-1", {id("oslo-1")}, Json{{"values", 0}});
    pulls("oslo-1", {id("nuuk-1")}, Json{{"values", 0}});
    for (const auto& [name, share] :
         {std::pair("oslo-1", row.by_oslo), std::pair("nuuk-1", row.by_nuuk)}) {
      Json part = *findings_.parts.at(id(name)).value();
      part["silences"] = {{{"controller", "lima-1"},
                           {"naming_context", "dc=corp"},
                           {"heard", "2024-01-01T12:00:00.000Z"},
                           {"expires", "2024-09-27T12:00:00.000Z"},
                           {"share", share}}};
      findings_.parts.insert_or_assign(id(name), std::make_shared<const Json>(std::move(part)));
    }
    const Json told = document();
    EXPECT_EQ(told.at("health"), row.health);
    ASSERT_EQ(told.at("silences").size(), 1U);
    EXPECT_EQ(told.at("silences")[0].at("share"), std::min(row.by_oslo, row.by_nuuk));
    if (row.health == std::string("well")) continue;
    EXPECT_EQ(told.at("summary"),
              "nobody has heard of lima-1 in dc=corp since 2024-01-01 12:00 UTC: what is deleted "
              "meanwhile cannot be collected; bring it back, or it is expired on 2024-09-27 12:00 "
              "UTC and has to join anew.");
  }
}

TEST_F(StatusDocument, WhoPlansByAnotherAlgorithmIsNamed) {
  pulls("nuuk-1", {id("oslo-1")}, Json{{"values", 0}});
  plans_by("nuuk-1", 2);
  const Json told = document();
  EXPECT_EQ(told.at("health"), "failing");
  EXPECT_EQ(told.at("summary"),
            "controllers plan by different algorithms, so their connections may not fit together: "
            "oslo-1 by version 1; nuuk-1 by version 2; run the same program everywhere.");
  plans_by("nuuk-1", nullptr);
  EXPECT_NE(document().at("summary").get<std::string>().find("nuuk-1 by version unknown"),
            std::string::npos);
  plans_by("oslo-1", nullptr);
  EXPECT_EQ(document().at("health"), "well");
}

TEST_F(StatusDocument, WhoPullsOnlyFromAStrangerIsNotInStep) {
  pulls("nuuk-1", {stranger_}, std::nullopt);
  const Json told = document();
  EXPECT_EQ(told.at("summary"), "nuuk-1 pulls dc=corp,dc=example only from " +
                                    stranger_.value.to_string() + ", which is not in the forest.");
  EXPECT_EQ(told.at("health"), "failing");
  EXPECT_EQ(pull_of(told, "nuuk-1").at("state"), "unknown");
}

TEST_F(StatusDocument, AStrangerThatWasInTheForestIsCalledByItsName) {
  sites::Forest former = in_force_->forest;
  former.controllers.push_back({.id = stranger_, .name = "lima-1"});
  originators_.use_names(former);
  pulls("nuuk-1", {stranger_}, std::nullopt);
  const Json told = document();
  EXPECT_EQ(told.at("summary"),
            "nuuk-1 pulls dc=corp,dc=example only from lima-1, which is not in the forest.");
  EXPECT_EQ(pull_of(told, "nuuk-1").at("source"), "lima-1");
}

TEST_F(StatusDocument, AStrangerThatFailsIsFailing) {
  pulls("nuuk-1", {stranger_}, std::nullopt, 3);
  const Json told = document();
  EXPECT_EQ(pull_of(told, "nuuk-1").at("state"), "failing");
  EXPECT_EQ(told.at("health"), "failing");
}

TEST_F(StatusDocument, AStrangerBesideAGoodSourceIsNamed) {
  pulls("nuuk-1", {id("oslo-1")}, Json{{"values", 0}});
  Json inbound = findings_.parts.at(id("nuuk-1"))->get()->at("inbound");
  inbound.push_back(inbound.at(0));
  inbound.at(1)["source"] = stranger_.value.to_string();
  parts("nuuk-1", inbound);
  const Json told = document();
  EXPECT_EQ(told.at("summary"), "nuuk-1 pulls dc=corp,dc=example from " +
                                    stranger_.value.to_string() + ", which is not in the forest.");
  EXPECT_EQ(told.at("health"), "behind");
}

TEST_F(StatusDocument, ASourceThatDoesNotSayHowFarItIsAheadLeavesNobodyInStep) {
  pulls("nuuk-1", {id("oslo-1")}, std::nullopt);
  const Json told = document();
  EXPECT_EQ(told.at("summary"),
            "nuuk-1 pulls dc=corp,dc=example only from oslo-1, which does not say how far it is "
            "ahead: timed out.");
  EXPECT_EQ(told.at("health"), "behind");
}

TEST_F(StatusDocument, WhoWaitsForAControllerThatHasNotJoinedIsNotInStep) {
  findings_.parts.insert_or_assign(id("oslo-1"), base::fail(base::Errc::unavailable, "no answer"));
  pulls("nuuk-1", {id("oslo-1")}, std::nullopt);
  EXPECT_EQ(document("nuuk-1").at("summary"),
            "nuuk-1 pulls dc=corp,dc=example only from oslo-1, which has not joined.");
}

}  // namespace
}  // namespace ringspan::replicator::net
