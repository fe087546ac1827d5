// `ringspan simulate` on files of its own: what it shows, where it stops, what it ends with.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/unit/cli_world.hpp"

namespace ringspan::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kConflict = R"(# Both offices change one person.
# One value is kept in the journal.

site oslo: o1
site nuuk: b1
manual

at o1 add cn=alice,ou=people title=Clerk as @alice
pull b1 from o1
at o1 set @alice title=A
run 10s
at b1 set @alice title=B
pull o1 from b1
pull b1 from o1
expect all @alice title=B
expect conflicts 1
)";

constexpr const char* kWrong = R"(site oslo: o1
at o1 add cn=alice,ou=people title=A as @alice
expect o1 @alice title=B
)";

class CliSimulate : public testing::Test {
 protected:
  CliSimulate() : folder_(fs::path(testing::TempDir()) / name()), before_(fs::current_path()) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    fs::current_path(folder_);
  }
  ~CliSimulate() override { fs::current_path(before_); }

  static std::string name() {
    return std::string("simulate_") + testing::UnitTest::GetInstance()->current_test_info()->name();
  }
  static void write(const fs::path& file, const std::string& text) {
    if (file.has_parent_path()) fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }

  fs::path folder_;
  fs::path before_;
  TestWorld world_;
};

TEST_F(CliSimulate, TellsTheStoryTheConflictAndTheVerdict) {
  write("conflict.scn", kConflict);
  EXPECT_EQ(world_.run({"simulate", "conflict.scn"}), ExitCode::well);
  EXPECT_EQ(world_.out.str(), R"(Both offices change one person.
One value is kept in the journal.

  Mon 00:00:00.000  at o1 add cn=alice,ou=people title=Clerk as @alice
  Mon 00:00:00.000  pull b1 from o1 → objects=1 values=2
  Mon 00:00:00.000  at o1 set @alice title=A
  Mon 00:00:00.000  run 10s
  Mon 00:00:10.000  at b1 set @alice title=B
  Mon 00:00:10.000  pull o1 from b1 → objects=1 values=1
  Mon 00:00:10.000  pull b1 from o1 → objects=0 values=0

  title of cn=alice,ou=people: "B" by b1 stays, "A" by o1 is lost

conflict.scn: passed, 2 expectations held
)");
}

TEST_F(CliSimulate, StoryIsATableOfWhoSentWhatToWhom) {
  write("conflict.scn", kConflict);
  EXPECT_EQ(world_.run({"simulate", "conflict.scn", "--story"}), ExitCode::well);
  const std::string out = world_.out.str();
  const std::string table = out.substr(0, out.find("\n\n"));
  EXPECT_NE(table.find("TIME"), std::string::npos) << table;
  EXPECT_NE(table.find("01-01T00:00:00.000  o1    b1  changes"), std::string::npos) << table;
  EXPECT_NE(table.find("01-01T00:00:10.000  b1    o1  changes"), std::string::npos) << table;
  EXPECT_NE(table.find("at o1 set @alice title=A"), std::string::npos) << table;
}

TEST_F(CliSimulate, JsonHoldsTraceConflictsAndResult) {
  write("conflict.scn", kConflict);
  EXPECT_EQ(world_.run({"simulate", "conflict.scn", "--json"}), ExitCode::well);
  const auto json = nlohmann::json::parse(world_.out.str());
  EXPECT_EQ(json.at("passed"), 1);
  EXPECT_EQ(json.at("failed"), 0);
  const auto& run = json.at("scenarios").at(0);
  EXPECT_EQ(run.at("expectations"), 2);
  EXPECT_EQ(run.at("conflicts").at(0).at("lost").at("values").at(0), "A");
  EXPECT_EQ(run.at("conflicts").at(0).at("kept").at("writer"), "b1");
  bool carried = false;
  for (const auto& line : run.at("trace"))
    carried |= line.value("from", "") == "b1" && line.at("values") == 1 && line.at("line") == 13;
  EXPECT_TRUE(carried) << run.at("trace").dump(1);
}

TEST_F(CliSimulate, AFailureNamesTheLineWhatWasExpectedAndWhatWasFound) {
  write("wrong.scn", kWrong);
  EXPECT_EQ(world_.run({"simulate", "wrong.scn"}), ExitCode::not_well);
  EXPECT_NE(world_.out.str().find("wrong.scn:3: expect o1 @alice title=B: found title \"A\""),
            std::string::npos)
      << world_.out.str();
}

TEST_F(CliSimulate, SeveralStopAtTheFirstThatFailsUnlessAllAreWanted) {
  write("a/one.scn", kConflict);
  write("a/two.scn", kWrong);
  write("a/three/four.scn", kConflict);
  EXPECT_EQ(world_.run({"simulate", "a/two.scn", "a/one.scn"}), ExitCode::not_well);
  EXPECT_NE(world_.out.str().find("0 passed, 1 failed, 1 not run"), std::string::npos);
  world_.out.str("");
  EXPECT_EQ(world_.run({"simulate", "--all", "a/two.scn", "a/one.scn"}), ExitCode::not_well);
  EXPECT_NE(world_.out.str().find("1 passed, 1 failed."), std::string::npos);
  world_.out.str("");
  EXPECT_EQ(world_.run({"simulate", "a", "--all"}), ExitCode::not_well);
  EXPECT_NE(world_.out.str().find("2 passed, 1 failed."), std::string::npos);
  world_.out.str("");
  EXPECT_EQ(world_.run({"simulate", "--all"}), ExitCode::not_well);
  EXPECT_NE(world_.out.str().find("2 passed, 1 failed."), std::string::npos);
}

TEST_F(CliSimulate, RandomHistoriesOnAForest) {
  write("forest.json", R"({"name": "two", "domains": [{"dn": "dc=corp,dc=example"}],
    "sites": [{"name": "oslo"}], "controllers": [{"name": "o1", "site": "oslo"},
    {"name": "o2", "site": "oslo"}, {"name": "n1", "site": "oslo", "read_only": true}]})");
  EXPECT_EQ(world_.run({"simulate", "--swarm", "5", "--forest", "forest.json"}), ExitCode::well);
  EXPECT_NE(world_.out.str().find("5 histories, 0 failed; "), std::string::npos)
      << world_.out.str();
  world_.out.str("");
  EXPECT_EQ(world_.run({"simulate", "--swarm", "3", "--seed", "7", "--json"}), ExitCode::well);
  const auto json = nlohmann::json::parse(world_.out.str());
  EXPECT_EQ(json.at("first_seed"), 7);
  EXPECT_EQ(json.at("histories"), 3);
  EXPECT_EQ(json.at("failed"), 0);
  EXPECT_GT(json.at("writes"), 0);
}

TEST_F(CliSimulate, SaysWhatToGive) {
  EXPECT_EQ(world_.run({"simulate"}), ExitCode::usage);
  EXPECT_EQ(world_.run({"simulate", "a.scn", "--swarm", "3"}), ExitCode::usage);
  EXPECT_EQ(world_.run({"simulate", "--swarm", "0"}), ExitCode::usage);
  EXPECT_EQ(world_.run({"simulate", "a.scn", "--forest", "f.json"}), ExitCode::usage);
  EXPECT_EQ(world_.run({"simulate", "nowhere.scn"}), ExitCode::not_well);
  write("broken.json", "{\"name\": 3}");
  EXPECT_NE(world_.run({"simulate", "--swarm", "3", "--forest", "broken.json"}), ExitCode::well);
  EXPECT_NE(world_.run({"simulate", "--swarm", "3", "--forest", "none.json"}), ExitCode::well);
}

}  // namespace
}  // namespace ringspan::cli
