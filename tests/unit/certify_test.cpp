#include "kcc/certify.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "kcc/certificate_report.hpp"
#include "kcc/names.hpp"
#include "kcc/plan.hpp"
#include "tests/unit/forests.hpp"

namespace ringspan::kcc {
namespace {

/// a - b - c, a controller each.
sites::Forest chain(const std::string& link_fields = "") {
  return sound_forest(
      R"({"name":"corp","domains":[{"dn":"dc=corp"}],"sites":[{"name":"a"},{"name":"b"},{"name":"c"}],
          "links":[{"sites":["a","b"])" +
      link_fields + R"(},{"sites":["b","c"]}],
          "controllers":[{"name":"a-1","site":"a"},{"name":"b-1","site":"b"},{"name":"c-1","site":"c"}]})");
}

Certificate certified(const sites::Forest& forest) {
  return certify(forest, plan(forest));
}

TEST(CertifyTest, TheSampleSurvivesAnyOneLoss) {
  const auto forest = sample_forest("three-sites");
  const auto certificate = certified(forest);
  EXPECT_EQ(certificate.losses, 12U);  // 6 controllers, 3 links, 3 sites
  EXPECT_TRUE(certificate.cuts.empty()) << certificate_report(forest, certificate);
  ASSERT_TRUE(certificate.hops_after_loss);
  EXPECT_GE(certificate.hops_after_loss->worst, 2U);
  EXPECT_EQ(certificate.delay, Delay{});
  EXPECT_EQ(certificate.standby_cost, 400U);  // nuuk-singapore, which the first tree leaves out
}

TEST(CertifyTest, ABridgeAndASiteInBetweenAreNamedWithTheirRemedy) {
  const auto forest = chain();
  const auto certificate = certified(forest);
  const Names names(forest);
  std::string text;
  for (const CutLoss& cut : certificate.cuts) {
    EXPECT_EQ(cut.remedy, Remedy::second_link);
    EXPECT_EQ(cut.apart.size(), 1U);
    text += cut.loss.link ? names.link(*cut.loss.link) : names.site(cut.loss.site.value());
    text += " ";
  }
  EXPECT_EQ(certificate.cuts.size(), 3U) << text;  // both links and b; its controller is passed by
  EXPECT_NE(text.find("a-b "), std::string::npos) << text;
  EXPECT_NE(text.find("b-c "), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with(" b ")) << text;
  const CutLoss& site = certificate.cuts.back();
  EXPECT_EQ(std::min(names.site(site.site), names.site(site.other)), "a");
  EXPECT_EQ(std::max(names.site(site.site), names.site(site.other)), "c");
}

TEST(CertifyTest, WithoutBridgingAControllerInBetweenIsNamedAndASecondOneHelps) {
  auto forest = chain();
  forest.policy.bridge_all_site_links = false;
  const auto certificate = certified(forest);
  const auto cut = std::ranges::find_if(
      certificate.cuts, [](const CutLoss& one) { return one.loss.controller.has_value(); });
  ASSERT_NE(cut, certificate.cuts.end());
  EXPECT_EQ(Names(forest).controller(*cut->loss.controller), "b-1");
  EXPECT_EQ(cut->remedy, Remedy::second_controller);
  EXPECT_EQ(Names(forest).site(cut->site), "b");
}

/// Two controllers, joined by whatever `links` says; w and x have nobody.
sites::Forest two_alone(const std::string& links) {
  return sound_forest(
      R"({"name":"corp","domains":[{"dn":"dc=corp"}],"sites":[{"name":"a"},{"name":"b"},{"name":"w"},{"name":"x"}],
          "controllers":[{"name":"a-1","site":"a"},{"name":"b-1","site":"b"}],"links":[)" +
      links + "]}");
}

TEST(CertifyTest, TwoWhoHaveOnlyEachOtherAreLedRoundALostLink) {
  for (
      const std::string links :
      {R"({"name":"one","sites":["a","b"]},{"name":"two","sites":["a","b"],"cost":200})",
       R"({"sites":["a","w"]},{"sites":["w","b"]},{"sites":["a","x"]},{"sites":["x","b"]})",
       // The best path takes a link of each of the two that lead round each other.
       R"({"sites":["a","w"],"cost":1},{"sites":["w","x"],"cost":1},{"sites":["x","b"],"cost":1},{"sites":["a","x"],"cost":9},{"sites":["w","b"],"cost":9})"}) {
    const auto forest = two_alone(links);
    const auto certificate = certified(forest);
    EXPECT_TRUE(certificate.cuts.empty()) << certificate_report(forest, certificate);
    const auto topology = plan(forest);
    ASSERT_EQ(topology.connections.size(), 2U);  // the two have no third one to stand by
    for (const Connection& one : topology.connections) {
      EXPECT_FALSE(one.ways_round.empty());
      for (const auto& link : forest.links)
        EXPECT_FALSE(falls_with(one, link.id)) << link.name;
    }
  }
}

TEST(CertifyTest, WhoHaveSomeoneElseAreNotLedRound) {
  for (const Connection& one : plan(sample_forest("three-sites")).connections)
    EXPECT_TRUE(one.ways_round.empty());
}

TEST(CertifyTest, AChangeWaitsForTheNextWindowAtWorst) {
  const auto forest = chain(R"(,"schedule":"Mon 00:00-06:00")");
  const auto delay = certified(forest).delay;
  ASSERT_TRUE(delay);
  EXPECT_EQ(delay->worst, std::chrono::hours(7 * 24 - 6));
  EXPECT_EQ(delay->at, std::chrono::hours(24 + 6));  // Monday six o'clock, when it has just shut
}

TEST(CertifyTest, AChangeWaitsAnIntervalWhereNothingIsAnnounced) {
  const auto delay = certified(chain(R"(,"notify":false,"interval":"3h")")).delay;
  ASSERT_TRUE(delay);
  EXPECT_EQ(delay->worst, std::chrono::hours(3));
}

TEST(CertifyTest, AWindowShorterThanTheIntervalCarriesOnce) {
  const auto delay =
      certified(chain(R"(,"notify":false,"interval":"3h","schedule":"Mon 00:00-01:00")")).delay;
  ASSERT_TRUE(delay);
  EXPECT_EQ(delay->worst, std::chrono::hours(7 * 24));  // the poll of this window is just over
}

TEST(CertifyTest, TrafficIsHowOftenAChangeCrossesALink) {
  const auto forest = sound_forest(
      R"({"name":"corp","domains":[{"dn":"dc=corp"}],"sites":[{"name":"a"},{"name":"b"}],"links":[{"sites":["a","b"]}],
          "controllers":[{"name":"a-1","site":"a"},{"name":"a-2","site":"a"},{"name":"a-3","site":"a"},{"name":"b-1","site":"b"}]})");
  const auto traffic = certified(forest).traffic;
  ASSERT_EQ(traffic.size(), 1U);
  EXPECT_EQ(traffic[0].planned, 1000U);    // once each way
  EXPECT_EQ(traffic[0].full_mesh, 1500U);  // of a's once, three of four; of b's thrice, one of four
}

TEST(CertifyTest, TheReportSaysWhatIsSurvivedInWords) {
  const auto sample = sample_forest("three-sites");
  EXPECT_NE(certificate_report(sample, certified(sample))
                .find("Any one loss is survived: all 12 controllers, links and sites were tried."),
            std::string::npos);
  const auto forest = chain();
  const auto text = certificate_report(forest, certified(forest));
  EXPECT_NE(text.find("cuts off"), std::string::npos) << text;
  EXPECT_NE(text.find("remedy: a link between"), std::string::npos) << text;
}

}  // namespace
}  // namespace ringspan::kcc
