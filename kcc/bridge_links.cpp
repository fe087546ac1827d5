#include "kcc/bridge_links.hpp"

#include <algorithm>
#include <iterator>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/biconnected_components.hpp>

namespace ringspan::kcc {

BridgeLinks::BridgeLinks(const sites::Forest& forest)
    : forest_(forest), members_(forest.links.size()), links_at_(forest.sites.size()) {
  using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS>;
  const std::size_t sites = forest.sites.size();
  Graph graph(sites + forest.links.size());  // a link is a vertex between its sites
  for (std::size_t at = 0; at < forest.links.size(); ++at) {
    if (forest.links[at].schedule.is_never()) continue;
    for (const auto id : forest.links[at].sites) {
      const auto site = std::ranges::lower_bound(forest.sites, id, {}, &sites::Site::id);
      const auto vertex = static_cast<std::size_t>(site - forest.sites.begin());
      members_[at].push_back(vertex);
      links_at_[vertex].push_back(at);
      boost::add_edge(vertex, sites + at, graph);
    }
  }
  std::vector<std::size_t> cuts;
  boost::articulation_points(graph, std::back_inserter(cuts));
  for (const std::size_t cut : cuts) {
    if (cut >= sites && members_[cut - sites].size() == 2) found_.insert(cut - sites);
  }
}

std::vector<bool> BridgeLinks::part_without(std::size_t link) const {
  std::vector<bool> seen(forest_.sites.size());
  std::vector<std::size_t> front{members_[link].front()};
  seen[front.front()] = true;
  while (!front.empty()) {
    const std::size_t at = front.back();
    front.pop_back();
    for (const std::size_t other : links_at_[at]) {
      if (other == link) continue;
      for (const std::size_t next : members_[other]) {
        if (seen[next]) continue;
        seen[next] = true;
        front.push_back(next);
      }
    }
  }
  return seen;
}

}  // namespace ringspan::kcc
