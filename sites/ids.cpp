#include "sites/ids.hpp"

#include <string>

#include "base/contracts.hpp"
#include "base/fold.hpp"

namespace ringspan::sites {

ForestId forest_id_from_name(std::string_view name) {
  // Ringspan's own name space (RFC 4122 4.3), drawn once: every derived id hangs on it.
  static const auto space = base::Guid::parse("6f0c1d5e-52a3-4b0e-9d67-2f3b8c41a97e");
  EXPECTS(space.has_value());
  return ForestId(base::Guid::from_name(*space, "forest:" + base::fold_name(name)));
}

base::Guid id_from_name(ForestId forest, std::string_view kind, std::string_view name) {
  return base::Guid::from_name(forest.value, std::string(kind) + ":" + base::fold_name(name));
}

}  // namespace ringspan::sites
