// `ringspan naming-context` and `ringspan domain` against canned answers: whom they ask, what they
// show and write.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli_world.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

json totals() {
  return {{"controllers", 3},
          {"connections", 4},
          {"standby", 0},
          {"most_inbound", 2},
          {"worst_hops", 2}};
}

json preview(const std::string& controller) {
  return {{"controller", controller},
          {"forest", "corp"},
          {"written", false},
          {"basis", "b1"},
          {"hash", "3f2a90c1aa"},
          {"changes", {"naming context dc=apps removed"}},
          {"before", totals()},
          {"after", totals()},
          {"naming_contexts", json::array()},
          {"connections",
           {{"added", json::array()}, {"removed", json::array()}, {"changed", json::array()}}},
          {"cut_off", json::array()},
          {"not_joined", json::array()},
          {"removed_contexts", {{{"dn", "dc=apps"}, {"objects", 14}}}},
          {"definition", nullptr}};
}

json written(const std::string& controller) {
  json answer = preview(controller);
  answer["written"] = true;
  return answer;
}

json contexts() {
  return {{"controller", "nuuk-1"},
          {"naming_contexts",
           {{{"dn", "dc=corp"},
             {"guid", "g"},
             {"kind", "domain"},
             {"replicas", {"a", "b", "c", "d", "e", "f"}},
             {"objects", 7},
             {"state", "here"}},
            {{"dn", "dc=apps"},
             {"guid", "g"},
             {"kind", "application"},
             {"replicas", {"bergen-1", "nuuk-1", "oslo-1"}},
             {"objects", nullptr},
             {"state", "filling"}}}}};
}

class CliContext : public testing::Test {
 protected:
  /// These answers, in their order; null: nobody answers.
  void answers(std::vector<json> answers) {
    world_.requests.clear();
    world_.places.clear();
    world_.world.ask = [this, answers = std::move(answers)](const Place& place,
                                                            const std::string& request) {
      world_.requests.push_back(request);
      world_.places.push_back(place);
      EXPECT_LE(world_.requests.size(), answers.size());
      const json& answer = answers.at(world_.requests.size() - 1);
      if (answer.is_null()) {
        return base::Result<std::string>(base::fail(base::Errc::unavailable, "nobody"));
      }
      return base::Result<std::string>(answer.dump());
    };
  }
  json request(std::size_t at) const { return json::parse(world_.requests.at(at)); }
  bool said(const std::string& words) const {
    return world_.out.str().find(words) != std::string::npos;
  }

  TestWorld world_;
};

TEST_F(CliContext, ListsWhoHoldsWhatAndWhatIsHere) {
  answers({contexts()});
  EXPECT_EQ(world_.run({"naming-context", "list"}), ExitCode::well);
  EXPECT_EQ(request(0), (json{{"ask", "naming_contexts"}}));
  for (const char* words : {"dc=corp", "a, b, c and 3 more", "bergen-1, nuuk-1, oslo-1", "filling",
                            "AT nuuk-1", "application"})
    EXPECT_TRUE(said(words)) << words << "\n" << world_.out.str();
}

TEST_F(CliContext, AddIsWrittenByWhoeverHasShownIt) {
  answers({preview("nuuk-1"), written("nuuk-1")});
  EXPECT_EQ(world_.run({"naming-context", "add", "dc=apps", "--replicas", "oslo-1,nuuk-1,rome-1",
                        "--yes"}),
            ExitCode::well);
  EXPECT_EQ(world_.places.at(0).at, "");
  EXPECT_EQ(world_.places.at(1).at, "nuuk-1");
  EXPECT_EQ(request(0).at("action"), "add");
  EXPECT_EQ(request(0).at("naming_context"), "dc=apps");
  EXPECT_EQ(request(0).at("replicas"), (json{"oslo-1", "nuuk-1", "rome-1"}));
  EXPECT_EQ(request(0).at("preview"), true);
  EXPECT_EQ(request(1).at("expect"), "b1");
}

TEST_F(CliContext, WhoeverIsNamedByAtIsAskedAlone) {
  const json error{{"error", {{"code", "refused"}, {"message", "is none of its replicas"}}}};
  answers({error});
  EXPECT_EQ(world_.run({"naming-context", "add", "dc=apps", "--replicas", "oslo-1", "--at",
                        "rome-1", "--yes"}),
            ExitCode::not_well);
  EXPECT_EQ(world_.places.at(0).at, "rome-1");
}

