// The connections of an exported directory beside the plan for it.

#include "kcc/compare_standing.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/unit/cli_world.hpp"
#include "tests/unit/forests.hpp"

namespace ringspan::kcc {
namespace {

using sites::ExportedConnection;

/// Two offices with two controllers each.
sites::Forest offices() {
  return sound_forest(R"({"name": "corp", "domains": [{"dn": "dc=corp"}],
    "sites": [{"name": "oslo"}, {"name": "nuuk"}],
    "links": [{"name": "on", "sites": ["oslo", "nuuk"], "cost": 10}],
    "controllers": [{"name": "o1", "site": "oslo"}, {"name": "o2", "site": "oslo"},
                    {"name": "n1", "site": "nuuk"}, {"name": "n2", "site": "nuuk"}]})");
}

class Export {
 public:
  explicit Export(sites::Forest forest) : forest_(std::move(forest)) {}

  ExportedConnection& add(const std::string& destination, const std::string& source) {
    connections_.push_back(
        {.guid = std::nullopt,
         .name = destination + "<-" + source + std::to_string(connections_.size()),
         .destination = sites::find_controller(forest_, destination)->id,
         .source = sites::find_controller(forest_, source)->id,
         .generated = true,
         .schedule = {},
         .created = std::nullopt});
    return connections_.back();
  }
  void add_both(const std::string& one, const std::string& other) {
    add(one, other);
    add(other, one);
  }
  StandingComparison compared() const { return compare_standing(forest_, connections_); }
  const sites::Forest& forest() const { return forest_; }

 private:
  sites::Forest forest_;
  std::vector<ExportedConnection> connections_;
};

TEST(Standing, AConnectionCarriesWhatItsEndsExchangeOverTheirCheapestWay) {
  Export made(offices());
  made.add("o1", "n1");
  const auto compared = made.compared();
  ASSERT_EQ(compared.standing.topology.connections.size(), 1U);
  const Connection& one = compared.standing.topology.connections.front();
  EXPECT_EQ(one.rule, Rule::exported);
  EXPECT_EQ(one.naming_contexts.size(), 3U);
  EXPECT_EQ(one.cost, sites::Cost(10));
  EXPECT_EQ(one.path.size(), 1U);
  EXPECT_FALSE(one.standby);
}

TEST(Standing, WhatReplicationDoesNotUseIsLeftOut) {
  Export made(offices());
  made.add("o1", "n1").enabled = false;
  made.add("o2", "n1").system_volume_only = true;
  made.add("o2", "o2");
  EXPECT_TRUE(made.compared().standing.topology.connections.empty());
}

TEST(Standing, TheSameTwiceIsOneConnectionAndNamed) {
  Export made(offices());
  made.add("o1", "n1");
  made.add("o1", "n1");
  const auto compared = made.compared();
  EXPECT_EQ(compared.standing.topology.connections.size(), 1U);
  ASSERT_EQ(compared.duplicates.size(), 1U);
  EXPECT_EQ(compared.duplicates.front().names.size(), 2U);
}

TEST(Standing, AManualConnectionThatHoldsOnToOneSourceBreaksRedundancy) {
  Export made(offices());
  made.add_both("o1", "o2");
  made.add_both("n1", "n2");
  made.add_both("o1", "n1");
  made.add("n2", "o1").generated = false;  // a second way, but from the same source
  const auto compared = made.compared();
  const auto o1 = sites::find_controller(made.forest(), "o1")->id;
  ASSERT_EQ(compared.manual_faults.size(), 1U);
  EXPECT_EQ(compared.manual_faults.front().source, o1);
  EXPECT_TRUE(std::ranges::any_of(compared.standing_certificate.cuts,
                                  [&](const CutLoss& cut) { return cut.loss.controller == o1; }));
}

TEST(Standing, BothSidesAreCounted) {
  Export made(offices());
  made.add_both("o1", "o2");
  made.add_both("n1", "n2");
  made.add_both("o1", "n1");
  const auto compared = made.compared();
  EXPECT_EQ(compared.in_both + compared.only_standing.size(), 6U);
  EXPECT_EQ(compared.in_both + compared.only_ours.size(),
            compared.ours.topology.connections.size());
  const auto json = standing_json(compared);
  EXPECT_EQ(json.at("export").at("connections"), 6);
  EXPECT_EQ(json.at("export").at("worst_hops"), 3);
  EXPECT_EQ(json.at("ours").at("losses_not_survived"), 1);  // the one link
}

TEST(Standing, TheCommandComparesAnExportAndRefusesWhatHasNoConnections) {
  cli::TestWorld here;
  const std::string samples = RINGSPAN_SOURCE_DIR "/samples/";
  EXPECT_EQ(here.run({"plan", samples + "ad/branch-offices.ldif", "--compare"}),
            cli::ExitCode::well);
  EXPECT_NE(here.out.str().find("single points of failure"), std::string::npos) << here.out.str();
  cli::TestWorld other;
  EXPECT_EQ(other.run({"plan", samples + "three-sites.json", "--compare"}), cli::ExitCode::usage);
  EXPECT_NE(other.err.str().find("only an export of a directory"), std::string::npos);
}

}  // namespace
}  // namespace ringspan::kcc
