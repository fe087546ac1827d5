#include "kcc/mine.hpp"

#include <algorithm>
#include <iterator>

#include "kcc/plan.hpp"

namespace ringspan::kcc {
namespace {

bool is_planned(const Topology& plan, sites::ControllerId me, const Connection& connection) {
  return std::ranges::any_of(plan.connections, [&](const Connection& other) {
    return !other.standby && other.source == connection.source &&
           (other.destination == me || other.destination == connection.destination);
  });
}

}  // namespace

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
  const auto* here = sites::find_controller(forest, me);
  if (here == nullptr) return {};
  std::vector<Connection> added;
  for (Connection& one : kcc::plan(rest).connections) {
    const auto* destination = sites::find_controller(forest, one.destination);
    const bool ours = one.destination == me || (!one.path.empty() && destination != nullptr &&
                                                destination->site == here->site);
    if (one.standby || !ours || is_planned(plan, me, one)) continue;
    one.destination = me;
    added.push_back(std::move(one));
  }
  return added;
}

}  // namespace ringspan::kcc
