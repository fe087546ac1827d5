#pragma once

// Takeover: which standby connections carry values, and why (docs/replication.md, R14).
//
//                 a primary of its naming context failing, here or where we are
//                 told of it, or something lacked for kMissed
//      asleep ─────────────────────────────────────────────────────────────► awake
//        ▲                                                                     │
//        └─────────────── kCalm after the last reason, doubled each ◄──────────┘
//                         time that it had to wake again soon
//
// Asleep it is probed: its source says whether it has anything that we lack, and sends nothing.
//
// Who stands by is as a rule not the one whose primary breaks. So each page says how near a loss
// is (Page::steps_to_loss). A loss wakes the standbys of its whole site, whose members tell each
// other, and the standbys elsewhere that pull from that site.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "replicator/engine/ids.hpp"
#include "replicator/engine/pulls.hpp"
#include "replicator/engine/stamp.hpp"

namespace ringspan::replicator {

/// A standby began or ceased to carry values.
struct Switch {
  ControllerId source;
  NamingContextId naming_context;
  bool awake = false;
  std::optional<ControllerId> failing;  ///< The primary that woke it.
  std::optional<ControllerId> told_by;  ///< Else who told of a loss; neither: none brought it.
  friend bool operator==(const Switch&, const Switch&) = default;
};

/// Page::steps_to_loss by naming context, where it is not 0.
using StepsToLoss = std::map<NamingContextId, std::uint32_t>;

/// Where the plan's connections do not carry; partners::partners_of finds the ways round.
struct Gaps {
  /// A plan without these shows the ways round (kcc::detours).
  std::set<ControllerId> lost;
  /// Sources that answer nothing: they are told when they ask here.
  std::set<ControllerId> silent;
  /// Came here by a way round, and are to be pulled from.
  std::set<ControllerId> callers;
  friend bool operator==(const Gaps&, const Gaps&) = default;
};

class Takeover {
 public:
  static constexpr std::uint32_t kFailures = 2;  ///< In a row, of one that was well: failing.
  static constexpr base::Duration kPatience{std::chrono::seconds(5)};  ///< After one failure.
  static constexpr base::Duration kMissed{std::chrono::seconds(10)};
  static constexpr base::Duration kNeverInStep{std::chrono::minutes(2)};
  static constexpr base::Duration kCalm{std::chrono::seconds(60)};
  static constexpr base::Duration kLongestCalm{std::chrono::hours(1)};
  static constexpr base::Duration kStranded{std::chrono::minutes(2)};
  static constexpr base::Duration kAvoided{std::chrono::hours(1)};
  /// From a loss to the farthest of its site: nobody is more than three hops away (kcc::inside).
  static constexpr std::uint32_t kMostSteps = 4;

  /// What is known of sources that stay is kept; a new standby is asleep. A detour that led nowhere
  /// is remembered for kAvoided, so that the next one is tried.
  void set_partners(const std::vector<Partner>& partners, base::Time now);

  /// A pull from `source` broke.
  void failed(ControllerId source, NamingContextId context, base::Time now);
  /// The way to `source` is closed and does not open.
  void down(ControllerId source, base::Time now);
  /// A whole cycle or a probe went well.
  void went_well(ControllerId source, NamingContextId context);

  /// A probe of a sleeping standby found nothing that we lack, or something behind `seen`.
  void in_step(ControllerId source, NamingContextId context);
  void ahead(ControllerId source, NamingContextId context, Usn seen, base::Time now);

  /// What `source` says with a page: does it still hear us, though it should?
  void heard(ControllerId source, NamingContextId context, bool lost_us, base::Time now);

  /// What `source` says with a page of losses, its own or near it (Page::steps_to_loss).
  void told(ControllerId source, NamingContextId context, std::uint32_t steps);

  /// Those that have said so once, kStranded ago: they are to be asked again.
  std::vector<std::pair<ControllerId, NamingContextId>> doubtful(base::Time now) const;

  /// `destination` came by a way round: it is pulled from for two of its intervals.
  void called(ControllerId destination, base::Time now);

  /// Decides; gives what changed, in the order of contexts and sources.
  std::vector<Switch> update(base::Time now);

  bool awake(ControllerId source, NamingContextId context) const;

  /// Is it a standby that carries values in place of one that is lost? Then it is asked to call
  /// back.
  bool stands_in(ControllerId source, NamingContextId context, base::Time now) const;

  /// Where a primary source has failed for kStranded, or has said for so long that it has lost us:
  /// all sources that have, of that naming context.
  Gaps gaps(base::Time now) const;

  /// What our own pages say of losses here and inside our site. It counts steps, and no further
  /// than kMostSteps, so that a word that goes round in a ring dies out once the loss is mended.
  StepsToLoss steps_to_loss(base::Time now) const;

  /// When update() may decide otherwise with nothing new seen.
  std::optional<base::Time> wake_at(base::Time now) const;

 private:
  struct Deaf {  // it says that it has lost us
    base::Time since{};
    base::Time last{};
  };
  struct Caller {
    base::Time last{};
    base::Duration interval = Partner{}.interval;
    base::Time until() const { return last + 2 * interval + kStranded; }
  };
  struct Health {
    std::uint32_t failures = 0;  // in a row
    base::Time failed_since{};
    bool detour = false;
    bool neighbour = false;
    bool was_well = false;            // since this controller started or the plan has it
    std::uint32_t steps_to_loss = 0;  // as it said last
    std::optional<Deaf> deaf;
  };
  struct Missed {  // something that we lack, as probes see it
    Usn seen{};
    base::Time since{};        // the same thing
    base::Time never_since{};  // one thing or another
    base::Time last{};         // as of this probe
  };
  struct Standby {
    bool awake = false;
    std::optional<Missed> missed;
    base::Time keep_until{};  // awake until then at least
    base::Time slept_at{};
    base::Duration calm = kCalm;
  };
  using Key = std::pair<NamingContextId, ControllerId>;  // those of one context stand together

  bool has_lost_primary(NamingContextId context, base::Time now) const;
  static bool is_silent(const Health& health, base::Time now);
  static bool is_lost(const Health& health, base::Time now);
  static bool failing(const Health& health, base::Time now);
  static bool tells_of_loss(const Health& health);
  std::optional<ControllerId> failing_primary(NamingContextId context, base::Time now) const;
  std::optional<ControllerId> told_for(const Key& standby) const;

  std::map<Key, Health> health_;  // of all, standbys too
  std::map<Key, Standby> standbys_;
  std::map<ControllerId, Caller> callers_;
  std::map<ControllerId, base::Time> avoided_;  // detours that led nowhere, until then
};

}  // namespace ringspan::replicator
