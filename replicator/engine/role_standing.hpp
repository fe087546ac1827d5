#pragma once

// RoleStanding: may this controller act in a role now?
//
//      not the owner ──greatest epoch names us──► handing over ──we hold what the giver held──► ...
//      ... ──► catching up ──one partner's configuration pulled since we began──► effective
//
// An owner that was away may have been replaced; it knows once it has heard one partner (rule O6).
// Where there is a fence it decides instead (F2): the owner acts while the fence's lease lasts.

#include <optional>
#include <set>
#include <string>

#include "replicator/engine/identity.hpp"
#include "replicator/engine/ownership.hpp"

namespace ringspan::replicator {

/// What a controller has heard since it began; gone with it.
struct CaughtUp {
  bool alone = false;                  ///< Nobody else can have acted: it has all there is.
  std::set<NamingContextId> contexts;  ///< Of which it has pulled a whole cycle.
  std::set<RoleId> seized;             ///< A person has said that what it holds must do.
  /// Of which a partner has shown that it has no write of ours that we lack (rule I5).
  std::set<NamingContextId> confirmed;
  /// What the fence leaves it, as long as its lease lasts; nullopt: the forest has no fence.
  std::optional<Leases> leases = std::nullopt;
  friend bool operator==(const CaughtUp&, const CaughtUp&) = default;
};

enum class RoleStanding {
  not_owner,
  handing_over,
  catching_up,
  without_lease,
  quarantined,
  effective
};
std::string_view to_string(RoleStanding standing);

bool is_owner(const Identity& identity, const Ownership& ownership);

/// Has it synchronised since it began, so far as the role wants it (rule O6)?
bool has_caught_up(const CaughtUp& caught_up, const Identity& identity, const RoleId& role);

RoleStanding standing_of(const Snapshot& snapshot, const Identity& identity,
                         const CaughtUp& caught_up, const Ownership& ownership);

/// Why it does not act, with the remedy: "schema: belongs to oslo-1; do it there (--at oslo-1)".
/// Errc::refused at one who is not the owner, Errc::unavailable at the owner; nothing to say of an
/// effective one.
base::Result<void> may_act(const Snapshot& snapshot, const Identity& identity,
                           const CaughtUp& caught_up, const RoleId& role);

/// Why identifiers of the domain are not issued here yet, with the remedy (rule I5).
base::Result<void> may_issue(const Snapshot& snapshot, const Identity& identity,
                             const CaughtUp& caught_up, NamingContextId domain);

}  // namespace ringspan::replicator
