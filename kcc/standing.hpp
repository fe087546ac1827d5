#pragma once

// The topology that stands in a directory: its own nTDSConnection objects, as an export has them.

#include <string>
#include <vector>

#include "kcc/topology.hpp"
#include "sites/forest.hpp"
#include "sites/read_ldif_forest.hpp"

namespace ringspan::kcc {

/// More than one enabled connection from one source to one destination.
struct DuplicateConnections {
  sites::ControllerId destination;
  sites::ControllerId source;
  std::vector<std::string> names;  ///< At least two.
  friend bool operator==(const DuplicateConnections&, const DuplicateConnections&) = default;
};

/// The enabled connections as a topology, all primary: each carries every naming context that its
/// ends can exchange (the predicate "implies" of MS-ADTS 6.2.2.1.2.1), over the cheapest legal way
/// between their sites. Connections that carry nothing, that replication does not use, or whose
/// ends the forest does not know are left out. Manual ones have Rule::manual.
Topology standing_topology(const sites::Forest& forest,
                           const std::vector<sites::ExportedConnection>& connections);

/// Those that an administrator made by hand in `forest`, as above; one that is never open carries
/// nothing.
std::vector<Connection> manual_connections(const sites::Forest& forest);

/// By destination, then source.
std::vector<DuplicateConnections> duplicates_among(
    const std::vector<sites::ExportedConnection>& connections);

}  // namespace ringspan::kcc
