// `ringspan id`: the words in, the request and the text out.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/text_identifiers.hpp"
#include "tests/unit/cli_world.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

json domain() {
  return {{"domain", "dc=corp"},
          {"owner", "oslo-1"},
          {"epoch", {{"counter", 2}, {"owner", "8a1f20c4-5b1e-5f0a-9d1c-2f6f5a0d7e11"}}},
          {"hands_out", "past_the_end"},
          {"waits_for", json::array()},
          {"space", 1'000'000},
          {"next", 20'000},
          {"tenths_used", 0},
          {"controllers", json::array({{{"controller", "oslo-1"},
                                        {"invocation", "8a1f20c4-5b1e-5f0a-9d1c-2f6f5a0d7e11"},
                                        {"pools", 2},
                                        {"issued", 700},
                                        {"at_hand", 300},
                                        {"reserve", 10'000},
                                        {"alone", nullptr}}})},
          {"gaps", json::array()}};
}

std::string told(const json& one) {
  const TestWorld here;
  const json answer{{"controller", "oslo-1"}, {"domains", json::array({one})}};
  const auto shown = identifier_status_text(answer, here.world);
  return shown.text + shown.aside;
}

TEST(CliId, EachActionAsksItsRequest) {
  TestWorld many;
  many.run({"id", "new", "--count", "500", "--request", "cards", "--alone", "--at", "nuuk-1"});
  ASSERT_EQ(many.requests.size(), 1U) << many.err.str();
  EXPECT_EQ(many.requests.front(),
            R"({"alone":true,"ask":"id_new","count":500,"request":"cards"})");
  EXPECT_EQ(many.places.front().at, "nuuk-1");
  TestWorld status;
  status.run({"id", "status", "--domain", "dc=corp"});
  EXPECT_EQ(status.requests.front(), R"({"ask":"id_status","domain":"dc=corp"})");
}

TEST(CliId, ARequestWithoutAWordGetsOneThatNobodyElseHas) {
  const auto word = [] {
    TestWorld here;
    here.run({"id", "new"});
    return json::parse(here.requests.at(0)).at("request").get<std::string>();
  };
  EXPECT_NE(word(), word());
}

TEST(CliId, WhatIsForNewIsForNewAlone) {
  TestWorld here;
  EXPECT_EQ(here.run({"id", "status", "--count", "5", "--alone"}), ExitCode::usage);
  EXPECT_TRUE(here.requests.empty());
  EXPECT_NE(here.err.str().find("--count: is for new"), std::string::npos) << here.err.str();
  EXPECT_NE(here.err.str().find("--alone: is for new"), std::string::npos) << here.err.str();
}

TEST(CliId, RangesStandOneALine) {
  const TestWorld here;
  const json answer{{"ranges", json::array({{{"first", 1000}, {"last", 1009}},
                                            {{"first", 2000}, {"last", 2000}}})}};
  EXPECT_EQ(identifiers_text(answer, here.world).text, "1000-1009\n2000\n");
}

TEST(CliId, StatusSaysWhoHasWhichAndWhatIsAmiss) {
  EXPECT_NE(told(domain()).find("handed out by oslo-1 (epoch 2), 2.00 % of the space"),
            std::string::npos)
      << told(domain());
  json waits = domain();
  waits["hands_out"] = "from_its_reserve";
  waits["waits_for"] = {"nuuk-1", "rome-1"};
  waits["tenths_used"] = 3;
  waits["controllers"][0]["alone"] = "2024-01-01T11:00:00.000Z cards alice";
  waits["gaps"].push_back({{"first", 5'000},
                           {"last", 9'999},
                           {"lost", "rome-1"},
                           {"since", "2024-01-01T11:00:00.000Z"}});
  const std::string text = told(waits);
  for (const char* words :
       {"it waits for nuuk-1, rome-1", "3 tenths", "cards alice", "5000-9999 are never issued"})
    EXPECT_NE(text.find(words), std::string::npos) << text;
}

TEST(CliId, StatusSaysThatTheFenceCounts) {
  json counted = domain();
  counted["hands_out"] = "from_the_fence";
  EXPECT_NE(told(counted).find("by oslo-1 (epoch 2), counted at the fence, 2.00 %"),
            std::string::npos)
      << told(counted);
  counted["waits_for"] = {"nuuk-1"};
  EXPECT_NE(told(counted).find("begins to count at the fence once every writable member knows"),
            std::string::npos)
      << told(counted);
}

}  // namespace
}  // namespace ringspan::cli
