#include "kcc/mend.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "kcc/intrasite.hpp"

namespace ringspan::kcc {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

/// What fails: one replica or one site link, by place.
struct Loss {
  std::size_t replica = kNone;
  std::size_t link = kNone;
};

struct Replica {
  sites::ControllerId id;
  std::size_t site = 0;
  bool writable = false;
  std::size_t group = kNone;  ///< Writable ones that hear each other while all is well.
};

/// Invariant: edges_ holds what the plan has inside sites, `pulls`, and what was added.
class Mender {
 public:
  Mender(const sites::Forest& forest, sites::NamingContextId context,
         const std::vector<SiteReplicas>& replicas, const std::vector<SitePull>& pulls)
      : forest_(forest), context_(context) {
    for (std::size_t site = 0; site < replicas.size(); ++site) {
      for (const auto id : replicas[site].writable)
        add_replica(id, site, true);
      for (const auto* others :
           {&replicas[site].relays, &replicas[site].full_leaves, &replicas[site].partial_leaves}) {
        for (const auto id : *others)
          add_replica(id, site, false);
      }
    }
    out_.resize(replicas_.size());
    in_.resize(replicas_.size());
    for (const SiteReplicas& site : replicas) {
      for (const Pull& pull : inside(site))
        connect(pull.source, pull.destination, {});
    }
    for (const SitePull& pull : pulls)
      connect(pull.source, pull.destination, pull.path.links);
    find_groups();
  }

  std::vector<SitePull> mend_all(const std::vector<SitePull>& pulls) {
    std::set<std::size_t> ends;
    for (const SitePull& pull : pulls) {
      ends.insert(places_.at(pull.source));
      ends.insert(places_.at(pull.destination));
    }
    for (std::size_t at = 0; at < replicas_.size(); ++at) {
      // A replica without connections between sites carries its neighbours only where it is alone
      // with them, and then it has such connections.
      if (ends.contains(at)) mend(Loss{.replica = at});
    }
    for (const std::size_t link : links_of(pulls))
      mend(Loss{.link = link});
    return std::move(added_);
  }

 private:
  struct Edge {
    std::size_t to = 0;
    std::vector<std::size_t> links;
  };
  using Edges = std::vector<std::vector<Edge>>;
  using Marks = std::vector<bool>;

  void add_replica(sites::ControllerId id, std::size_t site, bool writable) {
    places_.emplace(id, replicas_.size());
    replicas_.push_back({id, site, writable, kNone});
  }

  void connect(sites::ControllerId source, sites::ControllerId destination,
               const std::vector<std::size_t>& links) {
    const std::size_t from = places_.at(source);
    const std::size_t to = places_.at(destination);
    out_[from].push_back({to, links});
    in_[to].push_back({from, links});
    joined_.emplace(from, to);
  }

  static bool crosses(const Edge& edge, const Loss& loss) {
    return std::ranges::find(edge.links, loss.link) != edge.links.end();
  }

  Marks flood(const Edges& edges, std::vector<std::size_t> front, const Loss& loss) const;
  void find_groups();
  void mend(const Loss& loss);
  bool mend_once(const Loss& loss, const SiteGraph& rest, std::size_t group);
  bool bring(const Loss& loss, const SiteGraph& rest, const Marks& sources,
             const Marks& destinations);

