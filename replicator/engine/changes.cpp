#include "replicator/engine/changes.hpp"

#include <algorithm>
#include <utility>

#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {
namespace {

// Has the reader ever seen something of the object? By the writes that it covers, or that the
// writers of what it lacks had seen.
bool was_known(const Object& object, const Reading& before) {
  return std::ranges::any_of(object.attributes, [&](const auto& entry) {
    const Attribute& attribute = entry.second;
    if (before.known.covers(attribute.stamp)) return true;
    return std::ranges::any_of(attribute.context.entries(), [&](const auto& seen) {
      return before.known.covers(
          Stamp{.version = 0, .time = {}, .originator = seen.first, .usn = seen.second});
    });
  });
}

bool has(const std::vector<AttributeChange>& attributes, std::string_view name) {
  return std::ranges::find(attributes, name, &AttributeChange::name) != attributes.end();
}

ChangeKind kind_of(const Object& object, const std::vector<AttributeChange>& lacked,
                   const Reading& before) {
  if (has(lacked, kIsDeleted) && object.deleted()) return ChangeKind::deleted;
  if (!was_known(object, before)) return ChangeKind::added;
  if (has(lacked, kIsDeleted)) return ChangeKind::undeleted;
  return has(lacked, kName) ? ChangeKind::moved : ChangeKind::changed;
}

void go_to(Reading& reading, const Page& page, base::Time now) {
  reading.after = page.end;
  if (!page.last()) return;
  reading.known = *page.vector;
  reading.time = now;
}

}  // namespace

std::optional<ReportedChange> next_change(const Snapshot& snapshot, NamingContextId context,
                                          Reading& reading, const Identity& me,
                                          const Audience& audience, base::Time now) {
  while (true) {
    Page page = answer(snapshot,
                       {.request = 0,
                        .naming_context = context,
                        .after = reading.after,
                        .known = reading.known,
                        .limits = {.objects = 1},
                        .notify = false},
                       me, audience, now);
    const Reading before = reading;
    reading.selection = both(reading.selection, page.selection);
    go_to(reading, page, now);
    const bool nothing_more = page.last();
    if (!page.links.empty()) {
      LinkChange& link = page.links.front();
      if (reading.selection.has(link.id.attribute)) {
        return ReportedChange{.kind = ChangeKind::changed,
                              .object = link.id.source,
                              .attributes = {},
                              .link = std::move(link),
                              .placed = false,
                              .next = reading};
      }
    } else if (!page.objects.empty()) {
      ObjectChange& change = page.objects.front();
      std::erase_if(change.attributes,
                    [&](const auto& one) { return !reading.selection.has(one.name); });
      const auto row = snapshot.find(change.id);
      if (!change.attributes.empty() && row) {
        const ChangeKind kind = kind_of(stored_object(*row), change.attributes, before);
        const bool placed = has(change.attributes, kName) || has(change.attributes, kIsDeleted);
        return ReportedChange{.kind = kind,
                              .object = change.id,
                              .attributes = std::move(change.attributes),
                              .link = std::nullopt,
                              .placed = placed,
                              .next = reading};
      }
    }
    if (nothing_more) return std::nullopt;
  }
}

Reading reading_now(const Snapshot& snapshot, NamingContextId context, const Identity& me,
                    const Audience& audience, base::Time now) {
  const Usn end = snapshot.highest_usn();
  return {.after = {.source = me.invocation, .usn = end, .settled = end},
          .known = vector_of(snapshot, context, me.invocation, now),
          .selection = both(selection_of(snapshot, me.contexts, context, audience),
                            filled_with(snapshot, context)),
          .time = now};
}

}  // namespace ringspan::replicator
