#include "kcc/site_graph.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <queue>
#include <tuple>
#include <utility>

#include "base/contracts.hpp"

namespace ringspan::kcc {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

/// Ways that lead to one vertex and that none of the others makes superfluous. Schedules make more
/// than one necessary: the cheapest way may be shut whenever the next link is open. The cap bounds
/// the work for forests that are built to hurt.
constexpr std::size_t kMostWaysToAVertex = 64;

/// A way from the start to `vertex`, one link longer than its parent.
struct Label {
  sites::Cost cost;
  sites::Schedule schedule;
  std::size_t vertex = 0;
  std::size_t link = kNone;
  std::size_t parent = kNone;
  std::size_t length = 0;
};

class Labels {
 public:
  std::size_t add(Label label) {
    labels_.push_back(std::move(label));
    return labels_.size() - 1;
  }
  const Label& operator[](std::size_t at) const { return labels_[at]; }

  std::vector<std::size_t> links(std::size_t at) const {
    std::vector<std::size_t> links;
    for (; labels_[at].link != kNone; at = labels_[at].parent)
      links.push_back(labels_[at].link);
    std::ranges::reverse(links);
    return links;
  }

  /// The order in which ways are settled; equal in everything but the vertex means lower vertex.
  bool settles_before(std::size_t left, std::size_t right) const {
    const Label& ours = labels_[left];
    const Label& theirs = labels_[right];
    if (ours.cost != theirs.cost) return ours.cost < theirs.cost;
    if (ours.schedule != theirs.schedule) {
      const std::size_t our_quarters = ours.schedule.open_quarters();
      const std::size_t their_quarters = theirs.schedule.open_quarters();
      if (our_quarters != their_quarters) return our_quarters > their_quarters;
    }
    if (ours.length != theirs.length) return ours.length < theirs.length;
    if (ours.vertex != theirs.vertex) return ours.vertex < theirs.vertex;
    return links(left) < links(right);
  }

 private:
  std::vector<Label> labels_;
};

bool is_superfluous(const Label& label, const std::vector<std::size_t>& settled,
                    const Labels& labels) {
  return settled.size() >= kMostWaysToAVertex || std::ranges::any_of(settled, [&](std::size_t at) {
           return (labels[at].schedule & label.schedule) == label.schedule;
         });
}

}  // namespace

bool ranks_before(const SitePath& left, const SitePath& right) {
  if (left.cost != right.cost) return left.cost < right.cost;
  if (left.schedule != right.schedule) {
    const std::size_t our_quarters = left.schedule.open_quarters();
    const std::size_t their_quarters = right.schedule.open_quarters();
    if (our_quarters != their_quarters) return our_quarters > their_quarters;
  }
  const auto rank = [](const SitePath& path) {
    return std::tuple(std::min(path.from, path.to), std::max(path.from, path.to),
                      path.links.size());
  };
  const auto ours = rank(left);
  const auto theirs = rank(right);
  return ours != theirs ? ours < theirs : left.links < right.links;
}

SitePath reversed(SitePath path) {
  std::swap(path.from, path.to);
  std::ranges::reverse(path.links);
  return path;
}

std::vector<sites::Cost> costs_of(const sites::Forest& forest) {
  std::vector<sites::Cost> costs;
  for (const sites::SiteLink& link : forest.links)
    costs.push_back(link.cost);
  return costs;
}

SiteGraph::SiteGraph(const sites::Forest& forest) : SiteGraph(forest, costs_of(forest)) {}

SiteGraph::SiteGraph(const sites::Forest& forest, std::vector<sites::Cost> costs)
    : forest_(forest), costs_(std::move(costs)), links_at_(size()), settled_(size()) {
  for (std::size_t at = 0; at < forest.links.size(); ++at) {
    auto& members = members_.emplace_back();
    for (const auto& site : forest.links[at].sites)
      members.push_back(vertex(site));
    for (const std::size_t member : members)
      links_at_[member].push_back(at);
  }
  for (const sites::Site& site : forest.sites)
    is_alone_.push_back(site.options.contains(sites::SiteOption::bridges_required));
  has_alone_ = std::ranges::find(is_alone_, true) != is_alone_.end();
  if (forest.policy.bridge_all_site_links && !has_alone_) return;
  for (const auto& bridge : forest.bridges) {
    auto& allowed = bridges_.emplace_back(forest.links.size());
    for (std::size_t at = 0; at < forest.links.size(); ++at) {
      allowed[at] = std::ranges::binary_search(bridge.links, forest.links[at].id);
    }
  }
}

