#include "kcc/mine.hpp"

#include <algorithm>
#include <iterator>

#include "kcc/plan.hpp"

namespace ringspan::kcc {

std::vector<Connection> mine(const Topology& plan, sites::ControllerId me) {
  std::vector<Connection> inbound;
  std::ranges::copy_if(plan.connections, std::back_inserter(inbound),
                       [me](const Connection& one) { return one.destination == me; });
  return inbound;
}

std::vector<Connection> detours(const sites::Forest& forest, const Topology& plan,
                                sites::ControllerId me, const std::set<sites::ControllerId>& lost) {
  if (lost.empty()) return {};
  sites::Forest rest = forest;
  std::erase_if(rest.controllers, [&](const sites::Controller& one) {
    return one.id != me && lost.contains(one.id);
  });
  const std::vector<Connection> planned = mine(plan, me);
  std::vector<Connection> added = mine(kcc::plan(rest), me);
  std::erase_if(added, [&](const Connection& one) {
    return one.standby || std::ranges::any_of(planned, [&](const Connection& other) {
             return other.source == one.source && !other.standby;
           });
  });
  return added;
}

}  // namespace ringspan::kcc
