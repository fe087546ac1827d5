#include "kcc/mend.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "kcc/bridge_links.hpp"
#include "kcc/intrasite.hpp"

namespace ringspan::kcc {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

/// What fails: one replica or one site link, by place.
struct Loss {
  std::size_t replica = kNone;
  std::size_t link = kNone;
  /// Of a link that is the only way between two parts of the network: by site, which part. Nothing
  /// joins them without it, so each is looked at alone.
  const std::vector<bool>* parts = nullptr;
  bool part = false;
};

constexpr std::size_t kFewCrossings = 32;  // searches for that many cost less than two floods

struct Replica {
  sites::ControllerId id;
  std::size_t site = 0;
  bool writable = false;
  bool partial = false;
  bool relay = false;         ///< Partial, and feeds partial ones.
  bool deaf = false;          ///< May pull from no other site.
  bool mute = false;          ///< No one may pull from it.
  bool closed_ring = false;   ///< Whoever of its site is lost, the others hang together.
  std::size_t group = kNone;  ///< Writable ones that hear each other while all is well.
};

/// The links that exactly one pair of sites crosses, of the first plane or of the second.
std::set<std::size_t> crossed_once(const std::vector<SitePull>& pulls, bool second) {
  std::map<std::size_t, std::set<std::pair<std::size_t, std::size_t>>> pairs;
  for (const SitePull& pull : pulls) {
    if (is_standby(pull.rule) != second) continue;
    for (const std::size_t link : pull.path.links)
      pairs[link].insert(std::minmax(pull.path.from, pull.path.to));
  }
  std::set<std::size_t> once;
  for (const auto& [link, crossing] : pairs)
    if (crossing.size() == 1) once.insert(link);
  return once;
}

/// Invariant: out_ and in_ hold what the plan has inside sites, `pulls`, and what was added.
class Mender {
 public:
  Mender(const sites::Forest& forest, sites::NamingContextId context,
         const std::vector<SiteReplicas>& replicas, const std::vector<SitePull>& pulls,
         const StandbyWays& ways)
      : forest_(forest), graph_(forest), context_(context), ways_(ways) {
    for (std::size_t site = 0; site < replicas.size(); ++site) {
      const SiteReplicas& here = replicas[site];
      const auto add = [&](const std::vector<sites::ControllerId>& ids, Replica replica) {
        replica.site = site;
        replica.closed_ring = here.writable.size() > 1 && here.deaf.empty() && here.mute.empty();
        for (const auto id : ids) {
          replica.id = id;
          replica.deaf = here.fed_by_hand || std::ranges::binary_search(here.deaf, id);
          replica.mute = std::ranges::binary_search(here.mute, id);
          add_replica(replica);
        }
      };
      add(here.writable, {.writable = true});
      add(here.relays, {.partial = true, .relay = true});
      add(here.full_leaves, {});
      add(here.partial_leaves, {.partial = true});
    }
    out_.resize(replicas_.size());
    in_.resize(replicas_.size());
    told_.resize(replicas_.size());
    heard_.resize(replicas_.size());
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
    std::set<std::size_t> second_ends;
    for (const SitePull& pull : pulls) {
      auto& plane = is_standby(pull.rule) ? second_ends : ends;
      plane.insert({places_.at(pull.source), places_.at(pull.destination)});
    }
    second_spans_ = spans(pulls, true);
    const bool both_span = second_spans_ && spans(pulls, false);
    for (std::size_t at = 0; at < replicas_.size(); ++at) {
      const bool first = ends.contains(at);
      const bool second = second_ends.contains(at);
      // A replica without connections between sites carries its neighbours only where it is alone
      // with them, and then it has such connections.
      if (!first && !second) continue;
      // What stands in one plane alone leaves the other whole.
      if (both_span && first != second && replicas_[at].closed_ring) continue;
      if (!holds_without_replica(at)) mend(Loss{.replica = at});
    }
    // Without a bridge that one edge of a tree crosses, both sides hang together by the rest of
    // that tree, and nothing can join them.
    const BridgeLinks bridges(forest_);
    auto once = crossed_once(pulls, false);
    if (second_spans_) once.merge(crossed_once(pulls, true));
    for (const std::size_t link : links_of(pulls)) {
      if (!bridges.contains(link)) {
        if (!holds_without_link(link)) mend(Loss{.link = link});
      } else if (!once.contains(link)) {
        const auto parts = bridges.part_without(link);
        for (const bool part : {false, true})
          mend(Loss{.link = link, .parts = &parts, .part = part});
      }
    }
    return std::move(added_);
  }

