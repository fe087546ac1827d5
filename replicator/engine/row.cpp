#include "replicator/engine/row.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include <fmt/core.h>

#include "base/bytes.hpp"
#include "base/contracts.hpp"

namespace ringspan::replicator {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kGuidSize = 16;
constexpr std::size_t kSmallestEntry = kGuidSize + 1;  // originator | usn
constexpr std::size_t kSmallestStamped =
    2 + kGuidSize + 3 + 3;  // name | stamp | two contexts | local

base::Guid read_guid(base::ByteReader& in) {
  return base::Guid::from_bytes(in.raw(kGuidSize)).value_or(base::Guid{});
}

void write_stamp(base::ByteWriter& out, const Stamp& stamp) {
  out.varint(stamp.version);
  out.zigzag(stamp.time.time_since_epoch().count());
  out.raw(stamp.originator.value.to_bytes());
  out.varint(stamp.usn.value);
}

Stamp read_stamp(base::ByteReader& in) {
  Stamp stamp;
  stamp.version = in.varint();
  stamp.time = base::Time{base::Duration{in.zigzag()}};
  stamp.originator = InvocationId{read_guid(in)};
  stamp.usn = Usn{in.varint()};
  return stamp;
}

void write_context(base::ByteWriter& out, const Context& context) {
  out.varint(context.entries().size());
  for (const auto& [originator, usn] : context.entries()) {
    out.raw(originator.value.to_bytes());
    out.varint(usn.value);
  }
}

Context read_context(base::ByteReader& in) {
  const std::size_t count = in.count(kSmallestEntry);
  if (count == 0) return {};
  std::vector<std::pair<InvocationId, Usn>> entries;
  entries.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const InvocationId originator{read_guid(in)};
    if (i > 0 && originator <= entries.back().first) in.fail();
    entries.emplace_back(originator, Usn{in.varint()});
  }
  if (!in.ok()) return {};
  return Context::of(entries);
}

void skip_context(base::ByteReader& in) {
  for (std::size_t left = in.count(kSmallestEntry); left > 0; --left) {
    in.raw(kGuidSize);
    in.varint();
  }
}

void write_values(base::ByteWriter& out, const std::vector<std::string>& values) {
  out.varint(values.size());
  for (const auto& value : values)
    out.text(value);
}

std::vector<std::string> read_values(base::ByteReader& in) {
  std::vector<std::string> values;
  const std::size_t count = in.count(1);
  // An honest row fills this; a damaged one may not make us take 32 times its own size at once.
  values.reserve(std::min<std::size_t>(count, 64));
  for (std::size_t i = 0; i < count && in.ok(); ++i)
    values.emplace_back(in.text());
  return values;
}

tl::unexpected<base::Error> damaged(const Row& row, std::string_view what) {
  return base::fail(base::Errc::damaged,
                    fmt::format("object {}: {}; restore the database or fill this replica anew",
                                row.id.value.to_string(), what));
}

/// What the row says beside its bytes must be what the bytes say.
bool agrees(const Row& row, const Object& object) {
  const auto name = object.attributes.find(kName);
  if (name == object.attributes.end()) return false;
  const auto placement = to_placement(name->second.values);
  return placement && placement->parent == row.parent && object.deleted() == row.deleted;
}

}  // namespace

Row to_row(const Object& object) {
  const Placement placement = object.placement();
  const bool head = placement.parent.value.is_nil();
  const bool claims_name = !object.deleted() && !object.unplaced && !head;
  base::ByteWriter stamps(64 * object.attributes.size());
  base::ByteWriter values(32 * object.attributes.size());
  stamps.byte(kVersion);
  values.byte(kVersion);
  for (const auto& [name, attribute] : object.attributes) {
    EXPECTS(!name.empty());
    stamps.text(name);
    write_stamp(stamps, attribute.stamp);
    write_context(stamps, attribute.context);
    write_context(stamps, attribute.beside);
    stamps.varint(attribute.local.value);
    write_values(values, attribute.values);
  }
  return {.id = object.id,
          .naming_context = object.naming_context,
          .parent = placement.parent,
          .name_key = claims_name ? placement.rdn.key() : std::string(),
          .usn = object.usn,
          .deleted = object.deleted(),
          .unplaced = object.unplaced,
          .links_unsettled = object.links_unsettled,
          .stamps = stamps.take(),
          .values = values.take()};
}

base::Result<Object> to_object(const Row& row) {
  base::ByteReader stamps(row.stamps);
  base::ByteReader values(row.values);
  if (stamps.byte() != kVersion || values.byte() != kVersion) {
    return damaged(row, "its bytes are of a form that this program does not know");
  }
  Object object{.id = row.id,
                .naming_context = row.naming_context,
                .attributes = {},
                .usn = row.usn,
                .unplaced = row.unplaced,
                .links_unsettled = row.links_unsettled};
  std::string_view last;
  while (!stamps.at_end()) {
    const std::string_view name = stamps.text();
    if (name <= last) stamps.fail();
    last = name;
    const auto at = object.attributes.try_emplace(object.attributes.end(), std::string(name));
    Attribute& attribute = at->second;
    attribute.stamp = read_stamp(stamps);
    attribute.context = read_context(stamps);
    attribute.beside = read_context(stamps);
    attribute.local = Usn{stamps.varint()};
    attribute.values = read_values(values);
  }
  if (!stamps.ok() || !values.ok() || !values.at_end()) {
    return damaged(row, "its bytes make no sense");
  }
  if (!agrees(row, object)) return damaged(row, "its name or place makes no sense");
  return object;
}

base::Result<std::vector<StampedName>> read_stamps(const Row& row) {
  base::ByteReader in(row.stamps);
  if (in.byte() != kVersion) {
    return damaged(row, "its bytes are of a form that this program does not know");
  }
  std::vector<StampedName> stamped;
  stamped.reserve(row.stamps.size() / kSmallestStamped);
  std::string_view last;
  while (!in.at_end()) {
    const std::string_view name = in.text();
    if (name <= last) in.fail();
    last = name;
    const Stamp stamp = read_stamp(in);
    skip_context(in);
    skip_context(in);
    const Usn local{in.varint()};
    stamped.push_back({std::string(name), stamp, local});
  }
  if (!in.ok()) return damaged(row, "its bytes make no sense");
  return stamped;
}

std::string pack_history(const Link& link) {
  base::ByteWriter out;
  out.zigzag(link.created.time_since_epoch().count());
  write_stamp(out, link.stamp);
  write_context(out, link.context);
  write_context(out, link.beside);
  return out.take();
}

bool unpack_history(std::string_view history, Link& link) {
  base::ByteReader in(history);
  link.created = base::Time{base::Duration{in.zigzag()}};
  link.stamp = read_stamp(in);
  link.context = read_context(in);
  link.beside = read_context(in);
  return in.ok() && in.at_end();
}

}  // namespace ringspan::replicator
