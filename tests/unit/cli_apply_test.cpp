// `ringspan apply` and `ringspan history` against canned answers: what is asked, what is shown,
// when a person is asked, and what the program ends with.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli_world.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

const std::string kFile = RINGSPAN_SOURCE_DIR "/samples/three-sites.json";

json totals(int connections) {
  return {{"controllers", 6},
          {"connections", connections},
          {"standby", 0},
          {"most_inbound", 3},
          {"worst_hops", 4}};
}

json connection() {
  return {{"destination", "nuuk-1"},
          {"source", "oslo-1"},
          {"standby", false},
          {"naming_contexts", {"dc=corp"}},
          {"cost", 50},
          {"path", {"oslo-nuuk"}},
          {"interval", "15m"},
          {"schedule", "always"},
          {"notify", true},
          {"compress", true}};
}

json preview() {
  const json context{{"replicas", 6}, {"connections", 10}, {"standby", 0},  {"worst_hops", 4},
                     {"cost", 250},   {"least_cost", 250}, {"unreached", 0}};
  json cheaper = context;
  cheaper["cost"] = 200;
  return {{"controller", "oslo-1"},
          {"forest", "corp"},
          {"written", false},
          {"basis", "b1"},
          {"hash", "3f2a90c1aa"},
          {"changes", {"site link oslo-nuuk: cost 100 -> 50"}},
          {"before", totals(10)},
          {"after", totals(12)},
          {"naming_contexts", {{{"dn", "dc=corp"}, {"before", context}, {"after", cheaper}}}},
          {"connections",
           {{"added", {connection()}}, {"removed", json::array()}, {"changed", json::array()}}},
          {"cut_off", json::array()},
          {"not_joined", {"rome-1"}},
          {"definition", nullptr}};
}

json written() {
  json answer = preview();
  answer["written"] = true;
  return answer;
}

class CliApply : public testing::Test {
 protected:
  /// These answers, in their order.
  void answers(std::vector<json> answers) {
    world_.world.ask = [this, answers = std::move(answers)](const Place&,
                                                            const std::string& request) {
      world_.requests.push_back(request);
      EXPECT_LE(world_.requests.size(), answers.size());
      return base::Result<std::string>(answers.at(world_.requests.size() - 1).dump());
    };
  }

  bool said(const std::string& words) const {
    return world_.out.str().find(words) != std::string::npos;
  }
  bool complained(const std::string& words) const {
    return world_.err.str().find(words) != std::string::npos;
  }
  json request(std::size_t at) const { return json::parse(world_.requests.at(at)); }

  TestWorld world_;
};

TEST_F(CliApply, ShowsTheDifferenceAsksAndWritesWhatWasSeen) {
  answers({preview(), written()});
  world_.world.interactive = true;
  world_.in.str("y\n");
  EXPECT_EQ(world_.run({"apply", kFile}), ExitCode::well);
  EXPECT_EQ(request(0).at("preview"), true);
  EXPECT_EQ(request(1).at("expect"), "b1");
  EXPECT_EQ(request(1).at("force"), false);
  EXPECT_EQ(request(0).at("forest"), request(1).at("forest"));
  EXPECT_TRUE(said("site link oslo-nuuk: cost 100 -> 50"));
  EXPECT_TRUE(said("10 -> 12"));
  EXPECT_TRUE(said("250 -> 200"));
  EXPECT_TRUE(said("+ nuuk-1 <- oslo-1  over oslo-nuuk, cost 50"));
  EXPECT_TRUE(said("Nobody is cut off."));
  EXPECT_TRUE(said("rome-1"));
  EXPECT_TRUE(said("Written at oslo-1 as 3f2a90c1"));
  EXPECT_TRUE(complained("Write it at oslo-1? [y/N]"));
}

TEST_F(CliApply, WhoeverDoesNotSayYesWritesNothing) {
  answers({preview()});
  world_.world.interactive = true;
  world_.in.str("\n");
  EXPECT_EQ(world_.run({"apply", kFile}), ExitCode::not_well);
  EXPECT_TRUE(complained("Nothing was written."));
}

