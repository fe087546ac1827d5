#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "kcc/losses.hpp"

namespace ringspan::kcc {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

void sort_out_repeats(std::vector<std::size_t>& places) {
  std::ranges::sort(places);
  const auto repeats = std::ranges::unique(places);
  places.erase(repeats.begin(), repeats.end());
}

}  // namespace

std::size_t Losses::torn_edges(Plane plane, const Fallen& fallen) const {
  const auto counts = [&](const Edge& edge) { return is_in(plane, edge); };
  std::ptrdiff_t torn = 0;
  for (const std::size_t at : fallen.controllers) {
    torn += std::ranges::count_if(graph_.out[at], counts);
    torn += std::ranges::count_if(graph_.in[at], counts);
  }
  torn += std::ranges::count_if(fallen.connections, [&](std::size_t over) {
    return ends_[over] && is_in(plane, {ends_[over]->second, over});
  });
  return static_cast<std::size_t>(torn);
}

/// The plane that the loss takes least of, among those that join the whole core.
Losses::Plane Losses::best_proof(const Fallen& fallen) const {
  return std::ranges::min(proofs_, {}, [&](Plane plane) { return torn_edges(plane, fallen); });
}

Losses::Torn Losses::torn(Plane plane, const Fallen& fallen) const {
  Torn torn;
  const auto tear = [&](std::size_t from, std::size_t to) {
    if (!is_gone(to) && told_by_core_[from]) torn.heads.push_back(to);
    if (is_gone(from) || !is_inner(from)) return;
    torn.sources.push_back(from);
    if (is_inner(to)) torn.tails.push_back(from);
  };
  for (const std::size_t at : fallen.controllers) {
    for (const Edge& edge : graph_.out[at])
      if (is_in(plane, edge)) tear(at, edge.to);
    for (const Edge& edge : graph_.in[at])
      if (is_in(plane, edge)) tear(edge.to, at);
  }
  for (const std::size_t over : fallen.connections) {
    if (!ends_[over] || !is_in(plane, {ends_[over]->second, over})) continue;
    tear(ends_[over]->first, ends_[over]->second);
  }
  sort_out_repeats(torn.heads);
  sort_out_repeats(torn.tails);
  return torn;
}

/// Says nothing where the neighbourhood does not prove which part is the largest.
std::optional<std::vector<std::size_t>> Losses::apart_nearby(const Fallen& fallen) {
  const auto lost =
      static_cast<std::size_t>(std::ranges::count_if(fallen.controllers, [this](std::size_t at) {
        return graph_.is_writable(at) && is_inner(at);
      }));
  const std::size_t left = core_.writable - lost;
  if (lost > 0 && left <= core_.runner_up) return std::nullopt;
  const Torn ends = torn(best_proof(fallen), fallen);
  if (ends.heads.empty() && ends.tails.empty()) return Places{};
  const std::size_t hub = this->hub(ends);
  if (hub == kNone) return std::nullopt;
  Torn bad;
  ++told_.now;
  told_.set(hub);
  HubSide told{graph_.out, graph_.in, told_, {hub}};
  for (const std::size_t head : ends.heads)
    if (!joins(told, head)) bad.heads.push_back(head);
  ++heard_.now;
  heard_.set(hub);
  HubSide heard{graph_.in, graph_.out, heard_, {hub}};
  for (const std::size_t tail : ends.tails)
    if (!joins(heard, tail)) bad.tails.push_back(tail);
  if (bad.heads.empty() && bad.tails.empty()) return Places{};
  Places apart;
  for (const std::size_t at : untold(bad.heads, hub))
    if (core_.members[at]) apart.push_back(at);
  for (const std::size_t at : unheard(bad.tails, hub))
    if (graph_.is_writable(at)) apart.push_back(at);
  sort_out_repeats(apart);
  const auto away = static_cast<std::size_t>(
      std::ranges::count_if(apart, [this](std::size_t at) { return graph_.is_writable(at); }));
  const std::size_t rest = left - away;
  if (2 * rest <= left || rest <= core_.runner_up) return std::nullopt;
  return apart;
}

