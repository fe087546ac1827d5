#pragma once

// Messages: what two replicas say to each other, as values (the wire's form is replicator/wire).
//
//   destination                         source
//      │  GetChanges{after, known}  ──►   │  answer(): one snapshot
//      │  ◄──  Page{objects, end}         │
//      │  GetChanges{after = end}   ──►   │
//      │  ◄──  Page{last, vector}         │          cycle over
//      │  ◄──  Notice{context}            │          later, when something was committed

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "replicator/engine/link.hpp"
#include "replicator/engine/object.hpp"
#include "replicator/engine/selection.hpp"
#include "replicator/engine/vector.hpp"

namespace ringspan::replicator {

/// Pages hold at most this much unless the destination asks for less.
struct PageLimits {
  /// Objects, and each link value as one. 0: a probe, which asks only whether there is anything.
  std::uint32_t objects = 256;
  std::uint32_t bytes = 1U << 20U;  ///< A page ends with the object that passes it.
  friend bool operator==(const PageLimits&, const PageLimits&) = default;
};

/// MS-DRSR 4.1.10 IDL_DRSGetNCChanges, the request.
struct GetChanges {
  std::uint64_t request = 0;  ///< Comes back in the page; a page of another request is ignored.
  NamingContextId naming_context;
  HighWatermark after;       ///< Ignored by a source with another invocation id.
  UpToDatenessVector known;  ///< What need not be sent.
  PageLimits limits;
  bool notify = true;  ///< Tell me when something new is committed.
  /// I come by a way round: pull from me too, since who else should may hear me no more (rule R14).
  bool call_back = false;
  friend bool operator==(const GetChanges&, const GetChanges&) = default;
};

/// One attribute of one object with the stamp and context of its writer.
struct AttributeChange {
  std::string name;
  std::vector<std::string> values;
  Stamp stamp;
  Context context;
  friend bool operator==(const AttributeChange&, const AttributeChange&) = default;
};

/// Only what the destination lacks of an object.
struct ObjectChange {
  ObjectId id;
  std::vector<AttributeChange> attributes;  ///< In the order of names, never empty.
  friend bool operator==(const ObjectChange&, const ObjectChange&) = default;
};

/// One link value with the history of its writer.
struct LinkChange {
  LinkId id;
  bool present = false;
  base::Time created{};
  Stamp stamp;
  Context context;
  friend bool operator==(const LinkChange&, const LinkChange&) = default;
};

/// One answer, read from one snapshot.
struct Page {
  std::uint64_t request = 0;
  NamingContextId naming_context;
  InvocationId source;
  std::vector<ObjectChange> objects;  ///< In the order of the source's USNs.
  std::vector<LinkChange> links;      ///< Likewise. Their ends may still be to come.
  HighWatermark end;                  ///< Everything up to here has been looked at.
  /// Only with the last page of a cycle: what the destination holds once it has applied it.
  std::optional<UpToDatenessVector> vector;
  /// The attributes that this page, its end and its vector are meant of; no other is in it.
  Selection selection = {};
  /// The source should hear the destination and has lost it: nobody may hear it (rule R14).
  bool lost_you = false;
  /// How near the source a primary source of this naming context is lost: 1, it has lost one
  /// itself; 2, somebody has whom it hears inside its site, and so on; 0, nobody that it knows of
  /// (rule R14).
  std::uint32_t steps_to_loss = 0;

  bool last() const { return vector.has_value(); }
  friend bool operator==(const Page&, const Page&) = default;
};

/// "Something new was committed in this naming context": MS-DRSR 4.1.23 IDL_DRSReplicaSync.
struct Notice {
  NamingContextId naming_context;
  friend bool operator==(const Notice&, const Notice&) = default;
};

/// The source will not or cannot answer; `reason` is for people.
struct Refusal {
  std::uint64_t request = 0;
  std::string reason;
  /// Nothing is answered to you, for good: you were removed from the configuration that I have. Not
  /// set where I have merely not heard of you.
  bool not_member = false;
  friend bool operator==(const Refusal&, const Refusal&) = default;
};

}  // namespace ringspan::replicator