TEST_F(CliApply, WithoutATerminalItWantsYes) {
  answers({preview()});
  EXPECT_EQ(world_.run({"apply", kFile}), ExitCode::usage);
  EXPECT_TRUE(complained("--yes"));
}

TEST_F(CliApply, WhatIsDefinedSoAlreadyIsNeitherAskedNorWritten) {
  json same = preview();
  same["changes"] = json::array();
  answers({same});
  EXPECT_EQ(world_.run({"apply", kFile}), ExitCode::well);
  EXPECT_TRUE(said("Nothing to change"));
}

TEST_F(CliApply, CuttingOffNeedsForce) {
  json cutting = preview();
  cutting["cut_off"] = {
      {{"controller", "nuuk-2"}, {"reason", "removed"}, {"naming_contexts", json::array()}}};
  answers({cutting});
  EXPECT_EQ(world_.run({"apply", kFile, "--yes"}), ExitCode::not_well);
  EXPECT_TRUE(said("1 member cut off"));
  EXPECT_TRUE(said("nuuk-2: removed"));
  EXPECT_TRUE(complained("--force"));
  world_.requests.clear();
  answers({cutting, written()});
  EXPECT_EQ(world_.run({"apply", kFile, "--yes", "--force"}), ExitCode::well);
  EXPECT_EQ(request(1).at("force"), true);
}

TEST_F(CliApply, AScriptGetsOneDocument) {
  answers({preview(), written()});
  EXPECT_EQ(world_.run({"apply", kFile, "--yes", "--json"}), ExitCode::well);
  EXPECT_EQ(json::parse(world_.out.str()), written());
  EXPECT_EQ(world_.run({"apply", kFile, "--json"}), ExitCode::usage);
}

TEST_F(CliApply, GoesBackWithoutAFile) {
  answers({preview(), written(), preview(), written()});
  EXPECT_EQ(world_.run({"apply", "--undo", "--yes"}), ExitCode::well);
  EXPECT_EQ(request(0).at("undo"), true);
  EXPECT_EQ(request(1).at("expect"), "b1");
  EXPECT_EQ(world_.run({"apply", "--to", "3f2a", "--yes"}), ExitCode::well);
  EXPECT_EQ(request(2).at("definition"), "3f2a");
}

TEST_F(CliApply, SaysWhichWordsDoNotGoTogetherAndAsksNobody) {
  answers({});
  EXPECT_EQ(world_.run({"apply"}), ExitCode::usage);
  EXPECT_EQ(world_.run({"apply", kFile, "--undo"}), ExitCode::usage);
  EXPECT_EQ(world_.run({"apply", kFile, "--preview", "--yes"}), ExitCode::usage);
  EXPECT_EQ(world_.run({"apply", "/no/such/file"}), ExitCode::not_well);
}

TEST_F(CliApply, AnAnswerThatMakesNoSenseIsOne) {
  answers({json{{"basis", 1}}});
  EXPECT_EQ(world_.run({"apply", kFile, "--yes"}), ExitCode::could_not_ask);
}

TEST_F(CliApply, HistoryListsDefinitions) {
  const json one{{"hash", "3f2a90c1aabb"},
                 {"when", "2024-01-01T11:00:00.000Z"},
                 {"who", "eve"},
                 {"summary", "site link oslo-nuuk: cost 100 -> 50"},
                 {"in_force", true}};
  answers({json{{"controller", "oslo-1"}, {"hash", "3f2a90c1aabb"}, {"definitions", {one}}}});
  EXPECT_EQ(world_.run({"history"}), ExitCode::well);
  for (const char* words : {"3f2a90c1", "1 h ago", "eve", "cost 100 -> 50"})
    EXPECT_TRUE(said(words)) << words;
  EXPECT_EQ(world_.err.str(), "");
}

}  // namespace
}  // namespace ringspan::cli
