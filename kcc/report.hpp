#pragma once

#include <string>

#include "kcc/analyse.hpp"
#include "kcc/topology.hpp"
#include "sites/forest.hpp"

namespace ringspan::kcc {

/// The answer of `ringspan plan` for people: one sentence that answers, a line for each naming
/// context, then who pulls from whom. Beyond thirty connections a line holds all of one controller.
std::string report(const sites::Forest& forest, const Topology& topology, const Analysis& analysis);

}  // namespace ringspan::kcc
