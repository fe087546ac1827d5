// Six real controllers in three sites live through a sudden end and a cut: they end with the same
// bytes, no value crosses an edge twice, and they do what `ringspan plan` says.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <map>
#include <set>
#include <tuple>

#include "three_sites.hpp"

namespace ringspan::tests {
namespace {

using Names = std::vector<std::string>;
using Counts = std::map<std::string, std::uint64_t>;
/// Destination and source.
using Edge = std::pair<std::string, std::string>;

class ThreeSitesTest : public testing::Test {
 protected:
  /// Writes an object that nobody else writes.
  void add(const std::string& name) {
    const std::string dn = "cn=u" + std::to_string(++writes_) + ",ou=people";
    keep(name,
         forest_.at(name).ask({{"ask", "add"}, {"dn", dn}, {"attributes", {{"title", {name}}}}}),
         2);
  }

  /// `count` of them, spread over these controllers.
  void add(const Names& names, int count) {
    for (int i = 0; i < count; ++i)
      add(names[static_cast<std::size_t>(i) % names.size()]);
  }

  void set_title(const std::string& name, const std::string& dn) {
    ++writes_;
    keep(name, forest_.at(name).set(dn, "title", "by " + name), 1);
  }

  void keep(const std::string& name, const Json& answer, std::uint64_t values) {
    ASSERT_FALSE(answer.contains("error")) << name << ": " << answer.dump();
    written_[name] += values;
  }

  bool same() {
    const std::string first = forest_.at(forest_.names().front()).dump();
    return std::ranges::all_of(
        forest_.names(), [&](const std::string& name) { return forest_.at(name).dump() == first; });
  }

  Json status() { return forest_.at(forest_.names().front()).ask({{"ask", "status"}}); }

  /// "nuuk-1 <- oslo-1: dc=corp", as `ringspan plan` says of the definition alone.
  std::set<std::string> planned() {
    std::set<std::string> lines;
    const Ended ended = run(ringspan({"plan", forest_.file().string(), "--json"}));
    const Json plan = Json::parse(ended.output);
    for (const Json& connection : plan.at("connections")) {
      for (const Json& context : connection.at("naming_contexts"))
        lines.insert(line(connection, context));
    }
    return lines;
  }

  std::set<std::string> working() {
    std::set<std::string> lines;
    const Json answer = status();
    for (const Json& connection : answer.at("connections"))
      lines.insert(line(connection, connection.at("naming_context")));
    return lines;
  }

  static std::string line(const Json& connection, const std::string& context) {
    return connection.at("destination").get<std::string>() + " <- " +
           connection.at("source").get<std::string>() + ": " + context;
  }

  /// Values that crossed each edge since its destination was made, all naming contexts together.
  std::map<Edge, std::uint64_t> crossed() {
    std::map<Edge, std::uint64_t> values;
    const Json answer = status();
    for (const Json& connection : answer.at("connections"))
      values[{connection.at("destination"), connection.at("source")}] +=
          connection.at("total").at("values").get<std::uint64_t>();
    return values;
  }

  /// Values that are held now, by who wrote them.
  Counts held() {
    std::map<std::string, std::string> writers;
    const Json answer = status();
    for (const Json& controller : answer.at("controllers"))
      writers[controller.at("invocation")] = controller.at("name");
    Counts counts;
    const Json dump = Json::parse(forest_.at(forest_.names().front()).dump());
    for (const Json& context : dump.at("naming_contexts")) {
      for (const Json& object : context.at("objects")) {
        for (const Json& value : object.at("attributes"))
          ++counts[writers.at(value.at("originator"))];
      }
    }
    return counts;
  }

  /// All but one.
  std::set<std::string> others(const std::string& name) const {
    std::set<std::string> found(forest_.names().begin(), forest_.names().end());
    found.erase(name);
    return found;
  }

  static std::uint64_t sum(const Counts& counts, const std::set<std::string>& names) {
    std::uint64_t values = 0;
    for (const std::string& name : names)
      values += counts.contains(name) ? counts.at(name) : 0;
    return values;
  }

