#pragma once

// Engine: the replica as a state machine. No clock, no socket, no thread: events and the time go
// in, effects come out.
//
//     Effects effects = engine.step(events, now);
//     for (auto& [to, message] : effects.send) transport.send(to, message);
//     timer.set(effects.wake_at);                     // then step({}, then)
//
// One step is one transaction of the store for all its events, a mark each, one commit, and only
// then the effects of all: nothing is sent before its cause is durable. One strand calls it;
// reading (answer.hpp, directory.hpp) needs no engine, only a snapshot.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "replicator/engine/collection.hpp"
#include "replicator/engine/finding.hpp"
#include "replicator/engine/horizon.hpp"
#include "replicator/engine/identity.hpp"
#include "replicator/engine/leaving.hpp"
#include "replicator/engine/messages.hpp"
#include "replicator/engine/pool_wishes.hpp"
#include "replicator/engine/pulls.hpp"
#include "replicator/engine/recovery.hpp"
#include "replicator/engine/role_standing.hpp"
#include "replicator/engine/store.hpp"
#include "replicator/engine/takeover.hpp"
#include "replicator/engine/write.hpp"

namespace ringspan::replicator {

class Writer;

// ── Events ───────────────────────────────────────────────────────────────────────────────────────

/// A person writes. `id` comes back with the answer.
struct WriteAsked {
  std::uint64_t id = 0;
  Write write;
  Leases passes = {};  ///< What the fence was asked about it, and confirmed (rule F4).
  std::optional<Drawn> drawn = std::nullopt;  ///< What its counter gave for it (rule F9).
};

/// A page came from `source`; `bytes` is its framed size on the wire.
struct PageArrived {
  ControllerId source;
  Page page;
  std::uint64_t bytes = 0;
};

/// A request could not be sent or was refused.
struct PullFailed {
  ControllerId source;
  std::uint64_t request = 0;
  std::string error;
};

/// `source` says that something new was committed there.
struct NoticeArrived {
  ControllerId source;
  Notice notice;
};

/// A person wants a pull now, whatever the schedule. `id` comes back with the report of each
/// context.
struct PullForced {
  std::uint64_t id = 0;
  ControllerId source;
  std::optional<NamingContextId> naming_context;  ///< All of them when absent.
  bool full = false;                              ///< Ignore watermark and vector.
};

/// The way to `source` is open (again): pull at once, forget the back-off.
struct SourceUp {
  ControllerId source;
};

/// The way to `source` is closed and does not open.
struct SourceDown {
  ControllerId source;
};

/// `destination` asked for changes and wants to be told when there are new ones.
struct Subscribed {
  ControllerId destination;
  NamingContextId naming_context;
};

/// `destination` came by a way round and asks to be pulled from (GetChanges::call_back).
struct Called {
  ControllerId destination;
};

/// The way to `destination` closed; it will subscribe again when it comes back.
struct DestinationDown {
  ControllerId destination;
};

/// The inbound connections that the topology gives this controller from now on.
struct PartnersChanged {
  std::vector<Partner> partners;
};

/// The forest's policy says something else from now on.
struct PolicyChanged {
  ReplicaPolicy policy;
};

/// The naming contexts that this controller holds from now on. One that is new here is filled by
/// pulls; of the others that are kept here those in `removed` are forgotten at once, those in
/// `leaving` once a remaining replica holds all of them (OfferAnswered). What is in none stays.
struct ContextsChanged {
  NamingContextHeads held;
  Leaving::Remaining leaving;
  std::set<NamingContextId> removed;
  friend bool operator==(const ContextsChanged&, const ContextsChanged&) = default;
};

/// What the controller that an Offer was made to holds: its vector, and of which attributes that is
/// meant (filled_with).
struct OfferAnswered {
  std::uint64_t offer = 0;
  NamingContextId naming_context;
  UpToDatenessVector holds;
  Selection meant_of;
};

/// Destinations were refused for a while and are not any more: all that subscribed are told.
struct OfferedAgain {};

/// What the fence leaves this controller now; nullopt: the forest has none.
struct FenceSaid {
  std::optional<Leases> leases;
};

/// No other writable controller is a member of the forest: what is here is all there is.
struct Alone {};

/// The members that write in each domain from now on.
struct WritersChanged {
  std::map<NamingContextId, std::set<ControllerId>> writers;
};

/// What another replica holds of objects in which the two diverge; `id` comes back with the answer
/// (rule R31, mend.hpp).
struct Mend {
  std::uint64_t id = 0;
  Page page;
  bool replaces = false;  ///< What no stamp can settle is as the page says.
};

/// Somebody has shown that our disk was put back (proof_in).
struct PutBack {
  Quarantine proof;
};

/// A person ends the quarantine, if there is one.
struct RecoverAsked {};
/// Who holds each naming context from now on, expired members apart: what is collected must be held
/// by all of them (rule R26). `as_of`: the configuration that says so is that of this USN.
struct MembersChanged {
  Usn as_of;
  std::map<NamingContextId, ReplicaMembers> replicas;
};

/// What a replica that writes nothing knows, which pulls from here.
struct WordsHeard {
  NamingContextId naming_context;
  UpToDatenessVector known;
};

/// A person says that these objects linger: others have collected them (rule R29). They go as what
/// is collected does, but for those that were touched since they were looked at, at these USNs, and
/// those with something living below them that does not go.
struct Expunge {
  NamingContextId naming_context;
  std::map<ObjectId, Usn> objects;
};

using Event =
    std::variant<WriteAsked, PageArrived, PullFailed, NoticeArrived, PullForced, SourceUp,
                 SourceDown, Subscribed, Called, DestinationDown, PartnersChanged, PolicyChanged,
                 ContextsChanged, OfferAnswered, OfferedAgain, FenceSaid, Alone, WritersChanged,
                 PutBack, RecoverAsked, Mend, MembersChanged, WordsHeard, Expunge>;

// ── Effects ──────────────────────────────────────────────────────────────────────────────────────

struct Outgoing {
  ControllerId to;
  std::variant<GetChanges, Notice> message;
  friend bool operator==(const Outgoing&, const Outgoing&) = default;
};

struct WriteAnswer {
  std::uint64_t id = 0;
  base::Result<Written> result;
  /// Nothing was written: the fence is to be asked about these first, and then the write again.
  Leases needs = {};
  /// In one step with that this is to be drawn from its counter.
  std::optional<Draw> draw = std::nullopt;
  /// It was written under these. If their lease has ended meanwhile, it may be void.
  Leases under = {};
};

/// `to`, the owner of the role pdc, is to have at once what was written here of its domain.
struct Urge {
  ControllerId to;
  NamingContextId naming_context;
  friend auto operator<=>(const Urge&, const Urge&) = default;
};

struct Effects {
  std::vector<Outgoing> send;
  std::vector<WriteAnswer> answers;
  std::vector<PullReport> pulls;  ///< Cycles that ended in this step, well or not.
  std::vector<Finding> findings;
  std::vector<Switch> switches;           ///< Standbys that woke or went to sleep.
  Gaps gaps;                              ///< Now: Takeover::gaps().
  StepsToLoss steps_to_loss;              ///< What pages that are answered from now on say.
  std::set<NamingContextId> changed;      ///< Contexts that hold something new after this step.
  std::set<NamingContextId> begun_again;  ///< Contexts that are filled anew (rule R21).
  std::vector<Offer> offers;              ///< Of contexts that leave, to be put to others.
  std::set<NamingContextId> forgotten;    ///< Nothing is kept of them any more.
  std::set<Urge> urges;                   ///< To be put to them; nothing waits for that.
  std::vector<PoolWish> pool_wishes;      ///< To be asked of owners of rid roles.
  std::set<ControllerId> silent;          ///< Not heard of for so long that they are to expire.
  CaughtUp caught_up;                     ///< What roles are judged by from now on.
  std::optional<InvocationId> writes_as;  ///< Promoted in this step: who it is from now on.
  /// Contexts of which an originator was found to have numbered writes twice: what was taken for
  /// known of it is asked for again (rule R25).
  std::set<NamingContextId> looks_anew;
  std::optional<Quarantine> quarantined;  ///< From this step on.
  std::optional<Recovery> recovery;       ///< Who it is from now on; the engine is to be made anew.
  std::optional<base::Time> wake_at;      ///< Call step again then at the latest.
};

struct Settings {
  /// Changes of this long are announced together.
  base::Duration hold_back = std::chrono::milliseconds(100);
  /// A page that does not come within this time counts as failed.
  base::Duration answer_limit = std::chrono::seconds(10);
  PageLimits page;
  /// Others may have acted in a role of ours before we began: none is effective before a partner
  /// was heard (rule O6).
  bool must_catch_up = false;
  /// Keeps a stock of identifiers of each domain that is written here (rule I2).
  bool identifiers = false;
  /// Random, and another one with each start: what marks are made of (rule R25).
  base::Guid life = {};
};

class Engine {
 public:
  /// Takes up where the store left off. `store` and `guids` must outlive the engine.
  Engine(Store& store, GuidSource& guids, Identity identity, Settings settings = {});

