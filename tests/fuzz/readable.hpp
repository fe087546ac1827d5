#pragma once

// What every reader of forests promises of a forest that it gives.

#include "base/contracts.hpp"
#include "sites/read_forest.hpp"
#include "sites/write_forest.hpp"

namespace ringspan::fuzz {

/// forest.json holds it whole.
inline void expect_same_again(const sites::Forest& forest) {
  const auto again = sites::read_forest(sites::write_forest(forest), "again");
  EXPECTS(again.has_value() && *again == forest);
}

}  // namespace ringspan::fuzz
