#pragma once

// World: a whole forest in one process, in virtual time. The engine, the topology and the store are
// the controller's own; clock, network and crashes are simulated and repeat exactly from the seed.
//
//     World world(forest, {.seed = 1});
//     world.write("oslo-1", Add{...});
//     world.run_for(15min);
//     EXPECT_EQ(world.divergence(), "");

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "base/rng.hpp"
#include "kcc/topology.hpp"
#include "replicator/configuration/configuration.hpp"
#include "replicator/engine/audience.hpp"
#include "replicator/engine/engine.hpp"
#include "replicator/engine/identifiers.hpp"
#include "replicator/engine/phantom.hpp"
#include "replicator/engine/store.hpp"
#include "sites/forest.hpp"

namespace ringspan::replicator::simulator {

struct Arbiter;

/// Faults of the network, each an integer ratio of messages.
struct Weather {
  std::uint64_t whole = 1000;
  std::uint64_t lost = 0;
  std::uint64_t repeated = 0;
  std::uint64_t delayed = 0;  ///< By up to ten times the latency: overtaken by later ones.
};

/// Which questions a cut stops.
enum class Ways { both, one };

using StoreMaker = std::function<std::unique_ptr<Store>()>;

struct WorldOptions {
  std::uint64_t seed = 1;
  std::string
      founder;  ///< The controller that the forest is born at; the first writable one if empty.
  bool manual = false;  ///< Nothing is pulled or told by itself.
  /// The definition lies in the directory and each controller plans from its own copy; otherwise
  /// all have the same plan for good.
  bool configuration = false;
  /// Beside the forest there is a fence from the start (docs/roles.md, F1 to F9), and each role has
  /// an owner by it when the story begins.
  bool fence = false;
  /// What the schema defines from the start, beside or instead of what every forest does.
  std::vector<AttributeDefinition> attributes;
  Settings settings;
  Weather weather;
  /// Where replicas live; tests plant bugs here. Memory unless given.
  StoreMaker make_store;
  /// May change who a controller takes itself for; tests plant bugs here.
  std::function<void(Identity&)> disguise;
  /// Sees every message before it is delivered, may change it; tests plant bugs here.
  std::function<void(ControllerId from, ControllerId to, std::variant<GetChanges, Page>&)> tamper;
};

/// What happened, for people: "o1 pulled from b1: objects=3 values=7".
struct Happening {
  base::Time time;
  std::string text;
  // Of a pull, whom it came from and whom it came to, what went wrong, and what it carried.
  std::string from = {};
  std::string to = {};
  std::string trouble = {};
  PullCounts counts = {};
};

/// What was not durable is gone, and the controller starts again at once: now, or before or after
/// the commit of the next transaction that writes; after it nobody is told.
enum class CrashPoint { now, before_commit, after_commit };

/// A controller that is frozen does nothing for a while, and what it is told waits, as that of a
/// process that is stopped (SIGSTOP): from now on, or from when the fence has confirmed its next
/// write that needs a role, which it commits when it goes on.
enum class FreezePoint { now, before_commit };

enum class Direction { inbound, outbound };

/// What becomes of the answer of who gives a role up.
enum class Reply { arrives, is_lost };

/// How far a forced pull went.
struct PullOptions {
  bool full = false;
  std::optional<std::uint64_t> pages;  ///< Stop after so many of each naming context.
};

/// What differs between two replicas.
struct Compared {
  std::size_t coming = 0;  ///< Objects that are on their way, and diverge in nothing.
  std::map<NamingContextId, std::set<ObjectId>> diverging;
};

class World {
 public:
  /// All controllers serve and hold the forest's first objects; virtual time is Monday 2024-01-01.
  World(sites::Forest forest, WorldOptions options);
  ~World();

  /// Why WorldOptions::attributes could not be defined; the rest of the world is as it should be.
  const std::optional<base::Error>& trouble() const { return trouble_; }

  base::Time now() const { return now_; }
  const sites::Forest& forest() const { return forest_; }

  // ── What happens. Names are controllers' unless said; Errc::not_found for an unknown one. ──

  base::Result<Written> write(std::string_view at, const Write& write);

  /// The writes that make an object of another naming context known to the one of `source`, where
  /// `at` does not hold it and somebody within its reach does.
  std::vector<Change> introduce(std::string_view at, const Target& source, ObjectId target) const;

