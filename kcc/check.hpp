#pragma once

// check: what is wrong with a forest, or odd, before anything runs on it.
//
//     for (const Finding& finding : check(forest, plan(forest)))
//       print(finding.place, finding.reason, finding.remedy);

#include <cstddef>
#include <vector>

#include "kcc/finding.hpp"
#include "kcc/topology.hpp"
#include "sites/fault.hpp"
#include "sites/forest.hpp"

namespace ringspan::kcc {

struct CheckLimits {
  std::size_t degree = 50;  ///< Connections into and out of one controller together.
};

/// Worst first, then by code and place; the same forest gives the same list. `topology` is its
/// plan, `in_the_file` what its reader had to say.
std::vector<Finding> check(const sites::Forest& forest, const Topology& topology,
                           const CheckLimits& limits = {},
                           const std::vector<sites::Fault>& in_the_file = {});

/// The findings of a file that is no forest.
std::vector<Finding> unreadable(const std::vector<sites::Fault>& faults);

}  // namespace ringspan::kcc
