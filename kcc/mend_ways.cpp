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
    for (const auto& [site, replicas] : starts) {
      const std::vector<std::size_t>& here = replicas;
      std::map<std::size_t, std::optional<SitePull>> offers;  // by the site at the other end
      const auto offers_something = [&](std::size_t there) {
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
  std::optional<SitePull> best;
  SitePath best_path;
  for (const auto& [site, replicas] : known) {
    const std::vector<std::size_t>& here = replicas;
    std::map<std::size_t, std::optional<SitePull>> offers;  // by the site at the other end
    const auto offers_something = [&](std::size_t there) {
      const auto [entry, fresh] = offers.try_emplace(there);
      if (!fresh) return entry->second.has_value();
      std::vector<std::size_t> others;
      std::ranges::copy_if(at_site_[there], std::back_inserter(others),
                           [this](std::size_t at) { return told_[at] != search_; });
      entry->second = gap.outwards ? offer(loss, here, others) : offer(loss, others, here);
      return entry->second.has_value();
    };
    SiteGraph::Bounds bounds{.without = loss.link};
    if (best) bounds.most = best_path.cost;
    for (const SitePath& path : graph_.paths(site, offers_something, bounds)) {
      if (best && !ranks_before(path, best_path)) continue;
      best = *offers.at(path.to);
      best_path = path;
      if (best->path.links.empty()) best->path = gap.outwards ? path : reversed(path);
    }
  }
  if (!best) return false;
  connect(best->source, best->destination, best->path.links);
  added_.push_back(*best);
  return true;
}

}  // namespace ringspan::kcc
