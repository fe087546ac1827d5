#include "replicator/engine/digest.hpp"

#include <utility>

#include "base/bytes.hpp"
#include "base/contracts.hpp"
#include "replicator/engine/canonical.hpp"

namespace ringspan::replicator {
namespace {

// The name space in which digests are UUIDv5.
constexpr base::Guid kSpace{.bytes = {0x52, 0x69, 0x6e, 0x67, 0x73, 0x70, 0x61, 0x6e, 0x20, 0x64,
                                      0x69, 0x67, 0x65, 0x73, 0x74, 0x31}};

base::Guid digest_of(const Object& object) {
  const Row row = to_row(object);
  base::ByteWriter bytes(row.stamps.size() + row.values.size() + 32);
  bytes.raw("object");
  bytes.raw(object.id.value.to_bytes());
  bytes.text(row.stamps);
  bytes.text(row.values);
  return base::Guid::from_name(kSpace, bytes.take());
}

base::Guid digest_of(const Link& link) {
  base::ByteWriter bytes(128);
  bytes.raw("link");
  bytes.raw(link.id.source.value.to_bytes());
  bytes.text(link.id.attribute);
  bytes.raw(link.id.target.value.to_bytes());
  bytes.byte(link.present ? 1 : 0);
  bytes.text(pack_history(link));
  return base::Guid::from_name(kSpace, bytes.take());
}

void add(base::Guid& sum, const base::Guid& one) {
  for (std::size_t at = 0; at < sum.bytes.size(); ++at)
    sum.bytes[at] ^= one.bytes[at];
}

int value_of(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

}  // namespace

std::string digits_of(ObjectId id) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string digits;
  digits.reserve(kObjectDigits);
  for (const std::uint8_t byte : id.value.bytes) {
    digits += kDigits[byte >> 4U];
    digits += kDigits[byte & 15U];
  }
  return digits;
}

std::optional<ObjectId> object_of(std::string_view digits) {
  if (digits.size() != kObjectDigits) return std::nullopt;
  base::Guid guid;
  for (std::size_t at = 0; at < guid.bytes.size(); ++at) {
    const int high = value_of(digits[2 * at]);
    const int low = value_of(digits[2 * at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    guid.bytes[at] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return ObjectId(guid);
}

Digests digests(const Snapshot& snapshot, NamingContextId context, const Selection& selection,
                const std::set<std::string>& ranges, std::size_t more) {
  Digests found;
  const std::size_t length = ranges.empty() ? 0 : ranges.begin()->size();
  EXPECTS(length + more <= kObjectDigits);
  const auto range_of = [&](ObjectId id) -> RangeDigest* {
    const std::string digits = digits_of(id);
    if (!ranges.contains(digits.substr(0, length))) return nullptr;
    return &found[digits.substr(0, length + more)];
  };
  visit_canonical(
      snapshot, context, selection,
      [&](Object&& object) {
        RangeDigest* range = range_of(object.id);
        if (range == nullptr) return;
        ++range->objects;
        add(range->digest, digest_of(object));
      },
      [&](Link&& link) {
        if (RangeDigest* range = range_of(link.id.source)) add(range->digest, digest_of(link));
      });
  return found;
}

RangeDigest total(const Digests& digests) {
  RangeDigest all;
  for (const auto& [digits, range] : digests) {
    all.objects += range.objects;
    add(all.digest, range.digest);
  }
  return all;
}

std::vector<std::string> differing(const Digests& ours, const Digests& theirs) {
  std::vector<std::string> ranges;
  auto their = theirs.begin();
  for (const auto& [digits, range] : ours) {
    while (their != theirs.end() && their->first < digits)
      ranges.push_back((their++)->first);
    const bool both_have = their != theirs.end() && their->first == digits;
    if (!both_have || range != their->second) ranges.push_back(digits);
    if (both_have) ++their;
  }
  for (; their != theirs.end(); ++their)
    ranges.push_back(their->first);
  return ranges;
}

}  // namespace ringspan::replicator
