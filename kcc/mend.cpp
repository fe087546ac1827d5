#include <algorithm>
#include <iterator>

#include "kcc/bridge_links.hpp"
#include "kcc/intrasite.hpp"
#include "kcc/mender.hpp"

namespace ringspan::kcc {
namespace {

constexpr std::size_t kFewCrossings = 32;  // searches for that many cost less than two floods

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

}  // namespace

Mender::Mender(const sites::Forest& forest, sites::NamingContextId context,
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
  at_site_.resize(replicas.size());
  for (std::size_t at = 0; at < replicas_.size(); ++at)
    at_site_[replicas_[at].site].push_back(at);
  all_alike_ = std::ranges::all_of(
      replicas_, [](const Replica& one) { return one.writable && !one.deaf && !one.mute; });
  find_groups();
}

std::vector<SitePull> Mender::mend_all(const std::vector<SitePull>& pulls) {
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
      const Loss loss{.link = link};
      if (!holds_without_link(link) && !mend_link(loss)) mend(loss);
    } else if (!once.contains(link)) {
      const auto parts = bridges.part_without(link);
      for (const bool part : {false, true})
        mend(Loss{.link = link, .parts = &parts, .part = part});
    }
  }
  return std::move(added_);
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
    std::erase_if(torn, [this](std::size_t number) { return !is_second_[number]; });
  return torn.size() <= kFewCrossings && std::ranges::all_of(torn, [&](std::size_t number) {
           return !gap(ends_[number].first, ends_[number].second, loss);
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

std::vector<SitePull> mend(const sites::Forest& forest, sites::NamingContextId context,
                           const std::vector<SiteReplicas>& replicas,
                           const std::vector<SitePull>& pulls, const StandbyWays& ways) {
  return Mender(forest, context, replicas, pulls, ways).mend_all(pulls);
}

}  // namespace ringspan::kcc
