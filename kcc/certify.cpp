#include "kcc/certify.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "kcc/delay.hpp"
#include "kcc/longest_ways.hpp"
#include "kcc/losses.hpp"
#include "kcc/remedies.hpp"
#include "kcc/replica_graph.hpp"
#include "kcc/sound.hpp"
#include "kcc/traffic.hpp"

namespace ringspan::kcc {
namespace {

constexpr std::uint64_t kMostSteps = 400'000'000;  // a few seconds
constexpr std::size_t kMostApart = 4'000'000;
constexpr std::uint64_t kMostForHops = 3'000;  // controllers

/// What each loss takes with it, and what it does to the naming contexts.
class Certifier {
 public:
  Certifier(const sites::Forest& forest, const Topology& topology)
      : forest_(forest),
        topology_(topology),
        graphs_(replica_graphs(forest, topology, Planes::all).graphs),
        over_link_(forest.links.size()),
        past_site_(forest.sites.size()),
        in_site_(forest.sites.size()) {
    for (std::size_t at = 0; at < forest.controllers.size(); ++at)
      in_site_[site_place(forest.controllers[at].site)].push_back(at);
    for (std::size_t over = 0; over < topology.connections.size(); ++over)
      note_paths(over);
  }

  void certify(Certificate& certificate) {
    const std::vector<Loss> losses = all_losses();
    auto cuts = find_cuts(losses);
    if (!cuts) return;
    certificate.losses = losses.size();
    certificate.cuts = *std::move(cuts);
    certificate.hops_after_loss = worst_hops(losses);
  }

 private:
  std::size_t site_place(sites::SiteId id) const {
    const auto found = std::ranges::lower_bound(forest_.sites, id, {}, &sites::Site::id);
    return static_cast<std::size_t>(found - forest_.sites.begin());
  }

  struct Way {
    std::set<std::size_t> links;
    std::set<std::size_t> sites;
  };
  Way way_of(const std::vector<sites::SiteLinkId>& path) const;
  void note_paths(std::size_t over);
  std::vector<Loss> all_losses() const;
  Fallen fallen_by(const Loss& loss) const;
  std::optional<std::vector<CutLoss>> find_cuts(const std::vector<Loss>& losses) const;
  std::optional<HopsAfterLoss> worst_hops(const std::vector<Loss>& losses) const;

