#include "replicator/simulator/swarm.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/contracts.hpp"
#include "replicator/simulator/ledger.hpp"
#include "replicator/simulator/outcome.hpp"
#include "replicator/simulator/retelling.hpp"
#include "replicator/simulator/stage.hpp"
#include "sites/read_forest.hpp"

namespace ringspan::replicator::simulator {
namespace {

using namespace std::chrono_literals;

// ── What the seed draws ──────────────────────────────────────────────────────────────────────────

struct Drawn {
  std::vector<std::vector<std::string>> sites;  // controllers of each site
  Weather weather;
  std::uint64_t cuts = 0;  // of 100 steps, so many
  std::uint64_t crashes = 0;
  std::uint64_t people = 0;  // names to fight for: few make conflicts
  bool recycle_bin = false;
  std::uint64_t put_back = 0;  // images made and put back, of 100 steps
};

Drawn draw(base::Rng& rng) {
  Drawn drawn;
  const std::uint64_t sites = 1 + rng.below(3);
  for (std::uint64_t site = 0; site < sites; ++site) {
    std::vector<std::string> controllers;
    const std::uint64_t count = (sites == 1 ? 2 : 1) + rng.below(2);
    for (std::uint64_t i = 0; i < count; ++i) {
      controllers.push_back(fmt::format("{}{}", static_cast<char>('a' + site), i + 1));
    }
    drawn.sites.push_back(std::move(controllers));
  }
  if (rng.chance(2, 3)) {
    drawn.weather = {.whole = 1000,
                     .lost = rng.below(60),
                     .repeated = rng.below(100),
                     .delayed = rng.below(300)};
  }
  drawn.cuts = rng.below(15);
  drawn.crashes = rng.below(10);
  drawn.people = 3 + rng.below(10);
  drawn.recycle_bin = rng.chance(1, 3);
  drawn.put_back = rng.chance(1, 2) ? rng.below(12) : 0;
  return drawn;
}

std::string spoken(const Drawn& drawn, bool own_forest) {
  std::string text = own_forest ? "the forest given; " : "";
  for (const auto& controllers : drawn.sites) {
    if (own_forest) break;
    text += "site";
    for (const std::string& controller : controllers)
      text += " " + controller;
    text += "; ";
  }
  return text + fmt::format(
                    "lost {}, repeated {}, delayed {} of {}; cuts {}, crashes {} of 100; "
                    "images {}; people {}{}",
                    drawn.weather.lost, drawn.weather.repeated, drawn.weather.delayed,
                    drawn.weather.whole, drawn.cuts, drawn.crashes, drawn.put_back, drawn.people,
                    drawn.recycle_bin && !own_forest ? "; recycle bin" : "");
}

std::string forest_text(const Drawn& drawn) {
  std::string sites;
  std::string names;
  std::string controllers;
  for (std::size_t i = 0; i < drawn.sites.size(); ++i) {
    sites += fmt::format(R"({}{{"name": "site-{}"}})", i == 0 ? "" : ", ", i);
    names += fmt::format(R"({}"site-{}")", i == 0 ? "" : ", ", i);
    for (const std::string& controller : drawn.sites[i]) {
      controllers += fmt::format(R"({}{{"name": "{}", "site": "site-{}"}})",
                                 controllers.empty() ? "" : ", ", controller, i);
    }
  }
  const std::string links =
      drawn.sites.size() > 1 ? fmt::format(R"({{"sites": [{}], "interval": "15m"}})", names) : "";
  return fmt::format(R"({{"name": "swarm", "domains": [{{"dn": "dc=corp,dc=example"}}],
 "policy": {{"recycle_bin": {}}},
 "sites": [{}], "links": [{}], "controllers": [{}]}}
)",
                     drawn.recycle_bin, sites, links, controllers);
}

class History {
 public:
  explicit History(World& world, std::uint64_t seed, const Drawn& drawn)
      : world_(world), rng_(seed ^ 0x5EED5EED5EED5EEDULL), drawn_(drawn), ledger_(world) {}

  void step();
  std::string verdict();
  std::uint64_t writes() const { return writes_; }
  const Retelling& retelling() const { return retelling_; }

 private:
  std::string someone() { return rng_.pick(world_.controllers()); }
  std::string person() { return fmt::format("cn=p{}", rng_.below(drawn_.people)); }
  Target some_person();
  void write();
  Write draw_write();
  Write draw_link_or_life();
  void disturb();
  void put_back();
  void recover(const std::string& name);
  std::string recover_all();

  World& world_;
  base::Rng rng_;
  const Drawn& drawn_;
  std::vector<ObjectId> objects_;
  Ledger ledger_;
  std::uint64_t writes_ = 0;
  std::set<std::string> imaged_;
  Retelling retelling_;
};