TEST_F(CliContext, RemoveAsksAReplicaAndSaysHowManyObjectsGo) {
  answers({contexts(), preview("nuuk-1")});
  EXPECT_EQ(world_.run({"naming-context", "remove", "DC=apps"}), ExitCode::usage);
  EXPECT_EQ(world_.places.at(1).at, "nuuk-1");  // whoever was asked is one
  EXPECT_TRUE(said("The 14 objects of dc=apps go for good"));
  EXPECT_NE(world_.err.str().find("--yes"), std::string::npos);
}

TEST_F(CliContext, ReplicasAreGivenWholeOrAsADifference) {
  answers({contexts(), preview("nuuk-1"), written("nuuk-1")});
  EXPECT_EQ(world_.run({"naming-context", "replicas", "dc=apps", "--add", "rome-1", "--add",
                        "rome-2", "--remove", "oslo-1", "--yes"}),
            ExitCode::well);
  EXPECT_EQ(request(2).at("add_replicas"), (json{"rome-1", "rome-2"}));
  EXPECT_EQ(request(2).at("remove_replicas"), (json{"oslo-1"}));
  EXPECT_FALSE(request(2).contains("replicas"));
}

TEST_F(CliContext, SaysWhichWordsDoNotGoTogetherAndAsksNobody) {
  answers({});
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"list", "dc=apps"},
           {"add", "dc=apps"},
           {"add", "--replicas", "oslo-1"},
           {"add", "dc=apps", "--replicas", "oslo-1", "--add", "nuuk-1"},
           {"remove"},
           {"remove", "dc=apps", "--remove", "oslo-1"},
           {"replicas", "dc=apps"},
           {"replicas", "dc=apps", "--replicas", "oslo-1", "--add", "nuuk-1"},
           {"remove", "dc=apps", "--json"}}) {
    std::vector<std::string> line{"naming-context"};
    line.insert(line.end(), words.begin(), words.end());
    EXPECT_EQ(world_.run(line), ExitCode::usage) << words.front();
  }
}

TEST_F(CliContext, ListsDomainsWithTheirControllersAndRoleOwners) {
  const json lima{{"name", "lima-1"}, {"site", "lima"}, {"read_only", false}, {"joined", true}};
  json late = lima;
  late["name"] = "lima-2";
  late["joined"] = false;
  answers({{{"controller", "oslo-1"},
            {"domains",
             {{{"dn", "dc=corp"},
               {"guid", "g"},
               {"root", true},
               {"controllers", {lima, late}},
               {"roles", {{"pdc", "lima-1"}, {"rid", "lima-1"}, {"infrastructure", "lima-1"}}},
               {"objects", 7},
               {"state", "here"}},
              {{"dn", "dc=emea"},
               {"guid", "g"},
               {"root", false},
               {"controllers", json::array()},
               {"roles", {{"pdc", "rome-1"}, {"rid", "oslo-1"}, {"infrastructure", "rome-1"}}},
               {"objects", nullptr},
               {"state", "elsewhere"}}}}}});
  ASSERT_EQ(world_.run({"domain", "list"}), ExitCode::well);
  EXPECT_EQ(request(0), json({{"ask", "domains"}}));
  for (const char* words : {"lima-1, lima-2 (not joined)", "nobody", "pdc rome-1", "rid oslo-1"})
    EXPECT_TRUE(said(words)) << words << "\n" << world_.out.str();
  EXPECT_FALSE(said("pdc lima-1")) << "one has them all";
}

TEST_F(CliContext, ADomainIsAddedByWhoShowedWhatItChanges) {
  answers({preview("oslo-1"), written("oslo-1")});
  ASSERT_EQ(world_.run({"domain", "add", "dc=emea", "--controllers", "lima-2,lima-1", "--sites",
                        "rome", "--yes"}),
            ExitCode::well);
  EXPECT_EQ(request(0), json({{"ask", "domain"},
                              {"action", "add"},
                              {"domain", "dc=emea"},
                              {"controllers", {"lima-2", "lima-1"}},
                              {"sites", {"rome"}},
                              {"preview", true}}));
  EXPECT_EQ(world_.places.at(1).at, "oslo-1");
  EXPECT_EQ(request(1).at("expect"), "b1");
}

TEST_F(CliContext, WhatIsWrongWithADomainCommandIsSaidAtOnce) {
  answers({});
  EXPECT_EQ(world_.run({"domain", "add"}), ExitCode::usage);
  for (const char* words : {"DN: missing", "wants --controllers or --sites"})
    EXPECT_NE(world_.err.str().find(words), std::string::npos) << world_.err.str();
  EXPECT_EQ(world_.run({"domain", "remove", "dc=emea", "--sites", "rome"}), ExitCode::usage);
  EXPECT_EQ(world_.run({"domain", "list", "dc=emea"}), ExitCode::usage);
  EXPECT_TRUE(world_.requests.empty());
}

}  // namespace
}  // namespace ringspan::cli
