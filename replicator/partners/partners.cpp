#include "replicator/partners/partners.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "kcc/mine.hpp"

namespace ringspan::replicator::partners {
namespace {

Partner partner_of(const kcc::Connection& connection) {
  return {.source = connection.source,
          .naming_contexts = connection.naming_contexts,
          .interval = connection.interval,
          .schedule = connection.schedule,
          .notify = connection.notify,
          .standby = connection.standby,
          .neighbour = connection.path.empty()};
}

// For the naming contexts that no other connection brings from the same source.
void add_way_round(std::vector<Partner>& partners, const kcc::Connection& connection,
                   bool call_back) {
  Partner added = partner_of(connection);
  for (const Partner& one : partners) {
    if (one.source != added.source) continue;
    std::erase_if(added.naming_contexts, [&](NamingContextId context) {
      return std::ranges::count(one.naming_contexts, context) > 0;
    });
  }
  if (added.naming_contexts.empty()) return;
  added.standby = false;
  added.detour = true;
  added.call_back = call_back;
  partners.push_back(std::move(added));
}

}  // namespace

std::vector<Partner> partners_of(const sites::Forest& forest, const kcc::Topology& plan,
                                 sites::ControllerId me, const Gaps& gaps) {
  std::vector<Partner> partners;
  for (const kcc::Connection& connection : kcc::mine(plan, me))
    partners.push_back(partner_of(connection));
  for (const kcc::Connection& connection : kcc::detours(forest, plan, me, gaps.lost))
    add_way_round(partners, connection, true);
  for (const sites::ControllerId caller : gaps.callers) {
    if (const auto connection = kcc::pull_from(forest, caller, me)) {
      add_way_round(partners, *connection, false);
    }
  }
  return partners;
}

Partner first_partner(const sites::Forest& forest, sites::ControllerId me,
                      sites::ControllerId inviter) {
  Partner partner{.source = inviter, .naming_contexts = {}, .schedule = {}};
  const auto* source = sites::find_controller(forest, inviter);
  const auto* destination = sites::find_controller(forest, me);
  if (source == nullptr || destination == nullptr) return partner;
  for (const sites::NamingContext& context : forest.naming_contexts) {
    const bool critical = context.kind == sites::NamingContextKind::configuration ||
                          context.kind == sites::NamingContextKind::schema;
    if (critical && sites::replica_kind(*destination, context) != sites::ReplicaKind::none &&
        sites::replica_kind(*source, context) == sites::ReplicaKind::writable) {
      partner.naming_contexts.push_back(context.id);
    }
  }
  return partner;
}

std::vector<ControllerId> writable_near(const sites::Forest& joined, const kcc::Topology& plan,
                                        ControllerId me) {
  const auto* mine = sites::find_controller(joined, me);
  std::set<ControllerId> sources;
  for (const kcc::Connection& connection : kcc::mine(plan, me))
    sources.insert(connection.source);
  std::vector<std::tuple<int, std::string, ControllerId>> ranked;
  for (const sites::Controller& one : joined.controllers) {
    if (one.read_only || one.id == me) continue;
    const bool near = mine != nullptr && one.site == mine->site;
    ranked.emplace_back(near ? 0 : sources.contains(one.id) ? 1 : 2, one.name, one.id);
  }
  std::ranges::sort(ranked);
  std::vector<ControllerId> ids;
  for (const auto& [rank, name, id] : ranked)
    ids.push_back(id);
  return ids;
}

}  // namespace ringspan::replicator::partners
