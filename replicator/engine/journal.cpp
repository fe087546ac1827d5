#include "replicator/engine/journal.hpp"

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
  }
  EXPECTS(false);
}

}  // namespace ringspan::replicator
