#include "replicator/engine/resolve.hpp"

#include <utility>

namespace ringspan::replicator {
namespace {

// What `seen` holds beyond what a value's own stamp and context already say.
Context beyond(const Context& seen, const Stamp& stamp, const Context& context) {
  Context covered = context;
  covered.note(stamp);
  std::vector<std::pair<InvocationId, Usn>> rest;
  for (const auto& [originator, usn] : seen.entries()) {
    const Stamp entry{.version = 0, .time = {}, .originator = originator, .usn = usn};
    if (!covered.covers(entry)) rest.emplace_back(originator, usn);
  }
  return Context::of(rest);
}

// What whoever knows of a write knows of its history.
template <typename Change>
Context seen_with(const Change& theirs) {
  Context seen = theirs.context;
  seen.note(theirs.stamp);
  return seen;
}

template <typename Ours>
Context all_seen(const Ours& ours) {
  Context seen = ours.context;
  seen.merge(ours.beside);
  seen.note(ours.stamp);
  return seen;
}

template <typename Ours, typename Theirs>
bool unseen_by_each_other(const Ours& ours, const Theirs& theirs) {
  return !theirs.context.covers(ours.stamp) && !ours.context.covers(theirs.stamp) &&
         !ours.beside.covers(theirs.stamp);
}

Attribute take(const Attribute* ours, const AttributeChange& theirs) {
  Attribute taken{
      .values = theirs.values, .stamp = theirs.stamp, .context = theirs.context, .beside = {}};
  if (ours != nullptr) {
    taken.beside = beyond(context_of_successor(*ours), theirs.stamp, theirs.context);
  }
  return taken;
}

Attribute keep(const Attribute& ours, const AttributeChange& theirs) {
  Attribute kept = ours;
  kept.beside.merge(beyond(seen_with(theirs), ours.stamp, ours.context));
  return kept;
}

}  // namespace

Resolution resolve(const Attribute* ours, const AttributeChange& theirs) {
  if (ours == nullptr) {
    return {.outcome = Outcome::take_theirs, .attribute = take(nullptr, theirs)};
  }
  if (ours->stamp.same_write(theirs.stamp)) {
    return {.outcome = Outcome::same_write, .attribute = *ours};
  }
  const bool conflict = unseen_by_each_other(*ours, theirs) && ours->values != theirs.values;
  if (ours->stamp < theirs.stamp) {
    return {.outcome = Outcome::take_theirs, .attribute = take(ours, theirs), .conflict = conflict};
  }
  return {.outcome = Outcome::keep_ours, .attribute = keep(*ours, theirs), .conflict = conflict};
}

LinkResolution resolve(const Link* ours, const LinkChange& theirs, NamingContextId context) {
  Link link{.id = theirs.id,
            .naming_context = context,
            .present = theirs.present,
            .created = theirs.created,
            .stamp = theirs.stamp,
            .context = theirs.context};
  if (ours == nullptr) return {.outcome = Outcome::take_theirs, .link = std::move(link)};
  if (ours->stamp.same_write(theirs.stamp)) {
    return {.outcome = Outcome::same_write, .link = *ours};
  }
  const bool conflict = unseen_by_each_other(*ours, theirs) && ours->present != theirs.present;
  if (rank(*ours) < rank(theirs)) {
    link.beside = beyond(context_of_successor(*ours), theirs.stamp, theirs.context);
    return {.outcome = Outcome::take_theirs, .link = std::move(link), .conflict = conflict};
  }
  link = *ours;
  link.beside.merge(beyond(seen_with(theirs), ours->stamp, ours->context));
  return {.outcome = Outcome::keep_ours, .link = std::move(link), .conflict = conflict};
}

Context context_of_successor(const Attribute& ours) {
  return all_seen(ours);
}

Context context_of_successor(const Link& ours) {
  return all_seen(ours);
}

}  // namespace ringspan::replicator
