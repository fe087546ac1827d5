#pragma once

// change_on_paper: a forest as it would be with links added, costs set, parts taken away.
//
//     const auto wanted = sites::change_on_paper(forest, {.without_links = {"oslo-nuuk"}});
//     if (!wanted) for (const ChangeFault& fault : wanted.error()) print(fault.message);

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "sites/forest.hpp"

namespace ringspan::sites {

/// Words as an administrator writes them; names in any case.
struct PaperChanges {
  std::vector<std::string> without_controllers{};
  std::vector<std::string> without_links{};
  std::vector<std::string> without_sites{};  ///< With their controllers, and links of two sites.
  std::vector<std::string> add_links{};      ///< "oslo,rome,80"
  std::vector<std::string> set_costs{};      ///< "oslo-nuuk=50"

  std::size_t size() const {
    return without_controllers.size() + without_links.size() + without_sites.size() +
           add_links.size() + set_costs.size();
  }
};

/// One word that cannot be followed.
struct ChangeFault {
  std::string field;  ///< The member of PaperChanges by its name.
  std::size_t at = 0;
  std::string message;  ///< The word, the reason and the remedy.
  friend bool operator==(const ChangeFault&, const ChangeFault&) = default;
};

/// Costs are set first, then links added, then links, controllers and sites taken away. A new link
/// is called after its two sites; what else a link has is as if left out in a definition. Every
/// fault at once.
tl::expected<Forest, std::vector<ChangeFault>> change_on_paper(Forest forest,
                                                               const PaperChanges& changes);

}  // namespace ringspan::sites