Target History::some_person() {
  if (objects_.empty() || rng_.chance(1, 4)) {
    auto dn = sites::Dn::parse(person() + ",ou=people");
    EXPECTS(dn.has_value());
    return *std::move(dn);
  }
  return rng_.pick(objects_);
}

Write History::draw_write() {
  constexpr std::array<std::string_view, 3> kAttributes{"title", "phone", "mail"};
  const std::string attribute(kAttributes[rng_.below(kAttributes.size())]);
  const std::uint64_t kind = rng_.below(100);
  const auto values = [&] {
    std::vector<std::string> drawn;
    for (std::uint64_t i = rng_.below(2); i < 2; ++i)
      drawn.push_back(std::to_string(rng_.below(9)));
    return drawn;
  };
  if (kind < 25) {
    const std::string below = rng_.chance(1, 2) ? ",ou=people" : ",ou=groups";
    auto dn = sites::Dn::parse(person() + below);
    EXPECTS(dn.has_value());
    return Add{.dn = *std::move(dn), .attributes = {{attribute, values()}}};
  }
  if (kind < 60) return Set{.target = some_person(), .attributes = {{attribute, values()}}};
  if (kind < 65) return Unset{.target = some_person(), .attributes = {attribute}};
  if (kind < 72) {
    auto rdn = sites::Rdn::parse(person());
    EXPECTS(rdn.has_value());
    return Rename{.target = some_person(), .rdn = *std::move(rdn)};
  }
  if (kind < 78) return Move{.target = some_person(), .parent = some_person()};
  return draw_link_or_life();
}

// Links, and what deletions do to them.
Write History::draw_link_or_life() {
  const std::string attribute = rng_.chance(1, 2) ? "member" : "manager";
  const std::uint64_t kind = rng_.below(12);
  if (kind < 5) return AddLink{some_person(), attribute, some_person()};
  if (kind < 7) return RemoveLink{some_person(), attribute, some_person()};
  if (kind < 10) return Delete{.target = some_person(), .tree = rng_.chance(1, 3)};
  return Undelete{.target = some_person()};
}

void History::write() {
  const std::string at = someone();
  if (!world_.serving(at) || world_.quarantined(at)) return;
  const Usn before = (*world_.read(at))->highest_usn();
  const Write write = draw_write();
  const auto written = world_.write(at, write);
  retelling_.wrote(at, write, written);
  if (!written) return;  // refusals are part of life
  ++writes_;
  objects_.push_back(written->object);
  ledger_.enter(at, before, world_.was_put_back(at));
}

// An image of a disk; and the same put back, behind the controller's back or by our command.
void History::put_back() {
  const std::string name = someone();
  if (world_.quarantined(name)) {
    if (rng_.chance(1, 3)) recover(name);
  } else if (!imaged_.contains(name) || rng_.chance(1, 2)) {
    // Of a life that nobody has found out about yet a backup would hide it.
    if (world_.was_put_back(name) || !world_.snapshot(name, "image")) return;
    imaged_.insert(name);
    retelling_.happened(fmt::format("snapshot {} image", name));
  } else {
    const bool knows = rng_.chance(1, 3);
    ledger_.note_seen();
    (void)(knows ? world_.restore(name, "image") : world_.rollback(name, "image"));
    ledger_.forget_lost();
    retelling_.happened(fmt::format("{} {} image", knows ? "restore" : "rollback", name));
  }
}

void History::recover(const std::string& name) {
  const Usn before = (*world_.read(name))->highest_usn();
  ledger_.expect_held(name);
  if (!world_.recover(name)) return;
  ledger_.enter(name, before);
  retelling_.happened("recover " + name);
}

void History::disturb() {
  if (rng_.chance(drawn_.put_back, 100)) put_back();
  if (rng_.chance(drawn_.crashes, 100)) {
    const std::string name = someone();
    if (!world_.serving(name)) {
      (void)world_.start(name);
      retelling_.happened("start " + name);
    } else if (rng_.chance(1, 2)) {
      (void)world_.crash(name);
      retelling_.happened("crash " + name);
    } else {
      (void)world_.stop(name);
      retelling_.happened("stop " + name);
    }
  }
  if (rng_.chance(drawn_.cuts, 100)) {
    const std::string a = someone();
    const std::string b = someone();
    if (a == b) return;
    const bool cut = rng_.chance(1, 2);
    (void)(cut ? world_.cut(a, b) : world_.heal(a, b));
    retelling_.happened(fmt::format("{} {} {}", cut ? "cut" : "heal", a, b));
  }
}

