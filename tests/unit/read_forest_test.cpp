#include "sites/read_forest.hpp"

#include <string>

#include <gtest/gtest.h>

#include "sites/json_source.hpp"
#include "sites/nearest.hpp"
#include "sites/subnet.hpp"
#include "sites/write_forest.hpp"
#include "tests/unit/forests.hpp"

namespace ringspan::sites {
namespace {

std::string all_faults(const std::string& text) {
  const auto forest = read_forest(text, "forest.json");
  std::string faults;
  if (forest) return faults;
  for (const Fault& fault : forest.error())
    faults += to_string(fault) + "\n";
  return faults;
}

TEST(ReadForestTest, GoodFilesAndSamplesAreReadAndReadBack) {
  for (const std::string folder : {"tests/unit/forests/good", "samples"}) {
    for (const auto& path : json_files(folder)) {
      const auto forest = read_forest(read_text(path), path.filename());
      ASSERT_TRUE(forest) << to_string(forest.error().front());
      const auto back = read_forest(write_forest(*forest), "written.json");
      ASSERT_TRUE(back) << to_string(back.error().front());
      EXPECT_EQ(*back, *forest) << path;
    }
  }
}

TEST(ReadForestTest, BadFilesAreRefused) {
  for (const std::string folder :
       {"tests/unit/forests/bad", "tests/unit/forests/bad/beyond-schema"}) {
    for (const auto& path : json_files(folder)) {
      EXPECT_FALSE(read_forest(read_text(path), path.filename())) << path;
    }
  }
}

TEST(ReadForestTest, AllFaultsComeAtOnceInTheOrderOfTheLines) {
  const std::string text = R"({
  "name": "corp",
  "domains": [{"dn": "dc=corp"}],
  "policy": {"max_hop": 3,
             "redundancy": 7},
  "sites": [{"name": "Narvik"},
            {"name": "NARVIK"},
            {"name": "Oslo", "subnets": ["10.0.0.1/8"]}],
  "links": [
    {"sites": ["Narvk", "Oslo"], "cost": "5"},
    {"name": "x", "sites": ["Oslo"], "interval": "9d"}
  ],
  "controllers": [{"name": "a"}, {"name": "b", "site": "Oslo", "read_only": 1}]
})";
  EXPECT_EQ(
      all_faults(text),
      "forest.json:4: $.policy.max_hop: unknown key \"max_hop\"; did you mean \"max_hops\"?\n"
      "forest.json:5: $.policy.redundancy: \"redundancy\" is 7; use a whole number from 1 to 2\n"
      "forest.json:7: $.sites[1]: site NARVIK was named on line 6 already; give this one another "
      "name\n"
      "forest.json:8: $.sites[2].subnets[0]: subnet \"10.0.0.1/8\": bits are set behind the "
      "prefix; "
      "did you mean 10.0.0.0/8?\n"
      "forest.json:10: $.links[0].sites[0]: no site named Narvk; did you mean Narvik?\n"
      "forest.json:10: $.links[0].cost: \"cost\" must be a whole number, not a text; correct the "
      "value\n"
      "forest.json:11: $.links[1].sites: a link joins at least two sites; name two sites or remove "
      "the link\n"
      "forest.json:11: $.links[1].interval: \"interval\" is \"9d\", out of range; use 1s to 7d, "
      "written like 30s, 15m, 4h or 7d\n"
      "forest.json:13: $.controllers[0]: \"site\" is missing; add the site in which it stands\n"
      "forest.json:13: $.controllers[1].read_only: \"read_only\" must be true or false, not a "
      "whole "
      "number; correct the value\n");
}

TEST(ReadForestTest, BrokenJsonNamesItsLine) {
  struct Case {
    std::string text;
    std::size_t line;
  };
  for (const auto& [text, line] :
       {Case{"", 1}, Case{"{\n\"a\": 1,\n}", 3}, Case{"{\"a\":\n1e999}", 2}, Case{"[1,\n2", 2},
        Case{"{}\n\nx", 3}, Case{"\"\xff\"", 1}, Case{std::string(40, '['), 1}}) {
    const auto forest = read_forest(text, "forest.json");
    ASSERT_FALSE(forest) << text;
    EXPECT_EQ(forest.error().front().line, line) << text << to_string(forest.error().front());
  }
}

TEST(ReadForestTest, NothingButJsonTextNeverCrashesTheReader) {
  const std::string text = read_text(json_files("tests/unit/forests/good").front());
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const char c : {'\0', '"', '{', ']', '9', '\xff'}) {
      std::string broken = text;
      broken[at] = c;
      read_forest(broken, "broken.json");
    }
    read_forest(text.substr(0, at), "cut.json");
  }
}

TEST(ReadForestTest, IdsFollowFromNamesInAnyCaseUnlessGiven) {
  const auto one = sample_forest("two-sites");
  EXPECT_EQ(one.id, forest_id_from_name("CORP"));
  EXPECT_EQ(find_controller(one, "OSLO-1")->id.value, id_from_name(one.id, "controller", "oslo-1"));
  EXPECT_EQ(find_naming_context(one, one.root_domain)->dn, "dc=corp,dc=example");
  EXPECT_EQ(one.naming_contexts.size(), 3U);
}

TEST(JsonSourceTest, EveryNodeKnowsItsLineAndPath) {
  const auto source = read_json("{\"a\": 1\n,\"b c\": [true,\n null]}", "x.json");
  ASSERT_TRUE(source.root);
  const auto& members = source.root->children;
  EXPECT_EQ(members[0].line, 1U);
  EXPECT_EQ(members[0].path, "$.a");
  EXPECT_EQ(members[1].line, 2U);
  EXPECT_EQ(members[1].path, "$['b c']");
  EXPECT_EQ(members[1].children[1].line, 3U);
  EXPECT_EQ(members[1].children[1].path, "$['b c'][1]");
}

TEST(NearestTest, SlipsOfThePenFindTheirWord) {
  const std::vector<std::string> known{"controllers", "sites", "links", "name"};
  EXPECT_EQ(nearest("controlers", known), "controllers");
  EXPECT_EQ(nearest("Sitse", known), "sites");
  EXPECT_EQ(nearest("nmae", known), "name");
  EXPECT_EQ(nearest("bridges", known), std::nullopt);
  EXPECT_EQ(nearest("", known), std::nullopt);
}

TEST(SubnetTest, NetworksGetTheirCanonicalText) {
  EXPECT_EQ(canonical_subnet("10.0.0.0/8"), "10.0.0.0/8");
  EXPECT_EQ(canonical_subnet("2001:DB8:0:0::/32"), "2001:db8::/32");
  EXPECT_EQ(canonical_subnet("0.0.0.0/0"), "0.0.0.0/0");
  EXPECT_EQ(canonical_subnet("10.1.2.3/32"), "10.1.2.3/32");
  for (const char* bad : {"", "/", "10.0.0.0", "10.0.0.0/", "10.0.0.0/-1", "10.0.0/8", "::1/129",
                          "10.0.0.0/8 ", "10.0.0.0/08x", "fe80::1/64"}) {
    EXPECT_FALSE(canonical_subnet(bad)) << bad;
  }
}

}  // namespace
}  // namespace ringspan::sites
