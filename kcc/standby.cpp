#include "kcc/standby.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace ringspan::kcc {
namespace {

using Ids = std::vector<sites::ControllerId>;

/// The highest by rendezvous for the pair of sites; those in `avoided` only if there is no other.
std::optional<sites::ControllerId> elect(const Ids& candidates,
                                         const std::set<sites::ControllerId>& avoided,
                                         const std::string& pair) {
  const auto rank = [&](sites::ControllerId id) {
    return std::pair(!avoided.contains(id), base::Guid::from_name(id.value, pair));
  };
  const auto best = std::ranges::max_element(candidates, {}, rank);
  return best == candidates.end() ? std::nullopt : std::optional(*best);
}

/// The writable replica after `id` on the ring, which pulls from it; nullopt if it is alone.
std::optional<sites::ControllerId> neighbour(const Ids& ring, sites::ControllerId id) {
  const auto here = std::ranges::lower_bound(ring, id);
  if (here == ring.end() || *here != id || ring.size() < 2) return std::nullopt;
  return here + 1 == ring.end() ? ring.front() : *(here + 1);
}

class Reserve {
 public:
  Reserve(const std::vector<SitePull>& primary, const std::vector<SiteReplicas>& replicas,
          const SiteGraph& graph, const SiteTree& second)
      : primary_(primary), replicas_(replicas), graph_(graph), second_(second) {
    for (const SitePull& pull : primary) {
      bridgeheads_.insert(pull.source);
      bridgeheads_.insert(pull.destination);
    }
  }

  std::vector<SitePull> pulls() {
    for (const SitePull& pull : primary_)
      stand_beside(pull);
    for (const SiteEdge& edge : second_.edges) {
      if (edge.forward) go_round(edge.path);
      if (edge.backward) go_round(reversed(edge.path));
    }
    return std::move(pulls_);
  }

 private:
  std::string pair_of(const SitePath& path) const {
    const auto [lower, higher] = std::minmax(path.from, path.to);
    return graph_.site(lower).value.to_bytes() + graph_.site(higher).value.to_bytes();
  }

  void add(const SitePull& pull) {
    const auto same = [&](const SitePull& other) {
      return other.destination == pull.destination && other.source == pull.source;
    };
    if (std::ranges::any_of(primary_, same) || std::ranges::any_of(pulls_, same)) return;
    pulls_.push_back(pull);
  }

  void stand_beside(const SitePull& pull) {
    const Ids& sources = replicas_[pull.path.from].writable;
    const auto other = elect(sources, {pull.source}, pair_of(pull.path));
    if (!other) return;  // fed by partial replicas: nobody there is sure to have it
    SitePull standby = pull;
    standby.source = *other;
    standby.rule = Rule::second_source;
    if (*other != pull.source) add(standby);
    const auto next = neighbour(replicas_[pull.path.to].writable, pull.destination);
    if (!next) return;
    standby.destination = *next;
    standby.rule = Rule::second_bridgehead;
    add(standby);
  }

  /// One direction of an edge of the second tree, unless a primary pull goes the very same way.
  void go_round(const SitePath& path) {
    const Ids& sources = replicas_[path.from].writable;
    const auto source = elect(sources, bridgeheads_, pair_of(path));
    if (!source) return;
    Ids destinations;  // those who would notice
    for (const SitePull& pull : primary_) {
      if (pull.path.to != path.to) continue;
      if (pull.path.from == path.from && pull.path.links == path.links) return;
      destinations.push_back(pull.destination);
    }
    const auto destination = elect(destinations, {}, pair_of(path));
    if (!destination) return;
    add({.naming_context = primary_.front().naming_context,
         .destination = *destination,
         .source = *source,
         .path = path,
         .rule = Rule::second_tree});
  }

  const std::vector<SitePull>& primary_;
  const std::vector<SiteReplicas>& replicas_;
  const SiteGraph& graph_;
  const SiteTree& second_;
  std::set<sites::ControllerId> bridgeheads_;
  std::vector<SitePull> pulls_;
};

}  // namespace

std::vector<SitePull> standby_pulls(const std::vector<SitePull>& primary,
                                    const std::vector<SiteReplicas>& replicas,
                                    const SiteGraph& graph, const SiteTree& second) {
  return Reserve(primary, replicas, graph, second).pulls();
}

std::set<std::size_t> links_of(const std::vector<SitePull>& pulls) {
  std::set<std::size_t> links;
  for (const SitePull& pull : pulls)
    links.insert(pull.path.links.begin(), pull.path.links.end());
  return links;
}

sites::Forest without_links(sites::Forest forest, const std::set<std::size_t>& links) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max() / 4;
  std::uint64_t sum = 1;
  for (const sites::SiteLink& link : forest.links)
    sum += link.cost.value;
  const sites::Cost penalty(static_cast<std::uint32_t>(std::min(sum, kMost)));
  for (const std::size_t at : links)
    forest.links[at].cost = forest.links[at].cost + penalty;
  return forest;
}

}  // namespace ringspan::kcc
