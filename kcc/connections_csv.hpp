#pragma once

#include <string>

#include "kcc/topology.hpp"
#include "sites/forest.hpp"

namespace ringspan::kcc {

/// The topology for a spreadsheet (RFC 4180, UTF-8): a heading, then a row a connection, so that
/// rows are counted as the plan counts. Columns are called as the keys of a connection in JSON;
/// several naming contexts or links of one row are joined by "; ".
std::string connections_csv(const sites::Forest& forest, const Topology& topology);

}  // namespace ringspan::kcc
