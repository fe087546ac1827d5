#include "replicator/partners/partners.hpp"

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

}  // namespace ringspan::replicator::partners
