#pragma once

// read_graphml: a wide-area network in GraphML, such as the maps of the Internet Topology Zoo, into
// a Forest: every node a site, every edge a site link, one domain.
//
//     const auto read = sites::read_graphml(bytes, "geant.graphml", {.controllers_per_site = 3});
//
// Attributes are found by their names (<key attr.name="Latitude">), never by the ids of their keys,
// which mean something else in every file: label, Latitude, Longitude, Internal (0: a peer outside
// the network, left out with its edges) of nodes, LinkSpeedRaw (bit/s) of edges, Network of the
// graph.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "sites/fault.hpp"
#include "sites/forest.hpp"

namespace ringspan::sites {

/// What the cost of a link follows from. Speed: 1024 / log10(kbit/s), as Microsoft advises; where
/// the map does not know it, distance: 150, and one more for each 20 km along the great circle;
/// where an end has no coordinates, 200.
enum class CostFrom { speed, distance };

struct GraphmlOptions {
  std::uint32_t controllers_per_site = 2;
  CostFrom cost = CostFrom::speed;
};

struct GraphmlForest {
  Forest forest;                ///< Sound. Of parallel edges the cheapest is there.
  std::vector<Fault> findings;  ///< What was left out or changed.
};

/// Never throws; near linear in the size. External entities are never read.
tl::expected<GraphmlForest, std::vector<Fault>> read_graphml(std::string_view bytes,
                                                             std::string file_name,
                                                             const GraphmlOptions& options = {});

}  // namespace ringspan::sites
