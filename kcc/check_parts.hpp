#pragma once

// The parts of check (check.hpp); each adds what it finds.

#include "kcc/check.hpp"
#include "kcc/names.hpp"

namespace ringspan::kcc {

void check_sites(const sites::Forest& forest, Findings& findings);
void check_subnets(const sites::Forest& forest, Findings& findings);
void check_names(const sites::Forest& forest, Findings& findings);
void check_links(const sites::Forest& forest, Findings& findings);
void check_bridges(const sites::Forest& forest, Findings& findings);
void check_bridgeheads(const sites::Forest& forest, Findings& findings);
void check_islands(const sites::Forest& forest, const Topology& topology, Findings& findings);
void check_connections(const sites::Forest& forest, const Topology& topology,
                       const CheckLimits& limits, Findings& findings);

}  // namespace ringspan::kcc
