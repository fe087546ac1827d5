#pragma once

// SiteGraph: the sites as vertices, the site links as edges of two or more vertices, and the sets
// of links that may be combined into paths (MS-ADTS 6.2.2.3.4.1): all of them where links are
// bridged, otherwise each bridge, and always each link alone.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "sites/forest.hpp"

namespace ringspan::kcc {

/// A legal way between two sites. Links are combined by MS-ADTS 6.2.2.3.4.4: costs add up, the
/// greatest interval counts, the path is open where every link is.
struct SitePath {
  std::size_t from = 0;  ///< Vertices, that is places in the sorted list of sites.
  std::size_t to = 0;
  sites::Cost cost;
  sites::Schedule schedule;
  std::vector<std::size_t> links;  ///< In order from `from` to `to`; places in the list of links.
  friend bool operator==(const SitePath&, const SitePath&) = default;
};

/// The total order of site paths: lower cost, longer schedule, lower sites, fewer links, lower
/// links. No two different paths between two sites are equal.
bool ranks_before(const SitePath& left, const SitePath& right);

/// The same way walked from the other end.
SitePath reversed(SitePath path);

/// By place in the list of links.
std::vector<sites::Cost> costs_of(const sites::Forest& forest);

/// Searches share their tables: a graph is for one thread at a time.
class SiteGraph {
 public:
  /// `forest` must be sound (sound.hpp) and outlive the graph.
  explicit SiteGraph(const sites::Forest& forest);

  /// The same network at other prices, by place in the list of links.
  SiteGraph(const sites::Forest& forest, std::vector<sites::Cost> costs);

  std::size_t size() const { return forest_.sites.size(); }
  const std::vector<sites::Cost>& costs() const { return costs_; }
  const std::vector<std::size_t>& members(std::size_t link) const { return members_[link]; }
  const sites::SiteLink& link(std::size_t at) const { return forest_.links[at]; }
  sites::SiteId site(std::size_t vertex) const { return forest_.sites[vertex].id; }
  std::size_t vertex(sites::SiteId site) const;

  /// From here on the links cost this. The forest may have given them other schedules as well.
  void set_costs(std::vector<sites::Cost> costs) { costs_ = std::move(costs); }

  /// The best path from `from` to each vertex in `stops` that is reached without crossing another
  /// one, sorted by vertex. Sites in between are transited whether they hold a replica or not.
  std::vector<SitePath> paths(std::size_t from, const std::vector<bool>& stops) const;

  /// The best path from `from` to each of `targets` that a legal one leads to, sorted by vertex. It
  /// may cross the other targets.
  std::vector<SitePath> closure(std::size_t from, const std::vector<bool>& targets,
                                std::vector<std::size_t>* followed = nullptr) const;

  /// What a search leaves out, and how far it goes.
  struct Bounds {
    std::optional<std::size_t> without{};  ///< A link.
    std::optional<sites::Cost> most{};     ///< Dearer paths may lack.
    /// Stops are crossed as well, until so many are found.
    std::optional<std::size_t> crossed{};
    /// Takes note of each vertex whose links the search follows; nothing else of the network
    /// matters to what it finds.
    std::vector<std::size_t>* followed = nullptr;
  };
  /// The same; only vertices that the search comes to are asked whether they are stops.
  std::vector<SitePath> paths(std::size_t from, const std::function<bool(std::size_t)>& is_stop,
                              const Bounds& bounds) const;

 private:
  using LinkSet = std::vector<bool>;  // by place in the list of links
  struct Errand {
    std::size_t from = 0;
    const std::function<bool(std::size_t)>& is_stop;
    const Bounds& bounds;
    const LinkSet* allowed = nullptr;
  };

  void walk(const Errand& errand, std::vector<SitePath>& best) const;

  const sites::Forest& forest_;
  std::vector<sites::Cost> costs_;                  // by link
  std::vector<std::vector<std::size_t>> members_;   // link -> vertices
  std::vector<std::vector<std::size_t>> links_at_;  // vertex -> links
  std::vector<LinkSet> bridges_;                    // empty where all links are bridged
  std::vector<bool> is_alone_;  // vertex -> links that meet there are not bridged by themselves
  bool has_alone_ = false;      // there is such a vertex
  // By vertex, what a walk has settled; empty between walks, which cost only what they visit.
  mutable std::vector<std::vector<std::size_t>> settled_;
};

}  // namespace ringspan::kcc
