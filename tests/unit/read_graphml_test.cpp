#include "sites/read_graphml.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "base/fold.hpp"
#include "kcc/plan.hpp"
#include "sites/read_forest.hpp"
#include "sites/write_forest.hpp"
#include "tests/unit/forests.hpp"

namespace ringspan::sites {
namespace {

const std::string kSources = RINGSPAN_SOURCE_DIR;

std::string lines_of(const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault& fault : faults)
    text += to_string(fault) + "\n";
  return text;
}

GraphmlForest sound(const std::string& text, const GraphmlOptions& options = {}) {
  const auto read = read_graphml(text, "wan/x.graphml", options);
  EXPECT_TRUE(read) << (read ? "" : lines_of(read.error()));
  return read.value_or(GraphmlForest{});
}

GraphmlForest sample(const std::string& name, const GraphmlOptions& options = {}) {
  return sound(read_text(kSources + "/samples/wan/zoo-" + name + ".graphml"), options);
}

/// A graph with these elements, whose keys bear ids that mean something else elsewhere.
std::string graph(const std::string& elements) {
  return "<?xml version=\"1.0\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n"
         "<key attr.name=\"label\" for=\"node\" id=\"d29\"/>\n"
         "<key attr.name=\"Latitude\" for=\"node\" id=\"d33\"/>\n"
         "<key attr.name=\"Longitude\" for=\"node\" id=\"d1\"/>\n"
         "<key attr.name=\"Internal\" for=\"node\" id=\"x\"><default>1</default></key>\n"
         "<key attr.name=\"LinkSpeedRaw\" for=\"edge\" id=\"d0\"/>\n"
         "<graph edgedefault=\"undirected\">\n" +
         elements + "</graph></graphml>\n";
}

std::string node(const std::string& id, const std::string& label, const std::string& more = "") {
  return "<node id=\"" + id + "\"><data key=\"d29\">" + label + "</data>" + more + "</node>\n";
}

std::string edge(const std::string& source, const std::string& target,
                 const std::string& more = "") {
  return "<edge source=\"" + source + "\" target=\"" + target + "\">" + more + "</edge>\n";
}

TEST(ReadGraphmlTest, TheMapsOfTheZooAreReadAndHaveAPlan) {
  struct Map {
    std::string name;
    std::size_t sites;
    std::size_t links;
  };
  for (const auto& [name, sites, links] :
       {Map{"Arpanet196912", 4, 4}, Map{"Abilene", 11, 14}, Map{"HurricaneElectric", 24, 37},
        Map{"AttMpls", 25, 56}, Map{"Geant2012", 40, 61}}) {
    const Forest forest = sample(name).forest;
    EXPECT_EQ(forest.sites.size(), sites) << name;
    EXPECT_EQ(forest.links.size(), links) << name;
    EXPECT_EQ(forest.controllers.size(), 2 * sites) << name;
    const auto again = read_forest(write_forest(forest), "again.json");
    ASSERT_TRUE(again) << lines_of(again.error());
    EXPECT_EQ(*again, forest) << name;
    EXPECT_TRUE(kcc::plan(forest).islands.empty()) << name;
  }
}

TEST(ReadGraphmlTest, TheMapOfGeantIsTheSampleMadeOfIt) {
  Forest forest = sample("Geant2012").forest;
  for (Site& site : forest.sites)
    site.name = base::fold_name(site.name);
  for (SiteLink& link : forest.links)
    link.name = base::fold_name(link.name);
  for (Controller& controller : forest.controllers)
    controller.name = base::fold_name(controller.name);
  EXPECT_EQ(forest, sample_forest("geant"));
}

TEST(ReadGraphmlTest, AttributesAreFoundByNameAndNodesOutsideAreLeftOut) {
  const GraphmlForest read = sound(
      graph(node("a", "Oslo", "<data key=\"d33\"> 59.9 </data><data key=\"d1\">10.75</data>") +
            node("b", "Nuuk") + node("p", "Peer", "<data key=\"x\">0</data>") +
            edge("a", "b", "<data key=\"d0\">10000000</data>") + edge("a", "p")));
  ASSERT_EQ(read.forest.sites.size(), 2U);
  ASSERT_EQ(read.forest.links.size(), 1U);
  EXPECT_EQ(read.forest.links[0].cost, Cost(256));  // 1024 / log10(10,000 kbit/s)
  EXPECT_EQ(read.forest.name, "x");
  const auto oslo = std::ranges::find(read.forest.sites, "Oslo", &Site::name);
  ASSERT_NE(oslo, read.forest.sites.end());
  EXPECT_EQ(oslo->coordinates, (Coordinates{59.9, 10.75}));
  EXPECT_EQ(lines_of(read.findings),
            "wan/x.graphml:11: Peer: it lies outside the network (Internal is 0); left out; set "
            "Internal to 1 if it is a site\n");
}

TEST(ReadGraphmlTest, CostFollowsFromDistanceWhereWantedOrWhereTheSpeedIsUnknown) {
  const auto place = [](const std::string& north) {
    return "<data key=\"d33\">" + north + "</data><data key=\"d1\">0</data>";
  };
  const std::string text =
      graph(node("a", "a", place("0")) + node("b", "b", place("9")) + node("c", "c") +
            edge("a", "b", "<data key=\"d0\">1e9</data>") + edge("b", "c"));
  const auto costs = [&text](CostFrom from) {
    std::vector<std::uint32_t> found;
    for (const SiteLink& link : sound(text, {.cost = from}).forest.links)
      found.push_back(link.cost.value);
    std::ranges::sort(found);
    return found;
  };
  EXPECT_EQ(costs(CostFrom::speed), (std::vector<std::uint32_t>{171, 200}));
  EXPECT_EQ(costs(CostFrom::distance), (std::vector<std::uint32_t>{200, 200}));
}

TEST(ReadGraphmlTest, RepeatedLabelsParallelEdgesAndSeveralPartsAreBorne) {
  std::string elements;
  for (int part = 0; part < 56; ++part) {
    const std::string one = "a" + std::to_string(part);
    const std::string other = "b" + std::to_string(part);
    elements += node(one, "Berlin") + node(other, other) + edge(one, other) +
                edge(other, one, "<data key=\"d0\">1e9</data>") + edge(one, one);
  }
  const GraphmlForest read = sound(graph(elements));
  EXPECT_EQ(read.forest.sites.size(), 112U);
  EXPECT_EQ(read.forest.links.size(), 56U);
  for (const SiteLink& link : read.forest.links)
    EXPECT_EQ(link.cost, Cost(171));
  EXPECT_EQ(read.findings.size(), 55U);
  const auto again = read_forest(write_forest(read.forest), "again.json");
  ASSERT_TRUE(again) << lines_of(again.error());
  EXPECT_FALSE(kcc::plan(read.forest).islands.empty());
}

TEST(ReadGraphmlTest, AsManyControllersAsWantedStandInEachSite) {
  for (const std::uint32_t count : {0U, 1U, 5U})
    EXPECT_EQ(sample("Abilene", {.controllers_per_site = count}).forest.controllers.size(),
              11 * count);
}

TEST(ReadGraphmlTest, EdgesToNothingAndWhatIsNoGraphAreNamed) {
  const std::string said = lines_of(sound(graph(node("a", "a") + edge("a", "z"))).findings);
  EXPECT_EQ(said,
            "wan/x.graphml:10: edge: its target \"z\" is no node; left out; correct the id or add "
            "the node\n");
  for (const std::string text :
       {"", "<graphml>", "<html/>", "<graphml/>", "hello", "<graphml><graph/></graphml>"}) {
    const auto read = read_graphml(text, "x");
    ASSERT_FALSE(read) << text;
    EXPECT_FALSE(read.error().empty());
  }
}

TEST(ReadGraphmlTest, EntitiesThatWouldGrowWithoutEndStayAsTheyStand) {
  const std::string text =
      "<!DOCTYPE graphml [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>" +
      graph(node("n", "&b;&b;&b;")).substr(std::string("<?xml version=\"1.0\"?>\n").size());
  EXPECT_EQ(sound(text).forest.sites.front().name, "&b;&b;&b;");
}

TEST(ReadGraphmlTest, AMapCutAnywhereIsAFaultAndNeverAMishap) {
  const std::string text = read_text(kSources + "/samples/wan/zoo-Abilene.graphml");
  for (std::size_t size = 0; size < text.size() - 12; size += 37)
    EXPECT_FALSE(read_graphml(text.substr(0, size), "cut")) << size;
}

TEST(ReadGraphmlTest, DeepNestingAndManyNodesOfOneLabelAreRead) {
  std::string deep;
  for (int level = 0; level < 100'000; ++level)
    deep += "<data>";
  for (int level = 0; level < 100'000; ++level)
    deep += "</data>";
  EXPECT_EQ(sound(graph(node("a", "a") + deep)).forest.sites.size(), 1U);
  std::string many;
  for (int count = 0; count < 20'000; ++count)
    many += "<node id=\"" + std::to_string(count) + "\"><data key=\"d29\">x</data></node>";
  const GraphmlForest read = sound(graph(many), {.controllers_per_site = 0});
  EXPECT_EQ(read.forest.sites.size(), 20'000U);
  EXPECT_EQ(read.findings.size(), 1001U);
}

}  // namespace
}  // namespace ringspan::sites
