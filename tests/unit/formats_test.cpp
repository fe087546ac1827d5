// Forests in every form: told apart by content, written as LDIF, asked where a client belongs.

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "sites/locate.hpp"
#include "sites/read_any.hpp"
#include "sites/write_forest.hpp"
#include "sites/write_ldif.hpp"
#include "tests/unit/cli_world.hpp"
#include "tests/unit/forests.hpp"

namespace ringspan::sites {
namespace {

const std::string kSources = RINGSPAN_SOURCE_DIR;

Forest read(const std::string& text) {
  const auto read = read_any(text, "x");
  EXPECT_TRUE(read) << (read ? "" : to_string(read.error().front()));
  return read ? read->forest : Forest{};
}

Forest sample(const std::string& name) {
  return read(read_text(kSources + "/samples/" + name));
}

TEST(ReadAnyTest, TheContentTellsTheFormat) {
  using enum ForestFormat;
  EXPECT_EQ(format_of("\n {\"name\""), json);
  EXPECT_EQ(format_of(""), json);
  EXPECT_EQ(format_of("nonsense"), json);
  EXPECT_EQ(format_of("dn: CN=a"), ldif);
  EXPECT_EQ(format_of("version: 1\n"), ldif);
  EXPECT_EQ(format_of("# record 1\ndn: CN=a"), ldif);
  EXPECT_EQ(format_of("\xef\xbb\xbf"
                      "dn: a"),
            ldif);
  EXPECT_EQ(format_of(std::string("\xff\xfe"
                                  "d\0n\0:\0",
                                  8)),
            ldif);
  EXPECT_EQ(format_of("<?xml version=\"1.0\"?>"), graphml);
  EXPECT_EQ(format_of(std::string("\xfe\xff"
                                  "\0<\0g",
                                  6)),
            graphml);
}

TEST(ReadAnyTest, ForestJsonMayBeUtf16ThatIsWhole) {
  const std::string text = read_text(kSources + "/samples/three-sites.json");
  std::string utf16 = "\xff\xfe";
  for (const char c : text)
    utf16 += {c, '\0'};
  EXPECT_EQ(read(utf16), sample("three-sites.json"));
  utf16.pop_back();
  const auto cut = read_any(utf16, "x");
  ASSERT_FALSE(cut);
  EXPECT_NE(to_string(cut.error().front()).find("UTF-16 ends in the middle of a character"),
            std::string::npos);
}

TEST(ReadAnyTest, EverySampleIsReadWhateverItsForm) {
  EXPECT_EQ(sample("three-sites.json").sites.size(), 3U);
  EXPECT_EQ(sample("ad/bridged.ldif").sites.size(), 16U);
  EXPECT_EQ(sample("wan/zoo-Abilene.graphml").sites.size(), 11U);
}

TEST(WriteLdifTest, EverythingOfAnExportReadsBackAsTheSameForest) {
  for (const std::string name : {"ad/branch-offices.ldif", "ad/bridged.ldif", "ad/geant.ldif"}) {
    const Forest forest = sample(name);
    const std::string written = write_ldif(forest, LdifContent::everything);
    EXPECT_EQ(read(written), forest) << name;
    EXPECT_TRUE(losses_in_ldif(forest, LdifContent::everything).empty()) << name;
    for (std::size_t at = 0; at < written.size();) {
      const auto end = written.find('\n', at);
      ASSERT_LE(end - at, 76U);
      at = end + 1;
    }
  }
}

TEST(WriteLdifTest, WhatADirectoryHasIsWritten) {
  Forest forest = sample("ad/bridged.ldif");
  forest.sites[0].options = {SiteOption::no_cleanup, SiteOption::bridges_required};
  forest.links[0].schedule = *Schedule::parse("Mon-Fri 18:00-06:00");
  forest.links[1].notify = true;
  forest.links[2].compress = false;
  forest.controllers[0].inbound = false;
  forest.controllers[1].preferred_bridgehead = true;
  forest.policy.recycle_bin = true;
  forest.policy.tombstone_lifetime = std::chrono::days(77);
  EXPECT_EQ(read(write_ldif(forest, LdifContent::everything)), forest);
}

TEST(WriteLdifTest, EveryForestComesBackFromLdifWholeWithItsIds) {
  for (const std::string folder : {"samples", "tests/unit/forests/good"}) {
    for (const auto& path : json_files(folder)) {
      const Forest forest = sound_forest(read_text(path));
      EXPECT_EQ(read(write_ldif(forest, LdifContent::everything)), forest) << path;
    }
  }
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    base::Rng rng(seed);
    Forest forest = random_forest(rng);
    std::erase_if(forest.bridges, [](const auto& bridge) { return bridge.links.size() < 2; });
    EXPECT_EQ(read(write_ldif(forest, LdifContent::everything)), forest) << "seed " << seed;
  }
}

TEST(WriteLdifTest, WhatADirectoryHasNoAttributeForTravelsInKeywords) {
  Forest forest = sample("three-sites.json");
  forest.name = "a name of its own";  // and the id does not follow from it
  forest.sites[1].coordinates = Coordinates{-0.1, 179.123456789};
  forest.links[0].interval = std::chrono::milliseconds(61'001);
  forest.links[1].cost = Cost(4'000'000'000);
  forest.controllers[0].address = "[2001:db8::1]:7400";
  forest.controllers[1].preferred_bridgehead_of = {forest.naming_contexts[0].id,
                                                   forest.naming_contexts[2].id};
  forest.policy.topology = TopologyPolicy::active_directory;
  forest.policy.max_hops = 5;
  forest.policy.redundancy = 1;
  forest.policy.forward_writes = true;
  forest.policy.fence = {"http://[::1]:2379", "https://etcd-1.corp.example:2379"};
  forest.policy.tombstone_lifetime = std::chrono::hours(25);
  EXPECT_EQ(read(write_ldif(forest, LdifContent::everything)), forest);
}

TEST(WriteLdifTest, KeywordsThatMakeNoSenseAreFindingsAndChangeNothing) {
  const Forest forest = sample("two-sites.json");
  const std::string site = forest.sites[0].id.value.to_string();
  const std::string controller = forest.controllers[0].id.value.to_string();
  std::string text = write_ldif(forest, LdifContent::everything);
  text.pop_back();  // the blank line: more keywords follow
  const std::vector<std::string> wrong{"",
                                       "forest",
                                       "nonsense",
                                       "policy max_hops 0",
                                       "policy redundancy two",
                                       "policy colour blue",
                                       "coordinates " + site + " 91 0",
                                       "coordinates " + site + " 1",
                                       "coordinates " + controller + " 1 1",
                                       "interval " + site + " 30s",
                                       "address " + controller + " nowhere",
                                       "address " + controller + " \xff:1",
                                       "bridgehead " + controller + " dc=elsewhere"};
  for (const std::string& keyword : wrong)
    text += "keywords: " + keyword + "\n";
  const auto got = read_any(text, "x.ldif");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->forest, forest);
  EXPECT_EQ(got->findings.size(), wrong.size());
}

TEST(WriteLdifTest, ABridgeWithALinksNameIsCalledOtherwise) {
  Forest forest = sample("ad/bridged.ldif");
  forest.bridges[0].name = forest.links[0].name;
  const Forest again = read(write_ldif(forest, LdifContent::everything));
  ASSERT_EQ(again.bridges.size(), 1U);
  EXPECT_EQ(again.bridges[0].links, forest.bridges[0].links);
  EXPECT_EQ(again.bridges[0].name, forest.links[0].name + " 2");
  EXPECT_EQ(again.links, forest.links);
}

TEST(WriteLdifTest, PlacesAloneHoldNoControllerAndNoGuid) {
  const Forest forest = sample("branch-offices.json");
  const std::string written = write_ldif(forest, LdifContent::places);
  EXPECT_EQ(written.find("objectGUID"), std::string::npos);
  EXPECT_EQ(written.find("nTDSDSA"), std::string::npos);
  const Forest again = read(written);
  EXPECT_EQ(again.sites.size(), forest.sites.size());
  EXPECT_EQ(again.links.size(), forest.links.size());
  EXPECT_TRUE(again.controllers.empty());
  const auto lost = losses_in_ldif(forest, LdifContent::places);
  EXPECT_NE(std::ranges::find(lost, "controllers"), lost.end());
}

TEST(WriteLdifTest, NamesThatAreNoPlainTextTravelInBase64) {
  const Forest forest = read(R"({"name": "corp", "domains": [{"dn": "dc=corp"}],
    "sites": [{"name": "Tromsø, nord"}, {"name": "Oslo"}],
    "links": [{"name": "wire + wire", "sites": ["Oslo", "Tromsø, nord"]}]})");
  EXPECT_EQ(read(write_ldif(forest, LdifContent::everything)), forest);
}

class LocateTest : public testing::Test {
 protected:
  const Forest forest_ = read(R"({"name": "corp", "domains": [{"dn": "dc=corp"}],
    "sites": [{"name": "oslo", "subnets": ["10.0.0.0/8", "2001:db8::/32"]},
              {"name": "nuuk", "subnets": ["10.3.0.0/16"]}, {"name": "rome"},
              {"name": "bern", "subnets": ["10.3.7.0/24", "2001:db8:7::/48"]}, {"name": "cork"}],
    "links": [{"sites": ["oslo", "nuuk"], "cost": 10}, {"sites": ["nuuk", "rome"], "cost": 5},
              {"name": "mesh", "sites": ["bern", "oslo", "rome"], "cost": 20},
              {"name": "equal", "sites": ["bern", "nuuk"], "cost": 20},
              {"name": "dear", "sites": ["bern", "cork"], "cost": 90}],
    "controllers": [{"name": "o1", "site": "oslo"}, {"name": "n1", "site": "nuuk"},
                    {"name": "r2", "site": "rome"}, {"name": "R1", "site": "rome"},
                    {"name": "c1", "site": "cork"}]})");

