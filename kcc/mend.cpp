#include <algorithm>
#include <iterator>
#include <utility>

#include "kcc/bridge_links.hpp"
#include "kcc/intrasite.hpp"
#include "kcc/mender.hpp"

namespace ringspan::kcc {
namespace {

constexpr std::size_t kFewCrossings = 32;  // searches for that many cost less than two floods

}  // namespace

Mender::Mender(const sites::Forest& forest, const SiteGraph& graph, const ContextGroup& group,
               const Planes& planes, const StandbyWays& ways)
    : forest_(forest), graph_(graph), group_(group), ways_(ways), over_(forest.links.size()) {
  const std::vector<SiteReplicas>& replicas = group.replicas;
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
      connect(pull.source, pull.destination, {}, {.first = true, .second = true});
  }
  for (const SitePull& pull : planes.first)
    connect(pull.source, pull.destination, pull.path.links, {.first = true});
  for (const SitePull& pull : planes.second)
    connect_second(pull);
  at_site_.resize(replicas.size());
  for (std::size_t at = 0; at < replicas_.size(); ++at)
    at_site_[replicas_[at].site].push_back(at);
  all_alike_ = std::ranges::all_of(
      replicas_, [](const Replica& one) { return one.writable && !one.deaf && !one.mute; });
  find_groups();
}

/// Where the first plane pulls so already, that pull stands in both.
void Mender::connect_second(const SitePull& pull) {
  const std::size_t from = places_.at(pull.source);
  const std::size_t to = places_.at(pull.destination);
  const auto known = std::ranges::find(out_[from], to, &Edge::to);
  if (known != out_[from].end()) {
    planes_[known->number].second = true;
  } else {
    connect(pull.source, pull.destination, pull.path.links, {.second = true});
  }
}

Mending Mender::mend_all() {
  mend_losses();
  while (reaches_more())
    mend_losses();
  Mending mending{std::move(added_), {}, std::move(followed_)};
  for (auto& [number, ways] : rounds_) {
    const auto& [from, to] = ends_[number];
    for (auto& links : ways)
      mending.ways_round.push_back(
          {replicas_[to].id, replicas_[from].id, !planes_[number].first, std::move(links)});
  }
  return mending;
}

void Mender::mend_losses() {
  Marks ends(replicas_.size());
  Marks second_ends(replicas_.size());
  for (std::size_t number = 0; number < ends_.size(); ++number) {
    const auto& [from, to] = ends_[number];
    if (replicas_[from].site == replicas_[to].site) continue;
    if (planes_[number].first) ends[from] = ends[to] = true;
    if (planes_[number].second) second_ends[from] = second_ends[to] = true;
  }
  const auto first = pairs_over_links(&InPlanes::first);
  const auto second = pairs_over_links(&InPlanes::second);
  second_spans_ = spans(&InPlanes::second);
  const bool both_span = second_spans_ && spans(&InPlanes::first);
  for (std::size_t at = 0; at < replicas_.size(); ++at) {
    // A replica without connections between sites carries its neighbours only where it is alone
    // with them, and then it has such connections.
    if (!ends[at] && !second_ends[at]) continue;
    // What stands in one plane alone leaves the other whole.
    if (both_span && ends[at] != second_ends[at] && replicas_[at].closed_ring) continue;
    const Loss loss{.replica = at};
    if (!holds_without_replica(at) && !mend_replica(loss)) mend(loss);
  }
  // Without a bridge that one edge of a tree crosses, both sides hang together by the rest of
  // that tree, and nothing can join them.
  const BridgeLinks bridges(forest_);
  for (std::size_t link = 0; link < over_.size(); ++link) {
    if (first[link] + second[link] == 0) continue;
    const bool once = first[link] == 1 || (second_spans_ && second[link] == 1);
    if (!bridges.contains(link)) {
      const Loss loss{.link = link};
      if (!holds_without_link(link) && !mend_link(loss)) mend(loss);
    } else if (!once) {
      const auto parts = bridges.part_without(link);
      for (const bool part : {false, true})
        mend(Loss{.link = link, .parts = &parts, .part = part});
    }
  }
}

