#include "replicator/wire/bounds.hpp"

#include <cstdint>
#include <span>

#include "base/bytes.hpp"

namespace ringspan::replicator::wire {
namespace {

/// The repeated parts of a message of replication.proto and what leads to them, by field number.
struct Part {
  std::uint64_t field;
  std::span<const Part> parts;
};

constexpr Part kVector[] = {{1, {}}};          // cursors
constexpr Part kAttribute[] = {{2, {}}};       // values
constexpr Part kObject[] = {{2, kAttribute}};  // attributes
constexpr Part kPage[] = {{5, kVector},
                          {6, {}},
                          {7, kObject},  // vector, originators, objects,
                          {8, {}},
                          {10, {}}};            // links, selected
constexpr Part kGetChanges[] = {{4, kVector}};  // known
constexpr Part kEnvelope[] = {{2, kGetChanges}, {3, kPage}};

/// Takes the parts in `in` from `left`; false if these do not suffice or the bytes make no sense.
bool count_parts(base::ByteReader in, std::span<const Part> parts, std::size_t& left) {
  while (!in.at_end()) {
    const std::uint64_t tag = in.varint();
    switch (tag & 7U) {
      case 0:
        in.varint();
        break;
      case 1:
        in.raw(8);
        break;
      case 5:
        in.raw(4);
        break;
      case 2: {
        const std::string_view content = in.text();
        for (const Part& part : parts) {
          if (part.field != tag >> 3U) continue;
          if (left == 0) return false;
          --left;
          if (!part.parts.empty() && !count_parts(base::ByteReader(content), part.parts, left)) {
            return false;
          }
        }
        break;
      }
      default:  // groups: no form of ours has them, and they nest without end
        return false;
    }
  }
  return in.ok();
}

}  // namespace

bool within_bounds(std::string_view envelope) {
  std::size_t left = kMostParts;
  return count_parts(base::ByteReader(envelope), kEnvelope, left);
}

}  // namespace ringspan::replicator::wire
