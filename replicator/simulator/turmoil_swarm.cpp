#include "replicator/simulator/turmoil_swarm.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/contracts.hpp"
#include "replicator/simulator/drawn_forest.hpp"
#include "replicator/simulator/ledger.hpp"

namespace ringspan::replicator::simulator {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kFounder = "a1";  // never leaves, so that there is always someone to ask
constexpr std::uint64_t kStepsBetweenLooks = 8;  // a look costs more than a step
constexpr std::size_t kMostControllers = 5;      // at first: days with more take long
constexpr base::Duration kTombstoneLifetime = 2h;

/// Of 100 steps, so many of each.
struct Drawn {
  std::uint64_t cuts = 0;
  std::uint64_t absences = 0;
  std::uint64_t images = 0;
  std::uint64_t disks = 0;
  std::uint64_t clocks = 0;
  std::uint64_t members = 0;
  std::uint64_t roles = 0;
  std::uint64_t edits = 0;
  Weather weather;
};

Drawn draw(base::Rng& rng) {
  Drawn drawn{.cuts = rng.below(12),
              .absences = rng.below(12),
              .images = rng.below(10),
              .disks = rng.below(6),
              .clocks = rng.below(6),
              .members = rng.below(10),
              .roles = rng.below(8),
              .edits = rng.below(8)};
  if (rng.chance(1, 2)) {
    drawn.weather = {.whole = 1000,
                     .lost = rng.below(60),
                     .repeated = rng.below(100),
                     .delayed = rng.below(300)};
  }
  return drawn;
}

std::string spoken(const sites::Forest& forest, const Drawn& drawn) {
  return fmt::format(
      "{} sites, {} controllers; of 100 steps cuts {}, absences {}, images {}, disks {}, clocks "
      "{}, "
      "members {}, roles {}, edits {}; lost {}, repeated {}, delayed {} of {}",
      forest.sites.size(), forest.controllers.size(), drawn.cuts, drawn.absences, drawn.images,
      drawn.disks, drawn.clocks, drawn.members, drawn.roles, drawn.edits, drawn.weather.lost,
      drawn.weather.repeated, drawn.weather.delayed, drawn.weather.whole);
}

class History {
 public:
  History(World& world, std::uint64_t seed, const Drawn& drawn)
      : world_(world),
        rng_(seed ^ 0x7A6401107A640110ULL),
        drawn_(drawn),
        ledger_(world, [this](ObjectId object) { return objects_.contains(object); }) {}

  void step();
  /// Empty: all is well.
  std::string look();
  std::string verdict();
  std::uint64_t writes() const { return writes_; }
  std::uint64_t changes() const { return changes_; }

 private:
  std::string someone() { return rng_.pick(world_.controllers()); }
  std::vector<std::string> members() const;
  ObjectId some_object();
  Write draw_write();
  void write();
  void take_identifiers();
  void cut();
  void go_and_come();
  void keep_image(const std::string& name);
  void put_image_back(const std::string& name);
  void recover(const std::string& name);
  void fill_disk();
  void turn_clock();
  void change_members();
  void let_in();
  void retire(const std::string& name);
  void expire(const std::string& name);
  bool join_anew(const std::string& name);
  void note_who_has_gone();
  void change_owner();
  void edit();
  bool is_needed(const std::string& name) const;
  void end_faults();
  std::string bring_back();
  std::string disagreement() const;