std::size_t SiteGraph::vertex(sites::SiteId site) const {
  const auto found = std::ranges::lower_bound(forest_.sites, site, {}, &sites::Site::id);
  EXPECTS(found != forest_.sites.end() && found->id == site);
  return static_cast<std::size_t>(found - forest_.sites.begin());
}

std::vector<SitePath> SiteGraph::paths(std::size_t from, const std::vector<bool>& stops) const {
  return paths(from, [&stops](std::size_t at) { return bool(stops[at]); }, {});
}

std::vector<SitePath> SiteGraph::closure(std::size_t from, const std::vector<bool>& targets,
                                         std::vector<std::size_t>* followed) const {
  const auto all = std::ranges::count(targets, true) - (targets[from] ? 1 : 0);
  return paths(from, [&targets](std::size_t at) { return bool(targets[at]); },
               {.crossed = static_cast<std::size_t>(all), .followed = followed});
}

std::vector<SitePath> SiteGraph::paths(std::size_t from,
                                       const std::function<bool(std::size_t)>& is_stop,
                                       const Bounds& bounds) const {
  std::vector<SitePath> found;
  if (bounds.followed != nullptr) bounds.followed->push_back(from);  // though it have no links
  const bool bridged = forest_.policy.bridge_all_site_links && !is_alone_[from];
  if (bridged) {
    walk({from, is_stop, bounds}, found);
    std::erase_if(found, [this](const SitePath& path) { return is_alone_[path.to]; });
  }
  if (!bridged || has_alone_) {
    std::vector<SitePath> single;
    for (const std::size_t link : links_at_[from]) {
      LinkSet alone(forest_.links.size());
      alone[link] = true;
      walk({from, is_stop, bounds, &alone}, single);
    }
    for (const LinkSet& bridge : bridges_)
      walk({from, is_stop, bounds, &bridge}, single);
    std::erase_if(single, [&](const SitePath& path) { return bridged && !is_alone_[path.to]; });
    std::ranges::move(single, std::back_inserter(found));
  }
  std::ranges::sort(found, [](const SitePath& left, const SitePath& right) {
    return left.to != right.to ? left.to < right.to : ranks_before(left, right);
  });
  const auto worse = std::ranges::unique(found, {}, &SitePath::to);
  found.erase(worse.begin(), worse.end());
  return found;
}

// Dijkstra's algorithm with several labels a vertex, settled in a strict total order.
void SiteGraph::walk(const Errand& errand, std::vector<SitePath>& best) const {
  const auto& [from, is_a_stop, bounds, allowed] = errand;
  Labels labels;
  const auto later = [&labels](std::size_t left, std::size_t right) {
    return labels.settles_before(right, left);
  };
  std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(later)> waiting(later);
  auto& settled = settled_;
  std::vector<std::size_t> touched;
  waiting.push(labels.add({.cost = {}, .schedule = {}, .vertex = from}));
  std::size_t met = 0;
  while (!waiting.empty() && (!bounds.crossed || met < *bounds.crossed)) {
    const std::size_t at = waiting.top();
    waiting.pop();
    const Label here = labels[at];
    if (is_superfluous(here, settled[here.vertex], labels)) continue;
    const bool is_stop = here.vertex != from && is_a_stop(here.vertex);
    if (is_stop && settled[here.vertex].empty()) {
      best.push_back({from, here.vertex, here.cost, here.schedule, labels.links(at)});
      ++met;
    }
    if (settled[here.vertex].empty()) touched.push_back(here.vertex);
    settled[here.vertex].push_back(at);
    if (is_stop && !bounds.crossed) continue;
    if (bounds.followed != nullptr) bounds.followed->push_back(here.vertex);
    for (const std::size_t link : links_at_[here.vertex]) {
      if (link == here.link || (allowed != nullptr && !(*allowed)[link])) continue;
      const sites::Cost cost = here.cost + costs_[link];
      if (link == bounds.without || (bounds.most && *bounds.most < cost)) continue;
      const sites::Schedule schedule = here.schedule & forest_.links[link].schedule;
      if (schedule.is_never()) continue;
      const Label next{cost, schedule, 0, link, at, here.length + 1};
      for (const std::size_t member : members_[link]) {
        Label reached = next;
        reached.vertex = member;
        if (is_superfluous(reached, settled[member], labels)) continue;
        waiting.push(labels.add(std::move(reached)));
      }
    }
  }
  for (const std::size_t vertex : touched)
    settled[vertex].clear();
}

}  // namespace ringspan::kcc
