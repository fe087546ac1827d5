#include "kcc/certify.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "kcc/delay.hpp"
#include "kcc/sound.hpp"
#include "kcc/traffic.hpp"
#include "sites/distance.hpp"

namespace ringspan::kcc {
namespace {

constexpr std::size_t kFar = std::numeric_limits<std::size_t>::max();
constexpr std::uint64_t kMostSteps = 400'000'000;  // a few seconds

using Marks = std::vector<bool>;

/// One naming context on places in the sorted list of controllers.
struct Ground {
  struct Edge {
    std::size_t to = 0;
    std::size_t over = 0;  // place in the topology
  };
  std::vector<sites::ReplicaKind> kinds;
  std::vector<std::vector<Edge>> out;
  std::vector<std::vector<Edge>> in;
  Marks core;  // while all is well

  bool same(const Ground& other) const {
    const auto equal = [](const auto& left, const auto& right) {
      return std::ranges::equal(left, right, {}, &Edge::over, &Edge::over);
    };
    return kinds == other.kinds && std::ranges::equal(out, other.out, equal);
  }
};

/// What a loss takes with it, by place.
struct Fallen {
  Marks controllers;
  Marks connections;
};

class Certifier {
 public:
  Certifier(const sites::Forest& forest, const Topology& topology)
      : forest_(forest), topology_(topology) {
    for (const sites::NamingContext& context : forest.naming_contexts) {
      Ground ground = ground_of(context);
      const bool known = std::ranges::any_of(
          grounds_, [&ground](const Ground& other) { return ground.same(other); });
      if (known) continue;
      ground.core = core(ground, fallen_by({}));
      grounds_.push_back(std::move(ground));
    }
  }

  void certify(Certificate& certificate) {
    const std::vector<Loss> losses = all_losses();
    const std::uint64_t steps = losses.size() * grounds_.size() *
                                (forest_.controllers.size() + topology_.connections.size());
    if (steps > kMostSteps) return;
    certificate.losses = losses.size();
    const auto size = static_cast<std::uint64_t>(forest_.controllers.size());
    const bool small = size * size * 6 * losses.size() * grounds_.size() <= kMostSteps;
    HopsAfterLoss worst;
    for (const Loss& loss : losses) {
      const Fallen fallen = fallen_by(loss);
      std::set<sites::ControllerId> apart;
      for (const Ground& ground : grounds_) {
        note_apart(ground, fallen, apart);
        if (small) note_hops(ground, loss, fallen, worst);
      }
      if (!apart.empty()) certificate.cuts.push_back(cut_by(loss, {apart.begin(), apart.end()}));
    }
    if (small) certificate.hops_after_loss = worst;
  }

 private:
  std::size_t place(sites::ControllerId id) const {
    const auto found =
        std::ranges::lower_bound(forest_.controllers, id, {}, &sites::Controller::id);
    if (found == forest_.controllers.end() || found->id != id) return kFar;
    return static_cast<std::size_t>(found - forest_.controllers.begin());
  }

  Ground ground_of(const sites::NamingContext& context) const;
  std::vector<Loss> all_losses() const;
  Fallen fallen_by(const Loss& loss) const;
  bool falls(const Connection& over, const Loss& loss) const;
  std::vector<std::size_t> hops(const std::vector<std::vector<Ground::Edge>>& edges,
                                std::size_t start, const Fallen& fallen) const;
  Marks core(const Ground& ground, const Fallen& fallen) const;
  void note_apart(const Ground& ground, const Fallen& fallen,
                  std::set<sites::ControllerId>& apart) const;
  void note_hops(const Ground& ground, const Loss& loss, const Fallen& fallen,
                 HopsAfterLoss& worst) const;
  CutLoss cut_by(const Loss& loss, std::vector<sites::ControllerId> apart) const;

