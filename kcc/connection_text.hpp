#pragma once

#include <string>

#include "kcc/names.hpp"
#include "kcc/topology.hpp"

namespace ringspan::kcc {

// What a connection has several of, as one cell: joined by "; ".
std::string contexts_text(const Connection& connection, const Names& names);
std::string path_text(const Connection& connection, const Names& names);

}  // namespace ringspan::kcc
