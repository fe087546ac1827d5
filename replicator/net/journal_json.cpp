#include "replicator/net/journal_json.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/net/vector_json.hpp"

namespace ringspan::replicator::net {
namespace {

constexpr ConflictKind kKinds[] = {
    ConflictKind::attribute, ConflictKind::link,     ConflictKind::name,      ConflictKind::orphan,
    ConflictKind::cycle,     ConflictKind::deletion, ConflictKind::divergence};

Json side_json(const std::string& attribute, const std::vector<std::string>& values,
               const Stamp& stamp) {
  return {{"values", shown_values(attribute, values)},
          {"version", stamp.version},
          {"time", base::to_string(stamp.time)},
          {"originator", stamp.originator.value.to_string()},
          {"usn", stamp.usn.value}};
}

/// What shown_values made of a place.
std::vector<std::string> stored_values(const std::string& attribute,
                                       std::vector<std::string> values) {
  if (attribute != kName || values.size() != 2) return values;
  auto rdn = sites::Rdn::parse(values.front());
  const auto parent = base::Guid::parse(values.back());
  if (!rdn || !parent) return values;
  return to_values({.parent = ObjectId(*parent), .rdn = *std::move(rdn)});
}

base::Result<std::pair<Stamp, std::vector<std::string>>> read_side(const Json& entry,
                                                                   const char* field,
                                                                   const std::string& attribute) {
  if (!entry.contains(field)) {
    return base::fail(base::Errc::invalid, fmt::format("\"{}\": is missing", field));
  }
  const Asked asked(entry[field]);
  auto values = asked.texts("values");
  const auto version = asked.number("version", 0);
  const auto time = base::parse_time(asked.text("time").value_or(""));
  const auto originator = read_guid(asked, "originator");
  const auto usn = asked.number("usn", 0);
  if (!values) return base::fail(values.error());
  if (!version || !time || !originator || !usn) {
    return base::fail(base::Errc::invalid, fmt::format("\"{}\": bears no stamp", field));
  }
  return std::pair{Stamp{.version = *version,
                         .time = *time,
                         .originator = InvocationId(*originator),
                         .usn = Usn(*usn)},
                   stored_values(attribute, *std::move(values))};
}

}  // namespace

std::vector<std::string> shown_values(const std::string& attribute,
                                      const std::vector<std::string>& values) {
  if (attribute != kName) return values;
  const auto placement = to_placement(values);
  if (!placement) return values;
  return {placement->rdn.to_string(), placement->parent.value.to_string()};
}

Json journal_json(const JournalEntry& entry) {
  return {{"kind", to_string(entry.kind)},
          {"naming_context", entry.naming_context.value.to_string()},
          {"object", entry.object.value.to_string()},
          {"attribute", entry.attribute},
          {"lost", side_json(entry.attribute, entry.lost_values, entry.lost)},
          {"kept", side_json(entry.attribute, entry.kept_values, entry.kept)},
          {"noticed", base::to_string(entry.noticed)}};
}

base::Result<JournalEntry> read_journal_entry(const Json& json) {
  const Asked asked(json);
  const auto kind = asked.text("kind").and_then(read_conflict_kind);
  const auto context = read_guid(asked, "naming_context");
  const auto object = read_guid(asked, "object");
  const auto attribute = asked.text("attribute");
  const auto noticed = base::parse_time(asked.text("noticed").value_or(""));
  if (!kind) return base::fail(kind.error());
  if (!context) return base::fail(context.error());
  if (!object) return base::fail(object.error());
  if (!attribute) return base::fail(attribute.error());
  if (!noticed) return base::fail(base::Errc::invalid, "\"noticed\": no time");
  auto lost = read_side(json, "lost", *attribute);
  auto kept = read_side(json, "kept", *attribute);
  if (!lost) return base::fail(lost.error());
  if (!kept) return base::fail(kept.error());
  return JournalEntry{.kind = *kind,
                      .naming_context = NamingContextId(*context),
                      .object = ObjectId(*object),
                      .attribute = *attribute,
                      .lost = lost->first,
                      .lost_values = std::move(lost->second),
                      .kept = kept->first,
                      .kept_values = std::move(kept->second),
                      .noticed = *noticed};
}

base::Result<ConflictKind> read_conflict_kind(const std::string& word) {
  std::string words;
  for (const ConflictKind kind : kKinds) {
    if (word == to_string(kind)) return kind;
    words += (words.empty() ? "" : ", ") + std::string(to_string(kind));
  }
  return base::fail(base::Errc::invalid, fmt::format("\"kind\": {} is none of {}", word, words));
}

}  // namespace ringspan::replicator::net