  /// All events in one transaction, in their order. StoreFailure if the ground gives way: nothing
  /// of this step was done then, and the engine must not be used again.
  Effects step(std::span<const Event> events, base::Time now);

  const Identity& identity() const { return identity_; }

  /// As Effects say it after each step.
  const CaughtUp& caught_up() const { return caught_up_; }

  /// True when no cycle runs or waits for its turn, and no notice is held back.
  bool idle() const { return pulls_.idle() && notices_due_.empty(); }

  /// True while a cycle of the context runs.
  bool running(NamingContextId context) const { return pulls_.running(context); }

 private:
  void take(Transaction& store, const WriteAsked& event, base::Time now, Effects& effects);
  void take(Transaction& store, const PageArrived& event, base::Time now, Effects& effects);
  void take(Transaction& store, const PullFailed& event, base::Time now, Effects& effects);
  void take(Transaction& store, const NoticeArrived& event, base::Time now, Effects& effects);
  void take(Transaction& store, const PullForced& event, base::Time now, Effects& effects);
  void take(Transaction& store, const SourceUp& event, base::Time now, Effects& effects);
  void take(Transaction& store, const SourceDown& event, base::Time now, Effects& effects);
  void take(Transaction& store, const Subscribed& event, base::Time now, Effects& effects);
  void take(Transaction& store, const Called& event, base::Time now, Effects& effects);
  void take(Transaction& store, const DestinationDown& event, base::Time now, Effects& effects);
  void take(Transaction& store, const PartnersChanged& event, base::Time now, Effects& effects);
  void take(Transaction& store, const PolicyChanged& event, base::Time now, Effects& effects);
  void take(Transaction& store, const ContextsChanged& event, base::Time now, Effects& effects);
  void take(Transaction& store, const OfferAnswered& event, base::Time now, Effects& effects);
  void take(Transaction& store, const OfferedAgain& event, base::Time now, Effects& effects);
  void take(Transaction& store, const FenceSaid& event, base::Time now, Effects& effects);
  void take(Transaction& store, const Alone& event, base::Time now, Effects& effects);
  void take(Transaction& store, const WritersChanged& event, base::Time now, Effects& effects);
  void take(Transaction& store, const Mend& event, base::Time now, Effects& effects);
  void take(Transaction& store, const PutBack& event, base::Time now, Effects& effects);
  void take(Transaction& store, const RecoverAsked& event, base::Time now, Effects& effects);