  /// Makes this the definition of the attribute at one controller.
  base::Result<void> define(std::string_view at, const AttributeDefinition& attribute);

  /// One whole cycle of every naming context, in one instant.
  base::Result<PullCounts> pull(std::string_view destination, std::string_view source,
                                const PullOptions& options);

  void run_for(base::Duration duration) { run_until(now_ + duration); }
  void run_until(base::Time time);

  /// Runs until `holds`, looking after each instant at which something happened; false if it did
  /// not by `limit`.
  bool run_while_waiting(const std::function<bool()>& holds, base::Time limit);

  /// Runs until nothing is left to pull among those that can speak; false after 30 virtual days.
  bool settle();

  /// Who has something left to pull, and from whom; empty: nobody that can speak.
  std::string unrest() const;

  /// Everything that is left to pull is pulled: by the scheduler, or under `manual` by hand along
  /// the planned connections, round after round. Errc::unavailable if it does not come to rest.
  base::Result<void> bring_together();

  /// `a` and `b`: sites or controllers. One way: what `a` asks of `b` does not arrive.
  base::Result<void> cut(std::string_view a, std::string_view b, Ways ways = Ways::both);
  base::Result<void> heal(std::string_view a, std::string_view b);
  void heal_all();

  base::Result<void> stop(std::string_view name);
  base::Result<void> start(std::string_view name);
  base::Result<void> crash(std::string_view name, CrashPoint point = CrashPoint::now);
  void set_weather(const Weather& weather) { options_.weather = weather; }
  base::Result<void> set_clock(std::string_view name, base::Duration offset);
  base::Result<void> pause(std::string_view name, Direction direction, bool paused);

  /// From now on no write succeeds there, or every one does again (rule R40).
  base::Result<void> set_disk(std::string_view name, bool full);

  /// Replaces values that it has, behind replication's back.
  base::Result<void> corrupt(std::string_view name, ObjectId object, const Values& values);

  /// What differs between two, over all naming contexts that both hold (rule R30).
  base::Result<Compared> compare(std::string_view a, std::string_view b) const;

  /// Brings together what diverges, by stamps, else as `source` has it (rule R31).
  base::Result<void> repair(std::string_view destination, std::string_view source);

  /// How many pairs of who compared and with whom have found that they diverge, and not since that
  /// they do no more (rule R32).
  std::size_t alarms() const { return alarms_.size(); }

  /// An image of its disk; and a supported restore of one.
  base::Result<void> snapshot(std::string_view name, const std::string& label);
  base::Result<void> restore(std::string_view name, const std::string& label);

  /// The image is put back behind the controller's back: it takes itself for who it was then.
  base::Result<void> rollback(std::string_view name, const std::string& label);

  /// Ends its quarantine; what was written again.
  base::Result<std::uint64_t> recover(std::string_view name);

  /// Stops for good; everyone plans without it at once. Not with WorldOptions::configuration.
  base::Result<void> retire(std::string_view name);

  /// Declared too long silent, by the infrastructure owner or whoever else takes writes.
  base::Result<void> expire(std::string_view name);

  // ── Roles (docs/roles.md). ──

  /// `to` asks the owner that it knows of, and takes the role once that one has given it up.
  base::Result<void> transfer(const RoleId& role, std::string_view to,
                              Reply reply = Reply::arrives);

  /// Tries a transfer first.
  base::Result<void> seize(const RoleId& role, std::string_view at);

  /// The owner that `at` knows of, where it can be asked; else `at` itself, which is refused.
  std::string owner_for(std::string_view at, const RoleId& role) const;

  // ── With a fence (docs/roles.md, F1 to F9). ──

  /// `roles` is put into the definition, or taken out of it: `name` hears of it; everyone if empty.
  base::Result<void> use_fence(std::string_view name, bool there);

  /// `name` cannot ask the fence any more, or can again; everyone if empty.
  base::Result<void> cut_fence(std::string_view name, bool away);

  /// Of ten questions to the fence so many are lost, and of as many answers.
  void lose_at_fence(std::uint64_t of_ten);

  base::Result<void> freeze(std::string_view name, base::Duration lasts,
                            FreezePoint point = FreezePoint::now);
  bool frozen(std::string_view name) const;

