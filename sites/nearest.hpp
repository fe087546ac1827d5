#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringspan::sites {

/// The candidate that a slip of the pen may have meant: fewest letters added, left out, changed or
/// swapped with a neighbour, at most a third of the word. Equal ones: the first in order.
std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates);

/// What is said of a name that none of `candidates` has: "oslo-nuk: no site link of this name; did
/// you mean oslo-nuuk?", or else where to look: "...; the definition lists them".
std::string no_such_name(std::string_view kind, std::string_view name,
                         const std::vector<std::string>& candidates, std::string_view where);

}  // namespace ringspan::sites
