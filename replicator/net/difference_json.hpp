#pragma once

#include <string>
#include <vector>

#include "replicator/engine/comparison.hpp"
#include "replicator/net/ask.hpp"

namespace ringspan::replicator::net {

/// Whose words the differences are told in: the answers to `holds` name objects and originators.
struct DifferenceWords {
  const std::string& a;  ///< The controllers' names.
  const std::string& b;
  const Json& a_answer;
  const Json& b_answer;
};

/// All that differs in one object; at least one difference.
Json object_difference_json(const DifferenceWords& words,
                            const std::vector<Difference>& differences);

/// One sentence on the whole comparison.
std::string comparison_summary(const std::string& a, const std::string& b, std::uint64_t compared,
                               std::uint64_t coming, std::uint64_t diverging);

}  // namespace ringspan::replicator::net