  std::string site(const Location& found) const {
    return found.site ? find_site(forest_, *found.site)->name : "";
  }
  std::string text(const std::vector<NearSite>& near) const {
    std::string text;
    for (const NearSite& one : near) {
      text += find_site(forest_, one.site)->name + " " + std::to_string(one.cost.value) + ":";
      for (const ControllerId id : one.controllers)
        text += " " + find_controller(forest_, id)->name;
      text += "; ";
    }
    return text;
  }
};

TEST_F(LocateTest, TheLongestSubnetDecides) {
  EXPECT_EQ(site(*locate(forest_, "10.9.9.9")), "oslo");
  EXPECT_EQ(site(*locate(forest_, "10.3.9.9")), "nuuk");
  EXPECT_EQ(site(*locate(forest_, "10.3.7.9")), "bern");
  EXPECT_EQ(locate(forest_, "10.3.7.9")->subnet, "10.3.7.0/24");
  EXPECT_EQ(site(*locate(forest_, "2001:db8:7::1")), "bern");
  EXPECT_EQ(site(*locate(forest_, "2001:db8:8::1")), "oslo");
  EXPECT_EQ(site(*locate(forest_, "11.0.0.1")), "");
  EXPECT_FALSE(locate(forest_, "10.3.7"));
}

TEST_F(LocateTest, NextClosestSitesFollowByCost) {
  const auto found = locate(forest_, "10.9.9.9");
  EXPECT_EQ(text(found->next), "nuuk 10: n1; rome 15: R1 r2; cork 110: c1; ");
  EXPECT_TRUE(found->covered_by.empty());
}

