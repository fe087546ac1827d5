// What `ringspan expire` and `ringspan lingering` ask, say and end with.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/cli_world.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

json expiry(bool done) {
  return {{"controller", "oslo-1"},
          {"expires", "nuuk-1"},
          {"heard", std::string(kNoon)},
          {"stakes", {"it was last heard of on 2024-01-01 12:00 UTC"}},
          {"done", done}};
}

json lingering(int count) {
  json objects = json::array();
  for (int i = 0; i < count; ++i)
    objects.push_back({{"object", "00112233-4455-6677-8899-aabbccddeeff"}, {"dn", "cn=alice"}});
  return {{"controller", "nuuk-1"}, {"reference", "oslo-1"}, {"naming_context", "dc=c"},
          {"examined", 7},          {"not_there_yet", 2},    {"lingering", count},
          {"objects", objects},     {"removed", false}};
}

/// A world in which everything is answered so.
struct Story : TestWorld {
  explicit Story(const json& all) { answer = all.dump(); }
  bool said(const std::string& words) const {
    return out.str().find(words) != std::string::npos || err.str().find(words) != std::string::npos;
  }
};

TEST(CliExpire, SaysWhatIsAtStakeAndDoesNothingWithoutAYes) {
  Story here(expiry(false));
  EXPECT_EQ(here.run({"expire", "nuuk-1"}), ExitCode::usage);
  EXPECT_EQ(here.requests,
            std::vector<std::string>{R"({"ask":"expire","controller":"nuuk-1","preview":true})"});
  EXPECT_TRUE(here.said("it was last heard of"));
  Story asked(expiry(false));
  asked.world.interactive = true;
  asked.in.str("n\n");
  EXPECT_EQ(asked.run({"expire", "nuuk-1"}), ExitCode::not_well);
  EXPECT_EQ(asked.requests.size(), 1U);
  EXPECT_TRUE(asked.said("Expire nuuk-1?"));
}

TEST(CliExpire, DoesItWithAYesAndNotTwice) {
  Story here(expiry(false));
  EXPECT_EQ(here.run({"expire", "nuuk-1", "--yes"}), ExitCode::well);
  ASSERT_EQ(here.requests.size(), 2U);
  EXPECT_EQ(here.requests[1], R"({"ask":"expire","controller":"nuuk-1"})");
  EXPECT_TRUE(here.said("nuuk-1 is expired"));
  Story before(expiry(true));
  EXPECT_EQ(before.run({"expire", "nuuk-1", "--yes"}), ExitCode::well);
  EXPECT_EQ(before.requests.size(), 1U);
}

TEST(CliExpire, APreviewIsAllThatIsWanted) {
  Story here(expiry(false));
  EXPECT_EQ(here.run({"expire", "nuuk-1", "--preview"}), ExitCode::well);
  EXPECT_EQ(here.requests.size(), 1U);
  EXPECT_TRUE(here.said("declared silent for too long, by oslo-1"));
  Story script(expiry(false));
  EXPECT_EQ(script.run({"expire", "nuuk-1", "--json"}), ExitCode::usage);
  EXPECT_TRUE(script.requests.empty());
}

TEST(CliLingering, ReportsAndEndsByWhatItFound) {
  Story none(lingering(0));
  EXPECT_EQ(none.run({"lingering", "oslo-1", "--at", "nuuk-1"}), ExitCode::well);
  EXPECT_EQ(none.requests, std::vector<std::string>{R"({"ask":"lingering","reference":"oslo-1"})"});
  EXPECT_TRUE(none.said("0 of 7 living objects"));
  EXPECT_TRUE(none.said("2 more are on their way to oslo-1"));
  Story one(lingering(1));
  EXPECT_EQ(one.run({"lingering", "oslo-1"}), ExitCode::not_well);
  EXPECT_TRUE(one.said("cn=alice"));
}

TEST(CliLingering, RemovesOnlyWithAYes) {
  Story here(lingering(1));
  EXPECT_EQ(here.run({"lingering", "oslo-1", "--remove"}), ExitCode::usage);
  EXPECT_EQ(here.requests.size(), 1U);
  Story sure(lingering(1));
  EXPECT_EQ(sure.run({"lingering", "oslo-1", "--remove", "--yes"}), ExitCode::well);
  ASSERT_EQ(sure.requests.size(), 2U);
  EXPECT_EQ(sure.requests[1], R"({"ask":"lingering","reference":"oslo-1","remove":true})");
  Story pointless(lingering(1));
  EXPECT_EQ(pointless.run({"lingering", "oslo-1", "--yes"}), ExitCode::usage);
  EXPECT_TRUE(pointless.requests.empty());
}

}  // namespace
}  // namespace ringspan::cli
