#include "replicator/simulator/lifetime_swarm.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/contracts.hpp"
#include "replicator/engine/answer.hpp"
#include "replicator/simulator/ledger.hpp"
#include "sites/read_forest.hpp"

namespace ringspan::replicator::simulator {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kStepsBetweenLooks = 8;  // a look costs more than a step

struct Drawn {
  std::uint64_t sites = 0;
  std::uint64_t controllers = 0;  // of each site
  bool reader = false;            // one that is read-only
  std::uint64_t cuts = 0;         // of 100 steps, so many
  std::uint64_t absences = 0;
  std::uint64_t expiries = 0;
  bool recycle_bin = false;
  bool notify = false;  // between sites; then a standby asks every 5 s, and days cost their time
  Weather weather;
};

Drawn draw(base::Rng& rng) {
  Drawn drawn{.sites = 1 + rng.below(3), .controllers = 1 + rng.below(2)};
  if (drawn.sites == 1) drawn.controllers = 2 + rng.below(2);
  drawn.reader = rng.chance(1, 2);
  drawn.cuts = rng.below(15);
  drawn.absences = rng.below(20);
  drawn.expiries = rng.below(10);
  drawn.recycle_bin = rng.chance(1, 3);
  if (rng.chance(1, 2)) {
    drawn.weather = {.whole = 1000,
                     .lost = rng.below(60),
                     .repeated = rng.below(100),
                     .delayed = rng.below(300)};
  }
  drawn.notify = rng.chance(1, 20);
  return drawn;
}

std::string spoken(const Drawn& drawn) {
  return fmt::format(
      "{} sites of {}{}{}{}; of 100 steps cuts {}, absences {}, expiries {}; lost {}, repeated {}, "
      "delayed {} of {}",
      drawn.sites, drawn.controllers, drawn.reader ? ", one read-only" : "",
      drawn.recycle_bin ? ", recycle bin" : "", drawn.notify ? ", notices" : "", drawn.cuts,
      drawn.absences, drawn.expiries, drawn.weather.lost, drawn.weather.repeated,
      drawn.weather.delayed, drawn.weather.whole);
}

std::string forest_text(const Drawn& drawn) {
  std::string sites;
  std::string names;
  std::string controllers;
  for (std::uint64_t site = 0; site < drawn.sites; ++site) {
    sites += fmt::format(R"({}{{"name": "site-{}"}})", site == 0 ? "" : ", ", site);
    names += fmt::format(R"({}"site-{}")", site == 0 ? "" : ", ", site);
    for (std::uint64_t i = 0; i < drawn.controllers; ++i) {
      controllers +=
          fmt::format(R"({}{{"name": "{}{}", "site": "site-{}"}})", controllers.empty() ? "" : ", ",
                      static_cast<char>('a' + site), i + 1, site);
    }
  }
  if (drawn.reader) controllers += R"(, {"name": "r1", "site": "site-0", "read_only": true})";
  const std::string links =
      drawn.sites > 1 ? fmt::format(R"({{"sites": [{}], "interval": "15m", "notify": {}}})", names,
                                    drawn.notify)
                      : "";
  return fmt::format(R"({{"name": "swarm", "domains": [{{"dn": "dc=corp,dc=example"}}],
 "policy": {{"recycle_bin": {}, "tombstone_lifetime": "1d"}},
 "sites": [{}], "links": [{}], "controllers": [{}]}}
)",
                     drawn.recycle_bin, sites, links, controllers);
}

class History {
 public:
  History(World& world, std::uint64_t seed, const Drawn& drawn)
      : world_(world), rng_(seed ^ 0x11FE71BE11FE71BEULL), drawn_(drawn), ledger_(world) {}

  void step();
  /// Empty: all is well.
  std::string look();
  std::string verdict();
  std::uint64_t writes() const { return writes_; }
  std::uint64_t forgotten() const { return over_.size(); }

 private:
  std::string someone() { return rng_.pick(world_.controllers()); }
  std::vector<std::string> members() const;
  std::set<std::string> to_be_equal() const;
  bool alone_heard(const std::string& reader) const;
  void write();
  Write draw_write();
  void disturb();

  World& world_;
  base::Rng rng_;
  const Drawn& drawn_;
  Ledger ledger_;
  std::vector<ObjectId> objects_;
  std::set<ObjectId> over_;  // that nobody had any more
  std::uint64_t names_ = 0;
  std::uint64_t writes_ = 0;
  bool somebody_expired_ = false;  // what it alone had is lost
};

std::vector<std::string> History::members() const {
  std::vector<std::string> names = world_.controllers();
  std::erase_if(names, [this](const std::string& name) { return world_.retired(name); });
  return names;
}

Write History::draw_write() {
  if (objects_.empty() || rng_.chance(1, 4)) {
    auto dn = sites::Dn::parse(fmt::format("cn=p{},ou=people", ++names_));
    EXPECTS(dn.has_value());
    return Add{.dn = *std::move(dn), .attributes = {{"title", {"new"}}}};
  }
  const ObjectId object = rng_.pick(objects_);
  const std::uint64_t kind = rng_.below(12);
  if (kind < 4) {
    return Set{.target = object, .attributes = {{"title", {std::to_string(rng_.below(9))}}}};
  }
  if (kind < 6) return AddLink{object, "member", rng_.pick(objects_)};
  if (kind < 8) return RemoveLink{object, "member", rng_.pick(objects_)};
  if (kind < 11) return Delete{.target = object, .tree = true};
  return Undelete{.target = object};
}