  /// Over no edge came more than was written: the first fill came from whoever let the controller
  /// in, not over these.
  void expect_no_value_crossed_twice() {
    const auto edges = crossed();
    for (const auto& [edge, values] : edges) {
      const bool old = crossed_at_birth_.contains(edge);  // else it came with a new plan
      const std::uint64_t crossed = values - (old ? crossed_at_birth_.at(edge) : 0);
      const auto writers = others(edge.first);
      EXPECT_LE(crossed + (old ? sum(born_, writers) : 0), sum(written_, writers))
          << edge.first << " <- " << edge.second;
    }
  }

  double seconds_until_heard(const std::string& alive);

  Json ask_pause(const std::string& ask) {
    written_["singapore-2"] += 1;  // it is an attribute of its own object
    return forest_.at("singapore-2").ask({{"ask", ask}, {"direction", "inbound"}});
  }

  /// Objects whose title lost in a conflict, whoever noticed it.
  std::set<std::string> conflicts() {
    std::set<std::string> objects;
    for (const std::string& name : forest_.names()) {
      const Json answer = forest_.at(name).ask({{"ask", "conflicts"}});
      for (const Json& conflict : answer.at("conflicts"))
        objects.insert(conflict.at("dn").get<std::string>());
    }
    return objects;
  }

