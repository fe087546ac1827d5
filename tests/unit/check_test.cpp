// Each finding of ringspan check: a forest that has it, and the one next to it that has not.

#include "kcc/check.hpp"
#include "kcc/connections_csv.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "base/rng.hpp"
#include "kcc/findings_json.hpp"
#include "kcc/plan.hpp"
#include "sites/read_any.hpp"
#include "tests/unit/cli_world.hpp"
#include "tests/unit/forests.hpp"

namespace ringspan::kcc {
namespace {

using Json = nlohmann::ordered_json;

/// Three offices in a triangle with nothing to find fault with.
Json faultless() {
  return Json::parse(R"({
    "name": "corp", "domains": [{"dn": "dc=corp"}],
    "sites": [
      {"name": "oslo", "subnets": ["10.1.0.0/16"], "coordinates": {"latitude": 59.9, "longitude": 10.8}},
      {"name": "nuuk", "subnets": ["10.2.0.0/16"], "coordinates": {"latitude": 64.2, "longitude": -51.7}},
      {"name": "rome", "subnets": ["10.3.0.0/16", "2001:db8::/32"], "coordinates": {"latitude": 41.9, "longitude": 12.5}}],
    "links": [
      {"name": "oslo-nuuk", "sites": ["oslo", "nuuk"], "cost": 300},
      {"name": "nuuk-rome", "sites": ["nuuk", "rome"], "cost": 400},
      {"name": "oslo-rome", "sites": ["oslo", "rome"], "cost": 100}],
    "controllers": [
      {"name": "o1", "site": "oslo"}, {"name": "o2", "site": "oslo"},
      {"name": "n1", "site": "nuuk"}, {"name": "n2", "site": "nuuk"},
      {"name": "r1", "site": "rome"}, {"name": "r2", "site": "rome"}]})");
}

std::vector<Finding> found_in(const Json& json, const CheckLimits& limits = {}) {
  const sites::Forest forest = sound_forest(json.dump());
  return check(forest, plan(forest), limits);
}

std::string shown(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& one : findings)
    text +=
        std::string(one.code) + " at " + one.place + ": " + one.reason + "; " + one.remedy + "\n";
  return text;
}

void add_branch(Json& json, const std::string& name, std::uint32_t cost) {
  json["sites"].push_back({{"name", name}, {"subnets", Json::array()}});
  json["sites"].back()["subnets"].push_back("10." + std::to_string(100 + cost) + ".0.0/16");
  json["links"].push_back({{"name", "to-" + name}, {"sites", {"oslo", name}}, {"cost", cost}});
  json["controllers"].push_back({{"name", name + "1"}, {"site", name}});
}

struct Planted {
  const char* code;
  const char* place;
  const char* says;  ///< Part of the reason or the remedy.
  std::function<void(Json&)> fault;
};

