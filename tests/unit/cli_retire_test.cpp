// `ringspan retire`, `ringspan promote`: the words in, the requests and the text out.

#include <gtest/gtest.h>

#include <deque>

#include <nlohmann/json.hpp>

#include "tests/unit/cli_world.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

json retirement(const char* what, bool done) {
  json answer{{"controller", "oslo-1"},
              {"retires", "nuuk-1"},
              {"answers", false},
              {"unsent", json::array()},
              {"last_known", json::array()},
              {"roles", {{{"role", "rid"}, {"naming_context", "dc=corp"}, {"to", "bergen-1"}}}},
              {"stakes", {"dc=corp: what nuuk-1 wrote after noon may be lost."}},
              {"step", nullptr},
              {"done", done}};
  if (*what != '\0') answer["step"] = {{"what", what}, {"text", std::string("it is ") + what}};
  return answer;
}

using Answers = std::vector<json>;

/// Answers one after the other.
struct Story : TestWorld {
  explicit Story(Answers answers) : answers_(answers.begin(), answers.end()) {
    world.ask = [this](const Place& place, const std::string& request) {
      places.push_back(place);
      requests.push_back(request);
      if (answers_.empty())
        return base::Result<std::string>(base::fail(base::Errc::unavailable, "gone"));
      auto next = answers_.front().dump();
      answers_.pop_front();
      return base::Result<std::string>(next);
    };
  }
  bool said(const std::string& words) const {
    return out.str().find(words) != std::string::npos || err.str().find(words) != std::string::npos;
  }
  std::deque<json> answers_;
};

TEST(CliRetire, SaysWhatIsAtStakeThenGoesOnStepByStepAtTheSameController) {
  Story here(
      Answers{retirement("", false), retirement("moved", false), retirement("removed", true)});
  EXPECT_EQ(here.run({"retire", "nuuk-1", "--to", "bergen-1", "--yes"}), ExitCode::well)
      << here.err.str();
  ASSERT_EQ(here.requests.size(), 3U);
  EXPECT_EQ(here.requests[0],
            R"({"ask":"retire","controller":"nuuk-1","preview":true,"to":"bergen-1"})");
  EXPECT_EQ(here.requests[1],
            R"({"ask":"retire","controller":"nuuk-1","lost":true,"to":"bergen-1"})");
  EXPECT_EQ(here.requests[2], here.requests[1]);
  EXPECT_EQ(here.places[0].at, "");
  EXPECT_EQ(here.places[2].at, "oslo-1");
  EXPECT_TRUE(here.said("Its role rid of dc=corp goes to bergen-1."));
  EXPECT_TRUE(here.said("may be lost"));
  EXPECT_EQ(here.out.str(), "it is moved\nit is removed\n");
}

TEST(CliRetire, NothingIsDoneWithoutAYes) {
  Story here(Answers{retirement("", false)});
  EXPECT_EQ(here.run({"retire", "nuuk-1"}), ExitCode::usage);
  EXPECT_EQ(here.requests.size(), 1U);
  EXPECT_TRUE(here.said("may be lost"));
  Story asked(Answers{retirement("", false)});
  asked.world.interactive = true;
  asked.in.str("n\n");
  EXPECT_EQ(asked.run({"retire", "nuuk-1"}), ExitCode::not_well);
  EXPECT_EQ(asked.requests.size(), 1U);
  EXPECT_TRUE(asked.said("Retire nuuk-1?"));
}

TEST(CliRetire, WhoHasLeftIsNotAskedAboutAndWhatNeverEndsIsGivenUp) {
  Story gone(Answers{retirement("none", true)});
  EXPECT_EQ(gone.run({"retire", "nuuk-1", "--yes"}), ExitCode::well);
  EXPECT_EQ(gone.requests.size(), 1U);
  Story endless(Answers(100, retirement("pulled", false)));
  EXPECT_EQ(endless.run({"retire", "nuuk-1", "--yes"}), ExitCode::could_not_ask);
  EXPECT_TRUE(endless.said("goes on getting changes"));
  Story broken(Answers{json{{"done", "yes"}}});
  EXPECT_NE(broken.run({"retire", "nuuk-1", "--yes"}), ExitCode::well);
}

TEST(CliRetire, WhatDoesNotFitTogetherAsksNobody) {
  const std::pair<std::vector<std::string>, const char*> table[] = {
      {{"retire", "a", "--json"}, "a script cannot be asked"},
      {{"retire", "a", "--cancel", "--to", "b"}, "--cancel moves nothing"},
      {{"retire", "a", "--cancel", "--yes"}, "--cancel asks nothing"},
      {{"promote", "a", "--json"}, "a script cannot be asked"},
      {{"promote", "a", "--preview", "--yes"}, "--preview: writes nothing"}};
  for (const auto& [words, reason] : table) {
    Story here(Answers{});
    EXPECT_EQ(here.run(words), ExitCode::usage) << reason;
    EXPECT_TRUE(here.said(reason)) << here.err.str();
    EXPECT_TRUE(here.requests.empty());
  }
  Story cancelled(Answers{retirement("stays", true)});
  EXPECT_EQ(cancelled.run({"retire", "nuuk-1", "--cancel"}), ExitCode::well);
  EXPECT_EQ(cancelled.requests.front(), R"({"ask":"retire","cancel":true,"controller":"nuuk-1"})");
}

json part(const char* state, bool writable) {
  return {{"controller", {{"state", state}, {"writable", writable}}}};
}

TEST(CliPromote, WaitsUntilTheControllerItselfTakesWrites) {
  const json nothing{{"controller", "oslo-1"},
                     {"forest", "corp"},
                     {"written", false},
                     {"basis", "b"},
                     {"hash", "h"},
                     {"changes", json::array()},
                     {"cut_off", json::array()},
                     {"definition", nullptr}};
  Story here(Answers{nothing, part("serving", false), part("promoting", false),
                     part("promoting", false), part("serving", true)});
  here.waits = 10;
  EXPECT_EQ(here.run({"promote", "nuuk-1", "--yes"}), ExitCode::well) << here.err.str();
  EXPECT_EQ(here.requests.front(), R"({"ask":"promote","controller":"nuuk-1","preview":true})");
  EXPECT_EQ(here.requests.back(), R"({"ask":"part"})");
  EXPECT_EQ(here.places.back().at, "nuuk-1");
  EXPECT_TRUE(here.said("nuuk-1 has not heard of it yet\nnuuk-1 is being promoted"));
  EXPECT_TRUE(here.said("nuuk-1 takes writes\n"));

  Story interrupted(Answers{nothing, part("promoting", false)});
  interrupted.waits = 0;
  EXPECT_EQ(interrupted.run({"promote", "nuuk-1", "--yes"}), ExitCode::interrupted);
  EXPECT_TRUE(interrupted.said("goes on by itself"));
}

}  // namespace
}  // namespace ringspan::cli
