#include "replicator/simulator/configuration_swarm.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/contracts.hpp"
#include "kcc/plan.hpp"
#include "replicator/engine/writer.hpp"
#include "replicator/simulator/drawn_forest.hpp"
#include "sites/naming_context.hpp"

namespace ringspan::replicator::simulator {
namespace {

using namespace std::chrono_literals;

/// The longest that all may take to find together: a lost source is noticed after two minutes, and
/// a site link is polled every fifteen.
constexpr base::Duration kComesTogether = 3h;

class History {
 public:
  History(World& world, base::Rng& rng) : world_(world), rng_(rng) {}

  void step();
  std::string verdict();
  std::uint64_t writes() const { return writes_; }
  std::uint64_t edits() const { return edits_; }

 private:
  /// Never removed, so that there is always someone to ask.
  static constexpr std::string_view kFounder = "a1";

  void write();
  void edit();
  void let_in();
  void disturb();
  bool change(sites::Forest& forest, const std::string& at);
  bool add_controller(sites::Forest& forest);
  bool remove_controller(sites::Forest& forest, const std::string& at);
  void write_in_context();
  bool change_context(sites::Forest& forest, const std::string& at);
  std::vector<ControllerId> draw_replicas(const sites::Forest& forest, const std::string& at);
  bool together(std::string& trouble) const;
  std::string kept_too_long(const std::set<std::string>& members) const;
  std::string lacking(const std::set<std::string>& members) const;
  std::string lacking_in_contexts(const std::set<std::string>& members) const;

