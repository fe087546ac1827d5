#include "kcc/topology_json.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "kcc/draw.hpp"
#include "kcc/plan.hpp"
#include "kcc/report.hpp"
#include "tests/unit/forests.hpp"

namespace ringspan::kcc {
namespace {

struct Planned {
  sites::Forest forest;
  Topology topology;
  Analysis analysis;
};

Planned planned(const sites::Forest& forest) {
  const Topology topology = plan(forest);
  return {forest, topology, analyse(forest, topology)};
}

// The files that this writes are held to docs/schemas/plan.schema.json by tests/checks.
TEST(TopologyJsonTest, EveryForestOfTheRepositoryWritesItsPlan) {
  const std::filesystem::path folder = RINGSPAN_PLANS_DIR;
  std::filesystem::create_directories(folder);
  for (const std::string from : {"samples", "tests/unit/forests/good"}) {
    for (const auto& path : json_files(from)) {
      const auto [forest, topology, analysis] = planned(sound_forest(read_text(path)));
      const std::string text = topology_json(forest, topology, analysis);
      const auto json = nlohmann::json::parse(text);
      EXPECT_EQ(json["connections"].size(), topology.connections.size());
      EXPECT_EQ(json["naming_contexts"].size(), forest.naming_contexts.size());
      std::ofstream(folder / path.filename()) << text;
    }
  }
}

TEST(TopologyJsonTest, AConnectionNamesItsEndsItsContextsAndItsWay) {
  const auto [forest, topology, analysis] = planned(sample_forest("two-sites"));
  const auto json = nlohmann::json::parse(topology_json(forest, topology, analysis));
  for (const auto& connection : json["connections"]) {
    if (connection["destination"] != "oslo-1") continue;
    EXPECT_EQ(connection["source"], "nuuk-1");
    EXPECT_EQ(connection["source_site"], "nuuk");
    EXPECT_EQ(connection["destination_site"], "oslo");
    EXPECT_EQ(connection["path"], nlohmann::json({"oslo-nuuk"}));
    EXPECT_EQ(connection["cost"], 100);
    EXPECT_EQ(
        connection["naming_contexts"],
        nlohmann::json({"cn=configuration,dc=corp,dc=example",
                        "cn=schema,cn=configuration,dc=corp,dc=example", "dc=corp,dc=example"}));
  }
}

TEST(ReportTest, TheFirstSentenceAnswers) {
  const auto [forest, topology, analysis] = planned(sample_forest("two-sites"));
  const std::string text = report(forest, topology, analysis);
  EXPECT_EQ(text.substr(0, text.find('\n')),
            "corp: 2 controllers in 2 sites all reach each other by 2 connections, 1 hop at worst; "
            "a full mesh takes 2.");
}

TEST(ReportTest, IslandsAreNamedWithARemedy) {
  const auto [forest, topology, analysis] = planned(sound_forest(
      R"({"name":"corp","domains":[{"dn":"dc=corp"}],"sites":[{"name":"a"},{"name":"b"}],
          "controllers":[{"name":"a-1","site":"a"},{"name":"b-1","site":"b"}]})"));
  const std::string text = report(forest, topology, analysis);
  EXPECT_NE(text.find("do NOT all reach each other"), std::string::npos) << text;
  EXPECT_NE(text.find("join them by site links"), std::string::npos) << text;
}

TEST(DrawTest, TwoWayPairsAreOneLine) {
  const auto [forest, topology, analysis] = planned(sample_forest("two-sites"));
  const std::string dot = draw(forest, topology);
  EXPECT_NE(dot.find("\"nuuk-1\" -> \"oslo-1\" [dir=both, label=\"100\"]"), std::string::npos)
      << dot;
  EXPECT_EQ(dot.find("\"oslo-1\" ->"), std::string::npos) << dot;
}

TEST(AnalyseTest, GeantIsSpannedAtLeastCostWithAFractionOfTheMesh) {
  auto geant = sample_forest("geant");
  geant.policy.max_hops = 255;
  const auto [forest, topology, analysis] = planned(std::move(geant));
  EXPECT_EQ(forest.sites.size(), 40U);
  EXPECT_EQ(analysis.connections, 158U);  // 39 tree edges and 40 pairs in sites, both ways
  EXPECT_EQ(analysis.full_mesh, 80U * 79U);
  for (const auto& context : analysis.naming_contexts) {
    EXPECT_EQ(context.unreached, 0U);
    EXPECT_EQ(context.tree_cost, context.least_cost);
  }
}

TEST(AnalyseTest, BranchOfficesHangOnTheirCentresAndSlowLinesWaitForTheNight) {
  const auto [forest, topology, analysis] = planned(sample_forest("branch-offices"));
  EXPECT_EQ(forest.sites.size(), 43U);
  EXPECT_TRUE(topology.islands.empty());
  for (const auto& context : analysis.naming_contexts) {
    EXPECT_EQ(context.unreached, 0U);
    EXPECT_EQ(context.tree_cost, context.least_cost);
  }
  const auto json = nlohmann::json::parse(topology_json(forest, topology, analysis));
  const auto to = [&](const std::string& destination) {
    std::vector<nlohmann::json> found;
    for (const auto& connection : json["connections"]) {
      if (connection["destination"] != destination || connection["standby"] == true) continue;
      found.push_back(connection);
    }
    return found;
  };
  const auto kingston = to("kingston-1");  // 512 kbit/s, five hours behind, read-only
  ASSERT_EQ(kingston.size(), 1U);
  EXPECT_EQ(kingston[0]["source_site"], "houston");
  EXPECT_EQ(kingston[0]["schedule"], "Mon-Sun 01:00-11:00");
  EXPECT_EQ(kingston[0]["notify"], false);
  const auto lagos = to("lagos-1");  // 1 Mbit/s
  ASSERT_EQ(lagos.size(), 1U);
  EXPECT_EQ(lagos[0]["schedule"], "always");
  EXPECT_EQ(lagos[0]["interval"], "1h");
  for (const auto& connection : json["connections"])
    EXPECT_NE(connection["source"], "kingston-1");
}

}  // namespace
}  // namespace ringspan::kcc
