// ringspan_plan_bench: how long a plan of large forests takes, stage by stage, and how much memory.
// Each row is a forest of that many sites of three controllers: every site has a line to one of the
// eight that were there just before it, every third another one, costs are chance. Beside it stands
// one Boost Dijkstra and Kruskal over the same links. Run it by hand in the release preset.

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <boost/graph/kruskal_min_spanning_tree.hpp>

#include "base/rng.hpp"
#include "kcc/analyse.hpp"
#include "kcc/certify.hpp"
#include "kcc/plan.hpp"
#include "sites/read_forest.hpp"

namespace ringspan {
namespace {

using Seconds = std::chrono::duration<double>;

struct Line {
  std::size_t one = 0;
  std::size_t other = 0;
  std::uint32_t cost = 0;
};

std::vector<Line> draw_lines(std::size_t sites) {
  base::Rng rng(sites);
  std::vector<Line> lines;
  const auto draw = [&](std::size_t site) {
    const std::size_t other = site - 1 - rng.below(std::min<std::size_t>(8, site));
    lines.push_back({other, site, static_cast<std::uint32_t>(1 + rng.below(100))});
  };
  for (std::size_t site = 1; site < sites; ++site) {
    draw(site);
    if (site % 3 == 0) draw(site);
  }
  return lines;
}

std::string forest_text(std::size_t sites, std::size_t alone, const std::vector<Line>& lines) {
  std::string text = R"({"name":"large","domains":[{"dn":"dc=corp,dc=example"}],"sites":[)";
  for (std::size_t site = 0; site < sites; ++site)
    text += fmt::format(R"({}{{"name":"s{}"}})", site == 0 ? "" : ",", site);
  text += R"(],"links":[)";
  for (std::size_t at = 0; at < lines.size(); ++at) {
    text += fmt::format(R"({}{{"name":"l{}","sites":["s{}","s{}"],"cost":{}}})", at == 0 ? "" : ",",
                        at, lines[at].one, lines[at].other, lines[at].cost);
  }
  text += R"(],"controllers":[)";
  for (std::size_t site = 0; site < sites; ++site) {
    const std::size_t count = alone != 0 && site % alone == 0 ? 1 : 3;
    for (std::size_t at = 1; at <= count; ++at) {
      text += fmt::format(R"({}{{"name":"s{}-{}","site":"s{}"}})", site + at == 1 ? "" : ",", site,
                          at, site);
    }
  }
  return text + "]}";
}

/// One shortest-path tree and one least spanning tree: what any planner must do at least.
void boost_alone(std::size_t sites, const std::vector<Line>& lines) {
  using Weight = boost::property<boost::edge_weight_t, std::uint64_t>;
  using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS,
                                      boost::no_property, Weight>;
  Graph graph(sites);
  for (const Line& line : lines)
    boost::add_edge(line.one, line.other, line.cost, graph);
  std::vector<std::uint64_t> distances(sites);
  boost::dijkstra_shortest_paths(graph, 0, boost::distance_map(distances.data()));
  std::vector<Graph::edge_descriptor> tree;
  boost::kruskal_minimum_spanning_tree(graph, std::back_inserter(tree));
}

double measure(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return Seconds(std::chrono::steady_clock::now() - start).count();
}

void print_row(std::size_t sites, std::size_t alone) {
  const auto lines = draw_lines(sites);
  const std::string text = forest_text(sites, alone, lines);
  sites::Forest forest;
  kcc::Topology topology;
  const double boost = measure([&] { boost_alone(sites, lines); });
  const double reading = measure([&] { forest = sites::read_forest(text, "large").value(); });
  const double planning = measure([&] { topology = kcc::plan(forest); });
  const double analysing = measure([&] { kcc::analyse(forest, topology); });
  const double certifying = measure([&] { kcc::certify(forest, topology); });
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  fmt::print("{:>6} {:>6} {:>8} {:>8.3f} {:>8.3f} {:>8.3f} {:>8.3f} {:>8.4f} {:>6}\n", sites,
             alone == 0 ? "no" : fmt::format("1/{}", alone), topology.connections.size(), reading,
             planning, analysing, certifying, boost, usage.ru_maxrss / 1024);
  std::fflush(stdout);
}

}  // namespace
}  // namespace ringspan

int main(int count, char** given) {
  std::vector<std::size_t> rows;
  for (int at = 1; at < count; ++at)
    rows.push_back(std::strtoull(given[at], nullptr, 10));
  if (rows.empty()) rows = {100, 1'000, 10'000};
  fmt::print("{:>6} {:>6} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>6}\n", "sites", "alone", "edges",
             "read s", "plan s", "analyse", "certify", "boost s", "MB");
  for (const std::size_t sites : rows) {
    ringspan::print_row(sites, 0);
    ringspan::print_row(sites, 5);  // every fifth site has one controller: losses are mended
  }
}