  const sites::Forest& forest_;
  sites::NamingContextId context_;
  std::vector<Replica> replicas_;
  std::map<sites::ControllerId, std::size_t> places_;
  Edges out_;
  Edges in_;
  std::set<std::pair<std::size_t, std::size_t>> joined_;
  std::vector<std::size_t> heads_;          // of each group its first writable replica
  std::vector<std::set<std::size_t>> fed_;  // by group: whom it reaches while all is well
  std::vector<SitePull> added_;
};

Mender::Marks Mender::flood(const Edges& edges, std::vector<std::size_t> front,
                            const Loss& loss) const {
  Marks seen(replicas_.size());
  for (const std::size_t at : front)
    seen[at] = true;
  while (!front.empty()) {
    const std::size_t at = front.back();
    front.pop_back();
    for (const Edge& edge : edges[at]) {
      if (seen[edge.to] || edge.to == loss.replica || crosses(edge, loss)) continue;
      seen[edge.to] = true;
      front.push_back(edge.to);
    }
  }
  return seen;
}

void Mender::find_groups() {
  for (std::size_t at = 0; at < replicas_.size(); ++at) {
    if (!replicas_[at].writable || replicas_[at].group != kNone) continue;
    const Marks told = flood(out_, {at}, Loss{});
    const Marks heard = flood(in_, {at}, Loss{});
    std::set<std::size_t> fed;
    for (std::size_t other = 0; other < replicas_.size(); ++other) {
      if (told[other] && heard[other] && replicas_[other].writable) {
        replicas_[other].group = heads_.size();
      }
      if (told[other]) fed.insert(other);
    }
    heads_.push_back(at);
    fed_.push_back(std::move(fed));
  }
}

/// Only what the loss tears apart costs more than two floods.
void Mender::mend(const Loss& loss) {
  std::optional<sites::Forest> left;
  std::optional<SiteGraph> rest;
  for (std::size_t group = 0; group < heads_.size(); ++group) {
    std::size_t head = heads_[group];
    if (head == loss.replica) {
      const auto other = std::ranges::find_if(fed_[group], [&](std::size_t at) {
        return at != loss.replica && replicas_[at].writable && replicas_[at].group == group;
      });
      if (other == fed_[group].end()) continue;  // no writable one is left
      head = *other;
    }
    const Marks told = flood(out_, {head}, loss);
    const Marks heard = flood(in_, {head}, loss);
    const bool whole = std::ranges::all_of(fed_[group], [&](std::size_t at) {
      return at == loss.replica ||
             (told[at] && (heard[at] || !replicas_[at].writable || replicas_[at].group != group));
    });
    if (whole) continue;
    if (!rest) {
      left = forest_;
      if (loss.link != kNone) left->links[loss.link].schedule = *sites::Schedule::parse("never");
      rest.emplace(*left);
    }
    while (mend_once(loss, *rest, group)) {
    }
  }
}

/// Adds a way into and out of what stands apart, or says that there is none.
bool Mender::mend_once(const Loss& loss, const SiteGraph& rest, std::size_t group) {
  std::vector<std::size_t> writable;
  for (const std::size_t at : fed_[group]) {
    if (at != loss.replica && replicas_[at].writable && replicas_[at].group == group) {
      writable.push_back(at);
    }
  }
  for (const std::size_t start : writable) {
    const Marks told = flood(out_, {start}, loss);
    Marks apart(replicas_.size());
    bool some = false;
    for (const std::size_t at : fed_[group]) {
      if (at == loss.replica || told[at]) continue;
      if (replicas_[at].writable && replicas_[at].group == group) apart[at] = some = true;
    }
    if (some && bring(loss, rest, told, apart)) return true;
  }
  const Marks told = flood(out_, writable, loss);
  Marks apart(replicas_.size());
  bool some = false;
  for (const std::size_t at : fed_[group]) {
    if (at != loss.replica && !told[at]) apart[at] = some = true;
  }
  Marks sources(replicas_.size());
  for (const std::size_t at : writable)
    sources[at] = true;
  return some && bring(loss, rest, sources, apart);
}

/// The best path from a site of `sources` that are writable to a site of `destinations`.
bool Mender::bring(const Loss& loss, const SiteGraph& rest, const Marks& sources,
                   const Marks& destinations) {
  std::vector<bool> stops(forest_.sites.size());
  std::set<std::size_t> starts;
  for (std::size_t at = 0; at < replicas_.size(); ++at) {
    if (at == loss.replica) continue;
    if (sources[at] && replicas_[at].writable) stops[replicas_[at].site] = true;
    if (destinations[at]) starts.insert(replicas_[at].site);
  }
  std::optional<SitePull> best;
  for (const std::size_t start : starts) {
    for (const SitePath& path : rest.paths(start, stops)) {
      if (best && !ranks_before(path, best->path)) continue;
      for (std::size_t to = 0; to < replicas_.size(); ++to) {
        if (!destinations[to] || replicas_[to].site != start) continue;
        for (std::size_t from = 0; from < replicas_.size(); ++from) {
          if (!sources[from] || !replicas_[from].writable || replicas_[from].site != path.to) {
            continue;
          }
          if (from == loss.replica || joined_.contains({from, to})) continue;
          best = SitePull{context_, replicas_[to].id, replicas_[from].id, reversed(path),
                          Rule::mending};
        }
      }
    }
  }
  if (!best) return false;
  connect(best->source, best->destination, best->path.links);
  added_.push_back(*best);
  return true;
}

}  // namespace

std::vector<SitePull> mend(const sites::Forest& forest, sites::NamingContextId context,
                           const std::vector<SiteReplicas>& replicas,
                           const std::vector<SitePull>& pulls) {
  return Mender(forest, context, replicas, pulls).mend_all(pulls);
}

}  // namespace ringspan::kcc
