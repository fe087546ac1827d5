#pragma once

// SyncRun: which pulls to force until everyone has what there was when the run began. A value
// without a clock or a network; sync_jobs.hpp drives it.
//
//     run.tells(member, told);                  // or run.is_silent(member, reason), each once
//     run.begin(goal);                          // what all, or one of them, had
//     for (Order order : run.next(now)) ...     // forced pulls, one at a time a destination
//     run.pulled(order, outcome, now);          // then again tells() of the destination
//
// The goal is one vector for each naming context: every write up to these USNs. A controller that
// covers it has all that existed then, whatever was written since. Every way is forced once at
// least: as soon as its source can bring something, otherwise once its source has all.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "replicator/configuration/pause.hpp"
#include "replicator/engine/source_record.hpp"

namespace ringspan::replicator::net {

/// What a controller holds of each of its naming contexts.
using Knowledge = std::map<NamingContextId, UpToDatenessVector>;
using Stamps = std::map<std::string, Stamp>;

/// A connection of the plan, or one that a person names.
struct SyncWay {
  ControllerId destination;
  ControllerId source;
  bool standby = false;
  std::vector<NamingContextId> contexts;
};

/// Those that lead away from a controller, a hop further each.
std::vector<SyncWay> outward(const std::vector<SyncWay>& ways, ControllerId from);

/// What a member says of itself.
struct MemberTold {
  Knowledge knows;
  configuration::Pauses pauses;
  std::optional<Stamps> object;  ///< Of the object in question; nullopt: it is not there.
};

/// What came of an order.
struct SyncOutcome {
  PullCounts counts;
  std::string error;  ///< Empty: well.
};

class SyncRun {
 public:
  static constexpr int kAttempts = 3;  ///< In a row, without anything having come.
  static constexpr base::Duration kRest = std::chrono::seconds(1);  ///< After a failure.
  static constexpr std::size_t kAtOnce = 64;                        ///< Pulls.

  struct Goal {
    Knowledge writes;
    std::optional<Stamps> object;      ///< Wanted as well: the object as it was, or later.
    std::optional<ControllerId> from;  ///< Hops count from here, otherwise from who has it.
    std::optional<ControllerId> to;    ///< Only this one need reach it.
  };

  struct Order {
    std::size_t way = 0;
    ControllerId destination;
    ControllerId source;
    std::vector<NamingContextId> contexts;
    bool full = false;
  };

  enum class WayState { waiting, pulling, done, failed, paused, silent };
  struct Way {
    SyncWay way;
    std::uint64_t pulls = 0;  ///< That went well.
    PullCounts counts;
    std::string error;  ///< Of the last attempt.
    bool running = false;
    int attempts = 0;
    base::Time retry_at{};
  };

  /// paused: it lacks what a pause holds back, its own or one on every way to it.
  enum class MemberState { complete, lacking, paused, silent };
  enum class ObjectState { unknown, missing, older, same, later };
  struct Member {
    std::vector<NamingContextId> contexts;  ///< That it shall hold.
    bool answers = false;                   ///< As far as is known now.
    bool silent = false;                    ///< It did not, when it was asked last.
    bool was_heard = false;                 ///< `told` is of this run, if not the newest.
    bool busy = false;
    std::string error;
    MemberTold told;
  };

  /// "4 of 6 have arrived at hop 2": one is what one controller wrote in one naming context,
  /// brought to one other controller that lacked it.
  struct Hop {
    std::uint64_t reached = 0;
    std::uint64_t all = 0;
  };

  SyncRun(std::map<ControllerId, std::vector<NamingContextId>> members, std::vector<SyncWay> ways,
          bool full);

  void tells(ControllerId member, MemberTold told);
  void is_silent(ControllerId member, std::string error);

  void begin(Goal goal);

  /// What all that answer have together, in these naming contexts.
  Knowledge everything() const;

  std::vector<Order> next(base::Time now);
  void pulled(const Order& order, const SyncOutcome& outcome, base::Time now);

  /// Nothing runs and nothing will: all is done that can be.
  bool ended() const;

  const std::map<ControllerId, Member>& members() const { return members_; }
  const std::vector<Way>& ways() const { return ways_; }
  const Goal& goal() const { return goal_; }

  bool wanted(ControllerId member) const;
  MemberState state_of(ControllerId member) const;
  WayState state_of(const Way& way) const;
  ObjectState object_at(ControllerId member) const;

  /// The contexts of which it lacks something of the goal, and whose writes these are.
  std::map<NamingContextId, std::vector<InvocationId>> lacks(ControllerId member) const;

  /// By hop; 0 stands for what no way of the plan can bring.
  const std::map<std::uint32_t, Hop>& hops() const { return hops_; }

 private:
  struct Delivery {
    NamingContextId context;
    InvocationId originator;
    std::uint32_t hop = 0;
    bool reached = false;
  };

  std::size_t lacking(ControllerId id) const;
  bool held_back(ControllerId id) const;
  bool covers(const Member& member, NamingContextId context) const;
  bool complete(ControllerId id, const Member& member) const;
  bool usable(const Way& way) const;
  bool brings(const Way& way) const;
  bool forced_now(const Way& way, bool anything_moves) const;
  Order order(std::size_t index);
  void note_deliveries();
  void note_reached(ControllerId id);

  std::map<ControllerId, Member> members_;
  std::vector<Way> ways_;
  bool full_ = false;
  bool begun_ = false;
  Goal goal_;
  std::map<ControllerId, std::vector<Delivery>> deliveries_;
  std::map<std::uint32_t, Hop> hops_;
};

}  // namespace ringspan::replicator::net
