// `ringspan schema`: the words in, the request and the text out.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/text_schema.hpp"
#include "tests/unit/cli_world.hpp"

namespace ringspan::cli {
namespace {

constexpr auto kAttribute = R"({"controller": "oslo-1", "written": true,
  "object": "8a1f20c4-5b1e-5f0a-9d1c-2f6f5a0d7e11", "dn": "cn=manager,cn=schema,dc=corp",
  "objects": 1,
  "attribute": {"name": "manager", "syntax": "dn", "back_link": "directreports",
    "forward_link": null, "single_valued": true, "not_replicated": false, "partial": false,
    "filtered": true, "urgent": false, "retired": false}})";

TEST(CliSchema, EachActionAsksItsRequest) {
  struct Asked {
    std::vector<std::string> words;
    std::string request;
  };
  const Asked table[] = {
      {{"list"}, R"({"ask":"schema"})"},
      {{"show", "manager"}, R"({"ask":"attribute","attribute":"manager"})"},
      {{"add", "badge", "--syntax", "integer", "--single", "--filtered"},
       R"({"ask":"schema_add","attribute":"badge","filtered":true,"single_valued":true,"syntax":"integer"})"},
      {{"add", "owner", "--back-link", "owns"},
       R"({"ask":"schema_add","attribute":"owner","back_link":"owns"})"},
      {{"change", "badge", "--multi", "--not-filtered", "--urgent", "--partial"},
       R"({"ask":"schema_change","attribute":"badge","filtered":false,"partial":true,"single_valued":false,"urgent":true})"},
      {{"change", "fax", "--in-use"},
       R"({"ask":"schema_change","attribute":"fax","retired":false})"},
      {{"retire", "fax", "--yes"}, R"({"ask":"schema_change","attribute":"fax","retired":true})"},
  };
  for (const auto& [words, request] : table) {
    TestWorld here;
    std::vector<std::string> line{"schema"};
    line.insert(line.end(), words.begin(), words.end());
    here.run(line);
    ASSERT_EQ(here.requests.size(), 1U) << words.front() << here.err.str();
    EXPECT_EQ(here.requests.front(), request);
  }
}

TEST(CliSchema, WhatDoesNotFitTogetherAsksNobody) {
  const std::pair<std::vector<std::string>, const char*> table[] = {
      {{"schema", "add"}, "ATTRIBUTE: missing"},
      {{"schema", "list", "badge"}, "list takes none"},
      {{"schema", "show", "badge", "--single"}, "that is for add and change"},
      {{"schema", "change", "badge"}, "says nothing to change"},
      {{"schema", "add", "badge", "--single", "--multi"}, "--single, --multi: contradict"},
      {{"schema", "add", "badge", "--in-use"}, "--in-use: is for change"},
      {{"schema", "add", "badge", "--syntax", "number"}, "none of text, integer"},
      {{"schema", "drop", "badge"}, "none of list, show, add, change, retire"}};
  for (const auto& [words, reason] : table) {
    TestWorld here;
    EXPECT_EQ(here.run(words), ExitCode::usage) << reason;
    EXPECT_NE(here.err.str().find(reason), std::string::npos) << here.err.str();
    EXPECT_TRUE(here.requests.empty());
  }
}

TEST(CliSchema, APersonIsAskedBeforeAnAttributeIsRetired) {
  for (const char* reply : {"n\n", "\n", ""}) {
    TestWorld here;
    here.world.interactive = true;
    here.in.str(reply);
    EXPECT_EQ(here.run({"schema", "retire", "fax"}), ExitCode::not_well);
    EXPECT_TRUE(here.requests.empty());
    EXPECT_NE(here.err.str().find("Nothing was written."), std::string::npos);
  }
  TestWorld here;
  here.world.interactive = true;
  here.in.str("y\n");
  here.answer = std::string(kAttribute);
  EXPECT_EQ(here.run({"schema", "retire", "manager"}), ExitCode::well);
  EXPECT_EQ(here.requests.size(), 1U);
}

TEST(CliSchema, AnAttributeReadsAsSentences) {
  TestWorld here;
  const auto told = attribute_written_text(nlohmann::json::parse(kAttribute), here.world);
  EXPECT_EQ(told.text,
            "manager\n"
            "  dn, one value\n"
            "  link, seen as directreports\n"
            "  filtered: never sent to a read-only controller\n"
            "  1 object at oslo-1 has values of it\n");
  EXPECT_EQ(told.aside, "Written at oslo-1; all others follow.\n");
}

TEST(CliSchema, TheListSaysWhatIsSpecial) {
  TestWorld here;
  const auto answer = nlohmann::json::parse(kAttribute);
  const auto told = schema_list_text(
      {{"controller", "oslo-1"}, {"attributes", {answer.at("attribute")}}}, here.world);
  EXPECT_NE(told.text.find("manager"), std::string::npos) << told.text;
  EXPECT_NE(told.text.find("link, seen as directreports, filtered"), std::string::npos)
      << told.text;
  EXPECT_NE(told.aside.find("1 attribute defined at oslo-1"), std::string::npos) << told.aside;
}

}  // namespace
}  // namespace ringspan::cli
