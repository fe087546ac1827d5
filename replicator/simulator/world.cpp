#include "replicator/simulator/world.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/contracts.hpp"
#include "base/fold.hpp"
#include "kcc/plan.hpp"
#include "replicator/engine/define.hpp"
#include "replicator/engine/genesis.hpp"
#include "replicator/partners/partners.hpp"
#include "replicator/simulator/actor.hpp"
#include "replicator/store/memory_store.hpp"

namespace ringspan::replicator::simulator {
namespace {

using base::Errc;
using base::fail;
using base::Result;
using namespace std::chrono_literals;

constexpr base::Time kMonday = std::chrono::sys_days(std::chrono::January / 1 / 2024);
constexpr base::Duration kBootedApart = 1h;
constexpr base::Duration kClaimed = 5s;  // then each role has an owner by the fence

}  // namespace

World::World(sites::Forest forest, WorldOptions options)
    : forest_(std::move(forest)), options_(std::move(options)), rng_(options_.seed), now_(kMonday) {
  if (!options_.make_store) {
    options_.make_store = [] { return std::make_unique<replicator::store::MemoryStore>(); };
  }
  plan_ = kcc::plan(forest_);
  std::vector<const sites::Controller*> by_name;  // chance must not depend on the order of ids
  for (const sites::Controller& controller : forest_.controllers)
    by_name.push_back(&controller);
  std::ranges::sort(by_name, {}, &sites::Controller::name);
  for (const sites::Controller* controller : by_name) {
    Actor& made = create(*controller, forest_);
    made.joined = forest_;
    made.plan = plan_;
  }
  found_forest();
  if (!options_.fence) return;
  run_for(kClaimed);
  story_.clear();
}

World::Actor& World::create(const sites::Controller& controller, const sites::Forest& forest) {
  auto actor = std::make_unique<Actor>(controller.name, rng_.next());
  actor->controller = controller;
  actor->key = controller.name;
  auto contexts = contexts_of(forest, controller);
  EXPECTS(contexts.has_value());
  actor->identity = {.controller = controller.id,
                     .invocation = InvocationId(rng_.guid()),
                     .read_only = controller.read_only,
                     .contexts = *std::move(contexts),
                     .policy = {.recycle_bin = forest.policy.recycle_bin,
                                .tombstone_lifetime = forest.policy.tombstone_lifetime}};
  actor->fenced = options_.fence;
  actor->clock_since_boot = {.offset = kBootedApart * static_cast<std::int64_t>(actors_.size()),
                             .rate = 995 + 5 * static_cast<std::int64_t>(actors_.size() % 3)};
  if (options_.disguise) options_.disguise(actor->identity);
  actor->store = options_.make_store();
  return *actors_.emplace(controller.id, std::move(actor)).first->second;
}

World::~World() = default;

// The founder writes the first objects, everyone else pulls them before the story begins.
void World::found_forest() {
  Actor* founder = options_.founder.empty() ? nullptr : find(options_.founder);
  for (auto& [id, actor] : actors_) {
    if (founder == nullptr && !actor->identity.read_only) founder = actor.get();
  }
  EXPECTS(founder != nullptr && !founder->identity.read_only);
  create_genesis(*founder->store, founder->guids, founder->identity, now_);
  for (auto& [id, actor] : actors_) {
    actor->engine =
        std::make_unique<Engine>(*actor->store, actor->guids, actor->identity, options_.settings);
  }
  for (const AttributeDefinition& attribute : options_.attributes) {
    const auto defined = define(founder->name, attribute);
    if (!defined && !trouble_) trouble_ = defined.error();
  }
  if (options_.configuration) define(*founder);
  for (auto& [id, actor] : actors_) {
    if (actor.get() == founder) continue;
    const auto pulled = pull(actor->name, founder->name, {});
    EXPECTS(pulled.has_value());
  }
  stock_up(*founder);
  for (auto& [id, actor] : actors_)
    boot(*actor);
  story_.clear();
}

void World::boot(Actor& actor) {
  Settings settings = options_.settings;
  settings.must_catch_up = std::exchange(actor.has_started, true);
  settings.life = base::Guid::from_name(actor.controller.id.value,
                                        fmt::format("{} {}", options_.seed, ++actor.boots));
  actor.identity.quarantined =
      quarantine_of(*actor.store->read(), actor.identity.invocation).has_value();
  actor.engine = std::make_unique<Engine>(*actor.store, actor.guids, actor.identity, settings);
  actor.leases.reset();
  actor.wake_at.reset();
  actor.gaps = {};
  actor.steps_to_loss = {};
  actor.awake.clear();
  actor.booted_at = actor.store->read()->highest_usn();
  begin_at_fence(actor);
  use_contexts(actor);
  use_partners(actor);
}

// ── What happens ─────────────────────────────────────────────────────────────────────────────────

Result<Written> World::write(std::string_view at_name, const Write& write) {
  auto asked = need(at_name);
  if (!asked) return fail(asked.error());
  Actor* actor = *asked;
  if (actor->turned_out.holds(actor->clock(now_))) {
    return fail(
        Errc::refused,
        fmt::format("{} is no member of the forest any more; have it join anew", actor->name));
  }
  if (actor->identity.read_only) {
    Actor* writable = nearest_writable(*actor);
    if (writable == nullptr)
      return fail(Errc::unavailable, "no writable controller can be reached");
    if (!forest_.policy.forward_writes) {
      return fail(Errc::refused,
                  fmt::format("{} is read-only; write at {}, the nearest that is not", actor->name,
                              writable->name));
    }
    tell(fmt::format("{} carries a write to {}", actor->name, writable->name));
    actor = writable;
  }
  auto result = ask(*actor, write);
  if (result) actor->had.insert(result->object);
  return result;
}

World::Actor* World::nearest_writable(const Actor& from) const {
  const ControllerId me = from.identity.controller;
  for (const ControllerId id : partners::writable_near(from.joined, from.plan, me)) {
    const auto at = actors_.find(id);
    if (at == actors_.end() || is_frozen(*at->second)) continue;
    if (can_ask(from, *at->second)) return at->second.get();
  }
  return nullptr;
}

Result<void> World::define(std::string_view at_name, const AttributeDefinition& attribute) {
  const auto asked = need(at_name);
  if (!asked) return fail(asked.error());
  const Actor* actor = *asked;
  const auto role = schema_role(actor->identity.contexts);
  const bool carries = !actor->identity.read_only || forest_.policy.forward_writes;
  const Actor* owner = role && carries ? owner_within_reach(*actor, *role) : nullptr;
  if (owner != nullptr && owner != actor) {
    tell(fmt::format("{} carries a definition to {}", actor->name, owner->name));
    actor = owner;
  }
  const auto change =
      replicator::define(*actor->store->read(), actor->identity.contexts, attribute);
  if (change.changes.empty()) return {};
  const auto written = write(actor->name, change);
  if (!written) return fail(written.error());
  tell(fmt::format("{} defines {}", actor->name, attribute.name));
  return {};
}

Result<PullCounts> World::pull(std::string_view destination_name, std::string_view source_name,
                               const PullOptions& options) {
  auto destination = need(destination_name);
  if (!destination) return fail(destination.error());
  auto source = need(source_name);
  if (!source) return fail(source.error());
  if (*destination == *source) {
    return fail(Errc::refused, fmt::format("{} does not pull from itself", destination_name));
  }
  if (!can_ask(**destination, **source)) {
    return fail(Errc::unavailable,
                fmt::format("{} cannot speak to {}", destination_name, source_name));
  }
  if (is_expired(**source, **destination)) {
    return fail(Errc::refused, why_expired(**source, **destination));
  }
  if (is_expired(**destination, **source)) {
    return fail(Errc::refused, fmt::format("{} is expired", source_name));
  }
  if ((*source)->identity.read_only) {
    return fail(Errc::refused, fmt::format("{} is read-only and never a source", source_name));
  }
  for (const Actor* one : {*destination, *source}) {
    if (one->identity.quarantined) return fail(Errc::refused, quarantine(one->name));
  }
  if ((*destination)->paused_inbound || (*source)->paused_outbound) {
    return fail(Errc::refused,
                fmt::format("the way from {} to {} is paused", source_name, destination_name));
  }
  const ControllerId from = (*source)->identity.controller;
  std::vector<Packet> instant;
  instant_ = &instant;  // also for what begins in the place of what is asked anew
  const auto under_way = (*destination)->asked;
  for (const auto& [asked, request] : under_way) {  // its page would come too late, or never
    if (asked.first != from) continue;
    feed(**destination, {PullFailed{.source = from, .request = request, .error = "asked anew"}});
  }
  repeats_allowed_ = options.full;
  (*destination)->reports.clear();
  feed(**destination, {PullForced{.id = ++last_forced_, .source = from, .full = options.full}});
  std::map<NamingContextId, std::uint64_t> pages;
  for (std::size_t next = 0; next < instant.size(); ++next) {
    const Packet packet = instant[next];
    if (const auto* request = std::get_if<GetChanges>(&packet.message);
        request != nullptr && options.pages && pages[request->naming_context]++ >= *options.pages) {
      feed(**destination,
           {PullFailed{.source = from, .request = request->request, .error = "stopped"}});
      continue;
    }
    deliver(packet);
  }
  instant_ = nullptr;
  repeats_allowed_ = false;
  for (const Actor* one : {*destination, *source}) {  // what they have shown each other proves it
    if (one->identity.quarantined) return fail(Errc::refused, quarantine(one->name));
  }
  PullCounts sum;
  for (const PullReport& report : (*destination)->reports) {
    if (!report.error.empty() && !options.pages) return fail(Errc::unavailable, report.error);
    sum += report.counts;
  }
  sum.objects = last_pull(destination_name, source_name).value_or(PullCounts{}).objects;
  return sum;
}

void World::run_until(base::Time time) {
  run_while_waiting([] { return false; }, time);
}

bool World::run_while_waiting(const std::function<bool()>& holds, base::Time limit) {
  stirred_ = true;
  while (!(std::exchange(stirred_, false) && holds())) {
    if (future_.empty() || future_.begin()->first > limit) {
      now_ = std::max(now_, limit);
      return holds();
    }
    now_ = std::max(now_, future_.begin()->first);
    while (!future_.empty() && future_.begin()->first <= now_) {
      auto next = future_.extract(future_.begin());
      happen(next.mapped());
    }
  }
  return true;
}

bool World::settle() {
  constexpr base::Duration kWayRound = 5min;  // longer than it takes to find one (rule R14)
  const base::Time limit = now_ + std::chrono::days(30);
  while (run_while_waiting([&] { return quiet(); }, limit)) {
    const std::uint64_t carried = carried_;
    const auto moves = [&] { return carried_ != carried || nobody_lacks(); };
    if (!run_while_waiting(moves, std::min(now_ + kWayRound, limit))) return quiet();
    if (carried_ == carried) return true;
  }
  return false;
}

Result<void> World::bring_together() {
  constexpr int kMostRounds = 1000;
  if (!options_.manual) {
    if (settle()) return {};
    return fail(Errc::unavailable, "the healed world does not come to rest in 30 virtual days");
  }
  for (int round = 0; round < kMostRounds; ++round) {
    std::uint64_t carried = 0;
    for (const kcc::Connection& connection : plan_.connections) {
      const Actor& destination = actor(connection.destination);
      const Actor& source = actor(connection.source);
      const auto counts = pull(destination.name, source.name, {});
      if (destination.identity.quarantined || source.identity.quarantined) continue;
      if (!counts) return fail(counts.error());
      carried += counts->values;
    }
    if (carried == 0) return {};
  }
  return fail(Errc::unavailable, "the healed world does not come to rest in 1000 rounds of pulls");
}

Result<void> World::cut(std::string_view a, std::string_view b, Ways ways) {
  const auto pairs = pairs_between(a, b);
  if (!pairs) return fail(pairs.error());
  for (const auto& [x, y] : *pairs) {
    sever(x, y);
    if (ways == Ways::both) sever(y, x);
  }
  tell(fmt::format("cut {} {}{}", a, b, ways == Ways::one ? " one-way" : ""));
  return {};
}

Result<void> World::heal(std::string_view a, std::string_view b) {
  const auto pairs = pairs_between(a, b);
  if (!pairs) return fail(pairs.error());
  for (const auto& [x, y] : *pairs) {
    cuts_.erase({x, y});
    cuts_.erase({y, x});
    reconnect(x, y);
  }
  tell(fmt::format("heal {} {}", a, b));
  return {};
}

void World::heal_all() {
  const auto healed = std::exchange(cuts_, {});
  for (const auto& [a, b] : healed)
    reconnect(a, b);
  tell("heal all");
}

// ── Names ────────────────────────────────────────────────────────────────────────────────────────

World::Actor* World::find(std::string_view name) const {
  for (const auto& [id, actor] : actors_) {
    if (base::fold_name(actor->name) == base::fold_name(name)) return actor.get();
  }
  return nullptr;
}

Result<World::Actor*> World::need(std::string_view name) const {
  Actor* actor = find(name);
  if (actor == nullptr) return fail(Errc::not_found, fmt::format("no controller named {}", name));
  if (!actor->engine) return fail(Errc::unavailable, fmt::format("{} is stopped", name));
  if (is_frozen(*actor)) return fail(Errc::unavailable, fmt::format("{} does not answer", name));
  return actor;
}

Result<std::vector<ControllerId>> World::controllers_of(std::string_view site_or_controller) const {
  std::vector<ControllerId> found;
  for (const sites::Site& site : forest_.sites) {
    if (base::fold_name(site.name) != base::fold_name(site_or_controller)) continue;
    for (const auto& [id, actor] : actors_) {
      if (actor->controller.site == site.id) found.push_back(id);
    }
    return found;
  }
  const Actor* actor = find(site_or_controller);
  if (actor == nullptr) {
    return fail(Errc::not_found, fmt::format("no site or controller named {}", site_or_controller));
  }
  found.push_back(actor->identity.controller);
  return found;
}

Result<std::vector<std::pair<ControllerId, ControllerId>>> World::pairs_between(
    std::string_view a, std::string_view b) const {
  const auto left = controllers_of(a);
  if (!left) return fail(left.error());
  const auto right = controllers_of(b);
  if (!right) return fail(right.error());
  std::vector<std::pair<ControllerId, ControllerId>> pairs;
  for (const ControllerId x : *left) {
    for (const ControllerId y : *right)
      pairs.emplace_back(x, y);
  }
  return pairs;
}

std::vector<std::string> World::controllers() const {
  std::vector<std::string> names;
  for (const auto& [id, actor] : actors_)
    names.push_back(actor->name);
  std::ranges::sort(names);
  return names;
}

bool World::serving(std::string_view name) const {
  const Actor* actor = find(name);
  return actor != nullptr && actor->engine;
}

Result<std::unique_ptr<Snapshot>> World::read(std::string_view name) const {
  const Actor* actor = find(name);
  if (actor == nullptr) return fail(Errc::not_found, fmt::format("no controller named {}", name));
  return actor->store->read();
}

const Identity& World::identity(std::string_view name) const {
  const Actor* actor = find(name);
  EXPECTS(actor != nullptr);
  return actor->identity;
}

std::string World::name_of(InvocationId invocation) const {
  for (const auto& [id, actor] : actors_) {
    if (actor->identity.invocation == invocation || actor->former.contains(invocation)) {
      return actor->name;
    }
  }
  return invocation.value.to_string();
}

}  // namespace ringspan::replicator::simulator