void History::write() {
  const std::string at = someone();
  if (!world_.takes_part(at) || world_.identity(at).read_only) return;
  const Usn before = (*world_.read(at))->highest_usn();
  const auto written = world_.write(at, draw_write());
  if (!written) return;  // refusals are part of life
  ++writes_;
  objects_.push_back(written->object);
  ledger_.enter(at, before);
}

void History::disturb() {
  if (rng_.chance(drawn_.absences, 100)) {
    const std::string name = someone();
    (void)(world_.serving(name) ? world_.stop(name) : world_.start(name));
  }
  if (rng_.chance(drawn_.cuts, 100)) {
    const std::string a = someone();
    const std::string b = someone();
    // One way: what does not hear may be heard of all the while.
    const Ways ways = rng_.chance(1, 2) ? Ways::one : Ways::both;
    if (a != b) (void)(rng_.chance(1, 3) ? world_.cut(a, b, ways) : world_.heal(a, b));
  }
  if (rng_.chance(drawn_.expiries, 100)) {
    const std::string name = someone();
    if (world_.retired(name)) {
      somebody_expired_ = true;
      (void)world_.join(name, someone());
    } else if (!world_.serving(name)) {
      (void)world_.expire(name);
    }
  }
}

void History::step() {
  write();
  disturb();
  if (!rng_.chance(1, 2)) return;
  world_.run_for(base::Duration(rng_.below(rng_.chance(1, 3) ? 36'000'000 : 600'000)));
}

// What nobody has is over for good; what is over lives nowhere.
std::string History::look() {
  const auto names = members();
  somebody_expired_ |= names.size() < world_.controllers().size();
  for (const ObjectId object : objects_) {
    bool held = false;
    for (const std::string& name : world_.controllers()) {  // an expired one may still pass it on
      const auto row = (*world_.read(name))->find(object);
      held |= row.has_value();
      if (row && !world_.retired(name) && !row->deleted && over_.contains(object)) {
        return fmt::format("object {}, which nobody had any more, lives again at {}",
                           object.value.to_string(), name);
      }
    }
    if (!held) over_.insert(object);
  }
  return world_.broken_invariant();
}

// A read-only controller is no source: what it alone heard of a life that has expired since, nobody
// else will hear, and rule R1 makes it the equal of nobody.
bool History::alone_heard(const std::string& reader) const {
  for (const NamingContextHead& head : world_.identity(reader).contexts) {
    const auto known = (*world_.read(reader))->vector(head.id);
    for (const auto& [originator, cursor] : known.cursors()) {
      const Stamp last{.originator = originator, .usn = cursor.usn};
      const bool heard = std::ranges::any_of(members(), [&](const std::string& name) {
        return !world_.identity(name).read_only &&
               vector_of(**world_.read(name), head.id, world_.identity(name).invocation,
                         world_.now())
                   .covers(last);
      });
      if (cursor.usn != Usn{} && !heard) return true;
    }
  }
  return false;
}

std::set<std::string> History::to_be_equal() const {
  std::set<std::string> names;
  for (const std::string& name : members()) {
    const bool reader = world_.identity(name).read_only;
    if (!reader || !somebody_expired_ || !alone_heard(name)) names.insert(name);
  }
  return names;
}

// Faults end: whoever was expired joins anew, what is dead for a day is forgotten, and all hold the
// same.
std::string History::verdict() {
  world_.set_weather({});
  world_.heal_all();
  for (const std::string& name : members()) {
    if (!world_.serving(name)) (void)world_.start(name);
  }
  world_.run_for(1h);
  const auto there = members();
  const auto inviter = std::ranges::find_if(
      there, [this](const std::string& name) { return !world_.identity(name).read_only; });
  for (const std::string& name : world_.controllers()) {
    if (!world_.retired(name)) continue;
    if (inviter == there.end()) return "nobody is left who takes writes";
    somebody_expired_ = true;
    if (auto joined = world_.join(name, *inviter); !joined) return joined.error().message;
  }
  world_.run_for(50h);
  if (!world_.settle()) return "the healed world does not come to rest: " + world_.unrest();
  if (auto trouble = look(); !trouble.empty()) return trouble;
  if (auto difference = world_.divergence(to_be_equal()); !difference.empty()) return difference;
  for (const ObjectId object : objects_) {
    for (const std::string& name : members()) {
      const auto row = (*world_.read(name))->find(object);
      if (!row || !row->deleted) continue;
      return fmt::format("{} keeps the tombstone of {}", name, object.value.to_string());
    }
  }
  return somebody_expired_ ? std::string() : ledger_.verdict();
}

}  // namespace

SwarmResult run_lifetime_seed(std::uint64_t seed, const SwarmOptions& options) {
  base::Rng rng(seed);
  const Drawn drawn = draw(rng);
  SwarmResult result{.seed = seed, .drawn = spoken(drawn), .forest = forest_text(drawn)};
  auto forest = sites::read_forest(result.forest, "swarm");
  EXPECTS(forest.has_value());
  WorldOptions world_options{.seed = seed,
                             .founder = "a1",
                             .weather = drawn.weather,
                             .make_store = options.make_store,
                             .tamper = options.tamper};
  world_options.settings.page.objects = 3;
  World world(*std::move(forest), std::move(world_options));
  History history(world, seed, drawn);
  for (std::uint64_t step = 0; step < options.steps && result.failure.empty(); ++step) {
    history.step();
    if (step % kStepsBetweenLooks == 0) result.failure = history.look();
  }
  if (result.failure.empty()) result.failure = history.verdict();
  result.writes = history.writes();
  result.edits = history.forgotten();
  result.closing_draw = world.closing_draw();
  result.story = told(world);
  return result;
}

}  // namespace ringspan::replicator::simulator
