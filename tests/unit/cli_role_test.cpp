// `ringspan roles`, `ringspan role`: the words in, the request and the text out.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/text_roles.hpp"
#include "tests/unit/cli_world.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

const json kEpoch{{"counter", 2}, {"owner", "8a1f20c4-5b1e-5f0a-9d1c-2f6f5a0d7e11"}};

json changed() {
  return {{"controller", "bergen-1"}, {"role", "rid"},      {"naming_context", "dc=corp"},
          {"owner", "bergen-1"},      {"former", "oslo-1"}, {"epoch", kEpoch},
          {"gained", "transfer"},     {"changed", true},    {"effective", true},
          {"state", "effective"}};
}

json preview(const char* would) {
  json answer = changed();
  answer["owner"] = "oslo-1";
  answer["last_heard"] = "2024-01-01T11:00:00.000Z";
  answer["stakes"] = {"Identifiers are handed out by two."};
  answer["would"] = would;
  return answer;
}

TEST(CliRole, EachActionAsksItsRequestWhereItBelongs) {
  struct Asked {
    std::vector<std::string> words;
    std::string at;
    std::string request;
  };
  const Asked table[] = {
      {{"role", "transfer", "rid", "--to", "bergen-1"},
       "bergen-1",
       R"({"ask":"role_transfer","role":"rid"})"},
      {{"role", "transfer", "infrastructure", "--to", "nuuk-1", "--naming-context", "dc=apps",
        "--why", "near"},
       "nuuk-1",
       R"({"ask":"role_transfer","naming_context":"dc=apps","role":"infrastructure","why":"near"})"},
      {{"role", "history"}, "", R"({"ask":"role_history"})"},
      {{"role", "history", "rid", "--at", "nuuk-1"},
       "nuuk-1",
       R"({"ask":"role_history","role":"rid"})"},
      {{"role", "advise"}, "", R"({"ask":"role_advise"})"},
      {{"role", "advise", "--lost", "oslo-1"}, "", R"({"ask":"role_advise","lost":"oslo-1"})"},
      {{"roles"}, "", R"({"ask":"roles"})"},
  };
  for (const auto& [words, at, request] : table) {
    TestWorld here;
    here.run(words);
    ASSERT_EQ(here.requests.size(), 1U) << words.front() << here.err.str();
    EXPECT_EQ(here.requests.front(), request);
    EXPECT_EQ(here.places.front().at, at);
  }
}

TEST(CliRole, WhatDoesNotFitTogetherAsksNobody) {
  const std::pair<std::vector<std::string>, const char*> table[] = {
      {{"role", "transfer", "--to", "bergen-1"}, "ROLE: missing"},
      {{"role", "transfer", "rid"}, "--to: missing"},
      {{"role", "transfer", "rid", "--to", "a", "--at", "b"}, "--at: the controller of --to"},
      {{"role", "transfer", "rid", "--to", "a", "--yes"}, "--yes: transfer asks nothing"},
      {{"role", "seize", "rid"}, "--at: missing"},
      {{"role", "seize", "rid", "--at", "a", "--to", "b"}, "--to: is for transfer"},
      {{"role", "seize", "rid", "--at", "a", "--json"}, "a script cannot be asked"},
      {{"role", "history", "--why", "x"}, "--why: is for transfer and seize"},
      {{"role", "advise", "rid"}, "ROLE: advise weighs all of them"},
      {{"role", "history", "--lost", "a"}, "--lost: is for advise"},
      {{"role", "transfer", "master", "--to", "a"}, "none of schema, naming"}};
  for (const auto& [words, reason] : table) {
    TestWorld here;
    EXPECT_EQ(here.run(words), ExitCode::usage) << reason;
    EXPECT_NE(here.err.str().find(reason), std::string::npos) << here.err.str();
    EXPECT_TRUE(here.requests.empty());
  }
}