void History::step() {
  write();
  disturb();
  if (!rng_.chance(1, 2)) return;
  const std::uint64_t milliseconds = rng_.below(rng_.chance(1, 10) ? 20'000 : 400);
  world_.run_for(base::Duration(milliseconds));
  retelling_.happened(fmt::format("run {}ms", milliseconds));
}

// Whoever can be shown that its disk was put back has shut itself off, and nobody else has. One
// that comes back may bring what proves it of another.
std::string History::recover_all() {
  while (true) {
    const auto names = world_.controllers();
    const auto put_back_unseen = [this](const std::string& name) {
      return world_.was_put_back(name) && !world_.quarantined(name);
    };
    // What is known of it may have to go from vector to vector.
    if (std::ranges::any_of(names, put_back_unseen)) world_.run_for(2h);
    std::vector<std::string> quarantined;
    for (const std::string& name : names) {
      const bool put_back = world_.was_put_back(name);
      if (world_.quarantined(name)) quarantined.push_back(name);
      if (world_.quarantined(name) && !put_back) return name + " is quarantined without cause";
      if (!world_.quarantined(name) && put_back && world_.rollback_shows(name)) {
        return name + " was put back, which others could show, and serves on";
      }
    }
    if (quarantined.empty()) return {};
    for (const std::string& name : quarantined)
      recover(name);
    if (!world_.settle()) return "the recovered world does not come to rest";
  }
}

// Faults end, and the world must come together.
std::string History::verdict() {
  world_.set_weather({});
  world_.heal_all();
  for (const std::string& name : world_.controllers()) {
    if (!world_.serving(name)) (void)world_.start(name);
  }
  if (!world_.settle()) return "the healed world does not come to rest: " + world_.unrest();
  if (auto trouble = recover_all(); !trouble.empty()) return trouble;
  if (auto broken = world_.broken_invariant(); !broken.empty()) return broken;
  if (auto difference = world_.divergence(); !difference.empty()) return difference;
  for (const std::string& name : world_.controllers()) {
    if (const auto since = world_.put_back_to(name)) ledger_.enter(name, *since);
  }
  return ledger_.verdict();
}

}  // namespace

std::vector<std::string> told(const World& world) {
  std::vector<std::string> lines;
  for (const Happening& happening : world.story()) {
    lines.push_back(
        fmt::format("{}  {}", base::to_string(happening.time).substr(5, 18), happening.text));
  }
  return lines;
}

base::Result<void> check_forest(const SwarmOptions& options) {
  const auto forest = sites::read_forest(options.forest, "the forest");
  if (forest && std::ranges::count(forest->naming_contexts, sites::NamingContextKind::domain,
                                   &sites::NamingContext::kind) != 1) {
    return base::fail(base::Errc::invalid,
                      "--forest: has several domains; a history of chance lives in one");
  }
  if (forest && !first_writable(options.forest).empty()) return {};
  if (forest) {
    return base::fail(base::Errc::invalid, "--forest: nobody may write; a history needs someone");
  }
  std::string faults = "--forest: is not sound:";
  for (const auto& fault : forest.error())
    faults += "\n  " + sites::to_string(fault);
  return base::fail(base::Errc::invalid, faults);
}

SwarmResult run_seed(std::uint64_t seed, const SwarmOptions& options) {
  base::Rng rng(seed);
  const Drawn drawn = draw(rng);
  SwarmResult result{.seed = seed, .drawn = spoken(drawn, !options.forest.empty())};
  result.forest = options.forest.empty() ? forest_text(drawn) : options.forest;
  auto forest = sites::read_forest(result.forest, "swarm");
  EXPECTS(forest.has_value());
  WorldOptions world_options{.seed = seed,
                             .founder = first_writable(result.forest),
                             .weather = drawn.weather,
                             .make_store = options.make_store,
                             .tamper = options.tamper};
  world_options.settings.page.objects = 3;
  World world(*std::move(forest), std::move(world_options));
  History history(world, seed, drawn);
  for (std::uint64_t step = 0; step < options.steps; ++step)
    history.step();
  result.failure = history.verdict();
  result.writes = history.writes();
  result.conflicts = world.conflicts().size();
  result.closing_draw = world.closing_draw();
  result.story = told(world);
  if (!result.passed()) {
    result.scenario = fmt::format(
        "# A history of chance, seed {}. At its end: {}\n# To see it again: ringspan simulate "
        "swarm-{}.scn --seed {}\n\nforest swarm-{}.json\npage 3\nweather lost {} repeated {} "
        "delayed {}\n\n{}",
        seed, on_one_line(result.failure), seed, seed, seed, drawn.weather.lost,
        drawn.weather.repeated, drawn.weather.delayed, history.retelling().text());
  }
  return result;
}

}  // namespace ringspan::replicator::simulator
