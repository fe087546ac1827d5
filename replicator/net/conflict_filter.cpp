#include "replicator/net/conflict_filter.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/fold.hpp"
#include "replicator/net/journal_json.hpp"
#include "replicator/net/vector_json.hpp"

namespace ringspan::replicator::net {

bool JournalFilter::takes(const JournalEntry& entry) const {
  return (!kind || *kind == entry.kind) && (attribute.empty() || attribute == entry.attribute) &&
         (!object || *object == entry.object) && since <= entry.noticed &&
         (id.empty() || conflict_id(entry).starts_with(id));
}

base::Result<JournalFilter> read_journal_filter(const Asked& asked) {
  auto known = asked.only({"ask", "kind", "attribute", "object", "since", "id", "limit"});
  if (!known) return base::fail(known.error());
  JournalFilter filter;
  if (asked.has("kind")) {
    const auto kind = asked.text("kind").and_then(read_conflict_kind);
    if (!kind) return base::fail(kind.error());
    filter.kind = *kind;
  }
  if (asked.has("attribute")) {
    const auto attribute = asked.text("attribute");
    if (!attribute) return base::fail(attribute.error());
    filter.attribute = base::fold_name(*attribute);
  }
  if (asked.has("object")) {
    const auto object = read_guid(asked, "object");
    if (!object) return base::fail(object.error());
    filter.object = ObjectId(*object);
  }
  if (asked.has("since")) {
    const auto since = base::parse_time(asked.text("since").value_or(""));
    if (!since) {
      return base::fail(base::Errc::invalid,
                        "\"since\": must be a time such as 2024-01-01T00:00:00Z");
    }
    filter.since = *since;
  }
  if (asked.has("id")) {
    const auto id = read_conflict_id(asked);
    if (!id) return base::fail(id.error());
    filter.id = *id;
  }
  const auto limit = asked.number("limit", filter.limit);
  if (!limit) return base::fail(limit.error());
  filter.limit = static_cast<std::size_t>(std::min<std::uint64_t>(*limit, kMostConflicts));
  return filter;
}

Json journal_request(const JournalFilter& filter) {
  Json request{{"ask", "journal"}, {"limit", filter.limit}};
  if (filter.kind) request["kind"] = to_string(*filter.kind);
  if (!filter.attribute.empty()) request["attribute"] = filter.attribute;
  if (filter.object) request["object"] = filter.object->value.to_string();
  if (filter.since != base::Time{}) request["since"] = base::to_string(filter.since);
  if (!filter.id.empty()) request["id"] = filter.id;
  return request;
}

base::Result<std::string> read_conflict_id(const Asked& asked) {
  constexpr std::size_t kFewest = 4;
  constexpr std::size_t kMostDigits = 12;
  const auto text = asked.text("id");
  if (!text) return base::fail(text.error());
  const std::string id = base::fold_name(*text);
  if (id.size() >= kFewest && id.size() <= kMostDigits &&
      id.find_first_not_of("0123456789abcdef") == std::string::npos) {
    return id;
  }
  return base::fail(base::Errc::invalid,
                    fmt::format("conflict {}: an id has {} hexadecimal digits, of which {} may do; "
                                "`ringspan conflicts` lists them",
                                *text, kMostDigits, kFewest));
}

}  // namespace ringspan::replicator::net