TEST_F(LocateTest, ASiteWithoutControllersIsCoveredOverItsCheapestLinksEachByItsStrongestSite) {
  const auto found = locate(forest_, "10.3.7.9");
  EXPECT_TRUE(found->controllers.empty());
  EXPECT_EQ(text(found->covered_by), "nuuk 20: n1; rome 20: R1 r2; ");
}

TEST_F(LocateTest, WithoutBridgingOnlyLinksAndBridgesLead) {
  Forest forest = forest_;
  forest.policy.bridge_all_site_links = false;
  EXPECT_EQ(text(locate(forest, "10.9.9.9")->next), "nuuk 10: n1; rome 20: R1 r2; ");
  std::vector<SiteLinkId> bridged;
  for (const SiteLink& link : forest.links) {
    if (link.name == "oslo-nuuk" || link.name == "nuuk-rome") bridged.push_back(link.id);
  }
  std::ranges::sort(bridged);
  forest.bridges.push_back({"north", bridged});
  EXPECT_EQ(text(locate(forest, "10.9.9.9")->next), "nuuk 10: n1; rome 15: R1 r2; ");
}

using cli::ExitCode;
using cli::TestWorld;

TEST(CliFormats, PlanReadsAllThreeForms) {
  for (const std::string file :
       {"three-sites.json", "ad/branch-offices.ldif", "wan/zoo-Geant2012.graphml"}) {
    TestWorld here;
    EXPECT_EQ(here.run({"plan", kSources + "/samples/" + file}), ExitCode::well) << here.err.str();
    EXPECT_EQ(here.err.str(), "") << file;
  }
}