  World& world_;
  base::Rng rng_;
  const Drawn& drawn_;
  std::set<ObjectId> objects_;
  std::vector<ObjectId> order_;  // the same, as they came
  Ledger ledger_;
  std::set<ObjectId> over_;                   // that nobody had any more
  std::map<std::string, base::Time> images_;  // whose there are, and of when
  std::map<std::string, std::string> inviters_;
  std::set<std::string> full_;  // disks
  std::set<std::string> gone_;  // who is no member any more
  std::uint64_t names_ = 0;
  std::uint64_t requests_ = 0;
  std::uint64_t writes_ = 0;
  std::uint64_t changes_ = 0;
};

std::vector<std::string> History::members() const {
  std::vector<std::string> names = world_.controllers();
  std::erase_if(names, [this](const std::string& name) { return world_.retired(name); });
  return names;
}

// ── What people do ───────────────────────────────────────────────────────────────────────────────

ObjectId History::some_object() {
  return rng_.pick(order_);
}

Write History::draw_write() {
  if (order_.empty() || rng_.chance(1, 4)) {
    auto dn = sites::Dn::parse(fmt::format("cn=p{},ou=people", ++names_));
    EXPECTS(dn.has_value());
    return Add{.dn = *std::move(dn), .attributes = {{"title", {"new"}}}};
  }
  const ObjectId object = some_object();
  const std::uint64_t kind = rng_.below(13);
  if (kind < 5) {
    return Set{.target = object, .attributes = {{"title", {std::to_string(rng_.below(9))}}}};
  }
  if (kind < 6) return Move{.target = object, .parent = some_object()};
  if (kind < 8) return AddLink{object, "member", some_object()};
  if (kind < 9) return RemoveLink{object, "member", some_object()};
  if (kind < 12) return Delete{.target = object, .tree = true};
  return Undelete{.target = object};
}

void History::write() {
  const std::string at = someone();
  if (!world_.takes_part(at)) return;
  const Usn before = (*world_.read(at))->highest_usn();
  const auto written = world_.write(at, draw_write());
  if (!written) {  // refused, or nobody was told that it is there
    ledger_.enter(at, before, true);
    return;
  }
  ++writes_;
  if (objects_.insert(written->object).second) order_.push_back(written->object);
  ledger_.enter(at, before, world_.was_put_back(at));
}

void History::take_identifiers() {
  const bool again = requests_ > 0 && rng_.chance(1, 8);
  const std::uint64_t number = again ? 1 + rng_.below(requests_) : ++requests_;
  (void)world_.take_identifiers(someone(), {.domain = world_.forest().root_domain,
                                            .count = 1 + rng_.below(400),
                                            .request = fmt::format("r{}", number)});
}

void History::change_owner() {
  const MasterRole role = kMasterRoles[rng_.below(std::size(kMasterRoles))];
  const NamingContextHeads& contexts = world_.identity(kFounder).contexts;
  const bool forest_wide = role == MasterRole::schema || role == MasterRole::naming;
  const RoleId id{role, forest_wide ? configuration_among(contexts) : world_.forest().root_domain};
  const std::string to = someone();
  const Reply reply = rng_.chance(1, 4) ? Reply::is_lost : Reply::arrives;
  const auto changed = rng_.chance(1, 3) ? world_.seize(id, to) : world_.transfer(id, to, reply);
  changes_ += changed ? 1U : 0U;
}

void History::edit() {
  const std::string at = someone();
  auto forest =
      world_.takes_part(at) ? world_.definition(at) : base::fail(base::Errc::unavailable, "away");
  if (!forest || forest->links.empty()) return;
  if (rng_.chance(1, 2)) {
    sites::SiteLink& link = forest->links[rng_.below(forest->links.size())];
    link.cost = sites::Cost(static_cast<std::uint32_t>(1 + rng_.below(100)));
  } else {
    const std::string name = fmt::format("n{}", ++names_);
    sites::Controller controller = forest->controllers.front();
    controller.name = name;
    controller.id = sites::ControllerId(sites::id_from_name(forest->id, "controller", name));
    controller.site = rng_.pick(forest->sites).id;
    controller.address.clear();
    forest->controllers.push_back(controller);
    std::ranges::sort(forest->controllers, {}, &sites::Controller::id);
  }
  changes_ += world_.apply(at, *forest) ? 1U : 0U;
}

// ── Who is a member ──────────────────────────────────────────────────────────────────────────────

// One that lets another in is asked by it until it has heard of more.
bool History::is_needed(const std::string& name) const {
  return name == kFounder || members().size() < 3 ||
         std::ranges::any_of(inviters_, [&](const auto& one) { return one.second == name; });
}

void History::change_members() {
  const std::string name = someone();
  const std::uint64_t kind = rng_.below(6);
  if (world_.retired(name)) {
    if (world_.serving(kFounder)) join_anew(name);
  } else if (kind < 3) {
    let_in();
  } else if (kind < 4) {
    if (!is_needed(name)) retire(name);
  } else if (!world_.serving(name) && !is_needed(name)) {
    expire(name);
  }
  images_.clear();  // who is a member is not lost with a disk
}

void History::let_in() {
  const std::string at = someone();
  const auto forest =
      world_.takes_part(at) ? world_.definition(at) : base::fail(base::Errc::unavailable, "away");
  if (!forest) return;
  const std::string name = rng_.pick(forest->controllers).name;
  if (!world_.join(name, at)) return;
  inviters_[name] = at;
  ++changes_;
}

void History::retire(const std::string& name) {
  const std::string at = someone();
  if (!world_.takes_part(at) || world_.retired(name)) return;
  if (world_.retire(name, at, at)) ++changes_;
}

void History::expire(const std::string& name) {
  if (world_.expire(name)) ++changes_;
}

// With an empty disk: what it alone had is gone.
bool History::join_anew(const std::string& name) {
  ledger_.note_seen();
  const bool joined = world_.join(name, kFounder).has_value();
  ledger_.forget_lost();
  if (joined) gone_.erase(name);
  changes_ += joined ? 1U : 0U;
  return joined;
}

void History::note_who_has_gone() {
  for (const std::string& name : world_.controllers()) {
    if (world_.retired(name) && gone_.insert(name).second) ledger_.forget_unseen();
  }
}

// ── What happens to disks, lines and clocks ──────────────────────────────────────────────────────

void History::cut() {
  const std::string a = someone();
  const std::string b = someone();
  if (a != b) (void)(rng_.chance(1, 3) ? world_.cut(a, b) : world_.heal(a, b));
}

void History::go_and_come() {
  const std::string name = someone();
  constexpr std::array kPoints{CrashPoint::now, CrashPoint::before_commit,
                               CrashPoint::after_commit};
  if (!world_.serving(name)) {
    (void)world_.start(name);
  } else if (rng_.chance(1, 2)) {
    (void)world_.stop(name);
  } else {
    (void)world_.crash(name, kPoints[rng_.below(kPoints.size())]);
  }
}

// Of a life that nobody has found out about yet a backup would hide it.
void History::keep_image(const std::string& name) {
  if (world_.was_put_back(name) || world_.retired(name) || !world_.snapshot(name, "image")) return;
  images_[name] = world_.now();
}

void History::put_image_back(const std::string& name) {
  const bool old = world_.now() - images_.at(name) > kTombstoneLifetime / 2;
  if (world_.retired(name) || (old && is_needed(name))) return;
  ledger_.note_seen();
  (void)(rng_.chance(1, 2) ? world_.restore(name, "image") : world_.rollback(name, "image"));
  ledger_.forget_lost();
}

void History::recover(const std::string& name) {
  const Usn before = (*world_.read(name))->highest_usn();
  ledger_.expect_held(name);
  if (world_.recover(name)) ledger_.enter(name, before);
}

void History::fill_disk() {
  const std::string name = someone();
  if (full_.contains(name)) {
    full_.erase(name);
    (void)world_.set_disk(name, false);
  } else if (world_.set_disk(name, true)) {
    full_.insert(name);
  }
}

// Mostly as clocks are that nobody looks after; now and then as one that has lost its battery.
void History::turn_clock() {
  const std::string name = someone();
  if (!world_.serving(name)) return;
  const auto minutes = static_cast<base::Duration::rep>(rng_.below(9)) - 4;
  base::Duration offset = minutes * base::Duration(1min);
  if (rng_.chance(1, 6)) offset = std::chrono::years(10);
  if (rng_.chance(1, 6)) offset = -1h;
  (void)world_.set_clock(name, offset);
}

void History::step() {
  write();
  if (rng_.chance(1, 4)) take_identifiers();
  if (rng_.chance(drawn_.cuts, 100)) cut();
  if (rng_.chance(drawn_.absences, 100)) go_and_come();
  if (rng_.chance(drawn_.disks, 100)) fill_disk();
  if (rng_.chance(drawn_.clocks, 100)) turn_clock();
  if (rng_.chance(drawn_.members, 100)) change_members();
  if (rng_.chance(drawn_.roles, 100)) change_owner();
  if (rng_.chance(drawn_.edits, 100)) edit();
  if (rng_.chance(drawn_.images, 100)) {
    const std::string name = someone();
    if (world_.quarantined(name)) {
      recover(name);
    } else if (images_.contains(name) && rng_.chance(1, 2)) {
      put_image_back(name);
    } else {
      keep_image(name);
    }
  }
  note_who_has_gone();
  if (!rng_.chance(1, 2)) return;
  world_.run_for(base::Duration(rng_.below(rng_.chance(1, 8) ? 3'600'000 : 120'000)));
}

// ── What must be true ────────────────────────────────────────────────────────────────────────────

// What nobody has is over for good, and lives nowhere but where a disk was put back; nobody is
// quarantined whose disk was not.
std::string History::look() {
  const auto names = members();
  for (const std::string& name : names) {
    if (world_.quarantined(name) && !world_.was_put_back(name)) {
      return name + " is quarantined without cause";
    }
  }
  for (const ObjectId object : order_) {
    bool held = false;
    for (const std::string& name : world_.controllers()) {  // an expired one may still pass it on
      const auto row = (*world_.read(name))->find(object);
      held |= row.has_value();
      if (row && !world_.retired(name) && !row->deleted && over_.contains(object) &&
          !world_.was_put_back(name)) {
        return fmt::format("object {}, which nobody had any more, lives again at {}",
                           object.value.to_string(), name);
      }
    }
    if (!held && images_.empty()) over_.insert(object);
  }
  return world_.broken_invariant();
}

void History::end_faults() {
  world_.set_weather({});
  world_.heal_all();
  for (const std::string& name : world_.controllers()) {
    if (full_.contains(name)) (void)world_.set_disk(name, false);
    if (world_.serving(name)) {
      (void)world_.set_clock(name, {});
    } else if (!world_.retired(name) && world_.start(name)) {
      (void)world_.set_clock(name, {});
    }
  }
}

// Whose disk was put back is recovered; whose image was too old for that, and who is expired, joins
// anew.
std::string History::bring_back() {
  for (int rounds = 0; rounds < 5; ++rounds) {
    world_.run_for(90min);
    note_who_has_gone();
    bool done = true;
    for (const std::string& name : world_.controllers()) {
      if (world_.retired(name)) {
        done &= !join_anew(name);
      } else if (world_.quarantined(name)) {
        done = false;
        recover(name);
        if (world_.quarantined(name)) expire(name);
      }
    }
    if (done) return {};
  }
  return "somebody does not come back";
}

std::string History::disagreement() const {
  const auto names = world_.members(kFounder);
  if (!world_.agree(names)) return "the members have different definitions";
  for (const MasterRole role : kMasterRoles) {
    const bool forest_wide = role == MasterRole::schema || role == MasterRole::naming;
    const RoleId id{role, forest_wide ? configuration_among(world_.identity(kFounder).contexts)
                                      : world_.forest().root_domain};
    const ControllerId owner = world_.ownership(kFounder, id).owner;
    for (const std::string& name : names) {
      if (world_.ownership(name, id).owner == owner) continue;
      return fmt::format("{} and {} take others for the {} owner", kFounder, name, to_string(role));
    }
  }
  return {};
}

std::string History::verdict() {
  end_faults();
  if (auto trouble = bring_back(); !trouble.empty()) return trouble;
  world_.run_for(4h);
  if (!world_.settle()) return "the healed world does not come to rest: " + world_.unrest();
  images_.clear();
  if (auto trouble = look(); !trouble.empty()) return trouble;
  if (auto difference = world_.divergence(); !difference.empty()) return difference;
  if (auto difference = disagreement(); !difference.empty()) return difference;
  for (const std::string& name : members()) {
    if (const auto since = world_.put_back_to(name)) ledger_.enter(name, *since);
  }
  return ledger_.verdict();
}

}  // namespace

SwarmResult run_turmoil_seed(std::uint64_t seed, const SwarmOptions& options) {
  base::Rng rng(seed);
  sites::Forest forest = draw_chain(rng);
  while (forest.controllers.size() > kMostControllers)
    forest = draw_chain(rng);
  forest.policy.tombstone_lifetime = kTombstoneLifetime;
  const Drawn drawn = draw(rng);
  SwarmResult result{.seed = seed, .drawn = spoken(forest, drawn)};
  WorldOptions world_options{.seed = seed,
                             .founder = std::string(kFounder),
                             .configuration = true,
                             .weather = drawn.weather,
                             .make_store = options.make_store,
                             .tamper = options.tamper};
  world_options.settings.identifiers = true;
  world_options.settings.page.objects = 3;
  World world(std::move(forest), std::move(world_options));
  History history(world, seed, drawn);
  for (std::uint64_t step = 0; step < options.steps && result.failure.empty(); ++step) {
    history.step();
    if (step % kStepsBetweenLooks == 0) result.failure = history.look();
  }
  if (result.failure.empty()) result.failure = history.verdict();
  result.writes = history.writes();
  result.edits = history.changes();
  result.conflicts = world.conflicts().size();
  result.closing_draw = world.closing_draw();
  result.story = told(world);
  return result;
}

}  // namespace ringspan::replicator::simulator