  /// The next number that the fence's counter gives; nullopt: it has none.
  std::optional<std::uint64_t> counter(NamingContextId domain) const;

  /// As `by` knows it, and whether that one may act.
  Ownership ownership(std::string_view by, const RoleId& role) const;
  RoleStanding role_standing(std::string_view by, const RoleId& role) const;

  // ── With WorldOptions::configuration. ──

  /// The forest as a controller's own copy says it is.
  base::Result<sites::Forest> definition(std::string_view at) const;

  /// Identifiers of the domain, from `at` or by its asking the rid owner, who is within reach; the
  /// same again for the same request.
  base::Result<NumberRanges> take_identifiers(std::string_view at, const TakeIdentifiers& take);

  /// What is at hand there, of each kind; nothing where it never had any.
  std::optional<Taker> taker(std::string_view at, NamingContextId domain) const;

  /// Whether it hands out identifiers past the end of all that were set aside.
  bool settled(std::string_view at, NamingContextId domain) const;

  /// Errc::exists if it is that already. What adds or removes naming contexts is carried to the
  /// naming owner, if that one can be reached and has the same definition. The roles of a new
  /// domain go to the first of `first_owners` that can have them.
  base::Result<Written> apply(std::string_view at, const sites::Forest& wanted,
                              const std::vector<std::string>& first_owners = {});

  /// A controller of the definition at `at`, which lets it in, begins with nothing; one that was
  /// expired, too.
  base::Result<void> join(std::string_view name, std::string_view at);

  /// Taken out of the forest by `at`, as ringspan retire does it; its roles go to `to`. What was
  /// done, a line each, and what may be lost where it does not answer.
  base::Result<std::string> retire(std::string_view name, std::string_view at, std::string_view to);

  /// A read-only one is to take writes, by a definition that is applied at `at`.
  base::Result<Written> promote(std::string_view name, std::string_view at);

  /// Who has joined and not been removed, as `by` knows it.
  std::set<std::string> members(std::string_view by) const;

  /// Whether these have the same definition.
  bool agree(const std::set<std::string>& names) const;

  // ── What is true. ──

  /// In the order of names.
  std::vector<std::string> controllers() const;
  bool serving(std::string_view name) const;
  base::Result<std::unique_ptr<Snapshot>> read(std::string_view name) const;
  const Identity& identity(std::string_view name) const;
  std::string name_of(InvocationId invocation) const;

  /// Empty if all serving replicas, or those of `among`, hold the same; else what differs first,
  /// and between whom.
  std::string divergence(const std::set<std::string>& among = {}) const;

  /// Empty if all invariants hold: nobody's vector covers a write that it lacks, no value crossed
  /// an edge twice, USNs are unique, watermarks are not ahead of their sources.
  std::string broken_invariant() const;

  /// The journals of all replicas, each entry once.
  std::vector<JournalEntry> conflicts() const;

  /// Nothing is expected of it any more, unless it joins anew: it was taken out of the forest, or
  /// expired.
  bool retired(std::string_view name) const;
  bool quarantined(std::string_view name) const;

  /// Why; empty: it is not.
  std::string quarantine(std::string_view name) const;

  /// Whether it lives on an image that was put back behind its back.
  bool was_put_back(std::string_view name) const;
  /// Whether another write may bear its number, of another life of the same disk.
  bool is_doubtful(const Stamp& stamp) const;
  /// To which of its writes; nullopt: it was not.
  std::optional<Usn> put_back_to(std::string_view name) const;

  /// Whether it was put back and another replica still knows of a life that it has lost.
  bool rollback_shows(std::string_view name) const;

  /// Whether the object came there or was made there, in the present life of its database.
  bool had(std::string_view name, ObjectId object) const;

  /// Serves, was not taken out of the forest and has not shut itself off.
  bool takes_part(std::string_view name) const {
    return serving(name) && !retired(name) && !quarantined(name);
  }

  /// "serving", "halted", "quarantined", "read-only", "promoting", "retiring", "turned-out",
  /// "expired" or "stopped".
  std::string_view state(std::string_view name) const;

  /// Attributes and links written here by people since it started.
  std::uint64_t originated(std::string_view name) const;

