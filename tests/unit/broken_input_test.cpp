// Files that are broken in every way an administrator may come by: `ringspan plan` says what is
// wrong, or plans what is left and says what it left out. The files are made here, as large as they
// have to be.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sites/read_any.hpp"
#include "tests/unit/cli_world.hpp"
#include "tests/unit/forests.hpp"

namespace ringspan::cli {
namespace {

const std::string kEnd = ",CN=Sites,CN=Configuration,DC=corp\n";
const std::string kIp = ",CN=IP,CN=Inter-Site Transports";

std::string entry(const std::string& name, const std::string& object_class,
                  const std::string& rest = "") {
  return "dn: " + name + kEnd + "objectClass: " + object_class + "\n" + rest + "\n";
}

std::string site(const std::string& name) {
  return entry("CN=" + name, "site");
}

std::string controller(const std::string& name, const std::string& in) {
  return entry("CN=NTDS Settings,CN=" + name + ",CN=Servers,CN=" + in, "nTDSDSA",
               "hasMasterNCs: DC=corp\n");
}

std::string link(const std::string& name, const std::vector<std::string>& sites) {
  std::string list;
  for (const std::string& one : sites)
    list += "siteList: CN=" + one + kEnd;
  return entry("CN=" + name + kIp, "siteLink", list);
}

/// Two sites with a controller each, joined.
std::string small() {
  return site("oslo") + site("nuuk") + controller("O1", "oslo") + controller("N1", "nuuk") +
         link("wire", {"oslo", "nuuk"});
}

struct Said {
  ExitCode code = ExitCode::well;
  std::string out;
  std::string err;