  ThreeSites forest_;
  Counts born_;  ///< Values at the beginning, by who wrote them.
  std::map<Edge, std::uint64_t> crossed_at_birth_;
  Counts written_;  ///< Values, by who wrote them.
  int writes_ = 0;
};

TEST_F(ThreeSitesTest, ASuddenEndACutAJoinAndAPauseLoseNothingAndRepeatNothing) {
  forest_.found();
  ASSERT_TRUE(eventually([&] { return same(); }));
  ASSERT_TRUE(eventually([&] { return working() == planned(); }));
  ASSERT_TRUE(eventually([&] { return same(); }));
  born_ = written_ = held();
  crossed_at_birth_ = crossed();

  Names shared;
  for (int i = 1; i <= 10; ++i)
    shared.push_back("cn=u" + std::to_string(i) + ",ou=people");
  add(forest_.names(), 40);
  ASSERT_TRUE(eventually([&] { return same(); }));

  // A bridgehead ends in the middle of writes.
  add(forest_.names(), 30);
  forest_.at("oslo-2").kill_hard();
  add({"oslo-1", "nuuk-1", "nuuk-2", "singapore-1", "singapore-2"}, 30);
  forest_.at("oslo-2").serve();

  // Nuuk hears nobody, and writes what others write.
  forest_.cut("nuuk");
  for (const std::string& dn : shared) {
    set_title("oslo-1", dn);
    set_title("nuuk-1", dn);
    set_title("singapore-2", dn);
  }
  add(forest_.names(), 40);
  EXPECT_FALSE(same());
  forest_.heal("nuuk");
  ASSERT_TRUE(eventually([&] { return same(); }));

  // One joins, one is paused and resumed.
  const Counts without = held();
  forest_.grow("nuuk-3", "nuuk");
  ASSERT_TRUE(eventually([&] { return working() == planned() && same(); })) << status().dump(2);
  for (const auto& [name, values] : held())
    written_[name] += values - (without.contains(name) ? without.at(name) : 0);
  ASSERT_FALSE(ask_pause("pause").contains("error"));
  add(forest_.names(), 20);
  EXPECT_FALSE(same());
  const Json paused = status();
  EXPECT_NE(paused.at("summary").get<std::string>().find("singapore-2"), std::string::npos)
      << paused.at("summary");
  ASSERT_FALSE(ask_pause("resume").contains("error"));
  add(forest_.names(), 10);
  EXPECT_EQ(writes_, 200);

  ASSERT_TRUE(eventually([&] { return same(); }));
  EXPECT_GE(conflicts().size(), shared.size());
  EXPECT_TRUE(eventually([&] { return status().at("health") == "well"; })) << status().dump(2);
  EXPECT_EQ(working(), planned());
  expect_no_value_crossed_twice();

  // And whoever asks again gets nothing.
  const auto before = crossed();
  for (const auto& [edge, values] : before)
    forest_.at(edge.first).ask({{"ask", "sync"}, {"from", edge.second}});
  EXPECT_EQ(crossed(), before);
}

/// The bridgehead of a site over which the others hear of it: "oslo-2" of "singapore-1 <- oslo-2".
std::string bridgehead_of(const std::string& site, const Json& status) {
  for (const Json& connection : status.at("connections")) {
    if (connection.at("source_site") == site && connection.at("destination_site") != site &&
        connection.at("standby") == false) {
      return connection.at("source");
    }
  }
  return {};
}

/// How often the standbys of the forest woke or went to sleep, and how many are awake.
std::pair<std::uint64_t, std::uint64_t> takeovers(const Json& status) {
  std::uint64_t switches = 0;
  std::uint64_t awake = 0;
  for (const Json& connection : status.at("connections")) {
    const Json& takeover = connection.at("takeover");
    if (takeover.is_null()) continue;
    switches += takeover.at("switches").get<std::uint64_t>();
    awake += takeover.at("awake") == true ? 1U : 0U;
  }
  return {switches, awake};
}

/// What is written at one of nuuk is heard in the other sites, and what is written there at it: how
/// long that takes.
double ThreeSitesTest::seconds_until_heard(const std::string& alive) {
  const auto begun = std::chrono::steady_clock::now();
  const auto add = [&](const std::string& name, const std::string& cn) {
    forest_.at(name).ask(
        {{"ask", "add"}, {"dn", cn + ",ou=people"}, {"attributes", Json::object()}});
  };
  const auto heard = [&](const std::string& name, const std::string& cn) {
    return !forest_.at(name).ask({{"ask", "get"}, {"dn", cn + ",ou=people"}}).contains("error");
  };
  add(alive, "cn=out");
  add("oslo-1", "cn=in");
  EXPECT_TRUE(eventually([&] {
    return heard("oslo-1", "cn=out") && heard("oslo-2", "cn=out") &&
           heard("singapore-1", "cn=out") && heard("singapore-2", "cn=out") &&
           heard(alive, "cn=in");
  }));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

TEST_F(ThreeSitesTest, AStandbyTakesOverForABridgeheadThatHangs) {
  forest_.found();
  ASSERT_TRUE(eventually([&] { return working() == planned() && same(); }));
  const std::string hung = bridgehead_of("nuuk", status());
  const std::string alive = hung == "nuuk-1" ? "nuuk-2" : "nuuk-1";
  forest_.at(hung).process().signal(SIGSTOP);  // its connections stay open and say nothing
  const double took = seconds_until_heard(alive);
  EXPECT_LT(took, 15.0);
  RecordProperty("seconds_until_heard", std::to_string(took));
  forest_.at(hung).process().signal(SIGCONT);
  EXPECT_TRUE(eventually([&] { return same(); }));
}

TEST_F(ThreeSitesTest, AStandbyTakesOverForADeadBridgeheadAndDoesNotFlap) {
  forest_.found();
  ASSERT_TRUE(eventually([&] { return working() == planned() && same(); }));
  ASSERT_TRUE(eventually([&] { return status().at("health") == "well"; })) << status().dump(2);
  EXPECT_EQ(takeovers(status()), std::pair(std::uint64_t{0}, std::uint64_t{0}));

  const std::string dead = bridgehead_of("nuuk", status());
  const std::string alive = dead == "nuuk-1" ? "nuuk-2" : "nuuk-1";
  forest_.at(dead).kill_hard();
  const double took = seconds_until_heard(alive);
  EXPECT_LT(took, 15.0);
  RecordProperty("seconds_until_heard", std::to_string(took));

  // It comes back: the standbys stay awake for a minute of health, then rest, each once.
  forest_.at(dead).serve();
  ASSERT_TRUE(eventually([&] { return status().at("health") == "well"; })) << status().dump(2);
  const auto woken = takeovers(status());
  EXPECT_GT(woken.second, 0U);
  EXPECT_EQ(woken.first, woken.second);
  Process& witness = forest_.at(alive).process();
  bool rested = false;  // a wait lasts half a minute
  for (int wait = 0; wait < 4 && !rested; ++wait)
    rested = witness.wait_for_line("rests again").has_value();
  ASSERT_TRUE(eventually([&] { return takeovers(status()).second == 0; }));
  EXPECT_EQ(takeovers(status()).first, 2 * woken.first);
  EXPECT_TRUE(same());
}

}  // namespace
}  // namespace ringspan::tests
