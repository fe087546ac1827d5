#pragma once

// LeaseKeeper: one controller's dealings with the fence (docs/roles.md, rules F2, F3, F7, F9).
//
//     nobody has it ──it waits for its turn, and comes first──► held ──TakeRole written──► acts
//     held ──lease not renewed in time──► ended here, two seconds before it ends at the fence
//
// Time is the machine's since it was switched on, sleep included (CLOCK_BOOTTIME); it is asked
// before a call is made, so that a lease counts from when its renewal was sent.

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "replicator/engine/write.hpp"
#include "replicator/partners/fence.hpp"

namespace ringspan::replicator::partners {

/// A role that this controller may own.
struct Stake {
  RoleId role;
  bool is_owner = false;   ///< By the record that counts here.
  Revision revision;       ///< Of that record.
  bool caught_up = false;  ///< It has synchronised since it started.
};

class LeaseKeeper {
 public:
  static constexpr base::Duration kLease = std::chrono::seconds(10);
  /// The lease ends here by as much before it ends at the fence.
  static constexpr base::Duration kMargin = std::chrono::seconds(2);
  /// Who was not the owner lets the owner come first.
  static constexpr base::Duration kTurn = std::chrono::milliseconds(500);
  /// After a claim that the engine refused.
  static constexpr base::Duration kPause = std::chrono::minutes(1);
  /// A new owner waits as long at most for what the giver held.
  static constexpr base::Duration kHandover = std::chrono::seconds(10);

  /// Does this controller hold what the giver held of a role's scope?
  using Holds = std::function<bool(const RoleId& role, const Handover& handover)>;

  /// What is held, and until when that counts here.
  struct Hold {
    Leases leases;
    base::Duration until{};
    Leases at(base::Duration now) const { return now < until ? leases : Leases{}; }
    friend bool operator==(const Hold&, const Hold&) = default;
  };

  /// `fence` must outlive it. `turn` is below a second and differs from controller to controller.
  LeaseKeeper(Fence& fence, InvocationId me, base::Duration turn)
      : fence_(fence), me_(me), turn_(turn) {}

  /// Renews, looks, claims what is its turn. Gives the writes that are due: the epoch of each role
  /// that was won and is not written yet; the caller tells what became of each by wrote().
  std::vector<TakeRole> round(const std::vector<Stake>& stakes, const Holds& holds,
                              base::Duration now);
  void wrote(const TakeRole& take, const base::Result<Written>& result, base::Duration now);

  /// A person wants the role to come here, whether or not it is our turn.
  void want(const TakeRole& wish);

  /// From now on this does not count as held here; then the fence may be told.
  void let_go(const RoleId& role);
  base::Result<void> give_up(const RoleId& role, Revision revision, const Pledge& pledge);

  base::Result<void> confirm(const Leases& leases, base::Duration now);

  /// Confirms them, and in one step with that draws numbers of the role's counter.
  base::Result<Drawn> draw(const Draw& wanted, const Leases& leases, base::Duration now);

  const Hold& hold() const { return hold_; }
  /// Why the fence could not be asked last; empty: it could.
  const std::string& trouble() const { return trouble_; }
  /// Who has a role by the fence, as far as it was seen.
  const Fence::Seen& seen() const { return seen_; }
  base::Duration renewal_due() const { return renew_at_; }

 private:
  bool renew(base::Duration now);
  void compare(const Stake& stake, base::Duration now);
  base::Result<void> check_held(const Leases& leases, base::Duration now) const;
  bool is_our_turn(const Stake& stake, base::Duration now);
  void claim(const Stake& stake, base::Duration now);
  void note(const base::Error& error) { trouble_ = error.message; }
  base::Error cannot_be_asked(const base::Error& error);

  Fence& fence_;
  InvocationId me_;
  base::Duration turn_;
  LeaseId lease_;
  Hold hold_;
  base::Duration renew_at_{};
  Fence::Seen seen_;
  std::string trouble_;
  std::map<RoleId, base::Duration> absent_since_;
  std::map<RoleId, base::Duration> pause_until_;
  std::map<RoleId, TakeRole> wanted_;
  struct Won {
    TakeRole take;
    std::optional<Handover> handover;
    base::Duration at{};
    bool being_written = false;
  };
  std::map<RoleId, Won> won_;
  std::set<RoleId> letting_go_;
};

}  // namespace ringspan::replicator::partners