  World& world_;
  base::Rng& rng_;
  std::map<ObjectId, std::string> acknowledged_;  // and at whom
  std::map<ObjectId, NamingContextId> acknowledged_in_contexts_;
  std::set<ControllerId> replicas_;  // who ever was to hold an application context: never removed
  std::set<std::string> removed_;
  std::map<std::string, std::string> inviters_;  // of those who have joined
  std::uint64_t writes_ = 0;
  std::uint64_t edits_ = 0;
  std::uint64_t names_ = 0;
};

void History::step() {
  const std::uint64_t kind = rng_.below(100);
  if (kind < 25) {
    write();
  } else if (kind < 40) {
    write_in_context();
  } else if (kind < 65) {
    edit();
  } else if (kind < 75) {
    let_in();
  } else {
    disturb();
  }
  if (rng_.chance(1, 2))
    world_.run_for(base::Duration(rng_.below(rng_.chance(1, 5) ? 60'000 : 500)));
}

void History::write() {
  const std::string at = rng_.pick(world_.controllers());
  if (!world_.serving(at)) return;
  auto dn = sites::Dn::parse(fmt::format("cn=p{},ou=people", ++names_));
  EXPECTS(dn.has_value());
  const auto written = world_.write(at, Add{.dn = *std::move(dn), .attributes = {}});
  if (!written) return;  // a joiner does not have ou=people yet
  ++writes_;
  acknowledged_.emplace(written->object, at);
}

void History::write_in_context() {
  const std::string at = rng_.pick(world_.controllers());
  const auto forest = world_.definition(at);
  if (!world_.serving(at) || !forest) return;
  const auto& context = rng_.pick(forest->naming_contexts);
  if (context.kind != sites::NamingContextKind::application) return;
  auto dn = sites::Dn::parse(fmt::format("cn=p{},{}", ++names_, context.dn));
  EXPECTS(dn.has_value());
  const auto written = world_.write(at, Add{.dn = *std::move(dn), .attributes = {}});
  if (!written || written->naming_context != context.id) return;  // not held here, or not whole
  ++writes_;
  acknowledged_in_contexts_.emplace(written->object, context.id);
}

void History::edit() {
  const std::string at = rng_.pick(world_.controllers());
  auto forest =
      world_.serving(at) ? world_.definition(at) : base::fail(base::Errc::unavailable, "stopped");
  if (!forest || !change(*forest, at)) return;
  if (world_.apply(at, *forest)) ++edits_;
}

/// As an administrator would edit a file; false if there was nothing to edit.
bool History::change(sites::Forest& forest, const std::string& at) {
  const std::uint64_t kind = rng_.below(15);
  if (kind >= 10) return change_context(forest, at);
  if (kind < 3) {
    sites::SiteLink& link = forest.links[rng_.below(forest.links.size())];
    link.cost = sites::Cost(static_cast<std::uint32_t>(1 + rng_.below(100)));
    return true;
  }
  if (kind < 5) {
    const auto& one = rng_.pick(forest.sites);
    const auto& other = rng_.pick(forest.sites);
    if (one.id == other.id) return false;
    const std::string name = fmt::format("link-{}", ++names_);
    sites::SiteLink link;
    link.name = name;
    link.id = sites::SiteLinkId(sites::id_from_name(forest.id, "link", name));
    link.sites = {std::min(one.id, other.id), std::max(one.id, other.id)};
    link.cost = sites::Cost(static_cast<std::uint32_t>(1 + rng_.below(100)));
    forest.links.push_back(link);
    std::ranges::sort(forest.links, {}, &sites::SiteLink::id);
    return true;
  }
  if (kind < 6) {
    return std::erase_if(forest.links, [&](const sites::SiteLink& link) {
             return link.name.starts_with("link-") && rng_.chance(1, 2);
           }) > 0;
  }
  return kind < 8 ? add_controller(forest) : remove_controller(forest, at);
}

bool History::add_controller(sites::Forest& forest) {
  const std::string name = fmt::format("n{}", ++names_);
  sites::Controller controller = forest.controllers.front();
  controller.name = name;
  controller.id = sites::ControllerId(sites::id_from_name(forest.id, "controller", name));
  controller.site = rng_.pick(forest.sites).id;
  controller.address.clear();
  forest.controllers.push_back(controller);
  std::ranges::sort(forest.controllers, {}, &sites::Controller::id);
  return true;
}

/// Never where it is written: nobody would hear of it from one who is none any more.
bool History::remove_controller(sites::Forest& forest, const std::string& at) {
  const sites::Controller gone = rng_.pick(forest.controllers);
  const bool invites = std::ranges::any_of(
      inviters_, [&](const auto& joiner) { return joiner.second == gone.name; });
  if (gone.name == kFounder || gone.name == at || invites || replicas_.contains(gone.id) ||
      forest.controllers.size() < 3) {
    return false;
  }
  removed_.insert(gone.name);
  std::erase_if(forest.controllers, [&](const auto& one) { return one.id == gone.id; });
  return true;
}

/// A new one, one gone, or other replicas.
bool History::change_context(sites::Forest& forest, const std::string& at) {
  constexpr auto kApplication = sites::NamingContextKind::application;
  const std::uint64_t kind = rng_.below(10);
  if (kind < 3) {
    const auto dn = sites::Dn::parse(fmt::format("dc=app-{}", ++names_));
    sites::add_application(forest, *dn, draw_replicas(forest, at));
    return true;
  }
  sites::NamingContext& one = forest.naming_contexts[rng_.below(forest.naming_contexts.size())];
  if (one.kind != kApplication) return false;
  if (kind < 4) {
    std::erase_if(forest.naming_contexts,
                  [id = one.id](const auto& each) { return each.id == id; });
  } else {
    one.replicas = draw_replicas(forest, rng_.pick(world_.controllers()));
  }
  return true;
}

/// `first`, where it is there, and others by chance.
std::vector<ControllerId> History::draw_replicas(const sites::Forest& forest,
                                                 const std::string& first) {
  std::vector<ControllerId> drawn;
  for (const sites::Controller& controller : forest.controllers) {
    if (removed_.contains(controller.name)) continue;
    if (controller.name == first || rng_.chance(1, 3)) drawn.push_back(controller.id);
  }
  replicas_.insert(drawn.begin(), drawn.end());
  return drawn;
}

void History::let_in() {
  const std::string at = rng_.pick(world_.controllers());
  if (!world_.serving(at) || removed_.contains(at)) return;
  const auto forest = world_.definition(at);
  if (!forest) return;
  const std::string& name = rng_.pick(forest->controllers).name;
  if (world_.join(name, at)) inviters_[name] = at;
}

void History::disturb() {
  const std::string one = rng_.pick(world_.controllers());
  const std::string other = rng_.pick(world_.controllers());
  switch (rng_.below(6)) {
    case 0:
      (void)world_.crash(one);
      return;
    case 1:
      (void)world_.stop(one);
      return;
    case 2:
    case 3:
      (void)world_.start(one);
      return;
    case 4:
      if (one != other) (void)world_.cut(one, other);
      return;
    default:
      if (one != other) (void)world_.heal(one, other);
  }
}

/// `trouble` says what is missing.
bool History::together(std::string& trouble) const {
  const auto members = world_.members(kFounder);
  if (!world_.agree(members)) {
    trouble = fmt::format("the members {} have different definitions; {}", fmt::join(members, " "),
                          world_.divergence(members));
    return false;
  }
  trouble = world_.divergence(members);
  if (trouble.empty()) trouble = kept_too_long(members);
  return trouble.empty();
}

/// Whoever no longer holds a naming context has forgotten it, unless no member holds it.
std::string History::kept_too_long(const std::set<std::string>& members) const {
  const auto forest = world_.definition(kFounder);
  for (const std::string& name : members) {
    for (const NamingContextId id : (*world_.read(name))->contexts()) {
      const auto* context = sites::find_naming_context(*forest, id);
      if (context == nullptr) return fmt::format("{} keeps a context that was removed", name);
      const auto holds = [&](const std::string& one) {
        return sites::replica_kind(*sites::find_controller(*forest, one), *context) !=
               sites::ReplicaKind::none;
      };
      if (!holds(name) && std::ranges::any_of(members, holds)) {
        return fmt::format("{} keeps {}, which others hold", name, context->dn);
      }
    }
  }
  return {};
}

std::string History::verdict() {
  world_.heal_all();
  for (const std::string& name : world_.controllers()) {
    if (!world_.serving(name)) (void)world_.start(name);
  }
  std::string trouble;
  if (!world_.run_while_waiting([&] { return together(trouble); }, world_.now() + kComesTogether)) {
    return trouble;
  }
  if (auto broken = world_.broken_invariant(); !broken.empty()) return broken;
  const auto members = world_.members(kFounder);
  const std::string lacks = lacking(members);
  return lacks.empty() ? lacking_in_contexts(members) : lacks;
}

std::string History::lacking(const std::set<std::string>& members) const {
  for (const std::string& name : members) {
    const auto snapshot = world_.read(name);
    for (const auto& [object, at] : acknowledged_) {
      if (removed_.contains(at) || (*snapshot)->find(object)) continue;
      return fmt::format("{} lacks object {}, which {} acknowledged", name,
                         object.value.to_string(), at);
    }
  }
  return {};
}

std::string History::lacking_in_contexts(const std::set<std::string>& members) const {
  const auto forest = world_.definition(kFounder);
  for (const std::string& name : members) {
    const auto snapshot = world_.read(name);
    for (const auto& [object, id] : acknowledged_in_contexts_) {
      const auto* context = sites::find_naming_context(*forest, id);
      if (context == nullptr) continue;  // removed with all that was in it
      const auto* member = sites::find_controller(*forest, name);
      if (sites::replica_kind(*member, *context) == sites::ReplicaKind::none) continue;
      if ((*snapshot)->find(object)) continue;
      return fmt::format("{} lacks object {} of {}, which was acknowledged", name,
                         object.value.to_string(), context->dn);
    }
  }
  return {};
}

}  // namespace

SwarmResult run_configuration_seed(std::uint64_t seed, const SwarmOptions& options) {
  base::Rng rng(seed);
  sites::Forest forest = draw_chain(rng);
  SwarmResult result{
      .seed = seed,
      .drawn = fmt::format("{} sites, {} controllers, redundancy {}", forest.sites.size(),
                           forest.controllers.size(), forest.policy.redundancy)};
  World world(std::move(forest), {.seed = seed,
                                  .founder = "a1",
                                  .configuration = true,
                                  .make_store = options.make_store,
                                  .tamper = options.tamper});
  History history(world, rng);
  for (std::uint64_t step = 0; step < options.steps; ++step)
    history.step();
  result.failure = history.verdict();
  result.writes = history.writes();
  result.edits = history.edits();
  result.conflicts = world.conflicts().size();
  result.closing_draw = world.closing_draw();
  result.story = told(world);
  return result;
}

}  // namespace ringspan::replicator::simulator