  const sites::Forest& forest_;
  const Topology& topology_;
  std::vector<Ground> grounds_;
};

Ground Certifier::ground_of(const sites::NamingContext& context) const {
  Ground ground;
  for (const auto& controller : forest_.controllers)
    ground.kinds.push_back(sites::replica_kind(controller, context));
  ground.out.resize(ground.kinds.size());
  ground.in.resize(ground.kinds.size());
  for (std::size_t over = 0; over < topology_.connections.size(); ++over) {
    const Connection& one = topology_.connections[over];
    if (!std::ranges::binary_search(one.naming_contexts, context.id)) continue;
    const std::size_t from = place(one.source);
    const std::size_t to = place(one.destination);
    if (from == kFar || to == kFar) continue;
    ground.out[from].push_back({to, over});
    ground.in[to].push_back({from, over});
  }
  return ground;
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
  Fallen fallen;
  for (const auto& one : forest_.controllers)
    fallen.controllers.push_back(one.id == loss.controller || one.site == loss.site);
  for (const Connection& one : topology_.connections)
    fallen.connections.push_back(falls(one, loss));
  return fallen;
}

/// A lost site takes the connections that only pass it, too: those one of whose links ends there
/// and that have no end of their own there.
bool Certifier::falls(const Connection& over, const Loss& loss) const {
  if (loss.link) return std::ranges::find(over.path, *loss.link) != over.path.end();
  if (!loss.site || over.path.size() < 2) return false;
  std::size_t touched = 0;
  for (const auto& id : over.path) {
    const auto link = std::ranges::find(forest_.links, id, &sites::SiteLink::id);
    if (link == forest_.links.end()) continue;
    touched += std::ranges::binary_search(link->sites, *loss.site) ? 1U : 0U;
  }
  return touched > 1;
}

std::vector<std::size_t> Certifier::hops(const std::vector<std::vector<Ground::Edge>>& edges,
                                         std::size_t start, const Fallen& fallen) const {
  std::vector<std::size_t> hops(edges.size(), kFar);
  std::vector<std::size_t> front{start};
  hops[start] = 0;
  for (std::size_t distance = 1; !front.empty(); ++distance) {
    std::vector<std::size_t> next;
    for (const std::size_t at : front) {
      for (const Ground::Edge& edge : edges[at]) {
        if (hops[edge.to] != kFar || fallen.controllers[edge.to]) continue;
        if (fallen.connections[edge.over]) continue;
        hops[edge.to] = distance;
        next.push_back(edge.to);
      }
    }
    front = std::move(next);
  }
  return hops;
}

/// The largest set of writable replicas that hear each other, and whom they reach; of equals that
/// of the lowest id.
Marks Certifier::core(const Ground& ground, const Fallen& fallen) const {
  Marks counted(ground.kinds.size());
  Marks best(ground.kinds.size());
  std::size_t most = 0;
  for (std::size_t at = 0; at < ground.kinds.size(); ++at) {
    if (ground.kinds[at] != sites::ReplicaKind::writable || counted[at] || fallen.controllers[at])
      continue;
    const auto told = hops(ground.out, at, fallen);
    const auto heard = hops(ground.in, at, fallen);
    Marks reached(ground.kinds.size());
    std::size_t size = 0;
    for (std::size_t other = 0; other < ground.kinds.size(); ++other) {
      if (ground.kinds[other] == sites::ReplicaKind::writable) {
        reached[other] = told[other] != kFar && heard[other] != kFar;
        if (reached[other]) counted[other] = true;
        size += reached[other] ? 1U : 0U;
      } else {
        reached[other] = told[other] != kFar;
      }
    }
    if (size <= most) continue;
    most = size;
    best = reached;
  }
  return best;
}

void Certifier::note_apart(const Ground& ground, const Fallen& fallen,
                           std::set<sites::ControllerId>& apart) const {
  const Marks left = core(ground, fallen);
  for (std::size_t at = 0; at < left.size(); ++at) {
    if (ground.core[at] && !left[at] && !fallen.controllers[at]) {
      apart.insert(forest_.controllers[at].id);
    }
  }
}

void Certifier::note_hops(const Ground& ground, const Loss& loss, const Fallen& fallen,
                          HopsAfterLoss& worst) const {
  for (std::size_t from = 0; from < ground.kinds.size(); ++from) {
    if (ground.kinds[from] != sites::ReplicaKind::writable || fallen.controllers[from]) continue;
    const auto distances = hops(ground.out, from, fallen);
    for (std::size_t to = 0; to < distances.size(); ++to) {
      if (distances[to] == kFar || distances[to] <= worst.worst) continue;
      worst = {distances[to], loss, forest_.controllers[from].id, forest_.controllers[to].id};
    }
  }
}

/// Farther than the earth is round where a place is not known.
double between(const sites::Site& left, const sites::Site& right) {
  constexpr double kUnknown = 50'000;
  const bool known = left.coordinates && right.coordinates;
  return known ? sites::distance(*left.coordinates, *right.coordinates) : kUnknown;
}

CutLoss Certifier::cut_by(const Loss& loss, std::vector<sites::ControllerId> apart) const {
  CutLoss cut{.loss = loss, .apart = std::move(apart), .site = {}, .other = {}};
  std::set<sites::SiteId> away;
  for (const auto id : cut.apart)
    away.insert(find_controller(forest_, id)->site);
  if (loss.controller) {
    cut.remedy = Remedy::second_controller;
    cut.site = find_controller(forest_, *loss.controller)->site;
    return cut;
  }
  std::optional<std::tuple<double, std::string, std::string>> least;
  for (const auto& controller : forest_.controllers) {
    const sites::Site& there = *find_site(forest_, controller.site);
    if (away.contains(there.id) || there.id == loss.site) continue;
    for (const auto id : away) {
      const sites::Site& here = *find_site(forest_, id);
      const auto rank = std::tuple(between(here, there), here.name, there.name);
      if (least && *least <= rank) continue;
      least = rank;
      cut.site = here.id;
      cut.other = there.id;
    }
  }
  return cut;
}

std::uint64_t standby_cost(const sites::Forest& forest, const Topology& topology) {
  std::map<std::pair<sites::SiteId, sites::SiteId>, std::uint64_t> pairs;
  std::set<std::pair<sites::SiteId, sites::SiteId>> primary;
  for (const Connection& one : topology.connections) {
    const auto* source = find_controller(forest, one.source);
    const auto* destination = find_controller(forest, one.destination);
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
  return certificate;
}

}  // namespace ringspan::kcc