 private:
  struct Edge {
    std::size_t to = 0;
    std::size_t number = 0;
  };
  using Edges = std::vector<std::vector<Edge>>;
  using Marks = std::vector<bool>;
  using BySite = std::map<std::size_t, std::vector<std::size_t>>;  // places of replicas

  void add_replica(const Replica& replica) {
    places_.emplace(replica.id, replicas_.size());
    replicas_.push_back(replica);
  }

  bool is_member(std::size_t at, std::size_t group) const {
    return replicas_[at].writable && replicas_[at].group == group;
  }

  static bool feeds(const Replica& source, bool partial) {
    return !source.mute && (source.writable || (partial && source.relay));
  }

  void connect(sites::ControllerId source, sites::ControllerId destination,
               const std::vector<std::size_t>& links) {
    const std::size_t from = places_.at(source);
    const std::size_t to = places_.at(destination);
    const std::size_t number = ends_.size();
    ends_.emplace_back(from, to);
    lost_.push_back(0);
    is_second_.push_back(true);  // what is added later
    out_[from].push_back({to, number});
    in_[to].push_back({from, number});
    joined_.emplace(from, to);
    for (const std::size_t link : links)
      over_[link].push_back(number);
  }

  /// From here on the edges over the link are gone, until the next loss begins.
  void begin(const Loss& loss) {
    ++losses_;
    if (loss.link == kNone) return;
    for (const std::size_t number : over_[loss.link])
      lost_[number] = losses_;
  }
  bool is_gone(const Edge& edge, const Loss& loss) const {
    return edge.to == loss.replica || lost_[edge.number] == losses_;
  }

  /// Whether the loss leaves it there, and on the side that is looked at.
  bool is_left(std::size_t at, const Loss& loss) const {
    if (at == loss.replica) return false;
    return loss.parts == nullptr || (*loss.parts)[replicas_[at].site] == loss.part;
  }

  /// By place: the last search that came here.
  using Searches = std::vector<std::uint64_t>;

  bool holds_without_replica(std::size_t lost);
  bool holds_without_link(std::size_t link);
  bool spans(const std::vector<SitePull>& pulls, bool second);
  bool leads(std::size_t from, std::size_t to, const Loss& loss);
  Marks flood(const Edges& edges, std::vector<std::size_t> front, const Loss& loss) const;
  void find_groups();
  void mend(const Loss& loss);
  bool mend_once(const Loss& loss, std::size_t group);
  std::vector<std::size_t> parts(const Loss& loss, std::size_t group) const;
  std::optional<SitePull> offer(const Loss& loss, const std::vector<std::size_t>& sources,
                                const std::vector<std::size_t>& destinations) const;
  bool bring(const Loss& loss, const Marks& told, const std::vector<std::size_t>& apart);

  const sites::Forest& forest_;
  SiteGraph graph_;
  sites::NamingContextId context_;
  const StandbyWays& ways_;
  std::vector<Replica> replicas_;
  std::map<sites::ControllerId, std::size_t> places_;
  Edges out_;
  Edges in_;
  std::set<std::pair<std::size_t, std::size_t>> joined_;
  std::map<std::size_t, std::vector<std::size_t>> over_;   // link -> numbers of edges
  std::vector<std::pair<std::size_t, std::size_t>> ends_;  // of each edge, by number
  std::vector<std::uint64_t> lost_;                        // of each edge: the last loss to take it
  std::vector<bool> is_second_;                            // of each edge: a standby between sites
  bool second_spans_ = false;
  std::uint64_t losses_ = 1;
  Searches told_;
  Searches heard_;
  std::uint64_t search_ = 0;
  std::vector<std::size_t> heads_;  // of each group its first writable replica
  std::vector<std::vector<std::size_t>>
      fed_;  // by group: whom it reaches while all is well, sorted
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
      if (seen[edge.to] || is_gone(edge, loss)) continue;
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
    std::vector<std::size_t> fed;
    for (std::size_t other = 0; other < replicas_.size(); ++other) {
      if (told[other] && heard[other] && replicas_[other].writable) {
        replicas_[other].group = heads_.size();
      }
      if (told[other]) fed.push_back(other);
    }
    heads_.push_back(at);
    fed_.push_back(std::move(fed));
  }
}

