#include "replicator/simulator/identifier_swarm.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/contracts.hpp"
#include "replicator/engine/allotment.hpp"
#include "replicator/simulator/drawn_forest.hpp"
#include "sites/read_forest.hpp"

namespace ringspan::replicator::simulator {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kStepsBetweenLooks = 8;  // a look costs more than a step

struct Drawn {
  std::uint64_t sites = 0;
  std::uint64_t controllers = 0;  // of each site
  std::uint64_t cuts = 0;         // of 100 steps, so many
  std::uint64_t crashes = 0;
  std::uint64_t restores = 0;
  std::uint64_t transfers = 0;
  std::uint64_t seizures = 0;
  Weather weather;
};

Drawn draw(base::Rng& rng) {
  Drawn drawn{.sites = 1 + rng.below(3), .controllers = 1 + rng.below(2)};
  if (drawn.sites == 1) drawn.controllers = 2 + rng.below(2);
  drawn.cuts = rng.below(20);
  drawn.crashes = rng.below(10);
  drawn.restores = rng.below(6);
  drawn.transfers = rng.below(10);
  drawn.seizures = rng.below(10);
  if (rng.chance(1, 2)) {
    drawn.weather = {.whole = 1000,
                     .lost = rng.below(60),
                     .repeated = rng.below(100),
                     .delayed = rng.below(300)};
  }
  return drawn;
}

std::string spoken(const Drawn& drawn) {
  return fmt::format(
      "{} sites of {}; of 100 steps cuts {}, crashes {}, restores {}, transfers {}, seizures {}; "
      "lost {}, repeated {}, delayed {} of {}",
      drawn.sites, drawn.controllers, drawn.cuts, drawn.crashes, drawn.restores, drawn.transfers,
      drawn.seizures, drawn.weather.lost, drawn.weather.repeated, drawn.weather.delayed,
      drawn.weather.whole);
}

class History {
 public:
  History(World& world, std::uint64_t seed, const Drawn& drawn)
      : world_(world), rng_(seed ^ 0x1DE47F1E51DE47F1ULL), drawn_(drawn) {}

  void step();
  std::string verdict();
  std::uint64_t issued() const { return issued_; }
  std::uint64_t changes() const { return changes_; }

 private:
  NamingContextId domain() const { return world_.forest().root_domain; }
  std::string someone() { return rng_.pick(world_.controllers()); }
  void take();
  void change_owner();
  void disturb();
  void put_back();
  std::string serve(const std::string& name);