const Planted kPlanted[] = {
    {"site-without-link", "site nuuk", "hear nobody outside",
     [](Json& json) { json["links"].erase(1), json["links"].erase(0); }},
    {"island", "site nuuk", "a site link between nuuk and oslo",
     [](Json& json) { json["links"].erase(1), json["links"].erase(0); }},
    {"island", "site nuuk", "bridge the links between them",
     [](Json& json) {
       json["policy"] = {{"bridge_all_site_links", false}};
       json["sites"].push_back({{"name", "reykjavik"}, {"subnets", {"10.9.0.0/16"}}});
       json["links"] =
           Json::array({{{"name", "a"}, {"sites", {"oslo", "rome"}}, {"cost", 1}},
                        {{"name", "b"}, {"sites", {"oslo", "reykjavik"}}, {"cost", 2}},
                        {{"name", "c"}, {"sites", {"reykjavik", "nuuk"}}, {"cost", 3}}});
     }},
    {"site-without-controller", "site rome", "served over a site link",
     [](Json& json) { json["controllers"].erase(5), json["controllers"].erase(4); }},
    {"site-without-subnet", "site nuuk", "no client is found to be there",
     [](Json& json) { json["sites"][1].erase("subnets"); }},
    {"site-without-subnet", "forest", "no site has a subnet",
     [](Json& json) {
       for (auto& site : json["sites"])
         site.erase("subnets");
     }},
    {"subnet-in-another", "subnet 10.1.7.0/24", "lies in 10.1.0.0/16 of oslo",
     [](Json& json) { json["sites"][1]["subnets"].push_back("10.1.7.0/24"); }},
    {"subnet-in-another", "subnet 2001:db8:7::/48", "lies in 2001:db8::/32 of rome",
     [](Json& json) { json["sites"][1]["subnets"].push_back("2001:db8:7::/48"); }},
    {"window-never-opens", "site link oslo-rome", "no open quarter-hour",
     [](Json& json) { json["links"][2]["schedule"] = "never"; }},
    {"windows-never-meet", "way ", "never open together; make",
     [](Json& json) {
       json["controllers"].erase(1), json["controllers"].erase(0);  // nobody in oslo
       json["links"].erase(1);
       json["links"][0]["schedule"] = "Mon-Fri 01:00-02:00";
       json["links"][1]["schedule"] = "Mon-Fri 03:00-04:00";
     }},
    {"interval-longer-than-window", "site link oslo-rome", "lower the interval to 1h or less",
     [](Json& json) {
       json["links"][2]["schedule"] = "Mon-Fri 01:00-02:00";
       json["links"][2]["interval"] = "3h";
     }},
    {"costs-all-equal", "forest", "all 3 site links cost 5",
     [](Json& json) {
       for (auto& link : json["links"])
         link["cost"] = 5;
     }},
    {"link-of-many-sites", "site link oslo-rome", "has 3 sites",
     [](Json& json) { json["links"][2]["sites"].push_back("nuuk"); }},
    {"bridge-joins-nothing", "bridge all", "parts that share no site",
     [](Json& json) {
       add_branch(json, "bergen", 7);
       json["links"].push_back({{"name", "far"}, {"sites", {"bergen", "rome"}}, {"cost", 9}});
       json["policy"] = {{"bridge_all_site_links", false}};
       json["bridges"] = Json::array({{{"name", "all"}, {"links", {"oslo-nuuk", "far"}}}});
     }},
    {"bridges-without-effect", "forest", "there is a bridge besides",
     [](Json& json) {
       json["bridges"] = Json::array({{{"name", "all"}, {"links", {"oslo-nuuk", "nuuk-rome"}}}});
     }},
    {"bridgehead-without-context", "site nuuk", "does not hold it",
     [](Json& json) {
       json["domains"].push_back({{"dn", "dc=eu"}});
       json["controllers"][2]["domain"] = "dc=eu";
       json["controllers"][2]["preferred_bridgehead"] = true;
     }},
    {"single-controller-hub", "site oslo", "joins 3 sites",
     [](Json& json) {
       add_branch(json, "bergen", 7);
       json["controllers"].erase(1);
       json["links"].erase(1);
     }},
    {"degree-over-limit", "controller ", "more than 6",
     [](Json& json) {
       for (std::uint32_t at = 1; at < 12; ++at)
         add_branch(json, "branch" + std::to_string(at), at);
     }},
    {"hops-over-limit", "", "more than 1, for cn=configuration,dc=corp",
     [](Json& json) { json["policy"] = {{"max_hops", 1}}; }},
    {"name-clash", "site Os-lo", "is easily taken for oslo",
     [](Json& json) { add_branch(json, "Os-lo", 7); }},
    {"name-clash", "site nuuk CNF:1f2e", "when two of one name met",
     [](Json& json) { add_branch(json, "nuuk CNF:1f2e", 7); }},
};

TEST(Check, AForestWithoutFaultHasNoFinding) {
  EXPECT_EQ(shown(found_in(faultless())), "");
}

TEST(Check, EachFaultIsFoundWhereItIs) {
  for (const Planted& planted : kPlanted) {
    Json json = faultless();
    planted.fault(json);
    const bool small = std::string_view(planted.code) == "degree-over-limit";
    const auto findings = found_in(json, small ? CheckLimits{.degree = 6} : CheckLimits{});
    const bool found = std::ranges::any_of(findings, [&](const Finding& one) {
      return one.code == planted.code && one.place.starts_with(planted.place) &&
             (one.reason + "; " + one.remedy).find(planted.says) != std::string::npos;
    });
    EXPECT_TRUE(found) << planted.code << " at " << planted.place << "\n" << shown(findings);
  }
}

TEST(Check, WhatNoForestMayHaveIsFoundInTheFile) {
  Json json = faultless();
  json["links"][2]["cost"] = 0;
  json["sites"][1]["subnets"].push_back("10.1.0.0/16");
  const auto read = sites::read_any(json.dump(), "forest.json");
  ASSERT_FALSE(read);
  const std::string text = shown(unreadable(read.error()));
  EXPECT_NE(text.find("unreadable at $.links[2].cost"), std::string::npos) << text;
  EXPECT_NE(text.find("unreadable at $.sites[1].subnets"), std::string::npos) << text;
}

TEST(Check, WhatTheReaderFoundIsAFindingWithItsLine) {
  const sites::Forest forest = sound_forest(faultless().dump());
  const std::vector<sites::Fault> odd{{"f.ldif", 12, "cn=x", "no site of this name", "add it"}};
  const auto findings = check(forest, plan(forest), {}, odd);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings.front(), (Finding{"in-the-file", Severity::warning, "cn=x",
                                       "no site of this name", "add it", 12}));
  EXPECT_EQ(unreadable(odd).front().code, "unreadable");
  EXPECT_EQ(worst_of(unreadable(odd)), Severity::error);
}

