#include "sites/read_ldif_forest.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "kcc/plan.hpp"
#include "sites/base64.hpp"
#include "sites/read_forest.hpp"
#include "sites/write_forest.hpp"
#include "tests/unit/forests.hpp"

namespace ringspan::sites {
namespace {

const std::string kSources = RINGSPAN_SOURCE_DIR;

LdifForest sample(const std::string& name) {
  const auto read =
      read_ldif_forest(read_text(kSources + "/samples/ad/" + name + ".ldif"), name + ".ldif");
  EXPECT_TRUE(read) << (read ? "" : to_string(read.error().front()));
  return read.value_or(LdifForest{});
}

std::string lines_of(const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault& fault : faults)
    text += to_string(fault) + "\n";
  return text;
}

const Site& site_named(const Forest& forest, const std::string& name) {
  const auto found = std::ranges::find(forest.sites, name, &Site::name);
  EXPECT_NE(found, forest.sites.end()) << name;
  return *found;
}

const SiteLink& link_named(const Forest& forest, const std::string& name) {
  const auto found = std::ranges::find(forest.links, name, &SiteLink::name);
  EXPECT_NE(found, forest.links.end()) << name;
  return *found;
}

/// An entry below CN=Sites of the forest dc=corp.
std::string entry(const std::string& name, const std::string& object_class,
                  const std::string& rest = "") {
  return "dn: " + name +
         ",CN=Sites,CN=Configuration,DC=corp\nobjectClass: top\nobjectClass: " + object_class +
         "\n" + rest + "\n";
}

/// Two sites with a controller each, and a link.
std::string small() {
  const std::string end = ",CN=Sites,CN=Configuration,DC=corp";
  const std::string link = "CN=wire,CN=IP,CN=Inter-Site Transports";
  return entry("CN=oslo", "site") + entry("CN=nuuk", "site") +
         entry("CN=O1,CN=Servers,CN=oslo", "server") + entry("CN=N1,CN=Servers,CN=nuuk", "server") +
         entry("CN=NTDS Settings,CN=O1,CN=Servers,CN=oslo", "nTDSDSA",
               "hasMasterNCs: DC=corp\noptions: 1\n") +
         entry("CN=NTDS Settings,CN=N1,CN=Servers,CN=nuuk", "nTDSDSA", "hasMasterNCs: DC=corp\n") +
         entry(link, "siteLink",
               "siteList: CN=oslo" + end + "\nsiteList: CN=nuuk" + end + "\ncost: 7\n");
}

LdifForest sound(const std::string& text) {
  const auto read = read_ldif_forest(text, "x.ldif");
  EXPECT_TRUE(read) << (read ? "" : lines_of(read.error()));
  return read.value_or(LdifForest{});
}

std::string findings(const std::string& text) {
  return lines_of(sound(text).findings);
}

TEST(ReadLdifForestTest, BranchOfficesAreReadWhole) {
  const LdifForest read = sample("branch-offices");
  const Forest& forest = read.forest;
  EXPECT_EQ(lines_of(read.findings), "");
  EXPECT_EQ(forest.name, "corp.example.net");
  EXPECT_EQ(forest.sites.size(), 24U);
  EXPECT_EQ(forest.links.size(), 23U);
  EXPECT_EQ(forest.controllers.size(), 48U);
  EXPECT_EQ(forest.naming_contexts.size(), 5U);
  EXPECT_EQ(std::ranges::count(forest.controllers, true, &Controller::read_only), 9);
  EXPECT_EQ(std::ranges::count(forest.controllers, false, &Controller::outbound), 0);
  EXPECT_TRUE(forest.policy.bridge_all_site_links);
  const Site& hub = site_named(forest, "Site-00000");
  EXPECT_EQ(hub.id.value.to_string(), "deb7b2c2-de45-4ee4-8fb0-f8bf82abf37a");
  EXPECT_EQ(hub.subnets, (std::vector<std::string>{"10.0.0.0/24"}));
  const SiteLink& night = link_named(forest, "Link-00000");
  EXPECT_EQ(night.cost, Cost(200));
  EXPECT_EQ(night.interval, std::chrono::minutes(30));
  EXPECT_FALSE(night.notify);
  EXPECT_TRUE(night.compress);
  EXPECT_EQ(night.schedule.to_string(), "Mon-Sun 18:00-06:00");
  ASSERT_EQ(read.connections.size(), 2U);
  ASSERT_EQ(forest.connections.size(), 2U);
  EXPECT_EQ(forest.connections[0].name, "by-hand-0");
  EXPECT_FALSE(read.connections[0].generated);
  EXPECT_EQ(base::to_string(read.connections[0].created.value()), "2025-03-01T00:00:00.000Z");
}

TEST(ReadLdifForestTest, ExtendedNamesAndBridgesAreUnderstood) {
  const LdifForest read = sample("bridged");
  EXPECT_EQ(lines_of(read.findings), "");
  EXPECT_EQ(read.forest.sites.size(), 16U);
  EXPECT_EQ(read.forest.links.size(), 23U);
  EXPECT_FALSE(read.forest.policy.bridge_all_site_links);
  ASSERT_EQ(read.forest.bridges.size(), 1U);
  EXPECT_EQ(read.forest.bridges[0].links.size(), 11U);
  EXPECT_EQ(read.connections.size(), 3U);
}

TEST(ReadLdifForestTest, EveryExportIsASoundForestThatJsonHoldsAndThatHasAPlan) {
  for (const std::string name : {"branch-offices", "bridged", "geant"}) {
    const LdifForest read = sample(name);
    const auto again = read_forest(write_forest(read.forest), "again.json");
    ASSERT_TRUE(again) << lines_of(again.error());
    EXPECT_EQ(*again, read.forest) << name;
    EXPECT_FALSE(kcc::plan(read.forest).connections.empty());
  }
}

TEST(ReadLdifForestTest, EveryFormOfAFileIsTheSameForest) {
  const std::string text = read_text(kSources + "/samples/ad/branch-offices.ldif");
  const Forest expected = sample("branch-offices").forest;
  std::string utf16 = "\xff\xfe";
  std::string upper;
  for (const char c : text) {
    utf16 += {c, '\0'};
    if (c != '\r') upper += c;
  }
  EXPECT_EQ(sound(utf16).forest, expected);
  EXPECT_EQ(sound("\xef\xbb\xbf" + text).forest, expected);
  for (const std::string attribute : {"objectClass", "siteList", "cost", "nCName", "options"}) {
    std::string other = attribute;
    std::ranges::transform(other, other.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    for (auto at = upper.find("\n" + attribute + ":"); at != std::string::npos;
         at = upper.find("\n" + attribute + ":", at + 1))
      upper.replace(at + 1, attribute.size(), other);
  }
  EXPECT_EQ(sound(upper).forest, expected);
}

TEST(ReadLdifForestTest, WithoutPartitionsTheDomainIsKnownByTheNamesAndTheControllers) {
  const LdifForest read = sound(small());
  EXPECT_EQ(lines_of(read.findings), "");
  EXPECT_EQ(read.forest.name, "corp");
  EXPECT_EQ(read.forest.naming_contexts.size(), 3U);
  EXPECT_TRUE(find_controller(read.forest, "o1")->global_catalog);
  EXPECT_EQ(link_named(read.forest, "wire").interval, std::chrono::hours(3));
}

TEST(ReadLdifForestTest, WhatIsSwitchedIsRead) {
  const std::string end = ",CN=Sites,CN=Configuration,DC=corp";
  const std::string ip = "CN=IP,CN=Inter-Site Transports";
  const LdifForest read = sound(
      small() + entry("CN=NTDS Site Settings,CN=oslo", "nTDSSiteSettings", "options: 4100\n") +
      entry(ip, "interSiteTransport", "options: 2\n") +
      entry("CN=loud," + ip, "siteLink",
            "siteList: CN=oslo" + end + "\nsiteList: CN=nuuk" + end + "\noptions: 5\n") +
      entry("CN=O2,CN=Servers,CN=oslo", "server", "bridgeheadTransportList: " + ip + end + "\n") +
      entry("CN=NTDS Settings,CN=O2,CN=Servers,CN=oslo", "nTDSDSA",
            "msDS-HasDomainNCs: DC=corp\noptions: 6\n") +
      entry("CN=auto,CN=NTDS Settings,CN=O2,CN=Servers,CN=oslo", "nTDSConnection",
            "options: 1\nfromServer: CN=NTDS Settings,CN=N1,CN=Servers,CN=nuuk" + end + "\n"));
  EXPECT_EQ(lines_of(read.findings), "");
  EXPECT_EQ(site_named(read.forest, "oslo").options,
            (std::set{SiteOption::no_shortcuts, SiteOption::bridges_required}));
  EXPECT_TRUE(link_named(read.forest, "loud").notify);
  EXPECT_FALSE(link_named(read.forest, "loud").compress);
  EXPECT_FALSE(read.forest.policy.bridge_all_site_links);
  const Controller* controller = find_controller(read.forest, "O2");
  ASSERT_NE(controller, nullptr);
  EXPECT_TRUE(controller->preferred_bridgehead);
  EXPECT_FALSE(controller->inbound);
  EXPECT_FALSE(controller->outbound);
  EXPECT_FALSE(find_controller(read.forest, "O1")->preferred_bridgehead);
  ASSERT_EQ(read.connections.size(), 1U);
  EXPECT_TRUE(read.connections[0].generated);
  EXPECT_TRUE(read.forest.connections.empty());
}

TEST(ReadLdifForestTest, WhatCannotBeRightIsLeftOutAndNamed) {
  const std::string end = ",CN=Sites,CN=Configuration,DC=corp";
  const std::string ip = ",CN=IP,CN=Inter-Site Transports";
  const std::string ends = "siteList: CN=oslo" + end + "\n";
  const LdifForest read = sound(
      small() + entry("CN=lost" + ip, "siteLink", ends + "siteList: CN=rome" + end + "\n") +
      entry("CN=cheap" + ip, "siteLink",
            ends + "siteList: CN=nuuk" + end + "\ncost: 0\nschedule:: AAAA\n") +
      entry("CN=mail,CN=SMTP,CN=Inter-Site Transports", "siteLink", ends) +
      entry("CN=10.0.0.1/8,CN=Subnets", "subnet", "siteObject: CN=oslo" + end + "\n") +
      entry("CN=10.2.0.0/16,CN=Subnets", "subnet") + entry("CN=gone,CN=Servers,CN=nuuk", "server") +
      entry("CN=x,CN=NTDS Settings,CN=N1,CN=Servers,CN=nuuk", "nTDSConnection",
            "fromServer: CN=NTDS Settings,CN=Z9,CN=Servers,CN=oslo" + end + "\n") +
      entry("CN=nuuk", "site"));
  const std::string said = lines_of(read.findings);
  for (const std::string part :
       {"no site CN=rome,CN=Sites,CN=Configuration,DC=corp in this file",
        "it joins fewer than two sites of this file; left out", "cost is \"0\"; the default holds",
        "the schedule is shorter than its head", "it is replication by mail (SMTP); left out",
        "did you mean 10.0.0.0/8?", "the subnet belongs to no site; left out",
        "the server is no controller", "no controller CN=NTDS Settings,CN=Z9,CN=Servers,CN=oslo",
        "it has no source; left out", "this entry stands here twice; the first one counts"}) {
    EXPECT_NE(said.find(part), std::string::npos) << part << "\n" << said;
  }
  EXPECT_EQ(read.forest.links.size(), 2U);
  EXPECT_EQ(link_named(read.forest, "cheap").cost, Cost(100));
  EXPECT_TRUE(link_named(read.forest, "cheap").schedule.is_always());
}

TEST(ReadLdifForestTest, NamesThatClashOrHoldALineEndAreChangedAndNamed) {
  const LdifForest read = sound(
      small() + entry("CN=O1,CN=Servers,CN=nuuk", "server") +
      entry("CN=NTDS Settings,CN=O1,CN=Servers,CN=nuuk", "nTDSDSA", "hasMasterNCs: DC=corp\n") +
      entry("CN=rome\\0ACNF:4a64", "site"));
  EXPECT_NE(find_controller(read.forest, "O1 2"), nullptr);
  EXPECT_EQ(site_named(read.forest, "rome CNF:4a64").subnets.size(), 0U);
  const std::string said = lines_of(read.findings);
  EXPECT_NE(said.find("it is called O1 2 here"), std::string::npos) << said;
  EXPECT_NE(said.find("it is called rome CNF:4a64 here"), std::string::npos) << said;
  const auto again = read_forest(write_forest(read.forest), "again.json");
  ASSERT_TRUE(again) << lines_of(again.error());
}

TEST(ReadLdifForestTest, AFileWithoutASiteIsRefused) {
  for (const std::string text : {"", "hello\n", "dn: CN=a,DC=b\ncn: a\n", "\xff\xfe"}) {
    const auto read = read_ldif_forest(text, "x.ldif");
    ASSERT_FALSE(read) << text;
    EXPECT_NE(lines_of(read.error()).find("there is no site in it"), std::string::npos);
  }
}

TEST(ReadLdifForestTest, AnExportCutAnywhereIsAForestOrFaultsAndNeverAMishap) {
  const std::string text = read_text(kSources + "/samples/ad/branch-offices.ldif");
  for (std::size_t size = 0; size < text.size(); size += text.size() / 150 + 7) {
    const auto read = read_ldif_forest(text.substr(0, size), "cut.ldif");
    if (!read) {
      EXPECT_FALSE(read.error().empty());
    } else if (text[size - 1] != '\n') {
      EXPECT_FALSE(read->findings.empty()) << size;
    }
  }
}

TEST(ReadLdifForestTest, AMillionEntriesAreRead) {
  std::string text = small();
  for (int at = 0; at < 1'000'000; ++at)
    text += "dn: CN=u" + std::to_string(at) + ",CN=Users,DC=corp\nobjectClass: user\n\n";
  for (int at = 0; at < 20'000; ++at)
    text += entry("CN=oslo", "site");
  EXPECT_EQ(sound(text).forest.sites.size(), 2U);
}

TEST(ReadLdifForestTest, AMillionWaysToAnUnknownSiteAreOneLinkAndAThousandFindings) {
  std::string ends;
  for (int at = 0; at < 1'000'000; ++at)
    ends += "siteList: CN=s,CN=Sites,CN=Configuration,DC=corp\n";
  const std::string said =
      findings(small() + entry("CN=x,CN=IP,CN=Inter-Site Transports", "siteLink", ends));
  EXPECT_NE(said.find("more of them are not shown"), std::string::npos);
}

TEST(ScheduleBlobTest, WhatIsWrittenReadsBack) {
  for (const auto* text : {"always", "never", "Mon-Fri 18:00-06:00", "Sun 00:15-00:30"}) {
    const auto schedule = Schedule::parse(text);
    const std::string blob = schedule->to_blob();
    EXPECT_EQ(blob.size(), 188U);
    EXPECT_EQ(Schedule::from_blob(blob), *schedule) << text;
  }
  // The last quarter of each hour: what a directory's calculator writes inside a site.
  std::string hourly = Schedule().to_blob();
  std::fill(hourly.begin() + 20, hourly.end(), '\x01');
  EXPECT_EQ(Schedule::from_blob(hourly)->open_quarters(), 168U);
  EXPECT_TRUE(Schedule::from_blob(hourly)->open_at(*base::parse_time("2026-01-01T05:45:00Z")));
  EXPECT_FALSE(Schedule::from_blob(hourly)->open_at(*base::parse_time("2026-01-01T05:44:00Z")));
}

TEST(ScheduleBlobTest, BrokenOnesAreRefused) {
  const std::string blob = Schedule().to_blob();
  for (const std::size_t size : {0U, 4U, 19U, 20U, 187U})
    EXPECT_FALSE(Schedule::from_blob(blob.substr(0, size))) << size;
  std::string far = blob;
  far.replace(16, 4, "\xff\xff\xff\xff");
  EXPECT_FALSE(Schedule::from_blob(far));
}

}  // namespace
}  // namespace ringspan::sites
