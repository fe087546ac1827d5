#include "replicator/engine/settle_links.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "replicator/engine/answer.hpp"
#include "replicator/engine/awaited.hpp"
#include "replicator/engine/resolve.hpp"
#include "replicator/engine/schema.hpp"

namespace ringspan::replicator {
namespace {

constexpr std::string_view kGuidMark = "<GUID=";

// The present links from `source`, by attribute.
std::map<std::string, std::vector<Link>> present_links(const Snapshot& snapshot, ObjectId source) {
  std::map<std::string, std::vector<Link>> links;
  snapshot.links_from(source, [&](const Link& link) {
    if (link.present) links[link.id.attribute].push_back(link);
    return true;
  });
  return links;
}

// Who of two values may stay: the later, a tie goes to the greater target (rule R17).
std::pair<base::Time, ObjectId> claim(const Link& link) {
  return {link.stamp.time, link.id.target};
}

void journal(Writer& writer, ConflictKind kind, const Link& lost, const Stamp& kept,
             std::vector<std::string> kept_values) {
  writer.store().journal({.kind = kind,
                          .naming_context = lost.naming_context,
                          .object = lost.id.source,
                          .attribute = lost.id.attribute,
                          .lost = lost.stamp,
                          .lost_values = {value_of(lost.id.target)},
                          .kept = kept,
                          .kept_values = std::move(kept_values),
                          .noticed = writer.now()});
}

// False while it cannot be told yet, as the removal of one may still be to come; and if a read-only
// or partial replica has to wait for a writable one's remedy.
bool keep_latest(Writer& writer, ObjectId source, const UpToDatenessVector& known) {
  const Schema schema(writer.store(), writer.identity().contexts);
  for (const auto& [attribute, links] : present_links(writer.store(), source)) {
    if (links.size() < 2 || !schema.definition(attribute).single_valued) continue;
    const bool whole = std::ranges::none_of(
        links, [&](const Link& link) { return is_awaited(known, link.stamp); });
    if (!whole || !writer.identity().may_write(links.front().naming_context)) return false;
    const Link& latest = *std::ranges::max_element(links, {}, claim);
    for (const Link& link : links) {
      if (link.id == latest.id) continue;
      writer.originate(link.id, link.naming_context, false);
      journal(writer, ConflictKind::link, link, latest.stamp, {value_of(latest.id.target)});
    }
  }
  return true;
}

// False while it cannot be told yet: what the deletion's writer had seen is not all here.
bool journal_swallowed(Writer& writer, const Object& object, const UpToDatenessVector& known) {
  const Attribute& deletion = object.attributes.find(kIsDeleted)->second;
  if (is_awaited(known, deletion.stamp)) return false;
  if (object.kept()) return true;  // nothing is lost
  const Context seen = context_of_successor(deletion);
  std::vector<Link> swallowed;
  const auto look = [&](const Link& link) {
    const bool ours = link.naming_context == object.naming_context;
    if (link.present && ours && !seen.covers(link.stamp)) swallowed.push_back(link);
    return true;
  };
  writer.store().links_from(object.id, look);
  writer.store().links_to(object.id, look);
  for (const Link& link : swallowed)
    journal(writer, ConflictKind::deletion, link, deletion.stamp, {});
  return true;
}

}  // namespace

void settle_links(Writer& writer, NamingContextId context) {
  std::vector<Object> waiting;
  writer.store().links_unsettled(context, [&](const Row& row) {
    waiting.push_back(stored_object(row));
    return true;
  });
  if (waiting.empty()) return;
  const UpToDatenessVector known =
      vector_of(writer.store(), context, writer.identity().invocation, writer.now());
  for (Object& object : waiting) {
    const bool judged = object.deleted() ? journal_swallowed(writer, object, known)
                                         : keep_latest(writer, object.id, known);
    if (!judged) continue;
    object.links_unsettled = false;
    writer.put_quietly(object);
  }
}

std::string value_of(ObjectId target) {
  return std::string(kGuidMark) + target.value.to_string() + ">";
}

std::optional<ObjectId> target_of(std::string_view value) {
  if (!value.starts_with(kGuidMark) || !value.ends_with('>')) return std::nullopt;
  value.remove_prefix(kGuidMark.size());
  value.remove_suffix(1);
  const auto guid = base::Guid::parse(value);
  if (!guid) return std::nullopt;
  return ObjectId(*guid);
}

}  // namespace ringspan::replicator
