#include "kcc/bridgeheads.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace ringspan::kcc {
namespace {

using Ids = std::vector<sites::ControllerId>;

/// The demands that a controller can be the source of, and those it can be the destination of.
struct Ability {
  std::vector<bool> sources;
  std::vector<bool> destinations;
  friend auto operator<=>(const Ability&, const Ability&) = default;
};

/// The controller that a class of equally able ones sends, by rendezvous (highest weight wins).
struct Champion {
  base::Guid weight;
  sites::ControllerId id;
};

using Champions = std::map<Ability, Champion>;

base::Guid weight_of(sites::ControllerId id, const std::string& pair) {
  return base::Guid::from_name(id.value, pair);
}

/// One site's controllers as the demands see them; `lower` says which side of the pair it is.
Champions champions(const std::vector<Demand>& demands, bool lower, const std::string& pair) {
  std::map<sites::ControllerId, Ability> abilities;
  const auto note = [&](sites::ControllerId id, std::size_t demand, bool as_source) {
    Ability& ability = abilities[id];
    ability.sources.resize(demands.size());
    ability.destinations.resize(demands.size());
    (as_source ? ability.sources : ability.destinations)[demand] = true;
  };
  for (std::size_t at = 0; at < demands.size(); ++at) {
    const bool is_source_side = demands[at].forward == lower;
    const auto& ids = is_source_side ? demands[at].sources : demands[at].destinations;
    for (const auto& id : ids)
      note(id, at, is_source_side);
  }
  Champions champions;
  for (const auto& [id, ability] : abilities) {
    const Champion candidate{weight_of(id, pair), id};
    const auto [entry, fresh] = champions.emplace(ability, candidate);
    if (!fresh && candidate.weight > entry->second.weight) entry->second = candidate;
  }
  return champions;
}

std::vector<std::size_t> met_by(const Ability& lower, const Ability& higher,
                                const std::vector<Demand>& demands, const std::vector<bool>& open) {
  std::vector<std::size_t> met;
  for (std::size_t at = 0; at < demands.size(); ++at) {
    const Ability& source = demands[at].forward ? lower : higher;
    const Ability& destination = demands[at].forward ? higher : lower;
    if (open[at] && source.sources[at] && destination.destinations[at]) met.push_back(at);
  }
  return met;
}

struct Choice {
  std::vector<std::size_t> met;
  std::size_t contexts = 0;  ///< Of all that is met.
  Champion lower;
  Champion higher;
};

/// Of a group those that are not excluded; of these the preferred, if there are any.
Ids chosen(const Ids& group, const Ids& excluded, const Ids& preferred) {
  Ids able;
  std::ranges::set_difference(group, excluded, std::back_inserter(able));
  Ids best;
  std::ranges::set_intersection(able, preferred, std::back_inserter(best));
  return best.empty() ? able : best;
}

bool is_better(const Choice& left, const Choice& right) {
  if (left.contexts != right.contexts) return left.contexts > right.contexts;
  return std::pair(left.lower.weight, left.higher.weight) >
         std::pair(right.lower.weight, right.higher.weight);
}

}  // namespace

std::vector<sites::ControllerId> destinations_among(const std::vector<sites::ControllerId>& group,
                                                    const SiteReplicas& site) {
  return chosen(group, site.deaf, site.preferred);
}

std::vector<sites::ControllerId> sources_among(const std::vector<sites::ControllerId>& group,
                                               const SiteReplicas& site) {
  return chosen(group, site.mute, site.preferred);
}

std::vector<Demand> demands(const ContextGroup& group, bool forward, std::size_t source_site,
                            std::size_t destination_site) {
  const SiteReplicas& source = group.replicas[source_site];
  const SiteReplicas& destination = group.replicas[destination_site];
  std::vector<Demand> demands;
  if (destination.fed_by_hand) return demands;
  const auto demand = [&](const std::vector<sites::ControllerId>& from,
                          const std::vector<sites::ControllerId>& to) {
    auto sources = sources_among(from, source);
    auto destinations = destinations_among(to, destination);
    if (sources.empty() || destinations.empty()) return;  // nothing there, or no one may
    demands.push_back({&group, forward, std::move(sources), std::move(destinations)});
  };
  if (!destination.writable.empty()) {
    demand(source.writable, destination.writable);
    return demands;
  }
  const auto& feed_partial = source.writable.empty() ? source.relays : source.writable;
  if (!destination.relays.empty()) {
    demand(feed_partial, destination.relays);
  } else {
    for (const auto& leaf : destination.partial_leaves)
      demand(feed_partial, {leaf});
  }
  for (const auto& leaf : destination.full_leaves)
    demand(source.writable, {leaf});
  return demands;
}

std::vector<Crossing> meet(const std::vector<Demand>& demands, sites::SiteId lower,
                           sites::SiteId higher) {
  const std::string pair = lower.value.to_bytes() + higher.value.to_bytes();
  const Champions lower_side = champions(demands, true, pair);
  const Champions higher_side = champions(demands, false, pair);
  std::vector<bool> open(demands.size(), true);
  std::vector<Crossing> crossings;
  while (true) {
    std::optional<Choice> best;
    for (const auto& [lower_ability, lower_champion] : lower_side) {
      for (const auto& [higher_ability, higher_champion] : higher_side) {
        Choice choice{met_by(lower_ability, higher_ability, demands, open), 0, lower_champion,
                      higher_champion};
        if (choice.met.empty()) continue;
        for (const std::size_t at : choice.met)
          choice.contexts += demands[at].group->contexts.size();
        if (!best || is_better(choice, *best)) best = std::move(choice);
      }
    }
    if (!best) return crossings;
    for (const std::size_t at : best->met) {
      open[at] = false;
      const bool forward = demands[at].forward;
      crossings.push_back({demands[at].group, forward, forward ? best->higher.id : best->lower.id,
                           forward ? best->lower.id : best->higher.id});
    }
  }
}

}  // namespace ringspan::kcc
