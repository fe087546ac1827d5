#include "replicator/partners/partners.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>

#include "kcc/mine.hpp"

namespace ringspan::replicator::partners {
namespace {

Partner partner_of(const kcc::Connection& connection) {
  return {.source = connection.source,
          .naming_contexts = connection.naming_contexts,
          .interval = connection.interval,
          .schedule = connection.schedule,
          .notify = connection.notify,
          .standby = connection.standby};
}

}  // namespace

std::vector<Partner> partners_of(const sites::Forest& forest, const kcc::Topology& plan,
                                 sites::ControllerId me,
                                 const std::set<sites::ControllerId>& lost) {
  std::vector<Partner> partners;
  for (const kcc::Connection& connection : kcc::mine(plan, me))
    partners.push_back(partner_of(connection));
  for (const kcc::Connection& connection : kcc::detours(forest, plan, me, lost)) {
    partners.push_back(partner_of(connection));
    partners.back().detour = true;
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
