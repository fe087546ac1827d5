#pragma once

#include <string>

#include "kcc/topology.hpp"
#include "sites/forest.hpp"

namespace ringspan::kcc {

/// The topology as nTDSConnection objects (MS-ADTS 6.1.1.2.2.1.2.1.5), named as write_ldif() names
/// their parents: appended to what that writes of the whole forest, it reads back as the
/// connections that stand there. Each bears what a directory's own calculator writes (generated,
/// the reasons in mS-DS-ReplicatesNCReason); a schedule that is not always open is its owner's. A
/// directory knows no standby: one of a pair without a primary is marked in its description, and
/// one beside a primary is not written.
std::string connections_ldif(const sites::Forest& forest, const Topology& topology);

}  // namespace ringspan::kcc