TEST(Check, EveryRuleIsPlantedHereAndInTheDocument) {
  std::set<std::string_view> planted{"in-the-file", "unreadable"};
  for (const Planted& one : kPlanted)
    planted.insert(one.code);
  const std::string document = read_text(RINGSPAN_SOURCE_DIR "/docs/checks.md");
  std::string_view last;
  for (const CheckRule& rule : check_rules()) {
    EXPECT_LT(last, rule.code);
    last = rule.code;
    EXPECT_TRUE(planted.contains(rule.code)) << rule.code;
    const auto line = "| `" + std::string(rule.code) + "` | " +
                      std::string(to_string(rule.severity)) + " | " + std::string(rule.what);
    EXPECT_NE(document.find(line), std::string::npos) << line;
  }
}

TEST(Check, WhateverAForestIsItIsCheckedAndTheWorstComesFirst) {
  base::Rng rng(11);
  for (int round = 0; round < 300; ++round) {
    const sites::Forest forest = scrambled(random_forest(rng), rng);
    const auto findings = check(forest, plan(forest));
    EXPECT_TRUE(std::ranges::is_sorted(findings, std::greater(), &Finding::severity));
    EXPECT_EQ(check(shuffled(forest, rng), plan(forest)), findings);
  }
}

/// Of every kind one entry again, which says something else.
sites::Forest with_repeats(sites::Forest forest, base::Rng& rng) {
  const auto repeat = [&rng](auto& list, const auto& change) {
    if (list.empty()) return;
    list.push_back(rng.pick(list));
    change(list.back());
  };
  repeat(forest.sites, [](auto& one) { one.name = "another"; });
  repeat(forest.links, [](auto& one) {
    one.name = "another";
    one.schedule = *sites::Schedule::parse("Sun 01:00-02:00");
  });
  repeat(forest.controllers, [&](auto& one) { one.site = rng.pick(forest.sites).id; });
  repeat(forest.controllers, [](auto& one) { one.name = "another"; });
  repeat(forest.bridges, [](auto& one) { one.links.clear(); });
  repeat(forest.naming_contexts, [](auto& one) { one.dn = "dc=another"; });
  return forest;
}

TEST(Check, WhatStandsTwiceIsFoundAndNamedAlikeInEveryOrder) {
  base::Rng rng(12);
  for (int round = 0; round < 300; ++round) {
    const sites::Forest forest = with_repeats(random_forest(rng), rng);
    const sites::Forest other = shuffled(forest, rng);
    const auto topology = plan(forest);
    ASSERT_EQ(plan(other), topology);
    EXPECT_EQ(check(other, topology), check(forest, topology));
    EXPECT_EQ(connections_csv(other, topology), connections_csv(forest, topology));
  }
}

TEST(Check, SarifNamesRuleLevelPlaceAndLine) {
  const std::vector<sites::Fault> odd{{"f.ldif", 12, "cn=x", "no site of this name", "add it"}};
  const Json sarif = Json::parse(findings_sarif("f.ldif", unreadable(odd)));
  const Json& run = sarif.at("runs").at(0);
  const Json& result = run.at("results").at(0);
  EXPECT_EQ(sarif.at("version"), "2.1.0");
  EXPECT_EQ(result.at("level"), "error");
  EXPECT_EQ(run.at("tool")
                .at("driver")
                .at("rules")
                .at(result.at("ruleIndex").get<std::size_t>())
                .at("id"),
            result.at("ruleId"));
  const Json& place = result.at("locations").at(0).at("physicalLocation");
  EXPECT_EQ(place.at("artifactLocation").at("uri"), "f.ldif");
  EXPECT_EQ(place.at("region").at("startLine"), 12);
}

TEST(Check, TheCommandEndsByTheWorstThatItFound) {
  const auto ending = [](const std::vector<std::string>& words) {
    cli::TestWorld world;
    const auto code = world.run(words);
    return std::pair(code, world.out.str());
  };
  const std::string samples = RINGSPAN_SOURCE_DIR "/samples/";
  const auto [maps, map] = ending({"check", samples + "wan/zoo-Arpanet196912.graphml"});
  EXPECT_EQ(maps, cli::ExitCode::not_well) << map;
  EXPECT_NE(map.find("site-without-subnet"), std::string::npos) << map;
  const auto [well, sites] = ending({"check", samples + "three-sites.json"});
  EXPECT_EQ(well, cli::ExitCode::well) << sites;
  const auto [bad, said] =
      ending({"check", RINGSPAN_SOURCE_DIR "/tests/unit/forests/bad/inbound-as-text.json"});
  EXPECT_EQ(bad, cli::ExitCode::failing);
  EXPECT_NE(said.find("unreadable"), std::string::npos) << said;
  EXPECT_EQ(ending({"check", "f", "--json", "--sarif"}).first, cli::ExitCode::usage);
}

}  // namespace
}  // namespace ringspan::kcc
