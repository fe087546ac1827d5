#pragma once

// Resolve: the rule for two writes of one attribute, or of one link value, as pure functions (rules
// R4 to R6, R16).

#include "replicator/engine/messages.hpp"
#include "replicator/engine/object.hpp"

namespace ringspan::replicator {

enum class Outcome {
  same_write,  ///< Known already, nothing to do.
  keep_ours,
  take_theirs,
};

struct Resolution {
  Outcome outcome = Outcome::same_write;
  Attribute attribute;    ///< What to keep: the greater stamp, with all that was seen noted beside.
  bool conflict = false;  ///< Neither writer had seen the other, and the values differ (R6).
};

/// `ours` is what this replica holds, nullptr if it never heard of the attribute.
Resolution resolve(const Attribute* ours, const AttributeChange& theirs);

struct LinkResolution {
  Outcome outcome = Outcome::same_write;
  Link link;  ///< What to keep: the greater rank, with all that was seen noted beside; no USN.
  bool conflict = false;  ///< Neither writer had seen the other: one added, one removed.
};

/// `ours` is what this replica holds of the value, nullptr if it never heard of it.
LinkResolution resolve(const Link* ours, const LinkChange& theirs, NamingContextId context);

/// The context of a write made here now over `ours`: all that this replica has seen of it.
Context context_of_successor(const Attribute& ours);
Context context_of_successor(const Link& ours);

}  // namespace ringspan::replicator