TEST(CliRole, ASeizureSaysWhatIsAtStakeAndAsks) {
  TestWorld here;
  here.world.interactive = true;
  here.in.str("n\n");
  here.answer = preview("seize").dump();
  EXPECT_EQ(here.run({"role", "seize", "rid", "--at", "bergen-1"}), ExitCode::not_well);
  ASSERT_EQ(here.requests.size(), 1U);
  EXPECT_EQ(json::parse(here.requests[0]).at("preview"), true);
  for (const char* words :
       {"rid of dc=corp belongs to oslo-1 (epoch 2), last heard of 1 h ago",
        "Identifiers are handed out by two.", "Seize rid at bergen-1?", "Nothing was seized."})
    EXPECT_NE(here.err.str().find(words), std::string::npos) << words << here.err.str();
}

TEST(CliRole, WithAYesItIsSeized) {
  TestWorld here;
  here.answer = preview("transfer").dump();
  EXPECT_EQ(here.run({"role", "seize", "rid", "--at", "bergen-1", "--yes"}), ExitCode::well);
  ASSERT_EQ(here.requests.size(), 2U);
  EXPECT_FALSE(json::parse(here.requests[1]).contains("preview"));
  EXPECT_NE(here.err.str().find("oslo-1 answers"), std::string::npos) << here.err.str();
}

TEST(CliRole, TheAnswerSaysWhoHasItNow) {
  TestWorld here;
  EXPECT_EQ(role_changed_text(changed(), here.world).text,
            "bergen-1 has the role rid of dc=corp now (epoch 2, transferred from oslo-1).\n");
  json answer = changed();
  answer["changed"] = false;
  answer["effective"] = false;
  answer["state"] = "handing_over";
  const auto told = role_changed_text(answer, here.world);
  EXPECT_EQ(told.text, "bergen-1 has the role rid of dc=corp already (epoch 2).\n");
  EXPECT_EQ(told.aside, "It does not act yet: being handed over.\n");
}

TEST(CliRole, AdviceSaysWhyAndHow) {
  TestWorld here;
  const json advice{{"role", "rid"},
                    {"naming_context", "dc=corp"},
                    {"owner", "oslo-1"},
                    {"advised", "bergen-1"},
                    {"moves", true},
                    {"command", "ringspan role transfer rid --to bergen-1"},
                    {"why", {"bergen-1: 2 hops at most"}}};
  json answer{{"controller", "oslo-1"},
              {"time", kNoon},
              {"lost", nullptr},
              {"advice", json::array({advice})},
              {"silent", {"nuuk-1"}}};
  const auto told = role_advice_text(answer, here.world);
  for (const char* words : {"rid", "oslo-1", "bergen-1: 2 hops at most", "role transfer rid --to"})
    EXPECT_NE(told.text.find(words), std::string::npos) << told.text;
  EXPECT_EQ(told.aside, "nuuk-1 could not be asked\n");
  answer["advice"] = json::array();
  answer["lost"] = "nuuk-1";
  EXPECT_EQ(role_advice_text(answer, here.world).text,
            "nuuk-1 has no role that another could take.\n");
}

TEST(CliRole, TheTableNamesWhoIsOfAnotherOpinion) {
  const json answer{{"time", kNoon},
                    {"controller", "oslo-1"},
                    {"roles",
                     {{{"role", "rid"},
                       {"naming_context", "dc=corp"},
                       {"owner", "bergen-1"},
                       {"epoch", kEpoch},
                       {"since", "2024-01-01T11:00:00.000Z"},
                       {"state", "effective"},
                       {"opinions",
                        {{{"controller", "nuuk-1"},
                          {"owner", "oslo-1"},
                          {"epoch", {{"counter", 1}, {"owner", "x"}}},
                          {"acts", false}}}}}}},
                    {"faults", {"role rid of dc=corp: nuuk-1 still takes oslo-1 for its owner"}},
                    {"silent", {{{"controller", "rome-1"}, {"error", "no answer"}}}}};
  TestWorld here;
  const auto told = roles_text(answer, here.world);
  for (const char* words :
       {"bergen-1", "1 h ago", "effective", "nuuk-1 takes oslo-1 for its owner (epoch 1)"})
    EXPECT_NE(told.text.find(words), std::string::npos) << words << "\n" << told.text;
  EXPECT_NE(told.aside.find("rome-1 could not be asked: no answer"), std::string::npos);
  EXPECT_EQ(told.code, ExitCode::not_well);
}

}  // namespace
}  // namespace ringspan::cli
