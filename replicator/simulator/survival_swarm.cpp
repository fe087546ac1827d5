#include "replicator/simulator/survival_swarm.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/contracts.hpp"
#include "replicator/simulator/drawn_forest.hpp"

namespace ringspan::replicator::simulator {
namespace {

using namespace std::chrono_literals;

/// A loss that no source shows by itself is seen at the second poll of a site link, after half an
/// hour; a way round that leads nowhere is given up after two minutes, and there may be several.
constexpr base::Duration kComesTogether = 3h;

class History {
 public:
  History(World& world, base::Rng& rng)
      : world_(world), rng_(rng), running_(names_in(world.controllers())) {}

  /// Stops or cuts something that the rest survives; may find nothing of the kind.
  void disturb();
  void write_everywhere();
  std::string verdict();
  std::uint64_t writes() const { return writes_; }

 private:
  using Names = std::set<std::string>;
  using Ask = std::pair<std::string, std::string>;  // who asks whom

  static Names names_in(const std::vector<std::string>& names) {
    return {names.begin(), names.end()};
  }
  std::string site_of(const std::string& controller) const;
  void stop_one();
  void cut_one();
  bool all_reach_all(const Names& running, const std::set<Ask>& cuts) const;

  World& world_;
  base::Rng& rng_;
  Names running_;
  std::set<Ask> cuts_;
  std::uint64_t writes_ = 0;
};

std::string History::site_of(const std::string& controller) const {
  const auto& forest = world_.forest();
  const auto* found = sites::find_controller(forest, controller);
  EXPECTS(found != nullptr);
  return std::ranges::find(forest.sites, found->site, &sites::Site::id)->name;
}

// Whether each can hear each over any number of others.
bool History::all_reach_all(const Names& running, const std::set<Ask>& cuts) const {
  for (const std::string& from : running) {
    Names heard{from};
    for (std::size_t before = 0; before != heard.size();) {
      before = heard.size();
      for (const std::string& one : running) {
        const bool hears = std::ranges::any_of(
            heard, [&](const std::string& by) { return !cuts.contains({by, one}); });
        if (hears) heard.insert(one);
      }
    }
    if (heard != running) return false;
  }
  return true;
}

void History::disturb() {
  rng_.chance(1, 3) ? stop_one() : cut_one();
}

void History::stop_one() {
  const std::string name = rng_.pick(std::vector<std::string>(running_.begin(), running_.end()));
  Names rest = running_;
  rest.erase(name);
  if (rest.size() < 2 || !all_reach_all(rest, cuts_)) return;
  running_ = std::move(rest);
  EXPECTS(world_.stop(name).has_value());
}

// Two controllers, or two sites.
void History::cut_one() {
  const auto names = world_.controllers();
  const std::string left = rng_.pick(names);
  const std::string right = rng_.pick(names);
  const bool whole_sites = rng_.chance(1, 2);
  const bool one_way = rng_.chance(1, 3);
  const auto belongs = [&](const std::string& one, const std::string& end) {
    return one == end || (whole_sites && site_of(one) == site_of(end));
  };
  if (belongs(left, right)) return;
  std::set<Ask> cuts = cuts_;
  for (const std::string& one : names) {
    for (const std::string& other : names) {
      if (!belongs(one, left) || !belongs(other, right)) continue;
      cuts.emplace(one, other);
      if (!one_way) cuts.emplace(other, one);
    }
  }
  if (!all_reach_all(running_, cuts)) return;
  cuts_ = std::move(cuts);
  const auto cut = whole_sites
                       ? world_.cut(site_of(left), site_of(right), one_way ? Ways::one : Ways::both)
                       : world_.cut(left, right, one_way ? Ways::one : Ways::both);
  EXPECTS(cut.has_value());
}

void History::write_everywhere() {
  for (const std::string& name : running_) {
    auto dn = sites::Dn::parse(fmt::format("cn={}-{},ou=people", name, ++writes_));
    EXPECTS(dn.has_value());
    const auto written = world_.write(name, Add{.dn = *std::move(dn), .attributes = {}});
    EXPECTS(written.has_value());
  }
}

std::string History::verdict() {
  const base::Time limit = world_.now() + kComesTogether;
  while (!world_.divergence().empty() && world_.now() < limit)
    world_.run_for(1min);
  if (auto trouble = world_.divergence(); !trouble.empty()) return trouble;
  return world_.broken_invariant();
}

}  // namespace

SwarmResult run_survival_seed(std::uint64_t seed, const SwarmOptions& options) {
  base::Rng rng(seed);
  sites::Forest forest = draw_chain(rng);
  forest.policy.redundancy = 1 + static_cast<std::uint32_t>(rng.below(2));
  SwarmResult result{
      .seed = seed,
      .drawn = fmt::format("{} sites, {} controllers, redundancy {}", forest.sites.size(),
                           forest.controllers.size(), forest.policy.redundancy)};
  World world(
      std::move(forest),
      {.seed = seed, .founder = "a1", .make_store = options.make_store, .tamper = options.tamper});
  world.run_for(1min);
  History history(world, rng);
  for (std::uint64_t faults = 1 + rng.below(2); faults > 0; --faults)
    history.disturb();
  world.run_for(std::chrono::minutes(rng.below(4)));
  history.write_everywhere();
  result.failure = history.verdict();
  result.writes = history.writes();
  result.closing_draw = world.closing_draw();
  result.story = told(world);
  return result;
}

}  // namespace ringspan::replicator::simulator
