#pragma once

#include <compare>
#include <vector>

#include "kcc/slots.hpp"
#include "sites/forest.hpp"

namespace ringspan::kcc {

/// The replicas of one naming context in one site, by what they may do. Each list is sorted by id,
/// which is the order of the ring.
struct SiteReplicas {
  std::vector<sites::ControllerId> writable{};        ///< Feed everyone.
  std::vector<sites::ControllerId> relays{};          ///< Partial; feed partial ones.
  std::vector<sites::ControllerId> full_leaves{};     ///< Read-only; need a writable source.
  std::vector<sites::ControllerId> partial_leaves{};  ///< Partial on a read-only controller.

  // What administrators have said of some of them; each list is sorted by id too.
  std::vector<sites::ControllerId> preferred{};  ///< Bridgeheads for this naming context.
  std::vector<sites::ControllerId> deaf{};       ///< Inbound replication is disabled.
  std::vector<sites::ControllerId> mute{};       ///< Outbound replication is disabled.

  StoredSlots slots{};  ///< Of those who were given one.

  // What they have said of the site (site_option.hpp).
  bool by_hand = false;      ///< Nothing is planned inside.
  bool fed_by_hand = false;  ///< Nothing is planned from other sites.
  bool ring_only = false;    ///< A ring, however large.
  friend bool operator==(const SiteReplicas&, const SiteReplicas&) = default;
};

/// What the site graph sees of them. Red (writable), black (all else) and white (nothing) are the
/// colours of MS-ADTS 6.2.2.3.4.3.
struct SiteColour {
  bool writable = false;
  bool relays = false;
  bool full_leaves = false;
  bool partial_leaves = false;
  friend auto operator<=>(const SiteColour&, const SiteColour&) = default;

  bool is_red() const { return writable; }
  bool is_white() const { return *this == SiteColour{}; }
  bool may_feed() const { return writable || relays; }
};
SiteColour colour_of(const SiteReplicas& replicas);
std::vector<SiteColour> colours_of(const std::vector<SiteReplicas>& replicas);

/// For each site of the sound `forest`, in its order.
std::vector<SiteReplicas> replicas_by_site(const sites::Forest& forest,
                                           const sites::NamingContext& context);

/// Naming contexts whose replicas stand alike: one plan serves them all.
struct ContextGroup {
  std::vector<sites::NamingContextId> contexts;  ///< Sorted, at least one.
  std::vector<SiteReplicas> replicas;            ///< By site.
};
/// Of the sound `forest`, each naming context in one group.
std::vector<ContextGroup> context_groups(const sites::Forest& forest);

}  // namespace ringspan::kcc