/// Is there still a way? Searched from both ends in turn, so it costs what the nearer answer does.
bool Mender::leads(std::size_t from, std::size_t to, const Loss& loss) {
  if (from == to) return true;
  struct Side {
    const Edges& edges;
    Searches& ours;
    const Searches& theirs;
    std::vector<std::size_t> reached;
    std::size_t next = 0;
  };
  ++search_;
  told_[from] = heard_[to] = search_;
  Side ahead{out_, told_, heard_, {from}};
  Side back{in_, heard_, told_, {to}};
  for (Side* side = &ahead; side->next < side->reached.size();
       side = side == &ahead ? &back : &ahead) {
    for (const Edge& edge : side->edges[side->reached[side->next++]]) {
      if (side->ours[edge.to] == search_ || is_gone(edge, loss)) {
        continue;
      }
      if (side->theirs[edge.to] == search_) return true;
      side->ours[edge.to] = search_;
      side->reached.push_back(edge.to);
    }
  }
  return false;
}

/// Whoever it heard still leads to whomever it told. They need not go round by one of them, so
/// false says only that the loss is to be looked at.
bool Mender::holds_without_replica(std::size_t lost) {
  const Loss loss{.replica = lost};
  if (in_[lost].empty() || out_[lost].empty()) return true;
  begin(loss);
  const std::size_t hub = in_[lost].front().to;
  return std::ranges::all_of(in_[lost], [&](const Edge& e) { return leads(e.to, hub, loss); }) &&
         std::ranges::all_of(out_[lost], [&](const Edge& e) { return leads(hub, e.to, loss); });
}

/// Where a plane spans everyone, only what it loses counts: if that leads on, the rest does.
bool Mender::holds_without_link(std::size_t link) {
  const Loss loss{.link = link};
  begin(loss);
  std::vector<std::size_t> torn = over_[link];
  if (second_spans_)
    std::erase_if(torn, [this](std::size_t number) { return !is_second_[number]; });
  return torn.size() <= kFewCrossings && std::ranges::all_of(torn, [&](std::size_t number) {
           return leads(ends_[number].first, ends_[number].second, loss);
         });
}

/// Whether one plane and the rings inside the sites join everyone whom both join.
bool Mender::spans(const std::vector<SitePull>& pulls, bool second) {
  if (heads_.size() != 1) return false;
  ++losses_;
  const std::size_t inside = ends_.size() - pulls.size();
  is_second_.assign(ends_.size(), false);
  for (std::size_t at = 0; at < pulls.size(); ++at) {
    is_second_[inside + at] = is_standby(pulls[at].rule);
    if (is_second_[inside + at] != second) lost_[inside + at] = losses_;
  }
  const Marks told = flood(out_, {heads_.front()}, Loss{});
  const Marks heard = flood(in_, {heads_.front()}, Loss{});
  return std::ranges::all_of(
      fed_.front(), [&](std::size_t at) { return told[at] && (heard[at] || !is_member(at, 0)); });
}

/// Only what the loss tears apart costs more than two floods.
void Mender::mend(const Loss& loss) {
  begin(loss);
  for (std::size_t group = 0; group < heads_.size(); ++group) {
    std::size_t head = heads_[group];
    if (!is_left(head, loss)) {
      const auto other = std::ranges::find_if(
          fed_[group], [&](std::size_t at) { return is_left(at, loss) && is_member(at, group); });
      if (other == fed_[group].end()) continue;  // no writable one is left
      head = *other;
    }
    const Marks told = flood(out_, {head}, loss);
    const Marks heard = flood(in_, {head}, loss);
    const bool whole = std::ranges::all_of(fed_[group], [&](std::size_t at) {
      return !is_left(at, loss) || (told[at] && (heard[at] || !is_member(at, group)));
    });
    if (whole) continue;
    while (mend_once(loss, group)) {
    }
  }
}

