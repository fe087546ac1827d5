#pragma once

// Allotment: which numbers the rid owner may set aside, and when it alone does so.
//
//      seized ──► parts blocks off its own reserve ──every member knows the epoch──► settled:
//      first owner; given by a settled one ──► settled:       past the end of all that it holds
//
// Behind a fence its counter decides, and nobody needs to be settled but to begin it (F9).
// Pure functions of what a replica holds; docs/roles.md has the argument why no number is set aside
// twice (I6).

#include <set>
#include <vector>

#include "replicator/engine/identifiers.hpp"
#include "replicator/engine/identity.hpp"
#include "replicator/engine/role_standing.hpp"

namespace ringspan::replicator {

/// The domains in which a replica takes, and may hand out, identifiers: held whole and written
/// here.
std::vector<NamingContextId> domains_of_identifiers(const Identity& identity);

RoleId rid_of(NamingContextId domain);

/// Every ownership of the domain's rid role that is known here, the one that counts last.
std::vector<Ownership> rid_history(const Snapshot& snapshot, const Identity& identity,
                                   NamingContextId domain);

/// Does this controller own the rid role, in this life of its database?
bool owns_in_this_life(const Identity& identity, const Ownership& now);

/// Its last ownership is one that the fence gave, and not what went on after it was taken out.
bool was_gained_at_fence(const std::vector<Ownership>& history);

/// Of the last ownership that no fence gave: what its counter gave before does not count any more.
Revision last_without_fence(const std::vector<Ownership>& history);

/// The fence has a counter that counts, as far as is known here.
bool counts_at_fence(const Snapshot& snapshot, const std::vector<Ownership>& history);

/// Owner, and nobody else can hand out numbers past the end any more, by the fence least of all.
bool is_settled(const Snapshot& snapshot, const Identity& identity, const Ownership& now);

/// An owner that is not settled may regard itself as that in two cases. It was given the role by a
/// settled owner, and has heard of no other epoch since:
bool was_given_whole(const std::vector<Ownership>& history);

/// The first ownership behind a fence, of one who was settled before it.
bool takes_it_to_the_fence(const Snapshot& snapshot, const Identity& identity,
                           const std::vector<Ownership>& history);

/// It has written down that nobody else could hand out numbers when it became owner, be it at the
/// fence.
bool has_settled(const Snapshot& snapshot, const Identity& identity, const Ownership& now);

/// Or every one of `writers`, and whoever else is known to have had the role and may come back,
/// knows of its epoch, and none of one that is not known here.
bool everyone_knows(const Snapshot& snapshot, const Identity& identity,
                    const std::vector<Ownership>& history, const std::set<ControllerId>& writers);

/// Those of them who have not said yet that they know its epoch.
std::set<ControllerId> not_heard(const Snapshot& snapshot, const Identity& identity,
                                 const std::vector<Ownership>& history,
                                 const std::set<ControllerId>& writers);

/// What the owner is to ask the fence's counter for. `writers` is empty while they are not known.
Draw draw_for(const Snapshot& snapshot, const Identity& identity, NamingContextId domain,
              std::uint64_t count, const std::set<ControllerId>* writers);

/// Takes in what of `history` was written for the taker and has come.
void take_in(const Snapshot& snapshot, NamingContextId domain,
             const std::vector<Ownership>& history, Taker& taker);

/// This controller in this life, with all that it has; fresh where nothing of it is written yet.
Taker taker_here(const Snapshot& snapshot, const Identity& identity, NamingContextId domain,
                 const std::vector<Ownership>& history);

/// By the owner: sets the range aside, or finds it where it was asked for before, also of a former
/// owner. Errc::unavailable says why there is none and what to do; Writer::drawing() that the fence
/// is to be asked first.
base::Result<Pool> allot(Writer& writer, const GrantPool& grant);

/// Errc::invalid where a request makes no sense.
base::Result<void> check(const TakeIdentifiers& take);

/// Issues numbers of what is at hand; Errc::unavailable if that is too little.
base::Result<void> issue(Writer& writer, const TakeIdentifiers& take);

/// How many more it needs at hand; none where the request was answered before.
std::uint64_t missing_identifiers(const Snapshot& snapshot, const Identity& identity,
                                  const TakeIdentifiers& take);

/// "dc=corp: oslo-1 has 17 identifiers at hand, 20 are wanted; `reason`; if it is lost for good:
/// ..." `reason` speaks of the owner.
base::Error too_few(const Snapshot& snapshot, const Identity& identity, const TakeIdentifiers& take,
                    std::string_view reason);

}  // namespace ringspan::replicator