  /// Whether the planned standby from `source` is awake; nullopt if none is planned.
  std::optional<bool> standby_awake(std::string_view destination, std::string_view source) const;

  /// What the last pull on this edge carried over all naming contexts; nullopt if there was none.
  std::optional<PullCounts> last_pull(std::string_view destination, std::string_view source) const;

  const std::vector<Happening>& story() const { return story_; }

  /// One more draw of chance: two runs of one seed that differ anywhere will differ here.
  std::uint64_t closing_draw() { return rng_.next(); }

 private:
  struct Actor;
  struct Packet {
    ControllerId from;
    ControllerId to;
    std::variant<GetChanges, Page, Notice> message;
  };
  struct Delivery {
    Packet packet;
  };
  struct Alarm {
    ControllerId whose;
  };
  struct Failure {  // the sender learns that a request could not be delivered
    ControllerId whose;
    PullFailed failure;
  };
  struct Loss {
    ControllerId whose;
    ControllerId source;
  };
  struct Reconnection {
    ControllerId whose;
    ControllerId source;
  };
  struct Offering {
    ControllerId whose;
    Offer offer;
  };
  struct Urging {
    ControllerId whose;
    Urge urge;
  };
  struct Wishing {
    ControllerId whose;
    InvocationId taker;  // in the life in which it wished
    PoolWish wish;
  };
  struct Mending {
    ControllerId whose;
    std::set<ControllerId> silent;  // to be expired, if there are any; else names are mended
  };
  struct Look {  // at the fence
    ControllerId whose;
    std::uint64_t chain = 0;  // one for each start
  };
  struct Thaw {
    ControllerId whose;
  };
  using Occurrence = std::variant<Delivery, Alarm, Failure, Loss, Reconnection, Offering, Urging,
                                  Wishing, Mending, Look, Thaw>;

  /// One range that was issued, and where.
  struct IssuedHere {
    NamingContextId domain;
    NumberRange numbers;
    std::string at;
  };

  Actor* find(std::string_view name) const;
  Actor& actor(ControllerId id) const { return *actors_.at(id); }
  base::Result<Actor*> need(std::string_view name) const;
  base::Result<std::vector<ControllerId>> controllers_of(std::string_view site_or_controller) const;
  base::Result<std::vector<std::pair<ControllerId, ControllerId>>> pairs_between(
      std::string_view a, std::string_view b) const;

