#pragma once

// Engine: the replica as a state machine. No clock, no socket, no thread: events and the time go in,
// effects come out.
//
//     Effects effects = engine.step(events, now);
//     for (auto& [to, message] : effects.send) transport.send(to, message);
//     timer.set(effects.wake_at);                     // then step({}, then)
//
// One step is one transaction of the store for all its events, a mark each, one commit, and only
// then the effects of all: nothing is sent before its cause is durable. One strand calls it; reading
// (answer.hpp, directory.hpp) needs no engine, only a snapshot.

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "replicator/engine/directory.hpp"
#include "replicator/engine/messages.hpp"
#include "replicator/engine/pulls.hpp"
#include "replicator/engine/store.hpp"
#include "replicator/engine/write.hpp"

namespace ringspan::replicator {

/// Where new object ids come from.
class GuidSource {
 public:
  GuidSource() = default;
  GuidSource(const GuidSource&) = delete;
  GuidSource& operator=(const GuidSource&) = delete;
  virtual ~GuidSource() = default;
  virtual base::Guid next() = 0;
};

// ── Events ───────────────────────────────────────────────────────────────────────────────────────

/// A person writes. `id` comes back with the answer.
struct WriteAsked {
  std::uint64_t id = 0;
  Write write;
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

/// A person wants a pull now, whatever the schedule. `id` comes back with the report of each context.
struct PullForced {
  std::uint64_t id = 0;
  ControllerId source;
  std::optional<NamingContextId> naming_context;  ///< All that the source gives us when absent.
  bool full = false;                              ///< Ignore watermark and vector.
};

/// The way to `source` is open (again): pull at once, forget the back-off.
struct SourceUp {
  ControllerId source;
};

/// `destination` asked for changes and wants to be told (again) when there are new ones.
struct Subscribed {
  ControllerId destination;
  NamingContextId naming_context;
};

/// The way to `destination` closed; it will subscribe again when it comes back.
struct DestinationDown {
  ControllerId destination;
};

/// The inbound connections that the topology gives this controller from now on.
struct PartnersChanged {
  std::vector<Partner> partners;
};

using Event = std::variant<WriteAsked, PageArrived, PullFailed, NoticeArrived, PullForced, SourceUp,
                           Subscribed, DestinationDown, PartnersChanged>;

// ── Effects ──────────────────────────────────────────────────────────────────────────────────────

struct Outgoing {
  ControllerId to;
  std::variant<GetChanges, Notice> message;
  friend bool operator==(const Outgoing&, const Outgoing&) = default;
};

struct WriteAnswer {
  std::uint64_t id = 0;
  base::Result<Written> result;
};

/// Something an administrator should read: one line of the log.
struct Finding {
  enum class Severity { info, warning, error };
  Severity severity = Severity::info;
  std::string text;
  friend bool operator==(const Finding&, const Finding&) = default;
};

struct Effects {
  std::vector<Outgoing> send;
  std::vector<WriteAnswer> answers;
  std::vector<PullReport> pulls;  ///< Cycles that ended in this step, well or not.
  std::vector<Finding> findings;
  std::optional<base::Time> wake_at;  ///< Call step again then at the latest.
};

/// Who this replica is; fixed for the life of an Engine.
struct Identity {
  ControllerId controller;
  InvocationId invocation;
  bool read_only = false;  ///< Refuses originating writes, and settles no clash by itself.
  NamingContextHeads contexts;
};

struct Settings {
  /// Changes of this long are announced together.
  base::Duration hold_back = std::chrono::milliseconds(100);
  /// A page that does not come within this time counts as failed.
  base::Duration answer_limit = std::chrono::seconds(10);
  PageLimits page;
};

class Engine {
 public:
  /// Takes up where the store left off. `store` and `guids` must outlive the engine.
  Engine(Store& store, GuidSource& guids, Identity identity, Settings settings = {});
  ~Engine();

  /// All events in one transaction, in their order. StoreFailure if the ground gives way: nothing of
  /// this step was done then, and the engine must not be used again.
  Effects step(std::span<const Event> events, base::Time now);

  const Identity& identity() const { return identity_; }

  /// True when no cycle runs, none waits to be sent, and no notice is held back.
  bool idle() const;

 private:
  void take(Transaction& store, const Event& event, base::Time now, Effects& effects);
  void announce(base::Time now, Effects& effects);

  Store& store_;
  GuidSource& guids_;
  Identity identity_;
  Settings settings_;
  Pulls pulls_;
  std::map<NamingContextId, base::Time> notices_due_;
  std::map<NamingContextId, std::set<ControllerId>> subscribers_;
};

}  // namespace ringspan::replicator
