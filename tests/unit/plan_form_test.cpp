// The plan in the forms of other programs: each holds what the plan holds, whatever names it has.

#include "cli/plan_form.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "kcc/compare_standing.hpp"
#include "kcc/connections_csv.hpp"
#include "kcc/connections_graphml.hpp"
#include "kcc/connections_ldif.hpp"
#include "kcc/names.hpp"
#include "kcc/plan.hpp"
#include "sites/read_ldif_forest.hpp"
#include "sites/write_ldif.hpp"
#include "tests/unit/cli_world.hpp"
#include "tests/unit/forests.hpp"

namespace ringspan {
namespace {

/// Names that every one of the formats must quote.
sites::Forest awkward() {
  return sound_forest(R"({"name": "corp", "domains": [{"dn": "dc=corp"}],
    "sites": [{"name": "Malmö, \"syd\""}, {"name": "a<b>&c"}],
    "links": [{"name": "over, and; under", "sites": ["Malmö, \"syd\"", "a<b>&c"], "cost": 7,
               "notify": false, "compress": false, "interval": "1h",
               "schedule": "Mon-Fri 18:00-06:00"}],
    "controllers": [{"name": "m-1", "site": "Malmö, \"syd\""}, {"name": "m-2", "site": "Malmö, \"syd\""},
                    {"name": "a-1", "site": "a<b>&c", "read_only": true}]})");
}

std::vector<sites::Forest> forests() {
  return {awkward(), sample_forest("two-sites"), sample_forest("three-sites"),
          sample_forest("geant"), sample_forest("branch-offices")};
}

/// The rows of a text after RFC 4180.
std::vector<std::vector<std::string>> rows_of(const std::string& text) {
  std::vector<std::vector<std::string>> rows(1, std::vector<std::string>(1));
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string& cell = rows.back().back();
    if (quoted) {
      if (text[at] != '"') {
        cell += text[at];
      } else if (at + 1 < text.size() && text[at + 1] == '"') {
        cell += text[++at];
      } else {
        quoted = false;
      }
    } else if (text[at] == '"' && cell.empty()) {
      quoted = true;
    } else if (text[at] == ',') {
      rows.back().emplace_back();
    } else if (text.compare(at, 2, "\r\n") == 0) {
      ++at;
      rows.emplace_back(1);
    } else {
      EXPECT_EQ(std::string("\r\n\"").find(text[at]), std::string::npos) << "bare in a cell";
      cell += text[at];
    }
  }
  EXPECT_EQ(rows.back(), std::vector<std::string>(1)) << "the last row ends with a line end";
  rows.pop_back();
  return rows;
}

TEST(PlanForm, ARowOfTheSheetIsAConnection) {
  for (const auto& forest : forests()) {
    const auto topology = kcc::plan(forest);
    const kcc::Names names(forest);
    const auto rows = rows_of(kcc::connections_csv(forest, topology));
    ASSERT_EQ(rows.size(), topology.connections.size() + 1) << forest.name;
    for (std::size_t at = 0; at < topology.connections.size(); ++at) {
      const auto& one = topology.connections[at];
      ASSERT_EQ(rows[at + 1].size(), rows[0].size());
      EXPECT_EQ(rows[at + 1][0], names.controller(one.source));
      EXPECT_EQ(rows[at + 1][1], names.site_of(one.source));
      EXPECT_EQ(rows[at + 1][2], names.controller(one.destination));
      EXPECT_EQ(rows[at + 1][6], one.standby ? "true" : "false");
      EXPECT_EQ(rows[at + 1][7], std::to_string(one.cost.value));
    }
  }
  const auto rows = rows_of(kcc::connections_csv(awkward(), kcc::plan(awkward())));
  const auto crossing = std::ranges::find_if(
      rows, [](const auto& row) { return row[5] == "site_tree" && row[7] == "7"; });
  ASSERT_NE(crossing, rows.end());
  EXPECT_EQ(*crossing, (std::vector<std::string>{
                           (*crossing)[0], "Malmö, \"syd\"", "a-1", "a<b>&c",
                           "cn=configuration,dc=corp; cn=schema,cn=configuration,dc=corp; dc=corp",
                           "site_tree", "false", "7", "over, and; under", "1h",
                           "Mon-Fri 18:00-06:00", "false", "false"}));
}

TEST(PlanForm, TheGraphHasANodeForEachControllerAndAnEdgeForEachConnection) {
  const auto count = [](const std::string& text, const std::string& word) {
    std::size_t found = 0;
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
      ++found;
    return found;
  };
  for (const auto& forest : forests()) {
    const auto topology = kcc::plan(forest);
    const std::string text = kcc::connections_graphml(forest, topology);
    EXPECT_EQ(count(text, "<node id="), forest.controllers.size());
    EXPECT_EQ(count(text, "<edge source="), topology.connections.size());
    EXPECT_EQ(count(text, "type=\"dashed\""),
              static_cast<std::size_t>(
                  std::ranges::count(topology.connections, true, &kcc::Connection::standby)));
  }
  const std::string text = kcc::connections_graphml(awkward(), kcc::plan(awkward()));
  EXPECT_NE(text.find("<data key=\"site\">a&lt;b&gt;&amp;c</data>"), std::string::npos) << text;
  EXPECT_NE(text.find("<data key=\"site\">Malmö, \"syd\"</data>"), std::string::npos);
  EXPECT_NE(text.find("<data key=\"kind\">read_only</data>"), std::string::npos);
}

