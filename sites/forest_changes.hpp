#pragma once

#include <string>
#include <vector>

#include "sites/forest.hpp"

namespace ringspan::sites {

/// What `after` says differently from `before`, a line for each part, in the words of forest.json:
/// "site link oslo-nuuk: cost 100 -> 50", "controller rome-1 added: site rome". Empty if they say
/// the same. A part is the same as long as its id is; what the default is, is left out of what was
/// added.
std::vector<std::string> changes_in_words(const Forest& before, const Forest& after);

/// A few of such lines in one, "; " between them, and how many more there are.
std::string summary_of(const std::vector<std::string>& changes);

}  // namespace ringspan::sites
