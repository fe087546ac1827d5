#include <algorithm>
#include <iterator>

#include "kcc/mender.hpp"

namespace ringspan::kcc {

/// Two who are not joined yet, nor by a standby connection that the loss takes. The path is that of
/// their standby connection, if they have one.
std::optional<SitePull> Mender::offer(const Loss& loss, const std::vector<std::size_t>& sources,
                                      const std::vector<std::size_t>& destinations) const {
  for (const std::size_t to : destinations) {
    for (const std::size_t from : sources) {
      if (are_joined(from, to)) continue;
      SitePull pull{&group_, replicas_[to].id, replicas_[from].id, {}, Rule::mending};
      const auto way = ways_.find({pull.source, pull.destination});
      if (way == ways_.end()) return pull;
      pull.path = way->second;
      if (std::ranges::find(pull.path.links, loss.link) == pull.path.links.end()) return pull;
    }
  }
  return std::nullopt;
}

/// The best path from the errand's side to what it names, none of which the loss takes, if it ranks
/// before what was found so far.
void Mender::search(const Errand& errand, const Loss& loss, std::optional<Found>& best) {
  for (const auto& [site, replicas] : errand.starts) {
    const std::vector<std::size_t>& here = replicas;
    std::map<std::size_t, std::optional<SitePull>> offers;  // by the site at the other end
    const auto offers_something = [&](std::size_t there) {
      const auto [entry, fresh] = offers.try_emplace(there);
      if (fresh) {
        const std::vector<std::size_t> others = errand.ends_at(there);
        entry->second = errand.outwards ? offer(loss, here, others) : offer(loss, others, here);
      }
      return entry->second.has_value();  // the others are only passed
    };
    SiteGraph::Bounds bounds{.followed = &followed_};
    if (loss.link != kNone) bounds.without = loss.link;
    if (best) bounds.most = best->path.cost;
    for (const SitePath& path : graph_.paths(site, offers_something, bounds)) {
      if (best && !ranks_before(path, best->path)) continue;
      best = Found{*offers.at(path.to), path};
      if (best->pull.path.links.empty()) best->pull.path = errand.outwards ? path : reversed(path);
    }
  }
}

/// Whether there was one.
bool Mender::add(const std::optional<Found>& best) {
  if (!best) return false;
  connect(best->pull.source, best->pull.destination, best->pull.path.links, {.second = true});
  added_.push_back(best->pull);
  return true;
}

/// The best path from a site of those who are told to one of `apart`, searched from where there are
/// fewer.
bool Mender::bring(const Loss& loss, const Marks& told, const std::vector<std::size_t>& apart) {
  std::optional<Found> best;
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
    const bool outwards = sources.size() < waiting.size();
    const BySite& ends = outwards ? waiting : sources;
    const auto ends_at = [&ends](std::size_t site) {
      const auto found = ends.find(site);
      return found == ends.end() ? std::vector<std::size_t>() : found->second;
    };
    search({outwards ? sources : waiting, ends_at, outwards}, loss, best);
  }
  return add(best);
}

/// Gives that connection of those whom the head tells to someone whom it does not, which has the
/// best path left without the link, this path too.
bool Mender::lead_round(const Loss& loss, std::size_t head) {
  if (loss.link == kNone) return false;
  const Marks told = flood(out_, {head}, loss);
  std::optional<std::pair<SitePath, std::size_t>> best;  // and the edge
  for (const std::size_t number : over_[loss.link]) {
    const auto [from, to] = ends_[number];
    const bool helps = lost_[number] == losses_ && told[from] && !told[to];
    if (!helps || !is_left(from, loss) || !is_left(to, loss)) continue;
    const SiteGraph::Bounds bounds{.without = loss.link, .followed = &followed_};
    const auto is_end = [&, site = replicas_[to].site](std::size_t at) { return at == site; };
    for (SitePath& path : graph_.paths(replicas_[from].site, is_end, bounds))
      if (!best || ranks_before(path, best->first)) best.emplace(std::move(path), number);
  }
  if (!best) return false;
  lost_[best->second] = 0;
  rounds_[best->second].push_back(std::move(best->first.links));
  return true;
}

/// What a link's loss tears, where everyone is alike and the second plane spans them: only what
/// that plane loses counts then. False: it must be looked at as a whole.
bool Mender::mend_link(const Loss& loss) {
  if (!second_spans_ || !all_alike_) return false;
  begin(loss);
  std::vector<std::size_t> torn = over_[loss.link];
  std::erase_if(torn, [this](std::size_t number) { return !planes_[number].second; });
  return std::ranges::all_of(torn, [&](std::size_t number) {
    return lead_on(ends_[number].first, ends_[number].second, loss);
  });
}

/// What a replica's loss tears, where everyone is alike and hears everyone: whoever it heard and
/// whomever it told are joined to one of them. False: it must be looked at as a whole.
bool Mender::mend_replica(const Loss& loss) {
  if (!all_alike_ || heads_.size() != 1) return false;
  begin(loss);
  const Edges::value_type heard = in_[loss.replica];
  const Edges::value_type told = out_[loss.replica];
  const std::size_t hub = heard.front().to;
  return std::ranges::all_of(heard, [&](const Edge& e) { return lead_on(e.to, hub, loss); }) &&
         std::ranges::all_of(told, [&](const Edge& e) { return lead_on(hub, e.to, loss); });
}

/// Sees to it that there is a way, joined from the smaller side; false if no legal path allows it.
bool Mender::lead_on(std::size_t from, std::size_t to, const Loss& loss) {
  while (const auto torn_off = gap(from, to, loss))
    if (!join(*torn_off, loss)) return false;
  return true;
}

/// Adds the best path between those of the gap and the others.
bool Mender::join(const Gap& gap, const Loss& loss) {
  ++search_;
  BySite known;
  for (const std::size_t at : gap.known) {
    told_[at] = search_;
    known[replicas_[at].site].push_back(at);
  }
  const auto others_at = [&](std::size_t site) {
    std::vector<std::size_t> others;
    std::ranges::copy_if(at_site_[site], std::back_inserter(others), [&](std::size_t at) {
      return told_[at] != search_ && at != loss.replica;
    });
    return others;
  };
  std::optional<Found> best;
  search({known, others_at, gap.outwards}, loss, best);
  return add(best);
}

}  // namespace ringspan::kcc
