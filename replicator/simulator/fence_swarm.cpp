#include "replicator/simulator/fence_swarm.hpp"

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
  std::uint64_t freezes = 0;
  std::uint64_t away = 0;  // from the fence
  std::uint64_t lost = 0;  // of ten questions to it
  Weather weather;
};

Drawn draw(base::Rng& rng) {
  Drawn drawn{.sites = 1 + rng.below(3), .controllers = 1 + rng.below(2)};
  if (drawn.sites == 1) drawn.controllers = 2 + rng.below(2);
  drawn.cuts = rng.below(20);
  drawn.crashes = rng.below(10);
  drawn.restores = rng.below(6);
  drawn.transfers = rng.below(20);
  drawn.freezes = rng.below(20);
  drawn.away = rng.below(20);
  drawn.lost = rng.chance(1, 2) ? 0 : rng.below(4);
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
      "{} sites of {}; of 100 steps cuts {}, crashes {}, restores {}, transfers {}, freezes {}, "
      "away from the fence {}; lost there {} of 10; lost {}, repeated {}, delayed {} of {}",
      drawn.sites, drawn.controllers, drawn.cuts, drawn.crashes, drawn.restores, drawn.transfers,
      drawn.freezes, drawn.away, drawn.lost, drawn.weather.lost, drawn.weather.repeated,
      drawn.weather.delayed, drawn.weather.whole);
}

class History {
 public:
  History(World& world, std::uint64_t seed, const Drawn& drawn)
      : world_(world), rng_(seed ^ 0x5EF3CE0FE7CD0000ULL), drawn_(drawn) {
    world_.lose_at_fence(drawn.lost);
  }

  void step();
  std::string verdict();
  std::uint64_t issued() const { return issued_; }
  std::uint64_t changes() const;

 private:
  NamingContextId domain() const { return world_.forest().root_domain; }
  std::string someone() { return rng_.pick(world_.controllers()); }
  std::vector<RoleId> roles() const;
  void take();
  void define();
  void give();
  void disturb_controllers();
  void disturb_fence();
  void put_back();
  std::string serve(const std::string& name);
  std::string one_owner(const RoleId& role) const;

  World& world_;
  base::Rng rng_;
  const Drawn& drawn_;
  std::uint64_t requests_ = 0;
  std::uint64_t issued_ = 0;
  std::set<std::string> imaged_;
};

std::vector<RoleId> History::roles() const {
  std::vector<RoleId> found;
  for (const sites::NamingContext& context : world_.forest().naming_contexts) {
    for (const MasterRole role : kMasterRoles) {
      if (has_role(context.kind, role)) found.push_back({role, context.id});
    }
  }
  return found;
}

// An epoch counts one more than the one before.
std::uint64_t History::changes() const {
  std::uint64_t changes = 0;
  const std::string anyone = world_.controllers().front();
  for (const RoleId& role : roles())
    changes += world_.ownership(anyone, role).epoch.counter - 1;
  return changes;
}

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

// Of what the schema's owner alone writes.
void History::define() {
  if (!rng_.chance(1, 4)) return;
  const AttributeDefinition definition{.name = fmt::format("badge{}", rng_.below(4)),
                                       .single_valued = rng_.chance(1, 2),
                                       .urgent = rng_.chance(1, 2)};
  (void)world_.define(someone(), definition);
}

void History::give() {
  if (!rng_.chance(drawn_.transfers, 100)) return;
  const Reply reply = rng_.chance(1, 4) ? Reply::is_lost : Reply::arrives;
  const RoleId role = rng_.pick(roles());
  (void)world_.transfer(role, someone(), reply);
}

void History::put_back() {
  const std::string name = someone();
  if (imaged_.contains(name) && rng_.chance(1, 2)) {
    EXPECTS(world_.restore(name, "copy").has_value());
  } else if (world_.snapshot(name, "copy")) {
    imaged_.insert(name);
  }
}

void History::disturb_controllers() {
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
  if (rng_.chance(drawn_.freezes, 100)) {
    const base::Duration lasts(100 + rng_.below(rng_.chance(1, 2) ? 60'000 : 12'000));
    const auto point = rng_.chance(1, 2) ? FreezePoint::now : FreezePoint::before_commit;
    (void)world_.freeze(someone(), lasts, point);
  }
  if (rng_.chance(drawn_.restores, 100)) put_back();
}

// A controller is cut off from another one, or from the fence; or the fence is gone for all.
void History::disturb_fence() {
  if (rng_.chance(drawn_.cuts, 100)) {
    const std::string a = someone();
    const std::string b = someone();
    if (a != b) (void)(rng_.chance(1, 2) ? world_.cut(a, b) : world_.heal(a, b));
  }
  if (!rng_.chance(drawn_.away, 100)) return;
  const std::string whom = rng_.chance(1, 4) ? std::string() : someone();
  (void)world_.cut_fence(whom, rng_.chance(1, 2));
}

void History::step() {
  take();
  define();
  give();
  disturb_controllers();
  disturb_fence();
  if (!rng_.chance(2, 3)) return;
  world_.run_for(base::Duration(rng_.below(rng_.chance(1, 4) ? 60'000 : 4'000)));
}

std::string History::serve(const std::string& name) {
  const TakeIdentifiers take{.domain = domain(), .count = 5'000, .request = "last-" + name};
  auto taken = world_.take_identifiers(name, take);
  for (int tries = 0; !taken && tries < 2; ++tries) {  // what was still to come is the last
    world_.run_for(5min);
    taken = world_.take_identifiers(name, take);
  }
  return taken ? "" : fmt::format("{} is not served: {}", name, taken.error().message);
}

// One acts, and everybody knows whom.
std::string History::one_owner(const RoleId& role) const {
  std::vector<std::string> acting;
  std::set<ControllerId> owners;
  for (const std::string& name : world_.controllers()) {
    if (world_.role_standing(name, role) == RoleStanding::effective) acting.push_back(name);
    owners.insert(world_.ownership(name, role).owner);
  }
  if (acting.size() == 1 && owners.size() == 1) return {};
  return fmt::format("{}: {} act, {} owners are known", to_string(role.role), acting.size(),
                     owners.size());
}

// Faults end.
std::string History::verdict() {
  world_.set_weather({});
  world_.lose_at_fence(0);
  world_.heal_all();
  (void)world_.cut_fence({}, false);
  for (const std::string& name : world_.controllers()) {
    if (!world_.serving(name)) (void)world_.start(name);
  }
  world_.run_for(1h);
  if (!world_.settle()) return "the healed world does not come to rest: " + world_.unrest();
  for (const std::string& name : world_.controllers()) {
    if (auto trouble = serve(name); !trouble.empty()) return trouble;
  }
  if (!world_.settle()) return "the healed world does not come to rest: " + world_.unrest();
  for (const RoleId& role : roles()) {
    if (auto trouble = one_owner(role); !trouble.empty()) return trouble;
  }
  if (auto broken = world_.broken_invariant(); !broken.empty()) return broken;
  return world_.divergence();
}

}  // namespace

SwarmResult run_fence_seed(std::uint64_t seed, const SwarmOptions& options) {
  base::Rng rng(seed);
  const Drawn drawn = draw(rng);
  SwarmResult result{
      .seed = seed, .drawn = spoken(drawn), .forest = mesh_text(drawn.sites, drawn.controllers)};
  auto forest = sites::read_forest(result.forest, "swarm");
  EXPECTS(forest.has_value());
  WorldOptions world_options{.seed = seed,
                             .founder = "a1",
                             .fence = true,
                             .weather = drawn.weather,
                             .make_store = options.make_store};
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
