#pragma once

// Pulls: which source is asked when. Holds the cycles under way and the reasons for the next ones;
// what must survive a restart (watermark, last success, failures) is in the store's SourceRecord.
//
//             notice, forced, source up, interval due
//      idle ──────────────────────────────────────────► wanted
//       ▲                                                  │ its turn, schedule open, back-off over
//       │ last page                                        ▼
//       └───────────────────────────────────────────── running ──► wanted again, after a back-off
//                                                          failure or no page in time
//
// One cycle at a time per naming context, so that what one source brought is known before the next
// is asked; a source that keeps us waiting for longer than kPatience no longer holds up the others.
// A person's pull waits for none of them. What was announced goes before what is only due, and a
// cycle that is only due gives way to it between two pages; its watermark is where it goes on.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "replicator/engine/messages.hpp"
#include "replicator/engine/source_record.hpp"
#include "sites/schedule.hpp"

namespace ringspan::replicator {

inline constexpr base::Duration kPatience = std::chrono::seconds(2);
inline constexpr base::Duration kShortestBackOff = std::chrono::seconds(1);
inline constexpr base::Duration kLongestBackOff = std::chrono::seconds(60);
/// A sleeping standby is probed this often where changes are announced.
inline constexpr base::Duration kHeartbeat = std::chrono::seconds(5);

/// One source that the topology gives us, and how to deal with it.
struct Partner {
  ControllerId source;
  std::vector<NamingContextId> naming_contexts;
  base::Duration interval = std::chrono::minutes(15);  ///< Poll at least this often.
  sites::Schedule schedule;                            ///< Not outside of it, unless forced.
  bool notify = true;                                  ///< Ask to be told of changes.
  bool standby = false;                                ///< Carries values only while awake.
  bool neighbour = false;  ///< In our site: told of a loss there, we wake our standbys.
  bool detour = false;     ///< Not planned; here while planned connections are lost.
  bool call_back = false;  ///< The source is asked to pull from here as well.
  friend bool operator==(const Partner&, const Partner&) = default;
};

/// A person wants a pull now. `id` comes back with the report of each context.
struct ForcedPull {
  std::uint64_t id = 0;
  bool full = false;  ///< Ignore watermark and vector.
};

/// What came of one cycle.
struct PullReport {
  std::vector<std::uint64_t> forced;  ///< The ids of the forced pulls that it serves; often none.
  ControllerId source;
  NamingContextId naming_context;
  PullCounts counts;
  base::Time started{};
  base::Time ended{};
  std::string error;  ///< Empty: well.
  friend bool operator==(const PullReport&, const PullReport&) = default;
};

class Pulls {
 public:
  /// One request to be sent: from whom, and how the cycle goes on.
  struct Request {
    ControllerId source;
    NamingContextId naming_context;
    std::uint64_t id = 0;
    bool first = false;  ///< Of its cycle.
    bool full = false;   ///< Ignore what we know.
    bool probe = false;  ///< Only whether there is anything.
    bool notify = true;
    bool call_back = false;
  };

  /// Of what is wanted from one source at the same time `first` is pulled before the rest: the
  /// schema says what may be in the other pages.
  explicit Pulls(base::Duration answer_limit, std::optional<NamingContextId> first = std::nullopt)
      : answer_limit_(answer_limit), first_(first) {}

  /// From now on these; what is new is wanted at once, cycles with others are let go.
  void set_partners(const std::vector<Partner>& partners, base::Time now);

  /// A source that speaks is there: after failures it is tried again within kShortestBackOff.
  void noticed(ControllerId source, NamingContextId context, base::Time now);
  void source_up(ControllerId source, base::Time now);

  /// Whoever carries this context is pulled from once more.
  void want(NamingContextId context);

  /// `source` is pulled from once more, if it carries this context.
  void want(ControllerId source, NamingContextId context);

  /// A sleeping standby is probed now, at most once in kShortestBackOff.
  void probe(ControllerId source, NamingContextId context, base::Time now);

  /// From now on a standby carries values, or is only probed.
  void set_awake(ControllerId source, NamingContextId context, bool awake, base::Time now);