TEST(PlanForm, ConnectionsBehindTheForestReadBackAsWhatStandsThere) {
  for (const auto& forest : forests()) {
    const auto topology = kcc::plan(forest);
    const auto read = sites::read_ldif_forest(
        write_ldif(forest, sites::LdifContent::everything) + connections_ldif(forest, topology),
        "all.ldif");
    ASSERT_TRUE(read) << to_string(read.error().front());
    EXPECT_EQ(read->findings, std::vector<sites::Fault>{}) << forest.name;
    std::set<std::pair<sites::ControllerId, sites::ControllerId>> pairs;
    for (const auto& one : topology.connections)
      pairs.emplace(one.destination, one.source);
    EXPECT_EQ(read->connections.size(), pairs.size() + forest.connections.size());
    const auto compared = kcc::compare_standing(read->forest, read->connections);
    EXPECT_EQ(compared.ours.topology, topology) << "the forest is the same";
    EXPECT_EQ(compared.in_both, pairs.size());
    EXPECT_EQ(compared.only_standing, std::vector<kcc::Connection>{});
    EXPECT_EQ(compared.only_ours, std::vector<kcc::Connection>{});
    EXPECT_EQ(compared.duplicates, std::vector<kcc::DuplicateConnections>{});
    for (const auto& one : compared.standing.topology.connections) {
      const auto planned = std::ranges::find_if(topology.connections, [&](const auto& ours) {
        return ours.destination == one.destination && ours.source == one.source;
      });
      EXPECT_EQ(one.schedule, planned->schedule);
      // What stands is taken to go the cheapest way; a standby may be planned over another.
      if (!planned->standby) {
        EXPECT_EQ(one.path, planned->path);
      }
    }
  }
}

TEST(PlanForm, AConnectionIsWrittenAsADirectoryHasIt) {
  const auto forest = awkward();
  const std::string text = connections_ldif(forest, kcc::plan(forest));
  EXPECT_NE(text.find("objectClass: nTDSConnection\n"), std::string::npos) << text;
  // Generated, compression disabled, the schedule its owner's; between sites silence is the rule.
  EXPECT_NE(text.find("options: 49\ntransportType: CN=IP,CN=Inter-Site Transports,CN=Sites,"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("schedule:: "), std::string::npos);
  EXPECT_NE(text.find("mS-DS-ReplicatesNCReason: B:8:00000040:dc=corp\n"), std::string::npos);
  EXPECT_NE(text.find("options: 1\nmS-DS-ReplicatesNCReason: B:8:00000002:"), std::string::npos);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(line.size(), 76U) << line;
}

TEST(PlanForm, OneFormAtATime) {
  const std::string file = RINGSPAN_SOURCE_DIR "/samples/two-sites.json";
  const std::vector<std::string> forms{"--json", "--dot", "--graphml", "--csv", "--ldif"};
  for (const auto& form : forms) {
    cli::TestWorld here;
    EXPECT_EQ(here.run({"plan", file, form}), cli::ExitCode::well) << here.err.str();
    for (const auto& other : forms) {
      if (other == form) continue;
      cli::TestWorld refused;
      EXPECT_EQ(refused.run({"plan", file, form, other}), cli::ExitCode::usage);
      EXPECT_EQ(refused.out.str(), "");
      EXPECT_EQ(std::ranges::count(refused.err.str(), '\n'), 1) << refused.err.str();
    }
    if (form == "--json") continue;
    cli::TestWorld compared;
    EXPECT_EQ(compared.run({"plan", file, form, "--compare"}), cli::ExitCode::usage);
    EXPECT_EQ(compared.err.str(),
              "ringspan: " + form + ": not together with --compare; choose one\n");
  }
}

TEST(PlanForm, TheCommandsOfTheExampleMakeAnExportThatIsThePlan) {
  const std::string file = RINGSPAN_SOURCE_DIR "/samples/three-sites.json";
  const auto all = std::filesystem::path(testing::TempDir()) / "ringspan_plan_form_all.ldif";
  cli::TestWorld converted;
  ASSERT_EQ(converted.run({"convert", file, all.string(), "--everything"}), cli::ExitCode::well);
  cli::TestWorld planned;
  ASSERT_EQ(planned.run({"plan", file, "--ldif"}), cli::ExitCode::well);
  std::ofstream(all, std::ios::app | std::ios::binary) << planned.out.str();
  cli::TestWorld compared;
  EXPECT_EQ(compared.run({"plan", all.string(), "--compare", "--json"}), cli::ExitCode::well);
  std::filesystem::remove(all);
  EXPECT_EQ(compared.err.str(), "");
  const auto json = nlohmann::json::parse(compared.out.str());
  const auto& connections = json.at("connections");
  EXPECT_GT(connections.at("in_both"), 0);
  EXPECT_TRUE(connections.at("only_export").empty()) << json.dump(2);
  EXPECT_TRUE(connections.at("only_ours").empty()) << json.dump(2);
}

}  // namespace
}  // namespace ringspan