/// A writable replica of each part that the loss leaves of the group.
std::vector<std::size_t> Mender::parts(const Loss& loss, std::size_t group) const {
  std::vector<std::size_t> heads;
  Marks known(replicas_.size());
  for (const std::size_t at : fed_[group]) {
    if (!is_left(at, loss) || known[at] || !is_member(at, group)) continue;
    heads.push_back(at);
    const Marks told = flood(out_, {at}, loss);
    const Marks heard = flood(in_, {at}, loss);
    for (const std::size_t other : fed_[group])
      if (told[other] && heard[other]) known[other] = true;
  }
  return heads;
}

/// Adds a way from one part to what it does not tell, writable ones first, or says that there is
/// none.
bool Mender::mend_once(const Loss& loss, std::size_t group) {
  const std::vector<std::size_t> heads = parts(loss, group);
  for (const bool members : {true, false}) {
    for (const std::size_t head : heads) {
      const Marks told = flood(out_, {head}, loss);
      std::vector<std::size_t> apart;
      for (const std::size_t at : fed_[group]) {
        if (is_left(at, loss) && !told[at] && is_member(at, group) == members) apart.push_back(at);
      }
      if (!apart.empty() && bring(loss, told, apart)) return true;
    }
  }
  return false;
}

/// Two who are not joined yet, nor by a standby connection that the loss takes. The path is that of
/// their standby connection, if they have one.
std::optional<SitePull> Mender::offer(const Loss& loss, const std::vector<std::size_t>& sources,
                                      const std::vector<std::size_t>& destinations) const {
  for (const std::size_t to : destinations) {
    for (const std::size_t from : sources) {
      if (joined_.contains({from, to})) continue;
      SitePull pull{context_, replicas_[to].id, replicas_[from].id, {}, Rule::mending};
      const auto way = ways_.find({pull.source, pull.destination});
      if (way == ways_.end()) return pull;
      pull.path = way->second;
      if (std::ranges::find(pull.path.links, loss.link) == pull.path.links.end()) return pull;
    }
  }
  return std::nullopt;
}

/// The best path from a site of those who are told to one of `apart`, searched from where there are
/// fewer.
bool Mender::bring(const Loss& loss, const Marks& told, const std::vector<std::size_t>& apart) {
  std::optional<SitePull> best;
  SitePath best_path;
  for (const bool partial : {false, true}) {
    BySite waiting;
    for (const std::size_t at : apart) {
      const Replica& one = replicas_[at];
      if (one.partial == partial && !one.deaf) waiting[one.site].push_back(at);
    }
    if (waiting.empty()) continue;
    BySite sources;
    for (std::size_t at = 0; at < replicas_.size(); ++at) {
      if (told[at] && at != loss.replica && feeds(replicas_[at], partial)) {
        sources[replicas_[at].site].push_back(at);
      }
    }
    const bool from_sources = sources.size() < waiting.size();
    const BySite& starts = from_sources ? sources : waiting;
    const BySite& ends = from_sources ? waiting : sources;
    for (const auto& [site, here] : starts) {
      std::map<std::size_t, std::optional<SitePull>> offers;  // by the site at the other end
      const auto offers_something = [&, &here = here](std::size_t there) {
        const auto found = ends.find(there);
        if (found == ends.end()) return false;
        const auto [entry, fresh] = offers.try_emplace(there);
        if (fresh) {
          entry->second =
              from_sources ? offer(loss, here, found->second) : offer(loss, found->second, here);
        }
        return entry->second.has_value();  // the others are only passed
      };
      SiteGraph::Bounds bounds;
      if (loss.link != kNone) bounds.without = loss.link;
      if (best) bounds.most = best_path.cost;
      for (const SitePath& path : graph_.paths(site, offers_something, bounds)) {
        if (best && !ranks_before(path, best_path)) continue;
        best = *offers.at(path.to);
        best_path = path;
        if (best->path.links.empty()) best->path = from_sources ? path : reversed(path);
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
                           const std::vector<SitePull>& pulls, const StandbyWays& ways) {
  return Mender(forest, context, replicas, pulls, ways).mend_all(pulls);
}

}  // namespace ringspan::kcc