  /// Also from a source that is no partner, once.
  void force(ControllerId source, NamingContextId context, const ForcedPull& pull, base::Time now);

  /// The contexts that `source` gives us.
  std::vector<NamingContextId> contexts_of(ControllerId source) const;

  /// Is the running cycle a probe?
  bool probing(ControllerId source, NamingContextId context) const;

  /// Does the running cycle ignore what we know, so that everything comes?
  bool full(ControllerId source, NamingContextId context) const;

  /// Is this the page that the running cycle waits for?
  bool expects(ControllerId source, NamingContextId context, std::uint64_t request) const;

  /// The context whose running request this is; nullopt if none.
  std::optional<NamingContextId> context_of(ControllerId source, std::uint64_t request) const;

  /// A page was applied and was not the last: what to ask next.
  Request next_page(ControllerId source, NamingContextId context, const PullCounts& page,
                    base::Time now);

  /// A page was applied and was not the last: is there something announced that should go first?
  bool gives_way(ControllerId source, NamingContextId context, base::Time now) const;

  /// The running cycle is let go for now; it goes on when its turn comes.
  void give_way(ControllerId source, NamingContextId context, base::Time now);

  /// The last page was applied.
  PullReport succeeded(ControllerId source, NamingContextId context, const PullCounts& page,
                       base::Time now);

  /// The running cycle broke; it is tried again after a back-off, a sleeping standby's probe at its
  /// next heartbeat at the latest.
  PullReport failed(ControllerId source, NamingContextId context, std::string error,
                    base::Time now);

  /// Cycles whose page did not come in time.
  std::vector<std::pair<ControllerId, NamingContextId>> overdue(base::Time now) const;

  /// Cycles whose turn it is; they run from now on.
  std::vector<Request> start(base::Time now);

  /// When start() or overdue() will have something new; nullopt: only after an event.
  std::optional<base::Time> wake_at(base::Time now) const;

  /// True if a cycle of the context has begun and not ended; probes carry nothing and do not count.
  bool running(NamingContextId context) const;

  /// The sources of the context of which a cycle or a probe is under way.
  std::vector<ControllerId> under_way(NamingContextId context) const;

  /// True when nothing runs and nothing is wanted.
  bool idle() const;

 private:
  struct Running {
    std::uint64_t request = 0;
    base::Time started{};
    base::Time asked{};  // when the last request went out
    bool full = false;
    bool probe = false;
    bool announced = false;
    PullCounts counts;
    std::vector<std::uint64_t> forced;
  };

  struct Way {  // one source in one naming context
    base::Duration interval{};
    sites::Schedule schedule;
    bool notify = true;
    bool call_back = false;
    bool planned = true;  // false: only here for a forced pull
    bool asleep = false;  // a standby that is only probed
    bool wanted = false;
    bool announced = false;  // wanted because the source said so
    bool half_way = false;   // its cycle gave way and goes on
    base::Time due{};        // of the next poll by interval
    base::Time ended{};      // when it last was asked to the end
    base::Time retry_at{};   // not before, after a failure
    std::uint32_t failures = 0;
    std::vector<ForcedPull> forced;
    std::optional<Running> running;
  };
  using Key = std::pair<NamingContextId, ControllerId>;  // ways of one context stand together

  /// The order in which ways take their turns.
  enum class Rank { forced, announced, due };
  static Rank rank(const Way& way);

  void heed(base::Time now);
  bool ready(const Way& way, base::Time now) const;
  static bool carrying(const Way& way);
  static base::Duration rest_of(const Way& way);
  bool held_up(NamingContextId context, base::Time now) const;
  std::optional<base::Time> waits_until(const Key& key, base::Time now) const;
  Request run(const Key& key, Way& way, base::Time now);
  PullReport end(const Key& key, std::string error, base::Time now);
  std::optional<base::Time> wake_of(const Key& key, const Way& way, base::Time now) const;

  base::Duration answer_limit_;
  std::optional<NamingContextId> first_;
  std::map<Key, Way> ways_;
  std::uint64_t last_request_ = 0;
  base::Time heeded_{};  // the latest time that start() was told
};

}  // namespace ringspan::replicator
