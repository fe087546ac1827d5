#pragma once

#include <string>

#include "kcc/topology.hpp"
#include "sites/forest.hpp"

namespace ringspan::kcc {

/// The topology in GraphML, for networkx, Gephi and yEd: a node a controller, an edge a connection
/// that points from source to destination, as changes flow. Attributes are called as the keys of a
/// connection in JSON; for yEd labels are drawn and standby is dashed.
std::string connections_graphml(const sites::Forest& forest, const Topology& topology);

}  // namespace ringspan::kcc
