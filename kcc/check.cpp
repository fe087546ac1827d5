#include "kcc/check.hpp"

#include <utility>

#include "kcc/check_parts.hpp"
#include "kcc/sound.hpp"

namespace ringspan::kcc {

std::vector<Finding> check(const sites::Forest& given, const Topology& topology,
                           const CheckLimits& limits,
                           const std::vector<sites::Fault>& in_the_file) {
  const sites::Forest forest = in_one_order(given);
  Findings findings;
  for (const sites::Fault& fault : in_the_file)
    findings.add("in-the-file", fault.path, fault.reason, fault.remedy, fault.line);
  check_sites(forest, findings);
  check_subnets(forest, findings);
  check_names(forest, findings);
  check_links(forest, findings);
  check_bridges(forest, findings);
  check_bridgeheads(forest, findings);
  check_islands(forest, topology, findings);
  check_connections(forest, topology, limits, findings);
  return std::move(findings).sorted();
}

std::vector<Finding> unreadable(const std::vector<sites::Fault>& faults) {
  Findings findings;
  for (const sites::Fault& fault : faults)
    findings.add("unreadable", fault.path, fault.reason, fault.remedy, fault.line);
  return std::move(findings).sorted();
}

}  // namespace ringspan::kcc
