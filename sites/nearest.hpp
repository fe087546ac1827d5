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

}  // namespace ringspan::sites
