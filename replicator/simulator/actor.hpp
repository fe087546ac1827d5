#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/rng.hpp"
#include "kcc/plan.hpp"
#include "replicator/configuration/configuration.hpp"
#include "replicator/configuration/expiry.hpp"
#include "replicator/engine/engine.hpp"
#include "replicator/partners/inquiry.hpp"
#include "replicator/partners/lease_keeper.hpp"
#include "replicator/partners/turned_out.hpp"
#include "replicator/simulator/simulated_fence.hpp"
#include "replicator/simulator/world.hpp"
#include "replicator/store/memory_store.hpp"

namespace ringspan::replicator::simulator {

/// Object ids that repeat with the seed.
class SeededGuids : public GuidSource {
 public:
  explicit SeededGuids(std::uint64_t seed) : rng_(seed) {}
  base::Guid next() override { return rng_.guid(); }

 private:
  base::Rng rng_;
};

/// One controller of the world: a database that lasts and an engine that a crash takes away.
struct World::Actor {
  std::string name;
  sites::Controller controller;
  Identity identity;
  SeededGuids guids;
  std::unique_ptr<Store> store;
  std::unique_ptr<Engine> engine;  ///< Empty while stopped.
  base::Duration clock_offset{};
  std::optional<base::Time> wake_at;   ///< True time of the next alarm.
  base::Time mend_at{};                ///< When it next compares names, if it has to.
  base::Time compare_at{};             ///< When it next compares itself with a partner.
  base::Time compared_until{};         ///< What was due before is done.
  std::vector<PullReport> reports;     ///< Of forced pulls, until somebody takes them.
  std::optional<WriteAnswer> answer;   ///< Of the last write.
  Usn booted_at;                       ///< highest_usn() when it last started.
  bool has_started = false;            ///< Before: with the whole forest, which is in step.
  CrashPoint crash = CrashPoint::now;  ///< Other than now: still to come.
  bool disk_is_full = false;           ///< Nothing can be written.
  bool paused_inbound = false;
  bool paused_outbound = false;
  bool retired = false;     ///< Taken out of the forest; nothing is expected of it any more.
  std::uint64_t boots = 0;  ///< How often it has started.
  bool has_left = false;    ///< It knows, and does not start again.
  bool expired = false;     ///< Likewise nothing is expected of it, until it joins anew.
  std::string key;          ///< That it shows to the others; with another it is another member.
  struct Standing {
    std::string expiry;  ///< configuration::kExpired; empty: none.
    std::string key;
    bool expired() const { return configuration::parse_expiry(expiry, key).has_value(); }
    friend bool operator==(const Standing&, const Standing&) = default;
  };
  std::map<ControllerId, Standing> standings;  ///< Of each other, by its copy.
  std::set<InvocationId> former;               ///< Its invocation ids before it was restored.
  struct Image {
    std::unique_ptr<store::MemoryStore> store;
    InvocationId invocation;
    base::Time time{};
  };
  std::map<std::string, Image> images;
  /// The last request to each source, whether or not it will ever be answered.
  std::map<std::pair<ControllerId, NamingContextId>, std::uint64_t> asked;

  std::vector<Partner> partners;  ///< As the engine has them.
  sites::Forest joined;           ///< What the plan is made for.
  kcc::Topology plan;             ///< In force here.
  kcc::Replanner replanner;
  Gaps gaps;                                                 ///< As the engine sees them.
  StepsToLoss steps_to_loss;                                 ///< Likewise.
  std::set<std::pair<ControllerId, NamingContextId>> awake;  ///< Standbys that carry values.
  std::optional<ControllerId> inviter;                       ///< Of a joiner.
  std::optional<configuration::Configuration> known;         ///< Its own copy, where there is one.
  partners::TurnedOut turned_out;
  partners::Inquiry inquiry;

  /// Its dealings with the fence in this life, as net/role_fence.hpp has them.
  struct AtFence {
    AtFence(Arbiter& arbiter, InvocationId me, base::Rng& rng, base::Duration turn)
        : way(arbiter, me, rng), keeper(way, me, turn) {}
    WayToFence way;
    partners::LeaseKeeper keeper;
    std::vector<partners::Stake> stakes;  ///< As of `stakes_at` and what was heard then.
    std::optional<Usn> stakes_at;
    CaughtUp heard;
  };
  std::unique_ptr<AtFence> fence;  ///< While it runs, and knows that there is one.
  bool fenced = false;             ///< By its definition.
  bool fence_away = false;
  std::uint64_t looks = 0;       ///< The chain of Look that counts.
  std::optional<Leases> leases;  ///< As the engine was told.
  struct {
    base::Duration offset{};
    std::int64_t rate = 1000;  ///< How far it goes in a second, in ms.
  } clock_since_boot;          ///< That nobody sets.
  std::optional<base::Time> frozen_until;
  std::optional<base::Duration> freezes;  ///< For so long, between its next check and commit.
  std::optional<WriteAsked> held_back;    ///< What it was stopped in.
  std::vector<Event> waiting;             ///< What it was told since.

  using Value = std::tuple<ObjectId, std::string, InvocationId, Usn>;
  struct Edge {
    std::map<Value, std::uint64_t> crossed;  ///< What came over it, and in which whole cycle.
    std::map<NamingContextId, std::uint64_t> cycles;  ///< Whole cycles so far.
    /// What the last cycle brought something of, each object once, over however many pages.
    std::map<NamingContextId, std::set<ObjectId>> objects;
  };
  std::map<ControllerId, Edge> edges;  ///< By source.
  std::set<ObjectId> had;              ///< What came here or was made here.
  bool begun_again = false;            ///< In the step that was just taken.

  Actor(std::string name_, std::uint64_t seed) : name(std::move(name_)), guids(seed) {}
  bool is_out() const { return retired || expired; }
  base::Time clock(base::Time true_time) const { return true_time + clock_offset; }
};

}  // namespace ringspan::replicator::simulator