/// One of the ends that hangs together with most of the others, as it seems: all of them look
/// around in turn, and the last that still finds something new is it.
std::size_t Losses::hub(const Torn& torn) {
  Places starts = torn.tails;
  for (const std::size_t head : torn.heads)
    if (is_inner(head)) starts.push_back(head);
  sort_out_repeats(starts);
  if (starts.empty() && !torn.sources.empty()) return torn.sources.front();  // all of it is whole
  if (starts.empty()) return is_gone(core_.part) ? kNone : core_.part;
  Places joined(starts.size());  // union-find
  std::iota(joined.begin(), joined.end(), 0);
  const auto top = [&joined](std::size_t one) {
    while (joined[one] != one)
      one = joined[one] = joined[joined[one]];
    return one;
  };
  struct Look {
    Places seen;
    std::size_t next = 0;
  };
  std::vector<Look> looks;
  ++told_.now;
  for (const std::size_t start : starts) {
    told_.set(start);
    seen_by_[start] = looks.size();
    looks.push_back({{start}});
  }
  Places alive(starts.size());
  std::iota(alive.begin(), alive.end(), 0);
  while (alive.size() > 1) {
    for (const std::size_t one : alive) {
      Look& look = looks[one];
      if (top(one) != one || look.next == look.seen.size()) continue;
      const std::size_t at = look.seen[look.next++];
      for (const auto* edges : {&graph_.out, &graph_.in}) {
        for (const Edge& edge : (*edges)[at]) {
          ++steps_;
          if (is_gone(edge) || !is_inner(edge.to)) continue;
          if (told_.set(edge.to)) {
            seen_by_[edge.to] = one;
            look.seen.push_back(edge.to);
          }
          const std::size_t other = top(seen_by_[edge.to]);
          if (other == one) continue;
          Look& theirs = looks[other];
          joined[other] = one;
          look.seen.insert(look.seen.end(),
                           theirs.seen.begin() + static_cast<std::ptrdiff_t>(theirs.next),
                           theirs.seen.end());
        }
      }
    }
    const std::size_t last = top(alive.back());
    std::erase_if(alive, [&](std::size_t one) {
      return top(one) != one || looks[one].next == looks[one].seen.size();
    });
    if (alive.empty()) return starts[last];
  }
  return starts[alive.front()];
}

/// Is there still a way between the hub and `end`? Searched from both ends in turn, so it costs
/// what the nearer answer does; what the hub's side has found serves all ends.
bool Losses::joins(HubSide& side, std::size_t end) {
  if (side.marks.has(end)) return true;
  ++looked_.now;
  looked_.set(end);
  Places looks{end};
  for (std::size_t next = 0; next < looks.size(); ++next) {
    for (const Edge& edge : side.towards[looks[next]]) {
      ++steps_;
      if (is_gone(edge)) continue;
      if (side.marks.has(edge.to)) return true;
      if (looked_.set(edge.to)) looks.push_back(edge.to);
    }
    if (side.next == side.reached.size()) return false;
    bool found = false;
    for (const Edge& edge : side.away[side.reached[side.next++]]) {
      ++steps_;
      if (is_gone(edge) || !side.marks.set(edge.to)) continue;
      side.reached.push_back(edge.to);
      found = found || looked_.has(edge.to);
    }
    if (found) return true;
  }
  return false;
}

/// Of `ends` and what lies ahead of them: those that no one leads to who does not lie there, was
/// `known` and is left, nor the hub.
template <typename Known>
Losses::Places Losses::cut_off(const Edges& ahead, const Edges& back, const Places& ends,
                               std::size_t hub, Known known) {
  Places there = flood(ahead, ends, told_);
  ++heard_.now;
  Places reached;
  for (const std::size_t at : there) {
    const bool is_reached = at == hub || std::ranges::any_of(back[at], [&](const Edge& edge) {
                              return !is_gone(edge) && known(edge.to) && !told_.has(edge.to);
                            });
    if (is_reached && heard_.set(at)) reached.push_back(at);
  }
  for (std::size_t next = 0; next < reached.size(); ++next) {
    for (const Edge& edge : ahead[reached[next]])
      if (!is_gone(edge) && heard_.set(edge.to)) reached.push_back(edge.to);
  }
  std::erase_if(there, [&](std::size_t at) { return heard_.has(at) || !known(at); });
  return there;
}

/// Whom the hub does not reach any more: what was torn off last on the way to them is a head.
Losses::Places Losses::untold(const Places& heads, std::size_t hub) {
  if (heads.empty()) return {};
  return cut_off(graph_.out, graph_.in, heads, hub,
                 [this](std::size_t at) { return bool(told_by_core_[at]); });
}

/// Whom it does not hear any more.
Losses::Places Losses::unheard(const Places& tails, std::size_t hub) {
  if (tails.empty()) return {};
  return cut_off(graph_.in, graph_.out, tails, hub,
                 [this](std::size_t at) { return is_inner(at); });
}

}  // namespace ringspan::kcc
