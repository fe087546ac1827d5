#pragma once

// Writer: one replica's hand in one transaction. It gives USNs and stamps, keeps hybrid time, and
// remembers which naming contexts were touched, so that partners can be told after the commit.

#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "replicator/engine/fence.hpp"
#include "replicator/engine/finding.hpp"
#include "replicator/engine/identity.hpp"
#include "replicator/engine/master_role.hpp"
#include "replicator/engine/store.hpp"

namespace ringspan::replicator {

/// A stamp further ahead of our clock than this raises a finding and does not move our clock.
inline constexpr base::Duration kClockTolerance = std::chrono::minutes(5);

class Writer {
 public:
  /// All three must outlive the Writer.
  Writer(Transaction& store, const Identity& identity, base::Time now)
      : store_(store), identity_(identity), now_(now) {}

  /// The forest has a fence. Role data is written under these ownerships from now on (rule F4), and
  /// with these numbers of its counter, if it was asked for any (F9).
  void write_under(const Leases& leases, std::optional<Drawn> drawn = std::nullopt) {
    fenced_ = true;
    leases_ = leases;
    drawn_ = drawn;
  }
  bool is_fenced() const { return fenced_; }

  /// The first of so many numbers of the fence's counter. nullopt: it is to be asked for them first
  /// (drawing), and nothing of this write holds.
  std::optional<std::uint64_t> draw(const RoleId& role, std::uint64_t count);

  Transaction& store() { return store_; }
  const Identity& identity() const { return identity_; }
  base::Time now() const { return now_; }

  /// StoreFailure if the row is damaged.
  std::optional<Object> find(ObjectId id) const;

  /// Hybrid logical time (rule R3): our clock, or the latest time seen if that is ahead.
  base::Time hybrid_time() const;

  /// Takes note of the time of a stamp that came from elsewhere.
  void observe(const Stamp& stamp);

  /// An originating write of one attribute under `usn` (from store().next_usn()); the caller puts
  /// the object afterwards, with that USN.
  void originate(Object& object, std::string_view attribute, std::vector<std::string> values,
                 Usn usn);

  /// An originating write of one link value, stored.
  void originate(const LinkId& id, NamingContextId context, bool present);

  /// Stores a link that came from elsewhere, with a USN of its own, replicated onwards.
  void put(Link& link);

  /// Stores what only this replica knows of a link (Link::beside); nobody is told.
  void put_quietly(const Link& link);

  /// The links of the object with this id are judged when the cycle is over.
  void unsettle_links(ObjectId id);

  /// Stores the object with a USN of its own, replicated onwards.
  void put(Object& object);
  void put(Object& object, Usn usn);

  /// Stores what only this replica knows (Attribute::beside, unplaced); nobody is told.
  void put_quietly(const Object& object);

  /// What this commit says of the context is announced at once (rule R22).
  void hurry(NamingContextId context) { urgent_.insert(context); }

  /// What is being written is for the owner of this role alone.
  void demand(const RoleId& role) { demanded_.insert(role); }

  void finding(Finding::Severity severity, std::string text);

  const std::set<NamingContextId>& changed() const { return changed_; }
  const std::set<NamingContextId>& urgent() const { return urgent_; }
  const std::set<RoleId>& demanded() const { return demanded_; }
  const std::map<RoleId, std::uint64_t>& drawing() const { return drawing_; }
  bool changed_identifiers() const { return changed_identifiers_; }
  const std::vector<Finding>& findings() const { return findings_; }

 private:
  InvocationId originator(NamingContextId context);
  std::uint64_t least_version(const Object& object, std::string_view attribute) const;
  void heed_schema(const Object& object);

  Transaction& store_;
  const Identity& identity_;
  base::Time now_;
  bool fenced_ = false;
  Leases leases_;
  std::optional<Drawn> drawn_;
  std::map<RoleId, std::uint64_t> drawing_;              // how many are to be drawn
  std::map<NamingContextId, InvocationId> originators_;  // as far as they were asked for
  std::set<NamingContextId> changed_;
  std::set<NamingContextId> urgent_;
  std::set<RoleId> demanded_;
  bool changed_identifiers_ = false;
  std::vector<Finding> findings_;
};

/// The object of a stored row; StoreFailure if its bytes are damaged.
Object stored_object(const Row& row);

}  // namespace ringspan::replicator