  Actor& create(const sites::Controller& controller, const sites::Forest& forest);
  void found_forest();
  void define(Actor& founder);
  void follow_configuration(Actor& actor, const Effects& effects);
  void use_contexts(Actor& actor);
  void use_partners(Actor& actor);
  void take_offer(const Offering& offering);
  void pull_what_is_urgent(const Urging& urging);
  void mend_names(Actor& actor);
  Phantoms names_of(const Actor& actor, const std::set<ObjectId>& targets) const;
  void drop_crossings(Actor& actor) const;
  void drop_uncovered(Actor& actor, ControllerId source) const;
  std::string why_refused(Actor& source, ControllerId destination);
  std::string why_not_held(const Actor& source, NamingContextId context) const;
  Actor* nearest_writable(const Actor& from) const;
  Actor* owner_within_reach(const Actor& from, const RoleId& role) const;
  void put_image_back(Actor& actor, const std::string& label);
  base::Result<void> ask_for_role(Actor& to, const RoleId& role, Reply reply);
  base::Result<Written> ask(Actor& actor, const Write& write);
  base::Result<void> ask_fence(Actor& actor, const WriteAnswer& answer, WriteAsked& again);
  base::Result<void> take_at_fence(Actor& to, const RoleId& role, Actor* owner, Reply reply);
  base::Result<void> give_at_fence(Actor& owner, const Actor& to, const RoleId& role);
  void begin_at_fence(Actor& actor);
  void look_at_fence(Actor& actor);
  void look_at_fence_again(Actor& actor);
  base::Duration since_boot(const Actor& actor) const;
  std::optional<Leases> leases_of(const Actor& actor) const;
  CaughtUp caught_up(const Actor& actor) const;
  std::string two_at_fence() const;
  std::string pools_overlap() const;
  bool is_frozen(const Actor& actor) const;
  bool postpone(const Occurrence& occurrence);
  void thaw(Actor& actor);
  base::Result<configuration::Configuration> without_whom(const Actor& at,
                                                          const Actor& leaving) const;
  base::Result<void> hand_over(Actor& leaving, const Actor& to);
  base::Result<void> move_roles(const Actor& leaving, const Actor& to, bool alive,
                                std::string& done);
  std::string what_may_be_lost(const Actor& leaving) const;
  void leave(Actor& actor);
  Compared compare(const Actor& a, const Actor& b, NamingContextId context) const;
  void compare_if_due(Actor& actor);
  void note_comparison(const Actor& actor, const Actor& other, NamingContextId context);
  base::Result<void> write_expiry(Actor& at, ControllerId silent, const std::string& who);
  void expire_silent(Actor& actor, const std::set<ControllerId>& silent);
  bool owns_infrastructure(const Actor& actor) const;
  void follow_expiries(Actor& actor);
  base::Result<void> begin_anew(Actor& expired, Actor& inviter);
  std::string why_expired(const Actor& source, Actor& asks);
  static bool is_expired(const Actor& by, const Actor& whom);
  std::optional<std::string> known_key(const Actor& by, const Actor& whom) const;
  std::string two_owners() const;
  void stock_up(const Actor& founder);
  void take_wish(const Wishing& wishing);
  base::Result<void> fetch_pool(Actor& actor, const TakeIdentifiers& take);
  void note_issued(const Actor& actor, const TakeIdentifiers& take, const NumberRanges& numbers);
  std::string issued_twice() const;
  void inquire(Actor& actor);
  void fail_together(const Failure& first);
  void boot(Actor& actor);
  void at(base::Time time, Occurrence occurrence);
  void happen(const Occurrence& occurrence);
  static std::uint64_t framed_size(const Actor& source, ControllerId destination, const Page& page);
  void deliver(const Packet& packet);
  void deliver_request(Actor& source, const Packet& packet);
  void feed(Actor& actor, const std::vector<Event>& events);
  void carry_out(Actor& actor, const Effects& effects);
  void send(Packet packet);
  void part(ControllerId whose, ControllerId gone);
  void sever(ControllerId destination, ControllerId source);
  void reconnect(ControllerId a, ControllerId b);
  bool can_ask(const Actor& destination, const Actor& source) const;
  bool quiet() const;
  bool in_step(const Actor& destination, const Partner& partner) const;
  static Selection held(const Actor& actor, NamingContextId context);
  static bool is_compared(const Actor& actor, NamingContextId context,
                          const std::set<std::string>& among);
  Audience audience(const Actor& source, const Actor& destination, NamingContextId context) const;
  std::string lacking(const Actor& destination, const Actor& other) const;
  bool lacks_nothing(const Actor& destination, const Actor& source) const;
  bool nobody_lacks() const;
  void note_crossing(const Actor& destination, ControllerId source, const Page& page);
  void tell(std::string text);

  sites::Forest forest_;
  kcc::Topology plan_;
  WorldOptions options_;
  base::Rng rng_;
  base::Time now_;
  std::map<ControllerId, std::unique_ptr<Actor>> actors_;
  std::multimap<base::Time, Occurrence> future_;
  std::set<std::pair<ControllerId, ControllerId>> cuts_;
  std::unique_ptr<Arbiter> arbiter_;  // as soon as there has been a fence
  std::uint64_t lost_at_fence_ = 0;
  bool stirred_ = false;  // somebody took a step
  std::uint64_t last_forced_ = 0;
  std::uint64_t carried_ = 0;               // values that came anywhere
  std::vector<Packet>* instant_ = nullptr;  // where packets of a forced pull go, past the network
  bool repeats_allowed_ = false;            // a full pull sends what was sent before
  std::string broken_;                      // the first invariant that broke on the way
  bool somebody_expired_ = false;
  bool spoilt_ = false;  // somebody changed something behind replication's back
  std::set<std::tuple<std::string, std::string, NamingContextId>> alarms_;
  std::vector<IssuedHere> issued_;
  std::map<InvocationId, Usn> put_back_;  // lives whose disk was put back, and to where
  std::set<std::pair<std::string, NumberRanges>> answered_;  // whose request, and with what
  std::vector<Happening> story_;
  std::optional<base::Error> trouble_;
};

}  // namespace ringspan::replicator::simulator