  World& world_;
  base::Rng rng_;
  const Drawn& drawn_;
  std::uint64_t requests_ = 0;
  std::uint64_t issued_ = 0;
  std::uint64_t changes_ = 0;
  std::set<std::string> imaged_;
};

// Now and then a request that was made before, perhaps elsewhere.
void History::take() {
  const std::string at = someone();
  const bool again = requests_ > 0 && rng_.chance(1, 8);
  const std::uint64_t number = again ? 1 + rng_.below(requests_) : ++requests_;
  const std::uint64_t count = rng_.chance(1, 6) ? 1 + rng_.below(4'000) : 1 + rng_.below(300);
  const auto taken = world_.take_identifiers(
      at, {.domain = domain(), .count = count, .request = fmt::format("r{}", number)});
  if (taken) issued_ += count;  // refusals are part of life
}

void History::change_owner() {
  const RoleId rid = rid_of(domain());
  if (rng_.chance(drawn_.transfers, 100)) {
    const Reply reply = rng_.chance(1, 4) ? Reply::is_lost : Reply::arrives;
    changes_ += world_.transfer(rid, someone(), reply) ? 1U : 0U;
  }
  if (rng_.chance(drawn_.seizures, 100)) changes_ += world_.seize(rid, someone()) ? 1U : 0U;
}

void History::put_back() {
  const std::string name = someone();
  if (imaged_.contains(name) && rng_.chance(1, 2)) {
    EXPECTS(world_.restore(name, "copy").has_value());
  } else if (world_.snapshot(name, "copy")) {
    imaged_.insert(name);
  }
}

void History::disturb() {
  if (rng_.chance(drawn_.crashes, 100)) {
    const std::string name = someone();
    if (!world_.serving(name)) {
      (void)world_.start(name);
    } else if (rng_.chance(1, 3)) {
      (void)world_.stop(name);
    } else {
      constexpr std::array kPoints{CrashPoint::now, CrashPoint::before_commit,
                                   CrashPoint::after_commit};
      (void)world_.crash(name, kPoints[rng_.below(kPoints.size())]);
    }
  }
  if (rng_.chance(drawn_.cuts, 100)) {
    const std::string a = someone();
    const std::string b = someone();
    if (a != b) (void)(rng_.chance(1, 2) ? world_.cut(a, b) : world_.heal(a, b));
  }
  if (rng_.chance(drawn_.restores, 100)) put_back();
}

void History::step() {
  take();
  change_owner();
  disturb();
  if (!rng_.chance(1, 2)) return;
  world_.run_for(base::Duration(rng_.below(rng_.chance(1, 5) ? 300'000 : 2'000)));
}

// A crash that was still to come is the last.
std::string History::serve(const std::string& name) {
  const TakeIdentifiers take{.domain = domain(), .count = 5'000, .request = "last-" + name};
  auto taken = world_.take_identifiers(name, take);
  for (int tries = 0; !taken && tries < 2; ++tries) {
    world_.run_for(10min);
    taken = world_.take_identifiers(name, take);
  }
  return taken ? "" : fmt::format("{} is not served: {}", name, taken.error().message);
}

// Faults end: everyone hears of everyone, one hands out past the end again, and all are served.
std::string History::verdict() {
  world_.set_weather({});
  world_.heal_all();
  for (const std::string& name : world_.controllers()) {
    if (!world_.serving(name)) (void)world_.start(name);
  }
  world_.run_for(3h);
  if (!world_.settle()) return "the healed world does not come to rest: " + world_.unrest();
  std::vector<std::string> owners;
  for (const std::string& name : world_.controllers()) {
    if (world_.settled(name, domain())) owners.push_back(name);
  }
  if (owners.size() != 1) return fmt::format("{} are settled owners of rid", owners.size());
  for (const std::string& name : world_.controllers()) {
    if (auto trouble = serve(name); !trouble.empty()) return trouble;
  }
  if (auto broken = world_.broken_invariant(); !broken.empty()) return broken;
  if (!world_.settle()) return "the healed world does not come to rest: " + world_.unrest();
  return world_.divergence();
}

}  // namespace

SwarmResult run_identifier_seed(std::uint64_t seed, const SwarmOptions& options) {
  base::Rng rng(seed);
  const Drawn drawn = draw(rng);
  SwarmResult result{
      .seed = seed, .drawn = spoken(drawn), .forest = mesh_text(drawn.sites, drawn.controllers)};
  auto forest = sites::read_forest(result.forest, "swarm");
  EXPECTS(forest.has_value());
  WorldOptions world_options{
      .seed = seed, .founder = "a1", .weather = drawn.weather, .make_store = options.make_store};
  world_options.settings.identifiers = true;
  world_options.settings.page.objects = 3;
  World world(*std::move(forest), std::move(world_options));
  History history(world, seed, drawn);
  for (std::uint64_t step = 0; step < options.steps && result.failure.empty(); ++step) {
    history.step();
    if (step % kStepsBetweenLooks == 0) result.failure = world.broken_invariant();
  }
  if (result.failure.empty()) result.failure = history.verdict();
  result.writes = history.issued();
  result.edits = history.changes();
  result.closing_draw = world.closing_draw();
  result.story = told(world);
  return result;
}

}  // namespace ringspan::replicator::simulator
