// ringspan sync without a controller: who is asked, what is shown meanwhile, and how it ends.

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/unit/cli_world.hpp"

namespace ringspan::cli {
namespace {

TEST(CliSync, SyncAsksTheDestination) {
  TestWorld here;
  here.run({"sync", "--to", "nuuk-1", "--from", "oslo-1"});
  EXPECT_EQ(here.places.front().at, "nuuk-1");
}

std::string job(const std::string& state, int reached) {
  return R"({"controller": "oslo-1", "job": "7f", "state": ")" + state + R"(", "health": ")" +
         (reached == 4 ? "well" : "behind") +
         R"(", "summary": "So far.", "goal": {"naming_contexts": ["dc=c"]}, "milliseconds": 1200, "hops": [
           {"hop": 1, "reached": )" +
         std::to_string(reached) + R"(, "all": 4}],
           "pulls": {"done": 1, "all": 2}, "carried": {"objects": 3, "values": 6, "bytes": 900},
           "controllers": [], "connections": []})";
}

/// Answers one after the other; the last one for good.
void answer_in_turn(TestWorld& here, std::vector<std::string> answers) {
  here.world.ask = [&here, answers](const Place& place, const std::string& request) {
    here.places.push_back(place);
    here.requests.push_back(request);
    const std::size_t at = std::min(here.requests.size(), answers.size()) - 1;
    return base::Result<std::string>(answers[at]);
  };
}

TEST(CliSync, SyncThroughTheForestAsksUntilItIsDoneAndShowsWhatChanges) {
  TestWorld here;
  here.waits = 9;
  answer_in_turn(here, {job("running", 0), job("running", 2), job("running", 2), job("done", 4)});
  EXPECT_EQ(here.run({"sync", "--all"}), ExitCode::well);
  ASSERT_EQ(here.requests.size(), 4U);
  EXPECT_EQ(here.requests.back(), R"({"ask":"sync_job","job":"7f"})");
  EXPECT_EQ(here.places.back().at, "oslo-1");  // no other controller knows the job
  EXPECT_EQ(here.out.str(),
            "hop 1: 0 of 4; 1 of 2 connections pulled\n"
            "hop 1: 2 of 4; 1 of 2 connections pulled\n"
            "hop 1: 4 of 4; 1 of 2 connections pulled\n"
            "So far.\n1 of 2 connections pulled: 3 objects, 6 values, 900 bytes in 1.2 s.\n\n"
            "HOP  REACHED  OF\n1          4   4\n");
}

TEST(CliSync, CtrlCEndsASyncThroughTheForestWithOneHundredAndThirty) {
  TestWorld here;
  here.waits = 1;
  answer_in_turn(here, {job("running", 0), job("running", 2), job("cancelled", 2)});
  EXPECT_EQ(here.run({"sync", "--all", "--json"}), ExitCode::interrupted);
  EXPECT_EQ(here.requests.back(), R"({"ask":"sync_job","cancel":true,"job":"7f"})");
  EXPECT_EQ(nlohmann::json::parse(here.out.str()).at("state"), "cancelled");
  EXPECT_NE(here.err.str().find("every replica is whole"), std::string::npos);
}

TEST(CliSync, SyncSaysWhatDoesNotFitTogether) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"sync"},
           {"sync", "--to", "n1"},
           {"sync", "--from", "o1"},
           {"sync", "--all", "--from", "o1"},
           {"sync", "--object", "cn=a", "--from", "o1"},
           {"sync", "--from", "o1", "--to", "n1", "--at", "o1"},
           {"sync", "--from", "o1", "--to", "n1", "--object", "cn=a", "--full"}}) {
    TestWorld here;
    EXPECT_EQ(here.run(words), ExitCode::usage);
    EXPECT_TRUE(here.requests.empty());
  }
}

}  // namespace
}  // namespace ringspan::cli