  void take(Transaction& store, const MembersChanged& event, base::Time now, Effects& effects);
  void take(Transaction& store, const WordsHeard& event, base::Time now, Effects& effects);
  void take(Transaction& store, const Expunge& event, base::Time now, Effects& effects);

  base::Result<void> prepare(Writer& writer, const Write& write) const;
  base::Result<void> supply(Writer& writer, const TakeIdentifiers& take) const;
  base::Result<void> may_change_hands(const Snapshot& store, const Write& write) const;
  base::Result<void> may_write(const Snapshot& store, const std::set<RoleId>& roles) const;
  std::set<RoleId> roles_needed(const Write& write, const Writer& writer) const;
  Leases leases_of(const std::set<RoleId>& roles) const;
  void judge(const WriteAsked& event, Writer& writer, WriteAnswer& answer) const;
  void bury_void(Writer& writer, const Page& page);
  void note_role_change(const Write& write, base::Time now);
  void urge(const Snapshot& store, const Writer& writer, Effects& effects) const;
  void tend_identifiers(Transaction& store, base::Time now, Effects& effects);
  void tend_identifiers(Transaction& store, NamingContextId domain, base::Time now,
                        Effects& effects);
  base::Result<void> tend(Writer& writer, NamingContextId domain, base::Time now);
  void confirm(NamingContextId context);
  bool asks_for_own_writes(NamingContextId context) const;
  std::optional<Quarantine> lost_write(const Snapshot& store, const PageArrived& event,
                                       base::Time now) const;
  bool proves_rollback(Transaction& store, const PageArrived& event, base::Time now,
                       Effects& effects);
  void quarantine(Transaction& store, const Quarantine& proof, base::Time now, Effects& effects);
  void tend_mark(Transaction& store, base::Time now);
  void look_anew(Transaction& store, NamingContextId context, base::Time now, Effects& effects);

