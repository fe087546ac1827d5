#include "replicator/store/sqlite_rows.hpp"

#include <fmt/core.h>

#include "base/bytes.hpp"

namespace ringspan::replicator::store {
namespace {

constexpr std::int64_t kDeleted = 1;
constexpr std::int64_t kUnplaced = 2;
constexpr std::int64_t kLinksUnsettled = 4;

constexpr std::int64_t kPresent = 1;

}  // namespace

std::int64_t number_of(base::Time time) {
  return time.time_since_epoch().count();
}
base::Time time_of(std::int64_t number) {
  return base::Time{base::Duration{number}};
}

Row row_of(const Statement& from) {
  const std::int64_t flags = from.number(5);
  return {.id = ObjectId{from.guid(0)},
          .naming_context = NamingContextId{from.guid(1)},
          .parent = ObjectId{from.guid(2)},
          .name_key = std::string(from.bytes(3)),
          .usn = Usn{from.unsigned_number(4)},
          .deleted = (flags & kDeleted) != 0,
          .unplaced = (flags & kUnplaced) != 0,
          .links_unsettled = (flags & kLinksUnsettled) != 0,
          .stamps = std::string(from.bytes(6)),
          .values = std::string(from.bytes(7))};
}

std::int64_t flags_of(const Row& row) {
  return (row.deleted ? kDeleted : 0) | (row.unplaced ? kUnplaced : 0) |
         (row.links_unsettled ? kLinksUnsettled : 0);
}

Link link_of(const Statement& from) {
  Link link{.id = {.source = ObjectId{from.guid(0)},
                   .attribute = std::string(from.bytes(3)),
                   .target = ObjectId{from.guid(2)}},
            .naming_context = NamingContextId{from.guid(1)},
            .present = (from.number(5) & kPresent) != 0,
            .usn = Usn{from.unsigned_number(4)}};
  if (!unpack_history(from.bytes(6), link)) {
    throw StoreFailure(fmt::format("a link of object {} is damaged in the database: its bytes make "
                                   "no sense",
                                   link.id.source.value.to_string()),
                       StoreFailure::Kind::damaged);
  }
  return link;
}

std::int64_t flags_of(const Link& link) {
  return link.present ? kPresent : 0;
}

namespace {

PullCounts counts_of(const Statement& from, int column) {
  return {from.unsigned_number(column), from.unsigned_number(column + 1),
          from.unsigned_number(column + 2), from.unsigned_number(column + 3)};
}

}  // namespace

void bind_counts(Statement& to, const PullCounts& counts) {
  to.bind(counts.pages).bind(counts.objects).bind(counts.values).bind(counts.bytes);
}

Mark mark_of(const Statement& from, int column) {
  return {.ordinal = static_cast<std::uint32_t>(from.unsigned_number(column)),
          .word = static_cast<std::uint32_t>(from.unsigned_number(column + 1)),
          .start = Usn{from.unsigned_number(column + 2)}};
}

SourceRecord source_of(const Statement& from) {
  return {.source = ControllerId{from.guid(0)},
          .naming_context = NamingContextId{from.guid(1)},
          .watermark = {.source = InvocationId{from.guid(2)},
                        .usn = Usn{from.unsigned_number(3)},
                        .settled = Usn{from.unsigned_number(4)},
                        .mark = mark_of(from, 17)},
          .last_attempt = time_of(from.number(5)),
          .last_success = time_of(from.number(6)),
          .failures = static_cast<std::uint32_t>(from.number(7)),
          .error = std::string(from.bytes(8)),
          .last_pull = counts_of(from, 9),
          .total = counts_of(from, 13)};
}

namespace {

Stamp stamp_of(const Statement& from, int column) {
  return {.version = from.unsigned_number(column),
          .time = time_of(from.number(column + 1)),
          .originator = InvocationId{from.guid(column + 2)},
          .usn = Usn{from.unsigned_number(column + 3)}};
}

}  // namespace

void bind_stamp(Statement& to, const Stamp& stamp) {
  to.bind(stamp.version).bind(number_of(stamp.time));
  to.bind(stamp.originator.value).bind(stamp.usn.value);
}

std::string pack(const std::vector<std::string>& values) {
  base::ByteWriter out;
  out.varint(values.size());
  for (const auto& value : values)
    out.text(value);
  return out.take();
}

namespace {

std::vector<std::string> unpack(std::string_view packed) {
  base::ByteReader in(packed);
  std::vector<std::string> values;
  for (auto left = in.count(1); left > 0 && in.ok(); --left)
    values.emplace_back(in.text());
  return values;
}

}  // namespace

JournalEntry entry_of(const Statement& from) {
  return {.kind = static_cast<ConflictKind>(from.number(0)),
          .naming_context = NamingContextId{from.guid(1)},
          .object = ObjectId{from.guid(2)},
          .attribute = std::string(from.bytes(3)),
          .lost = stamp_of(from, 4),
          .lost_values = unpack(from.bytes(8)),
          .kept = stamp_of(from, 9),
          .kept_values = unpack(from.bytes(13)),
          .noticed = time_of(from.number(14))};
}

}  // namespace ringspan::replicator::store
