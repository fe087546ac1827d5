#include "kcc/replicas.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace ringspan::kcc {
namespace {

/// What the administrator has switched for this controller.
void note_wishes(const sites::Controller& controller, sites::NamingContextId context,
                 SiteReplicas& replicas) {
  const bool preferred = controller.preferred_bridgehead ||
                         std::ranges::find(controller.preferred_bridgehead_of, context) !=
                             controller.preferred_bridgehead_of.end();
  if (preferred) replicas.preferred.push_back(controller.id);
  if (!controller.inbound) replicas.deaf.push_back(controller.id);
  if (!controller.outbound) replicas.mute.push_back(controller.id);
  if (controller.slot) replicas.slots.emplace(controller.id, *controller.slot);
}

}  // namespace

SiteColour colour_of(const SiteReplicas& replicas) {
  return {!replicas.writable.empty(), !replicas.relays.empty(), !replicas.full_leaves.empty(),
          !replicas.partial_leaves.empty()};
}

std::vector<SiteColour> colours_of(const std::vector<SiteReplicas>& replicas) {
  std::vector<SiteColour> colours;
  for (const SiteReplicas& site : replicas)
    colours.push_back(colour_of(site));
  return colours;
}

std::vector<SiteReplicas> replicas_by_site(const sites::Forest& forest,
                                           const sites::NamingContext& context) {
  std::vector<SiteReplicas> by_site(forest.sites.size());
  for (std::size_t at = 0; at < by_site.size(); ++at) {
    using enum sites::SiteOption;
    const auto& options = forest.sites[at].options;
    by_site[at].by_hand = options.contains(no_intrasite_topology);
    by_site[at].fed_by_hand = options.contains(no_intersite_topology);
    by_site[at].ring_only = options.contains(no_shortcuts);
  }
  for (const sites::Controller& controller : forest.controllers) {
    const auto site = std::ranges::lower_bound(forest.sites, controller.site, {}, &sites::Site::id);
    SiteReplicas& replicas = by_site[static_cast<std::size_t>(site - forest.sites.begin())];
    const auto kind = sites::replica_kind(controller, context);
    if (kind != sites::ReplicaKind::none) note_wishes(controller, context.id, replicas);
    switch (kind) {
      case sites::ReplicaKind::none:
        break;
      case sites::ReplicaKind::partial:
        (controller.read_only ? replicas.partial_leaves : replicas.relays).push_back(controller.id);
        break;
      case sites::ReplicaKind::read_only:
        replicas.full_leaves.push_back(controller.id);
        break;
      case sites::ReplicaKind::writable:
        replicas.writable.push_back(controller.id);
        break;
    }
  }
  return by_site;
}

std::vector<ContextGroup> context_groups(const sites::Forest& forest) {
  std::vector<ContextGroup> groups;
  for (const sites::NamingContext& context : forest.naming_contexts) {
    auto replicas = replicas_by_site(forest, context);
    const auto alike = std::ranges::find(groups, replicas, &ContextGroup::replicas);
    if (alike != groups.end()) {
      alike->contexts.push_back(context.id);
    } else {
      groups.push_back({{context.id}, std::move(replicas)});
    }
  }
  return groups;
}

}  // namespace ringspan::kcc
