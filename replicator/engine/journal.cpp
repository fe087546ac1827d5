#include "replicator/engine/journal.hpp"

#include <fmt/format.h>

#include "base/contracts.hpp"

namespace ringspan::replicator {

std::string_view to_string(ConflictKind kind) {
  switch (kind) {
    case ConflictKind::attribute:
      return "attribute";
    case ConflictKind::name:
      return "name";
    case ConflictKind::orphan:
      return "orphan";
    case ConflictKind::cycle:
      return "cycle";
    case ConflictKind::deletion:
      return "deletion";
    case ConflictKind::link:
      return "link";
    case ConflictKind::divergence:
      return "divergence";
  }
  EXPECTS(false);
}

std::string conflict_id(const JournalEntry& entry) {
  constexpr std::size_t kDigits = 12;  // of 100,000 entries, two alike in one forest of 50,000
  const std::string identity = fmt::format(
      "{}:{}:{}", entry.attribute, entry.lost.originator.value.to_string(), entry.lost.usn.value);
  std::string digits = base::Guid::from_name(entry.object.value, identity).to_string();
  std::erase(digits, '-');
  return digits.substr(0, kDigits);
}

}  // namespace ringspan::replicator
