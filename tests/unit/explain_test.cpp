// Why there is a connection, or none: the reasons, the runner-up and what hangs on it.

#include "kcc/explain.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/rng.hpp"
#include "kcc/names.hpp"
#include "tests/unit/cli_world.hpp"
#include "tests/unit/forests.hpp"

namespace ringspan::kcc {
namespace {

/// A triangle with one controller in each office: oslo-nuuk 10, nuuk-rome 20, oslo-rome 50.
Planned triangle(const std::string& more = "") {
  return planned(sound_forest(R"({"name": "corp", "domains": [{"dn": "dc=corp"}],
    "sites": [{"name": "oslo"}, {"name": "nuuk"}, {"name": "rome"}],
    "links": [{"name": "on", "sites": ["oslo", "nuuk"], "cost": 10},
              {"name": "nr", "sites": ["nuuk", "rome"], "cost": 20},
              {"name": "or", "sites": ["oslo", "rome"], "cost": 50}],
    "controllers": [{"name": "o1", "site": "oslo"}, {"name": "n1", "site": "nuuk"},
                    {"name": "r1", "site": "rome"}])" +
                              more + "}"));
}

Explanation why(const Planned& planned, const std::string& destination, const std::string& source) {
  return explain(planned, sites::find_controller(planned.forest, destination)->id,
                 sites::find_controller(planned.forest, source)->id);
}

std::vector<std::string> names_of(const Planned& planned,
                                  const std::vector<sites::ControllerId>& ids) {
  std::vector<std::string> names;
  for (const auto& id : ids)
    names.push_back(Names(planned.forest).controller(id));
  std::ranges::sort(names);
  return names;
}

const Connection* primary_of(const Explanation& explanation) {
  const auto found = std::ranges::find(explanation.connections, false, &Connection::standby);
  return found == explanation.connections.end() ? nullptr : &*found;
}

TEST(Explain, AConnectionOfTheTreeHasItsRunnerUpAndWhatHangsOnIt) {
  const Planned offices = triangle();
  const Explanation tree = why(offices, "r1", "n1");
  ASSERT_NE(primary_of(tree), nullptr);
  EXPECT_EQ(primary_of(tree)->rule, Rule::site_tree);
  ASSERT_TRUE(tree.runner_up);
  EXPECT_EQ(tree.runner_up->cost, sites::Cost(50));
  EXPECT_EQ(Names(offices.forest).link(tree.runner_up->links.front()), "or");
  EXPECT_EQ(names_of(offices, tree.cut_off), std::vector<std::string>{"r1"});
  EXPECT_TRUE(tree.cut_off_for_good.empty());
}

TEST(Explain, TheRunnerUpIsTheSameInBothDirections) {
  const Planned offices = triangle();
  const Explanation one = why(offices, "n1", "o1");
  const Explanation other = why(offices, "o1", "n1");
  ASSERT_TRUE(one.runner_up && other.runner_up);
  EXPECT_EQ(one.runner_up->cost, sites::Cost(50));
  EXPECT_EQ(one.runner_up->links, other.runner_up->links);
}

TEST(Explain, WithoutASecondPlaneTheLossIsForGood) {
  const Planned offices = triangle(R"(, "policy": {"redundancy": 1})");
  const Explanation tree = why(offices, "r1", "n1");
  EXPECT_EQ(names_of(offices, tree.cut_off_for_good), std::vector<std::string>{"r1"});
}

TEST(Explain, WhereThereIsNoneTheWayOfTheChangesIsShown) {
  const Planned offices = triangle(R"(, "policy": {"redundancy": 1})");
  const Explanation none = why(offices, "r1", "o1");
  EXPECT_TRUE(none.connections.empty());
  EXPECT_FALSE(none.runner_up);
  ASSERT_EQ(none.route.size(), 2U);
  EXPECT_EQ(Names(offices.forest).controller(none.route.front().destination), "n1");
  ASSERT_TRUE(none.direct);
  EXPECT_EQ(none.direct->cost, sites::Cost(30));  // over nuuk; the straight link is dearer
  EXPECT_EQ(none.naming_contexts.size(), 3U);
}

TEST(Explain, AReadOnlyControllerHasNothingToGive) {
  const Planned offices = planned(sound_forest(R"({"name": "corp", "domains": [{"dn": "dc=corp"}],
    "sites": [{"name": "oslo"}, {"name": "nuuk"}], "links": [{"sites": ["oslo", "nuuk"]}],
    "controllers": [{"name": "o1", "site": "oslo"},
                    {"name": "n1", "site": "nuuk", "read_only": true}]})"));
  const Explanation none = why(offices, "o1", "n1");
  EXPECT_TRUE(none.naming_contexts.empty());
  EXPECT_TRUE(none.route.empty());
  EXPECT_NE(primary_of(why(offices, "n1", "o1")), nullptr);
}

TEST(Explain, NoRunnerUpIsCheaperAndWhatIsCutOffForGoodIsCutOffAtFirst) {
  base::Rng rng(5);
  std::size_t runners = 0;
  for (int round = 0; round < 200; ++round) {
    const Planned drawn = planned(random_forest(rng));
    for (const Connection& one : drawn.topology.connections) {
      const Explanation shown = explain(drawn, one.destination, one.source);
      ASSERT_FALSE(shown.connections.empty());
      if (one.standby) continue;
      EXPECT_FALSE(shown.route.empty());
      EXPECT_TRUE(std::ranges::includes(shown.cut_off, shown.cut_off_for_good));
      if (!shown.runner_up) continue;
      ++runners;
      EXPECT_GE(shown.runner_up->cost, one.cost);
    }
  }
  EXPECT_GT(runners, 100U);
}

TEST(Explain, TheCommandSaysItInSentences) {
  cli::TestWorld here;
  const std::string sample = RINGSPAN_SOURCE_DIR "/samples/three-sites.json";
  EXPECT_EQ(here.run({"explain", sample, "nuuk-1", "nuuk-2"}), cli::ExitCode::well);
  const std::string said = here.out.str();
  EXPECT_NE(said.find("nuuk-1 pulls from nuuk-2: primary"), std::string::npos) << said;
  EXPECT_NE(said.find("neighbours on the ring of nuuk"), std::string::npos) << said;
  cli::TestWorld wrong;
  EXPECT_EQ(wrong.run({"explain", sample, "nuuk-3", "bergen"}), cli::ExitCode::not_well);
  EXPECT_NE(wrong.err.str().find("nuuk-3: no controller of this name; did you mean"),
            std::string::npos);
  EXPECT_NE(wrong.err.str().find("bergen: no controller"), std::string::npos);
  cli::TestWorld twice;
  EXPECT_EQ(twice.run({"explain", sample, "nuuk-1", "nuuk-1"}), cli::ExitCode::not_well);
}

}  // namespace
}  // namespace ringspan::kcc