/// What mends a loss of one group may bring the changes of another one further, which must then
/// survive losses too.
bool Mender::reaches_more() {
  if (added_.empty()) return false;
  const auto before = std::exchange(fed_, {});
  heads_.clear();
  for (Replica& replica : replicas_)
    replica.group = kNone;
  find_groups();
  return fed_ != before;
}

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
  begin({});
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

/// Is there still a way? Searched from both ends in turn, so it costs what the nearer answer does;
/// nullopt: there is.
std::optional<Mender::Gap> Mender::gap(std::size_t from, std::size_t to, const Loss& loss) {
  if (from == to) return std::nullopt;
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
  Side* side = &ahead;
  for (; side->next < side->reached.size(); side = side == &ahead ? &back : &ahead) {
    for (const Edge& edge : side->edges[side->reached[side->next++]]) {
      if (side->ours[edge.to] == search_ || is_gone(edge, loss)) continue;
      if (side->theirs[edge.to] == search_) return std::nullopt;
      side->ours[edge.to] = search_;
      side->reached.push_back(edge.to);
    }
  }
  return Gap{std::move(side->reached), side == &ahead};
}

/// Whoever it heard still leads to whomever it told. They need not go round by one of them, so
/// false says only that the loss is to be looked at.
bool Mender::holds_without_replica(std::size_t lost) {
  const Loss loss{.replica = lost};
  if (in_[lost].empty() || out_[lost].empty()) return true;
  begin(loss);
  const std::size_t hub = in_[lost].front().to;
  return std::ranges::all_of(in_[lost], [&](const Edge& e) { return !gap(e.to, hub, loss); }) &&
         std::ranges::all_of(out_[lost], [&](const Edge& e) { return !gap(hub, e.to, loss); });
}

/// Where a plane spans everyone, only what it loses counts: if that leads on, the rest does.
bool Mender::holds_without_link(std::size_t link) {
  const Loss loss{.link = link};
  begin(loss);
  std::vector<std::size_t> torn = over_[link];
  if (second_spans_)
    std::erase_if(torn, [this](std::size_t number) { return !planes_[number].second; });
  return torn.size() <= kFewCrossings && std::ranges::all_of(torn, [&](std::size_t number) {
           return !gap(ends_[number].first, ends_[number].second, loss);
         });
}

/// Whether one plane and the rings inside the sites join everyone whom both join.
bool Mender::spans(bool InPlanes::* plane) {
  if (heads_.size() != 1) return false;
  ++losses_;
  for (std::size_t number = 0; number < planes_.size(); ++number)
    if (!(planes_[number].*plane)) lost_[number] = losses_;
  const Marks told = flood(out_, {heads_.front()}, Loss{});
  const Marks heard = flood(in_, {heads_.front()}, Loss{});
  return std::ranges::all_of(
      fed_.front(), [&](std::size_t at) { return told[at] && (heard[at] || !is_member(at, 0)); });
}

/// By link, how many pairs of sites cross it in the plane.
std::vector<std::size_t> Mender::pairs_over_links(bool InPlanes::* plane) const {
  std::vector<std::size_t> counts;
  for (const auto& numbers : over_) {
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    for (const std::size_t number : numbers) {
      if (!(planes_[number].*plane)) continue;
      pairs.push_back(
          std::minmax(replicas_[ends_[number].first].site, replicas_[ends_[number].second].site));
    }
    std::ranges::sort(pairs);
    pairs.erase(std::ranges::unique(pairs).begin(), pairs.end());
    counts.push_back(pairs.size());
  }
  return counts;
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

/// Adds a way from one part to what it does not tell, writable ones first, or leads a connection
/// round the loss, or says that there is no way.
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
  return std::ranges::any_of(heads, [&](std::size_t head) { return lead_round(loss, head); });
}

Mending mend(const sites::Forest& forest, const SiteGraph& graph, const ContextGroup& group,
             const Planes& planes, const StandbyWays& ways) {
  return Mender(forest, graph, group, planes, ways).mend_all();
}

}  // namespace ringspan::kcc
