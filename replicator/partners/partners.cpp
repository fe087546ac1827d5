#include "replicator/partners/partners.hpp"

#include "kcc/mine.hpp"

namespace ringspan::replicator::partners {

std::vector<Partner> partners_of(const kcc::Topology& plan, sites::ControllerId me,
                                 const std::set<sites::ControllerId>& failing) {
  std::vector<Partner> partners;
  for (const kcc::Inbound& inbound : kcc::mine(plan, me, failing)) {
    if (!inbound.active) continue;
    const kcc::Connection& connection = inbound.connection;
    partners.push_back({.source = connection.source,
                        .naming_contexts = connection.naming_contexts,
                        .interval = connection.interval,
                        .schedule = connection.schedule,
                        .notify = connection.notify});
  }
  return partners;
}

}  // namespace ringspan::replicator::partners
