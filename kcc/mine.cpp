#include "kcc/mine.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <utility>

#include "kcc/plan.hpp"

namespace ringspan::kcc {
namespace {

using Ids = std::set<sites::ControllerId>;

bool carries(const Connection& connection, sites::NamingContextId context) {
  return std::ranges::binary_search(connection.naming_contexts, context);
}

/// Who is heard by `me` over primary connections of `plan` that touch nobody in `lost`; `me` too.
Ids heard(const Topology& plan, sites::NamingContextId context, sites::ControllerId me,
          const Ids& lost) {
  Ids found{me};
  for (std::size_t before = 0; before != found.size();) {
    before = found.size();
    for (const Connection& one : plan.connections) {
      if (one.standby || !found.contains(one.destination) || lost.contains(one.source)) continue;
      if (carries(one, context)) found.insert(one.source);
    }
  }
  return found;
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
  const Topology way_round = kcc::plan(rest);
  std::map<sites::NamingContextId, Ids> still_heard;
  std::vector<Connection> added;
  for (const Connection& one : way_round.connections) {
    if (one.standby) continue;
    Connection mine = one;
    std::erase_if(mine.naming_contexts, [&](sites::NamingContextId context) {
      const auto [entry, fresh] = still_heard.try_emplace(context);
      if (fresh) entry->second = heard(plan, context, me, lost);
      return !entry->second.contains(one.destination) || entry->second.contains(one.source);
    });
    mine.destination = me;
    if (!mine.naming_contexts.empty()) added.push_back(std::move(mine));
  }
  return added;
}

std::optional<Connection> pull_from(const sites::Forest& forest, sites::ControllerId source,
                                    sites::ControllerId me) {
  sites::Forest pair = forest;
  std::erase_if(pair.controllers,
                [&](const sites::Controller& one) { return one.id != me && one.id != source; });
  const auto inbound = mine(kcc::plan(pair), me);
  const auto found = std::ranges::find(inbound, source, &Connection::source);
  if (found == inbound.end()) return std::nullopt;
  return *found;
}

}  // namespace ringspan::kcc
