// what-if and diff: two plans on paper, beside each other.

#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/unit/cli_world.hpp"
#include "tests/unit/forests.hpp"

namespace ringspan::cli {
namespace {

std::string sample(const std::string& name) {
  return (std::filesystem::path(RINGSPAN_SOURCE_DIR) / "samples" / (name + ".json")).string();
}

TEST(CliWhatIf, ALostLinkIsWeighedBesideThePresentPlan) {
  TestWorld here;
  EXPECT_EQ(here.run({"what-if", sample("three-sites"), "--without-link", "Oslo-Nuuk", "--json"}),
            ExitCode::well)
      << here.err.str();
  const auto answer = nlohmann::json::parse(here.out.str());
  EXPECT_EQ(answer["changes"], nlohmann::json({"site link oslo-nuuk removed"}));
  EXPECT_TRUE(answer["cut_off"].empty());
  EXPECT_FALSE(answer["connections"]["added"].empty());
  EXPECT_EQ(answer["before"]["losses_not_survived"], 0);
  EXPECT_GT(answer["after"]["losses_not_survived"], 0);  // two bridges and a site between them
  EXPECT_EQ(answer["naming_contexts"][0]["before"]["cost"], 250);
  EXPECT_EQ(answer["naming_contexts"][0]["after"]["cost"], 550);
}

TEST(CliWhatIf, WhoeverWouldBeCutOffIsNamedAndTheEndIsNotWell) {
  TestWorld here;
  EXPECT_EQ(here.run({"what-if", sample("two-sites"), "--without-link", "oslo-nuuk"}),
            ExitCode::not_well);
  EXPECT_NE(here.out.str().find("1 member cut off"), std::string::npos) << here.out.str();
  EXPECT_NE(here.out.str().find("no longer reached for"), std::string::npos) << here.out.str();
}

TEST(CliWhatIf, CostsAreSetAndLinksAddedBeforePartsGo) {
  TestWorld here;
  EXPECT_EQ(here.run({"what-if", sample("three-sites"), "--set-cost", "oslo-nuuk=7", "--add-link",
                      "nuuk,singapore,20", "--without-link", "oslo-singapore", "--json"}),
            ExitCode::well)
      << here.err.str();
  const auto answer = nlohmann::json::parse(here.out.str());
  EXPECT_EQ(answer["changes"].size(), 3U) << answer["changes"].dump(2);
  EXPECT_EQ(answer["naming_contexts"][0]["after"]["cost"], 27);
}

TEST(CliWhatIf, WhoIsTakenOutOnPurposeIsNoReasonForAlarm) {
  TestWorld here;
  EXPECT_EQ(here.run({"what-if", sample("three-sites"), "--without-site", "nuuk",
                      "--without-controller", "oslo-2", "--json"}),
            ExitCode::well);
  const auto answer = nlohmann::json::parse(here.out.str());
  EXPECT_EQ(answer["after"]["controllers"], 3);
  for (const auto& one : answer["cut_off"])
    EXPECT_EQ(one["reason"], "removed");
}

TEST(CliWhatIf, AllFaultsAreNamedAtOnce) {
  TestWorld here;
  EXPECT_EQ(here.run({"what-if", sample("three-sites"), "--without-link", "oslo-nuk",
                      "--without-controller", "rome-1", "--add-link", "oslo,oslo,5", "--add-link",
                      "oslo", "--set-cost", "oslo-nuuk=0"}),
            ExitCode::not_well);
  const std::string said = here.err.str();
  EXPECT_NE(said.find("oslo-nuk: no site link of this name; did you mean oslo-nuuk?"),
            std::string::npos)
      << said;
  EXPECT_NE(said.find("rome-1: no controller of this name"), std::string::npos) << said;
  EXPECT_NE(said.find("a link joins two different sites"), std::string::npos) << said;
  EXPECT_NE(said.find("give two sites and a cost"), std::string::npos) << said;
  EXPECT_NE(said.find("0 is no cost"), std::string::npos) << said;
  EXPECT_TRUE(here.out.str().empty());
}

TEST(CliWhatIf, TheRunningForestIsAskedForItsDefinition) {
  TestWorld paper;
  const std::vector<std::string> edit{"--without-controller", "nuuk-1", "--json"};
  std::vector<std::string> words{"what-if", sample("three-sites")};
  words.insert(words.end(), edit.begin(), edit.end());
  const ExitCode code = paper.run(words);
  TestWorld live;
  live.answer = read_text(sample("three-sites"));
  words[1] = "--live";
  EXPECT_EQ(live.run(words), code);
  EXPECT_EQ(live.requests, std::vector<std::string>{R"({"ask":"export"})"});
  EXPECT_EQ(live.out.str(), paper.out.str());
  TestWorld both;
  EXPECT_EQ(both.run({"what-if", sample("three-sites"), "--live"}), ExitCode::usage);
  TestWorld neither;
  EXPECT_EQ(neither.run({"what-if", "--without-link", "x"}), ExitCode::usage);
  TestWorld silent;
  silent.answer = base::fail(base::Errc::unavailable, "nobody answers");
  EXPECT_EQ(silent.run({"what-if", "--live"}), ExitCode::could_not_ask);
}

TEST(CliDiff, TwoDefinitionsStandBesideEachOther) {
  TestWorld here;
  EXPECT_EQ(here.run({"diff", sample("two-sites"), sample("three-sites"), "--json"}),
            ExitCode::well)
      << here.err.str();
  const auto answer = nlohmann::json::parse(here.out.str());
  EXPECT_EQ(answer["before"]["controllers"], 2);
  EXPECT_EQ(answer["after"]["controllers"], 6);
}

TEST(CliDiff, ADefinitionAgainstItselfDiffersInNothing) {
  TestWorld here;
  EXPECT_EQ(here.run({"diff", sample("geant"), sample("geant")}), ExitCode::well);
  EXPECT_NE(here.out.str().find("No connection changes."), std::string::npos) << here.out.str();
}

}  // namespace
}  // namespace ringspan::cli
