#pragma once

#include "sites/forest.hpp"

namespace ringspan::kcc {

/// The part of any forest that makes sense, in one order: every list sorted, one entry an id, link
/// members and bridge links that refer to nothing left out, links of fewer than two sites left out.
/// A controller whose site is gone stays: its site returns without links, so that it shows up as an
/// island instead of vanishing.
sites::Forest sound_part(const sites::Forest& forest);

/// The whole of any forest with every list sorted: two forests of the same entries become equal,
/// also where several bear one id.
sites::Forest in_one_order(sites::Forest forest);

}  // namespace ringspan::kcc
