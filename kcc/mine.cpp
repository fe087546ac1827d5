#include "kcc/mine.hpp"

namespace ringspan::kcc {

std::vector<Inbound> mine(const Topology& plan, sites::ControllerId me,
                          const std::set<sites::ControllerId>& failing) {
  std::vector<Inbound> inbound;
  std::set<sites::NamingContextId> in_need;  // a primary source of these is failing
  for (const Connection& connection : plan.connections) {
    if (connection.destination != me) continue;
    inbound.push_back({connection, true});
    if (connection.standby || !failing.contains(connection.source)) continue;
    in_need.insert(connection.naming_contexts.begin(), connection.naming_contexts.end());
  }
  for (Inbound& entry : inbound) {
    if (!entry.connection.standby) continue;
    entry.active = false;
    for (const auto& context : entry.connection.naming_contexts) {
      entry.active = entry.active || in_need.contains(context);
    }
  }
  return inbound;
}

}  // namespace ringspan::kcc