  void tend_horizons(Transaction& store, base::Time now, Effects& effects);
  base::Time note_time(Transaction& store, base::Time now) const;
  void find_horizon(Transaction& store, NamingContextId context, base::Time now) const;
  void want_collected(const Snapshot& store, const NamingContextHead& context, base::Time steady);
  std::set<ControllerId> silent(const Snapshot& store, base::Time steady) const;
  const ReplicaMembers& members_of(NamingContextId context) const;
  bool comes_whole(const Snapshot& store, const PageArrived& event) const;

  bool is_held(NamingContextId context) const;
  void forget(Transaction& store, NamingContextId context, base::Time now, Effects& effects);
  void end_probe(Transaction& store, const PageArrived& event, base::Time now, Effects& effects);
  base::Result<void> check_selection(const Snapshot& store, const PageArrived& event,
                                     base::Time now);
  base::Result<void> apply_page(Transaction& store, const PageArrived& event, base::Time now,
                                Effects& effects);
  void fail_pull(Transaction& store, ControllerId source, NamingContextId context,
                 const std::string& error, base::Time now, Effects& effects);
  void ask(Transaction& store, const Pulls::Request& request, base::Time now, Effects& effects);
  void call_back(const Gaps& gaps);
  void pass_on(const StepsToLoss& now_said, base::Time now);
  void keep(Writer& writer, base::Time now, Effects& effects);
  Selection selection_here(const Snapshot& store, NamingContextId context) const;
  void want_what_was_kept_back(const Snapshot& store);
  void take_up_writing(Transaction& store, Effects& effects);
  void begin_again(Transaction& store, ControllerId source, NamingContextId context,
                   const PullCounts& page, base::Time now, Effects& effects);
  void heed_schema(Transaction& store, base::Time now);
  void announce(base::Time now, Effects& effects);
  std::optional<base::Time> wake_at(base::Time now) const;

  Store& store_;
  GuidSource& guids_;
  Identity identity_;
  Settings settings_;
  Pulls pulls_;
  Takeover takeover_;
  bool marked_ = false;          // in this life
  std::set<ControllerId> lost_;  // in the last step
  StepsToLoss said_;             // likewise
  Leaving leaving_;
  CaughtUp caught_up_;
  Usn began_at_;                                               // highest_usn() then
  std::map<NamingContextId, std::set<ControllerId>> writers_;  // of each domain
  PoolWishes pool_wishes_;
  bool tend_identifiers_ = true;  // something that they depend on has changed
  std::optional<MembersChanged> members_;
  Usn configuration_changed_at_;
  base::Time horizons_at_{};  // when they are looked at next
  std::map<NamingContextId, Words> words_;
  Collection collection_;
  std::map<NamingContextId, base::Time> notices_due_;
  std::map<NamingContextId, std::set<ControllerId>> subscribers_;
};

}  // namespace ringspan::replicator
