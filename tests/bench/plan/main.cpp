// ringspan_plan_bench: how long a plan of large forests takes, stage by stage, how much memory, and
// by how much each row grew over the one of its kind before: times tenfold are linear from 1,000 to
// 10,000 sites. Each row is a process of its own and ends after a while; then it says in which
// stage. Each row is a forest of that many sites of three controllers: every site has a line to one
// of the eight that were there just before it, every third another one, costs are chance. Beside it
// stands one Boost Dijkstra and Kruskal over the same links. A change gives one link another cost;
// the median of 21 is shown. Run it by hand in the release preset.

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <new>
#include <optional>
#include <stdexcept>
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

constexpr unsigned kMostSeconds = 120;
constexpr const char* kStages[] = {"boost", "read", "plan", "change", "analyse", "certify"};
constexpr std::size_t kCount = std::size(kStages);

/// What a row hands to the next one; a stage that was not finished is negative.
struct Row {
  double seconds[kCount] = {-1, -1, -1, -1, -1, -1};
  std::size_t connections = 0;
  double gave_up = 0;
  long megabytes = 0;
};

/// Of the times it takes to plan again after one link has another cost.
double median_change(sites::Forest forest) {
  constexpr std::size_t kChanges = 21;
  kcc::Replanner replanner;
  replanner.plan(forest);
  base::Rng rng(1);
  std::vector<double> times;
  for (std::size_t change = 0; change < kChanges; ++change) {
    forest.links[rng.below(forest.links.size())].cost =
        sites::Cost(static_cast<std::uint32_t>(1 + rng.below(100)));
    times.push_back(measure([&] { replanner.plan(forest); }));
  }
  std::ranges::nth_element(times, times.begin() + kChanges / 2);
  return times[kChanges / 2];
}

/// Runs in a process of its own, whose memory is that of this row alone.
void fill_row(std::size_t sites, std::size_t alone, Row& row) {
  const auto lines = draw_lines(sites);
  const std::string text = forest_text(sites, alone, lines);
  sites::Forest forest;
  kcc::Topology topology;
  row.seconds[0] = measure([&] { boost_alone(sites, lines); });
  row.seconds[1] = measure([&] { forest = sites::read_forest(text, "large").value(); });
  row.seconds[2] = measure([&] { topology = kcc::plan(forest); });
  row.connections = topology.connections.size();
  row.seconds[3] = median_change(forest);
  row.seconds[4] = measure([&] { kcc::analyse(forest, topology); });
  row.seconds[5] = measure([&] { kcc::certify(forest, topology); });
}

/// Ends the row's process when its time is over. What it had measured stays in shared memory.
Row run_row(std::size_t sites, std::size_t alone) {
  void* memory =
      mmap(nullptr, sizeof(Row), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::runtime_error("no shared memory for a row");
  Row* shared = new (memory) Row;
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("no process for a row");
  if (child == 0) {
    alarm(kMostSeconds);
    fill_row(sites, alone, *shared);
    _exit(0);
  }
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  Row row = *shared;
  munmap(memory, sizeof(Row));
  if (status != 0) row.gave_up = Seconds(std::chrono::steady_clock::now() - start).count();
  row.megabytes = usage.ru_maxrss / 1024;
  return row;
}

void print_row(std::size_t sites, std::size_t alone, const Row& row, const Row* before) {
  fmt::print("{:>6} {:>6} {:>8}", sites, alone == 0 ? "no" : fmt::format("1/{}", alone),
             row.connections);
  for (const double seconds : row.seconds)
    fmt::print(" {:>8}", seconds < 0 ? "-" : fmt::format("{:.4f}", seconds));
  fmt::print(" {:>6}\n", row.megabytes);
  if (row.gave_up > 0) {
    const auto* stage = std::ranges::find_if(row.seconds, [](double one) { return one < 0; });
    fmt::print("{:>22} too slow: given up in {} after {:.0f} s\n", "", kStages[stage - row.seconds],
               row.gave_up);
  }
  if (before != nullptr) {
    fmt::print("{:>22}", "times");
    for (std::size_t at = 0; at < kCount; ++at) {
      const bool known = row.seconds[at] >= 0 && before->seconds[at] > 0;
      fmt::print(" {:>8}",
                 known ? fmt::format("{:.1f}", row.seconds[at] / before->seconds[at]) : "-");
    }
    fmt::print("\n");
  }
  std::fflush(stdout);
}

}  // namespace
}  // namespace ringspan

int main(int count, char** given) {
  std::vector<std::size_t> rows;
  for (int at = 1; at < count; ++at)
    rows.push_back(std::strtoull(given[at], nullptr, 10));
  if (rows.empty()) rows = {100, 1'000, 10'000};
  fmt::print("{:>6} {:>6} {:>8}", "sites", "alone", "edges");
  for (const char* stage : ringspan::kStages)
    fmt::print(" {:>8}", stage);
  fmt::print(" {:>6}\n", "MB");
  std::fflush(stdout);
  for (const std::size_t alone :
       {0U, 5U}) {  // every fifth site has one controller: losses are mended
    std::optional<ringspan::Row> before;
    for (const std::size_t sites : rows) {
      const auto row = ringspan::run_row(sites, alone);
      ringspan::print_row(sites, alone, row, before ? &*before : nullptr);
      before = row;
    }
  }
}
