// A forest changed on paper: every word is followed, or what is wrong with it is said.

#include "sites/paper_changes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/unit/forests.hpp"

namespace ringspan::sites {
namespace {

const SiteLink* link_named(const Forest& forest, const std::string& name) {
  const auto found = std::ranges::find(forest.links, name, &SiteLink::name);
  return found == forest.links.end() ? nullptr : &*found;
}

TEST(PaperChanges, NothingChangesWithoutAWord) {
  const Forest forest = sample_forest("three-sites");
  const auto same = change_on_paper(forest, {});
  ASSERT_TRUE(same);
  EXPECT_EQ(*same, forest);
}

TEST(PaperChanges, ASiteTakesItsControllersAndItsLinksAlong) {
  const auto wanted = change_on_paper(sample_forest("three-sites"), {.without_sites = {"NUUK"}});
  ASSERT_TRUE(wanted);
  EXPECT_EQ(wanted->sites.size(), 2U);
  EXPECT_EQ(wanted->controllers.size(), 4U);
  EXPECT_EQ(link_named(*wanted, "oslo-nuuk"), nullptr);
}

TEST(PaperChanges, ANewLinkIsCalledAfterItsSitesAndItsNameIsItsOwn) {
  const auto wanted = change_on_paper(sample_forest("three-sites"), {.add_links = {"oslo,nuuk,7"}});
  ASSERT_TRUE(wanted);
  ASSERT_NE(link_named(*wanted, "oslo-nuuk-2"), nullptr);
  EXPECT_EQ(link_named(*wanted, "oslo-nuuk-2")->cost, Cost(7));
  EXPECT_TRUE(std::ranges::is_sorted(wanted->links, {}, &SiteLink::id));
}

TEST(PaperChanges, EveryFaultIsSaidWithItsFieldAndItsPlace) {
  const auto wanted =
      change_on_paper(sample_forest("three-sites"),
                      {.without_controllers = {"oslo-1", "rome-1"},
                       .without_links = {"oslo-nuk"},
                       .without_sites = {""},
                       .add_links = {"oslo,oslo,5", "oslo", "oslo,rome,x"},
                       .set_costs = {"oslo-nuuk=4294967296", "oslo-nuuk", "oslo-nuuk="}});
  ASSERT_FALSE(wanted);
  std::vector<std::string> said;
  for (const ChangeFault& fault : wanted.error())
    said.push_back(fault.field + " " + std::to_string(fault.at));
  EXPECT_EQ(said, (std::vector<std::string>{"set_costs 0", "set_costs 1", "set_costs 2",
                                            "add_links 0", "add_links 1", "add_links 2",
                                            "add_links 2", "without_links 0",
                                            "without_controllers 1", "without_sites 0"}));
  EXPECT_EQ(wanted.error()[7].message,
            "oslo-nuk: no site link of this name; did you mean oslo-nuuk?");
}

}  // namespace
}  // namespace ringspan::sites