  bool has(const std::string& text) const { return err.find(text) != std::string::npos; }
};

Said run(const std::string& command, const std::string& text) {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const auto file = std::filesystem::path(testing::TempDir()) /
                    (std::string("ringspan_broken_") + test->name());  // tests run side by side
  std::ofstream(file, std::ios::binary) << text;
  TestWorld here;
  const ExitCode code = here.run({command, file.string(), "--json"});
  std::filesystem::remove(file);
  return {code, here.out.str(), here.err.str()};
}

Said plan(const std::string& text) {
  return run("plan", text);
}

/// ":7: " of the first line of `text` that holds `what`, as a message names it.
std::string line_of(const std::string& text, const std::string& what) {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(text.find(what));
  return ":" + std::to_string(1 + std::count(text.begin(), end, '\n')) + ": ";
}

std::string utf16(const std::string& text) {
  std::string units = "\xff\xfe";
  for (const char c : text)
    units += {c, '\0'};
  return units;
}

std::string other_way_round(std::string units) {
  for (std::size_t at = 0; at + 1 < units.size(); at += 2)
    std::swap(units[at], units[at + 1]);
  return units;
}

TEST(BrokenInput, ATruncatedExportIsPlannedAndSaidToBeCutOrRefused) {
  const std::string text = small();
  const Said whole = plan(text);
  EXPECT_EQ(whole.code, ExitCode::well);
  EXPECT_EQ(whole.err, "");
  const Said middle = plan(text.substr(0, text.size() - 30));
  EXPECT_TRUE(middle.has("the file ends without a line end and may have been cut off"));
  const Said attribute = plan(text.substr(0, text.find("objectClass: nTDSDSA") + 7));
  EXPECT_EQ(attribute.code, ExitCode::not_well);
  EXPECT_TRUE(attribute.has("the line has no attribute and colon")) << attribute.err;
}

TEST(BrokenInput, AnUnknownSiteInALinkIsNamedAndLeftOut) {
  const std::string text = small() + link("lost", {"oslo", "nuuk", "rome"});
  const Said said = plan(text);
  EXPECT_EQ(said.code, ExitCode::well);
  EXPECT_TRUE(said.has(line_of(text, "siteList: CN=rome"))) << said.err;
  EXPECT_TRUE(said.has("no site CN=rome,CN=Sites,CN=Configuration,DC=corp in this file"));
  const Said json = plan(R"({"name": "corp", "domains": [{"dn": "dc=corp"}],
    "sites": [{"name": "oslo"}], "links": [{"sites": ["oslo", "rome"]}]})");
  EXPECT_EQ(json.code, ExitCode::not_well);
  EXPECT_TRUE(json.has("rome")) << json.err;
}

TEST(BrokenInput, BadBase64NamesItsLine) {
  const std::string text = small() + entry("CN=x" + kIp, "siteLink", "schedule:: AAA*\n");
  const Said said = plan(text);
  EXPECT_EQ(said.code, ExitCode::not_well);
  EXPECT_TRUE(said.has(line_of(text, "schedule::"))) << said.err;
  EXPECT_TRUE(said.has("schedule: the value after :: is no base64")) << said.err;
}

TEST(BrokenInput, BridgesThatGoInARingOrNameThemselvesAreBorne) {
  constexpr int count = 200;
  std::string text = entry("CN=IP,CN=Inter-Site Transports", "interSiteTransport", "options: 2\n");
  const auto name = [](const char* kind, int at) { return kind + std::to_string(at % count); };
  for (int at = 0; at < count; ++at) {
    text += site(name("s", at)) + controller(name("c", at), name("s", at)) +
            link(name("l", at), {name("s", at), name("s", at + 1)}) +
            entry("CN=" + name("b", at) + kIp, "siteLinkBridge",
                  "siteLinkList: CN=" + name("l", at) + kIp + kEnd +
                      "siteLinkList: CN=" + name("l", at + 1) + kIp + kEnd +
                      "siteLinkList: CN=" + name("b", at + 1) + kIp + kEnd);
  }
  const Said said = plan(text);
  EXPECT_EQ(said.code, ExitCode::well) << said.err;
  EXPECT_TRUE(said.has("no site link CN=b1,CN=IP,CN=Inter-Site Transports"));
  EXPECT_TRUE(said.has("200 findings to look at")) << said.err;
}

TEST(BrokenInput, Utf16IsReadAndHalfACharacterIsRefused) {
  const std::string json = R"({"name": "corp", "domains": [{"dn": "dc=corp"}],
    "sites": [{"name": "oslo"}], "controllers": [{"name": "o1", "site": "oslo"}]})";
  const std::string map = R"(<graphml><graph><node id="a"/><node id="b"/>
    <edge source="a" target="b"/></graph></graphml>)";
  for (const std::string& text : std::vector{small(), json, map}) {
    const std::string whole = plan(text).out;
    EXPECT_NE(whole.find("\"connections\""), std::string::npos) << text;
    const std::string units = utf16(text);
    EXPECT_EQ(plan(units).out, whole);
    EXPECT_EQ(plan(other_way_round(units)).out, whole);
    EXPECT_EQ(plan(units.substr(2)).out, whole) << "without a mark";
    EXPECT_EQ(plan(other_way_round(units.substr(2))).out, whole) << "without a mark";
  }
  const Said cut = plan(utf16(small()) + "d");
  EXPECT_EQ(cut.code, ExitCode::not_well);
  EXPECT_TRUE(cut.has("UTF-16 ends in the middle of a character")) << cut.err;
}

TEST(BrokenInput, ALineOfTenMegabytesIsReadOrRefusedInEachFormat) {
  const std::string line(10U << 20U, 'x');
  EXPECT_EQ(plan(small() + entry("CN=y", "container", "description: " + line + "\n")).code,
            ExitCode::well);
  const Said name = plan(small() + site(line));
  EXPECT_EQ(name.code, ExitCode::not_well);
  EXPECT_TRUE(name.has("this is no name of an object"));
  EXPECT_LT(name.err.size(), 1000U);
  const Said json = plan("{\"name\": \"" + line + "\"}");
  EXPECT_EQ(json.code, ExitCode::not_well);
  EXPECT_LT(json.err.size(), 2000U);
  EXPECT_EQ(plan("<graphml><graph><node id=\"" + line + "\"/></graph></graphml>").code,
            ExitCode::well);
}

