#include "replicator/engine/answer.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "replicator/engine/holding.hpp"
#include "replicator/engine/horizon.hpp"
#include "replicator/engine/rollback.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {
namespace {

// Whatever a destination asks for, a page must fit a frame.
constexpr std::size_t kMostObjects = 4096;
constexpr std::size_t kMostBytes = 4U << 20U;

// Where a destination stands in our USN order; a foreign watermark means nothing here.
HighWatermark start_of(const HighWatermark& after, InvocationId me) {
  return after.source == me ? after : HighWatermark{.source = me};
}

std::vector<StampedName> stamps_of(const Row& row) {
  auto stamps = read_stamps(row);
  if (!stamps) {
    throw StoreFailure("object " + row.id.value.to_string() +
                           " is damaged in the database: " + stamps.error().message,
                       StoreFailure::Kind::damaged);
  }
  return *std::move(stamps);
}

// What a destination lacks of an attribute (rule R8): it came here after the destination's last
// whole cycle, and the vector does not cover it. And it is one that it gets at all (rule R20).
struct Filter {
  Usn settled;
  const UpToDatenessVector& known;
  const Selection& selection;

  bool lets_pass(std::string_view attribute, const Stamp& stamp, Usn local) const {
    return local > settled && !known.covers(stamp) && selection.has(attribute);
  }
};

bool anything_to_send(const Row& row, const Filter& filter) {
  return std::ranges::any_of(stamps_of(row), [&](const StampedName& attribute) {
    return filter.lets_pass(attribute.name, attribute.stamp, attribute.local);
  });
}

ObjectChange what_is_lacked(const Row& row, const Filter& filter) {
  Object object = stored_object(row);
  ObjectChange change{.id = object.id, .attributes = {}};
  for (auto& [name, attribute] : object.attributes) {
    if (!filter.lets_pass(name, attribute.stamp, attribute.local)) continue;
    change.attributes.push_back({.name = name,
                                 .values = std::move(attribute.values),
                                 .stamp = attribute.stamp,
                                 .context = std::move(attribute.context)});
  }
  return change;
}

LinkChange change_of(const Link& link) {
  return {.id = link.id,
          .present = link.present,
          .created = link.created,
          .stamp = link.stamp,
          .context = link.context};
}

std::size_t size_of(const LinkChange& change) {
  return change.id.attribute.size() + 80 + 24 * change.context.entries().size();
}

std::size_t size_of(const ObjectChange& change) {
  std::size_t size = 16;
  for (const AttributeChange& attribute : change.attributes) {
    size += attribute.name.size() + 40 + 24 * attribute.context.entries().size();
    for (const std::string& value : attribute.values)
      size += value.size() + 2;
  }
  return size;
}

}  // namespace

Page answer(const Snapshot& snapshot, const GetChanges& request, const Identity& me,
            const Audience& destination, base::Time now) {
  const Selection selection =
      selection_of(snapshot, me.contexts, request.naming_context, destination);
  Page page{.request = request.request,
            .naming_context = request.naming_context,
            .source = me.invocation,
            .objects = {},
            .links = {},
            .end = start_of(request.after, me.invocation),
            .vector = std::nullopt,
            .selection = both(selection, filled_with(snapshot, request.naming_context))};
  const std::size_t most_objects = std::min<std::size_t>(request.limits.objects, kMostObjects);
  const std::size_t most_bytes = std::min<std::size_t>(request.limits.bytes, kMostBytes);
  const Filter filter{.settled = page.end.settled, .known = request.known, .selection = selection};
  std::size_t bytes = 0;
  const auto full = [&] {
    return page.objects.size() + page.links.size() >= most_objects || bytes >= most_bytes;
  };
  bool more = false;
  const auto look = [&](const Snapshot::Changed& changed) {
    if (const auto* link = std::get_if<const Link*>(&changed)) {
      const bool lacked = filter.lets_pass((*link)->id.attribute, (*link)->stamp, (*link)->usn);
      more = lacked && full();
      if (more) return false;
      page.end.usn = (*link)->usn;
      if (!lacked) return true;
      page.links.push_back(change_of(**link));
      bytes += size_of(page.links.back());
      return true;
    }
    const Row& row = *std::get<const Row*>(changed);
    const bool lacked = anything_to_send(row, filter);
    more = lacked && full();
    if (more) return false;
    page.end.usn = row.usn;
    if (!lacked) return true;
    page.objects.push_back(what_is_lacked(row, filter));
    bytes += size_of(page.objects.back());
    return true;
  };
  snapshot.all_changed_since(request.naming_context, page.end.usn, look);
  page.end.mark = mark_of(snapshot);
  if (!more) {
    page.end.usn = std::max(page.end.usn, snapshot.highest_usn());
    page.end.settled = page.end.usn;
    page.vector = vector_of(snapshot, request.naming_context, me.invocation, now);
  }
  return page;
}

Lag lag(const Snapshot& snapshot, NamingContextId context, const HighWatermark& after,
        const UpToDatenessVector& known, const Identity& me, const Audience& destination) {
  Lag lag;
  const HighWatermark start = start_of(after, me.invocation);
  const Selection selection = selection_of(snapshot, me.contexts, context, destination);
  const Filter filter{.settled = start.settled, .known = known, .selection = selection};
  std::set<ObjectId> lacked;
  const auto count = [&](ObjectId object, std::string_view attribute, const Stamp& stamp,
                         Usn local) {
    if (!filter.lets_pass(attribute, stamp, local)) return;
    lacked.insert(object);
    ++lag.values;
    if (lag.oldest == base::Time{} || stamp.time < lag.oldest) lag.oldest = stamp.time;
  };
  snapshot.all_changed_since(context, start.usn, [&](const Snapshot::Changed& changed) {
    if (const auto* link = std::get_if<const Link*>(&changed)) {
      count((*link)->id.source, (*link)->id.attribute, (*link)->stamp, (*link)->usn);
      return true;
    }
    const Row& row = *std::get<const Row*>(changed);
    for (const StampedName& attribute : stamps_of(row))
      count(row.id, attribute.name, attribute.stamp, attribute.local);
    return true;
  });
  lag.objects = lacked.size();
  return lag;
}

UpToDatenessVector vector_of(const Snapshot& snapshot, NamingContextId context, InvocationId me,
                             base::Time now) {
  UpToDatenessVector vector = snapshot.vector(context);
  const OwnHorizon own = own_horizon(snapshot, context);
  vector.merge(originator_in(snapshot, context, me), {.usn = snapshot.highest_usn(),
                                                      .time = now,
                                                      .horizon = own.told,
                                                      .controller = own.controller,
                                                      .mark = mark_of(snapshot)});
  return vector;
}

}  // namespace ringspan::replicator
