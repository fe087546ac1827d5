#include "kcc/traffic.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "kcc/site_graph.hpp"

namespace ringspan::kcc {
namespace {

using Counts = std::map<sites::SiteLinkId, std::uint64_t>;

constexpr std::uint64_t kMostSteps = 100'000'000;  // some seconds

/// The first connection over which each one hears of it, by breadth in the order of the plan.
void count_planned(const std::map<sites::ControllerId, std::vector<const Connection*>>& out,
                   sites::ControllerId writer, Counts& counts) {
  std::set<sites::ControllerId> has{writer};
  std::vector<sites::ControllerId> front{writer};
  for (std::size_t at = 0; at < front.size(); ++at) {
    const auto found = out.find(front[at]);
    if (found == out.end()) continue;
    for (const Connection* one : found->second) {
      if (!has.insert(one->destination).second) continue;
      front.push_back(one->destination);
      for (const auto& link : one->path)
        ++counts[link];
    }
  }
}

/// Compressed, a page without changes, and what one entry of its vector adds: two ids, which do not
/// shrink, a USN and two times.
constexpr std::uint64_t kPageBytes = 95;
constexpr std::uint64_t kVectorEntryBytes = 40;

}  // namespace

std::uint64_t crossing_overhead(const sites::Forest& forest) {
  return kPageBytes + kVectorEntryBytes * forest.controllers.size();
}

std::vector<LinkTraffic> link_traffic(const sites::Forest& forest, const Topology& topology) {
  const auto context = std::ranges::find(
      forest.naming_contexts, sites::NamingContextKind::configuration, &sites::NamingContext::kind);
  if (context == forest.naming_contexts.end()) return {};
  std::map<sites::ControllerId, std::vector<const Connection*>> out;
  for (const Connection& one : topology.connections) {
    if (one.standby || !std::ranges::binary_search(one.naming_contexts, context->id)) continue;
    out[one.source].push_back(&one);
  }
  std::map<sites::SiteId, std::uint64_t> replicas;
  std::map<sites::SiteId, std::uint64_t> writers;
  std::uint64_t all = 0;
  Counts planned;
  for (const auto& controller : forest.controllers) {
    const auto kind = sites::replica_kind(controller, *context);
    if (kind == sites::ReplicaKind::none) continue;
    ++replicas[controller.site];
    if (kind != sites::ReplicaKind::writable) continue;
    ++writers[controller.site];
    ++all;
  }
  const SiteGraph graph(forest);
  if (all * topology.connections.size() > kMostSteps ||
      writers.size() * replicas.size() * graph.size() > kMostSteps) {
    return {};
  }
  for (const auto& controller : forest.controllers) {
    if (sites::replica_kind(controller, *context) == sites::ReplicaKind::writable) {
      count_planned(out, controller.id, planned);
    }
  }
  std::vector<bool> stops(graph.size());
  Counts mesh;
  for (const auto& [from, writing] : writers) {
    for (const auto& [to, holding] : replicas) {  // one stop at a time: others may lie between
      if (from == to) continue;
      stops[graph.vertex(to)] = true;
      for (const SitePath& path : graph.paths(graph.vertex(from), stops)) {
        for (const std::size_t link : path.links)
          mesh[graph.link(link).id] += writing * holding;
      }
      stops[graph.vertex(to)] = false;
    }
  }
  std::vector<LinkTraffic> traffic;
  for (const auto& link : forest.links) {
    if (all == 0) break;
    traffic.push_back({link.id, planned[link.id] * 1000 / all, mesh[link.id] * 1000 / all});
  }
  return traffic;
}

}  // namespace ringspan::kcc