TEST(CliFormats, ControllersPerSiteGoWithMapsAlone) {
  TestWorld map;
  EXPECT_EQ(map.run({"plan", kSources + "/samples/wan/zoo-Abilene.graphml",
                     "--controllers-per-site", "1", "--json"}),
            ExitCode::well);
  TestWorld json;
  EXPECT_EQ(
      json.run({"plan", kSources + "/samples/three-sites.json", "--controllers-per-site", "1"}),
      ExitCode::usage);
  TestWorld none;
  EXPECT_EQ(none.run({"plan", kSources + "/samples/wan/zoo-Abilene.graphml",
                      "--controllers-per-site", "0"}),
            ExitCode::usage);
}

TEST(CliFormats, ConvertWritesWhatPlanReads) {
  const std::string folder = testing::TempDir();
  const std::string map = kSources + "/samples/wan/zoo-Abilene.graphml";
  TestWorld one;
  EXPECT_EQ(one.run({"convert", map, folder + "abilene.json"}), ExitCode::well) << one.err.str();
  TestWorld two;
  EXPECT_EQ(two.run({"convert", folder + "abilene.json", folder + "abilene.ldif", "--everything"}),
            ExitCode::well);
  EXPECT_EQ(two.err.str(), "");  // with everything, nothing is lost
  TestWorld places;
  EXPECT_EQ(places.run({"convert", map, folder + "places.ldif"}), ExitCode::well);
  EXPECT_EQ(places.out.str(),
            folder + "places.ldif (LDIF): 11 sites, 14 site links, 0 controllers\n");
  EXPECT_NE(places.err.str().find("not in LDIF: coordinates of sites"), std::string::npos);
  TestWorld three;
  EXPECT_EQ(three.run({"plan", folder + "abilene.ldif"}), ExitCode::well) << three.err.str();
  TestWorld four;
  EXPECT_EQ(four.run({"convert", map, folder + "abilene.graphml"}), ExitCode::usage);
  TestWorld five;
  EXPECT_EQ(five.run({"convert", folder + "abilene.ldif", folder + "again.json"}), ExitCode::well);
  EXPECT_EQ(read_text(folder + "again.json"), read_text(folder + "abilene.json"));
}

TEST(CliFormats, LocateSaysSiteAndControllers) {
  const std::string file = kSources + "/samples/ad/branch-offices.ldif";
  TestWorld here;
  EXPECT_EQ(here.run({"locate", file, "10.0.0.9"}), ExitCode::well);
  EXPECT_NE(here.out.str().find("10.0.0.9 is in site Site-00000, by subnet 10.0.0.0/24.\n"),
            std::string::npos);
  TestWorld nowhere;
  EXPECT_EQ(nowhere.run({"locate", file, "192.0.2.1", "--json"}), ExitCode::not_well);
  EXPECT_NE(nowhere.out.str().find("\"site\": null"), std::string::npos);
  TestWorld wrong;
  EXPECT_EQ(wrong.run({"locate", file, "10.0.0"}), ExitCode::not_well);
}

}  // namespace
}  // namespace ringspan::sites