TEST(BrokenInput, RepeatedLabelsAreNumbered) {
  std::string nodes;
  for (int at = 0; at < 116; ++at) {
    nodes += "<node id=\"" + std::to_string(at) + "\"><data key=\"k\">Berlin</data></node>";
    if (at > 0) nodes += "<edge source=\"0\" target=\"" + std::to_string(at) + "\"/>";
  }
  const Said said = plan("<graphml><key id=\"k\" for=\"node\" attr.name=\"label\"/><graph>" +
                         nodes + "</graph></graphml>");
  EXPECT_EQ(said.code, ExitCode::well);
  EXPECT_TRUE(said.has("it is called Berlin 2 here")) << said.err;
  EXPECT_TRUE(said.has("115 findings to look at"));
}

/// The text and so many parts, numbered.
template <typename Part>
std::string many(int count, std::string text, const Part& part) {
  for (int at = 0; at < count; ++at)
    text += part(std::to_string(at));
  return text;
}

TEST(BrokenInput, MoreSitesThanAPlanIsMadeForAreRefusedWhereTheyBeginToBeTooMany) {
  constexpr int kMany = 1'000'000;
  const auto json_site = [](const std::string& at) { return "{\"name\":\"s" + at + "\"},\n"; };
  const auto ldif_site = [](const std::string& at) { return site("s" + at); };
  const auto node = [](const std::string& at) { return "<node id=\"" + at + "\"/>\n"; };
  const std::string map = "<graphml><graph>\n";
  const std::string reason = "more than 20000 sites, the most that a plan is made for";
  const std::vector<std::pair<std::string, std::string>> texts{
      {many(kMany, "{\"sites\":[\n", json_site), ":20002: "},
      {many(20'001, "", ldif_site) + "no line of LDIF\n", ":60001: "},
      {many(20'001, map, node) + "</graph></graphml>", ":20002: "},
      {many(kMany, map, node) + "</graph></graphml>", ":20002: "}};
  for (const auto& [text, line] : texts) {
    const Said planned = plan(text);
    EXPECT_EQ(planned.code, ExitCode::not_well);
    EXPECT_TRUE(planned.has(line)) << planned.err;
    EXPECT_TRUE(planned.has(reason)) << planned.err;
    EXPECT_TRUE(planned.has("plan a part of the network")) << planned.err;
    EXPECT_EQ(planned.out, "");
    const Said checked = run("check", text);
    EXPECT_EQ(checked.code, ExitCode::failing);
    EXPECT_NE(checked.out.find("unreadable"), std::string::npos) << checked.out;
    EXPECT_NE(checked.out.find(reason), std::string::npos) << checked.out;
  }
}

TEST(BrokenInput, MoreControllersThanAPlanIsMadeForAreRefused) {
  const std::string reason = "more than 60000 controllers, the most that a plan is made for";
  const auto json_controller = [](const std::string& at) { return "{\"name\":\"c" + at + "\"},"; };
  EXPECT_TRUE(plan(many(60'001, "{\"controllers\":[", json_controller)).has(reason));
  const auto agent = [](const std::string& at) { return controller("c" + at, "oslo"); };
  EXPECT_TRUE(plan(many(60'001, site("oslo"), agent)).has(reason));
}

TEST(BrokenInput, AsManySitesAsAPlanIsMadeForAreRead) {
  std::string text = R"({"name":"corp","domains":[{"dn":"dc=corp"}],"sites":[)";
  text = many(20'000, text, [](const std::string& at) { return "{\"name\":\"s" + at + "\"},"; });
  text.back() = ']';
  EXPECT_TRUE(sites::read_any(text + "}", "full.json").has_value());
}

TEST(BrokenInput, FiftySixPartsThatNothingJoinsAreIslands) {
  std::string nodes;
  for (int at = 0; at < 56; ++at) {
    const std::string number = std::to_string(at);
    nodes += "<node id=\"a" + number + "\"/><node id=\"b" + number + "\"/><edge source=\"a" +
             number + "\" target=\"b" + number + "\"/>";
  }
  const Said said = plan("<graphml><graph>" + nodes + "</graph></graphml>");
  EXPECT_EQ(said.code, ExitCode::not_well);
  EXPECT_NE(said.out.find("\"islands\""), std::string::npos);
}

}  // namespace
}  // namespace ringspan::cli
