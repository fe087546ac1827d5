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

/// The best path from the errand's side to what it names, none of which the loss takes, if it ranks
/// before what was found so far.
void Mender::search(const Errand& errand, const Loss& loss, std::optional<Found>& best) const {
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
    SiteGraph::Bounds bounds;
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
  connect(best->pull.source, best->pull.destination, best->pull.path.links);
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

/// What a link's loss tears, joined from the smaller side, where everyone is alike and the second
/// plane spans them: only what that plane loses counts then. False: it must be looked at as a
/// whole.
bool Mender::mend_link(const Loss& loss) {
  if (!second_spans_ || !all_alike_) return false;
  begin(loss);
  std::vector<std::size_t> torn = over_[loss.link];
  std::erase_if(torn, [this](std::size_t number) { return !is_second_[number]; });
  for (const std::size_t number : torn) {
    while (const auto torn_off = gap(ends_[number].first, ends_[number].second, loss))
      if (!join(*torn_off, loss)) return false;
  }
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
  const auto others_at = [this](std::size_t site) {
    std::vector<std::size_t> others;
    std::ranges::copy_if(at_site_[site], std::back_inserter(others),
                         [this](std::size_t at) { return told_[at] != search_; });
    return others;
  };
  std::optional<Found> best;
  search({known, others_at, gap.outwards}, loss, best);
  return add(best);
}

}  // namespace ringspan::kcc
