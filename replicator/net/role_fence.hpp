#pragma once

// RoleFence: the controller's fence (docs/roles.md), on a thread of its own, since each question
// waits. Without endpoints there is none, and nothing is asked.
//
//     Engine ◄─ leases() before each step ── RoleFence ──► etcd
//     write that needs a role ──► confirm() ──► written, or refused

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "replicator/net/etcd_fence.hpp"
#include "replicator/partners/lease_keeper.hpp"

namespace ringspan::replicator::net {

/// What the fence asks of its controller; from its own thread.
struct RoleFenceGround {
  std::function<std::vector<partners::Stake>()> stakes;
  partners::LeaseKeeper::Holds holds;
  std::function<void(const TakeRole&, std::function<void(const base::Result<Written>&)>)> write;
  /// What this controller holds of the role's scope, for whoever gets the role from it.
  std::function<std::optional<Handover>(const RoleId& role)> handover;
  /// Has the engine take a step, which asks for the leases; `then` follows it.
  std::function<void(std::function<void()> then)> step;
};

/// What people are shown of it.
struct RoleFenceView {
  bool fenced = false;
  std::string endpoint;  ///< That answered last; may be empty.
  std::string trouble;   ///< Why it could not be asked; empty: it could.
  Leases leases;         ///< In force here now.
  base::Duration left{};
};

class RoleFence {
 public:
  using Taker = std::function<void(const base::Result<void>&)>;

  RoleFence(EtcdFence::Us us, TlsContext context, RoleFenceGround ground);
  ~RoleFence();
  RoleFence(const RoleFence&) = delete;
  RoleFence& operator=(const RoleFence&) = delete;

  void start();
  void stop();

  /// From now on the fence is there; none where there are no endpoints. `members` is how many ask
  /// it: the more there are, the less often each looks.
  void use(std::vector<std::string> endpoints, std::size_t members);

  /// In force at this moment; nullopt where there is no fence. Any thread.
  std::optional<Leases> leases() const;

  /// Are these still in force at the fence? `taker` is called once, from any thread.
  void confirm(Leases leases, Taker taker);

  /// Likewise, and in one step with that draws numbers of a role's counter.
  void draw(Draw wanted, Leases leases, std::function<void(const base::Result<Drawn>&)> taker);

  /// Gives the role up in favour of the pledge's; first here, then at the fence. The handover is
  /// filled in.
  void give_up(const RoleId& role, partners::Pledge pledge, Taker taker);

  /// The role is to come here as soon as nobody has it; `taker` is told once it has, or not in
  /// time.
  void want(const TakeRole& wish, Taker taker);

  RoleFenceView view() const;

 private:
  struct Fenced {
    Fenced(const EtcdFence::Us& us, std::vector<std::string> endpoints, TlsContext context,
           base::Duration turn);
    EtcdFence fence;
    partners::LeaseKeeper keeper;
  };
  using Job = std::function<void(Fenced*)>;

  void run();
  void post(Job job);
  base::Duration due(const Fenced& fenced, base::Duration look_at) const;
  base::Duration pace() const;
  std::vector<TakeRole> round(Fenced& fenced);
  void write(const TakeRole& take);
  void publish(const Fenced* fenced);
  void end_wait(const RoleId& role, const base::Result<void>& result);
  void give_up_late();

  const EtcdFence::Us us_;
  const TlsContext context_;
  const RoleFenceGround ground_;
  mutable std::mutex mutex_;  // guards all below but the last three
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  std::vector<std::string> endpoints_;
  bool changed_use_ = false;
  bool look_now_ = false;
  base::Duration pace_{};
  bool stopping_ = false;
  partners::LeaseKeeper::Hold hold_;
  RoleFenceView view_;
  Leases told_;  // to the engine; the thread's own, as is the next
  struct Waiting {
    Taker taker;
    base::Duration give_up_at{};
  };
  std::map<RoleId, Waiting> waiting_;
  std::thread thread_;
};

}  // namespace ringspan::replicator::net
