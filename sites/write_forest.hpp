#pragma once

#include <string>

#include "sites/forest.hpp"

namespace ringspan::sites {

/// The forest.json of a sound forest: only what differs from the defaults and from the ids that
/// follow from names. read_forest() gives back an equal forest.
std::string write_forest(const Forest& forest);

}  // namespace ringspan::sites