  const sites::Forest& forest_;
  const Topology& topology_;
  std::vector<ReplicaGraph> graphs_;
  std::vector<std::vector<std::size_t>> over_link_;  // connections
  std::vector<std::vector<std::size_t>> past_site_;
  std::vector<std::vector<std::size_t>> in_site_;  // controllers
};

/// The links that it crosses and the sites that it passes: those where two of its links end.
Certifier::Way Certifier::way_of(const std::vector<sites::SiteLinkId>& path) const {
  Way way;
  std::map<std::size_t, std::size_t> touched;  // by site: links
  for (const auto& id : path) {
    const auto link = std::ranges::lower_bound(forest_.links, id, {}, &sites::SiteLink::id);
    if (link == forest_.links.end() || link->id != id) continue;
    way.links.insert(static_cast<std::size_t>(link - forest_.links.begin()));
    if (path.size() < 2) continue;
    for (const auto site : link->sites)
      ++touched[site_place(site)];
  }
  for (const auto& [site, links] : touched)
    if (links > 1) way.sites.insert(site);
  return way;
}

/// A link or site that is lost takes the connections all of whose paths lead there.
void Certifier::note_paths(std::size_t over) {
  const Connection& connection = topology_.connections[over];
  Way common = way_of(connection.path);
  for (const auto& path : connection.ways_round) {
    const Way round = way_of(path);
    std::erase_if(common.links, [&](std::size_t link) { return !round.links.contains(link); });
    std::erase_if(common.sites, [&](std::size_t site) { return !round.sites.contains(site); });
  }
  for (const std::size_t link : common.links)
    over_link_[link].push_back(over);
  for (const std::size_t site : common.sites)
    past_site_[site].push_back(over);
}

std::vector<Loss> Certifier::all_losses() const {
  std::vector<Loss> losses;
  for (const auto& one : forest_.controllers)
    losses.push_back({.controller = one.id});
  for (const auto& one : forest_.links)
    losses.push_back({.link = one.id});
  for (const auto& one : forest_.sites)
    losses.push_back({.site = one.id});
  return losses;
}

Fallen Certifier::fallen_by(const Loss& loss) const {
  const auto place = [](const auto& parts, const auto& id) {
    const auto found =
        std::ranges::lower_bound(parts, id, {}, [](const auto& part) { return part.id; });
    return static_cast<std::size_t>(found - parts.begin());
  };
  if (loss.controller) return {{place(forest_.controllers, *loss.controller)}, {}};
  if (loss.link) return {{}, over_link_[place(forest_.links, *loss.link)]};
  const std::size_t site = site_place(*loss.site);
  return {in_site_[site], past_site_[site]};
}

/// nullopt: too large a forest. What was tried by plain floods in the time allowed, always is.
std::optional<std::vector<CutLoss>> Certifier::find_cuts(const std::vector<Loss>& losses) const {
  const std::uint64_t plain =
      losses.size() * graphs_.size() * (forest_.controllers.size() + topology_.connections.size());
  std::vector<Losses> contexts;
  for (const ReplicaGraph& graph : graphs_)
    contexts.emplace_back(graph, topology_);
  const Remedies remedies(forest_);
  std::vector<CutLoss> cuts;
  std::uint64_t steps = 0;
  std::size_t all_apart = 0;
  for (const Loss& loss : losses) {
    const Fallen fallen = fallen_by(loss);
    std::set<std::size_t> apart;
    for (Losses& context : contexts) {
      const std::uint64_t before = context.steps();
      const auto here = context.apart(fallen);
      apart.insert(here.begin(), here.end());
      steps += context.steps() - before;
    }
    all_apart += apart.size();
    if (plain > kMostSteps && (steps > kMostSteps || all_apart > kMostApart)) return std::nullopt;
    if (!apart.empty()) cuts.push_back(remedies.cut_by(loss, {apart.begin(), apart.end()}));
  }
  return cuts;
}

std::optional<HopsAfterLoss> Certifier::worst_hops(const std::vector<Loss>& losses) const {
  const auto size = static_cast<std::uint64_t>(forest_.controllers.size());
  const std::uint64_t plain = size * size * 6 * losses.size() * graphs_.size();
  if (plain > kMostSteps && size > kMostForHops) return std::nullopt;
  std::vector<LongestWays> contexts;
  for (const ReplicaGraph& graph : graphs_)
    contexts.emplace_back(graph, topology_.connections.size());
  HopsAfterLoss worst;
  LongestWay longest;
  for (const Loss& loss : losses) {
    const Fallen fallen = fallen_by(loss);
    std::uint64_t steps = 0;
    for (LongestWays& context : contexts) {
      if (context.lengthen(fallen, longest)) {
        worst = {longest.hops, loss, forest_.controllers[longest.from].id,
                 forest_.controllers[longest.to].id};
      }
      steps += context.steps();
    }
    if (plain > kMostSteps && steps > kMostSteps) return std::nullopt;
  }
  return worst;
}

std::uint64_t standby_cost(const sites::Forest& forest, const Topology& topology) {
  std::map<std::pair<sites::SiteId, sites::SiteId>, std::uint64_t> pairs;
  std::set<std::pair<sites::SiteId, sites::SiteId>> primary;
  const auto find = [&forest](sites::ControllerId id) {
    const auto found = std::ranges::lower_bound(forest.controllers, id, {}, &sites::Controller::id);
    return found == forest.controllers.end() || found->id != id ? nullptr : &*found;
  };
  for (const Connection& one : topology.connections) {
    const auto* source = find(one.source);
    const auto* destination = find(one.destination);
    if (source == nullptr || destination == nullptr) continue;
    const std::pair<sites::SiteId, sites::SiteId> ends =
        std::minmax(source->site, destination->site);
    if (ends.first == ends.second) continue;
    if (!one.standby) primary.insert(ends);
    if (one.standby) pairs[ends] = one.cost.value;
  }
  std::uint64_t sum = 0;
  for (const auto& [ends, cost] : pairs)
    if (!primary.contains(ends)) sum += cost;
  return sum;
}

}  // namespace

std::string_view to_string(Remedy remedy) {
  return remedy == Remedy::second_link ? "second_link" : "second_controller";
}

Certificate certify(const sites::Forest& forest, const Topology& topology) {
  const sites::Forest sound = sound_part(forest);
  Certificate certificate;
  Certifier(sound, topology).certify(certificate);
  certificate.delay = worst_delay(sound, topology);
  certificate.standby_cost = standby_cost(sound, topology);
  certificate.traffic = link_traffic(sound, topology);
  certificate.crossing_overhead = crossing_overhead(sound);
  return certificate;
}

}  // namespace ringspan::kcc
