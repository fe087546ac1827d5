#pragma once

#include <string>

#include "kcc/topology.hpp"
#include "sites/forest.hpp"

namespace ringspan::kcc {

/// The topology in Graphviz's language, sites as boxes around their controllers. An arrow points
/// the way changes flow, from source to destination; two-way pairs are one line, standby dashed.
std::string draw(const sites::Forest& forest, const Topology& topology);

}  // namespace ringspan::kcc
