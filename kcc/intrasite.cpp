#include "kcc/intrasite.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <set>
#include <utility>

namespace ringspan::kcc {
namespace {

using Ids = std::vector<sites::ControllerId>;

constexpr std::size_t kLargestRing = 7;  // no two on it are more than three hops apart

Ids without(const Ids& some, const Ids& others) {
  Ids rest;
  std::ranges::set_difference(some, others, std::back_inserter(rest));
  return rest;
}

void close_ring(const Ids& members, std::vector<Pull>& pulls) {
  const std::size_t count = members.size();
  if (count < 2) return;
  for (std::size_t at = 0; at < count; ++at) {
    const std::size_t next = (at + 1) % count;
    pulls.push_back({members[next], members[at], Rule::ring});
    if (count > 2) pulls.push_back({members[at], members[next], Rule::ring});
  }
}

/// `actors` says who acts for each slot.
void weave_mesh(const Ids& actors, std::vector<Pull>& pulls) {
  const std::size_t slots = actors.size();
  const std::size_t d = pulls_of_a_slot(slots);
  std::set<std::pair<sites::ControllerId, sites::ControllerId>> woven;
  for (std::size_t slot = 0; slot < slots; ++slot) {
    for (std::size_t a = 1; a <= d; ++a) {
      const std::size_t fed = (slots - (d * slot + a) % slots) % slots;
      if (actors[fed] != actors[slot]) woven.emplace(actors[fed], actors[slot]);
    }
  }
  for (const auto& [destination, source] : woven)
    pulls.push_back({destination, source, Rule::mesh});
}

/// Pulls from `places[at]` and from the place opposite; in a mesh any two steps reach half of the
/// slots in a row, hence one of the two.
void hang(const Ids& places, std::size_t at, sites::ControllerId hanging, Rule rule,
          std::vector<Pull>& pulls) {
  const std::size_t count = places.size();
  pulls.push_back({hanging, places[at], rule});
  std::size_t opposite = (at + count - count / 2) % count;
  while (opposite != at && places[opposite] == places[at])
    opposite = (opposite + 1) % count;
  if (opposite != at) pulls.push_back({hanging, places[opposite], rule});
}

/// Where `id` hangs: at its own place on a ring, and anywhere in a mesh, as long as it stays there.
std::size_t place_of(sites::ControllerId id, const Ids& places, Rule rule) {
  if (rule == Rule::ring) {
    const auto after = std::ranges::lower_bound(places, id);
    return static_cast<std::size_t>(after - places.begin()) % places.size();
  }
  std::size_t hash = 0;
  for (const char byte : base::Guid::from_name(id.value, "slot").to_bytes())
    hash = (hash * 256 + static_cast<unsigned char>(byte)) % places.size();
  return hash;
}

}  // namespace

std::vector<Pull> inside(const SiteReplicas& replicas) {
  std::vector<Pull> pulls;
  if (replicas.by_hand) return pulls;
  const bool has_writable = !replicas.writable.empty();
  const Ids& feeding = has_writable ? replicas.writable : replicas.relays;
  const Ids tellers = without(without(feeding, replicas.mute), without(feeding, replicas.deaf));
  const Ids listeners = without(without(feeding, replicas.deaf), without(feeding, replicas.mute));
  const Ids members = without(without(feeding, replicas.deaf), replicas.mute);
  const bool is_mesh = members.size() > kLargestRing && !replicas.ring_only;
  const Rule rule = is_mesh ? Rule::mesh : Rule::ring;
  if (members.empty()) {
    for (const auto source : tellers)
      for (const auto destination : listeners)
        pulls.push_back({destination, source, rule});
    return pulls;
  }
  const Ids places = is_mesh ? who_acts(members, replicas.slots) : members;
  if (is_mesh) {
    weave_mesh(places, pulls);
  } else {
    close_ring(places, pulls);
  }
  const auto hang_all = [&](const Ids& hanging) {
    for (const auto id : without(hanging, replicas.deaf))
      hang(places, place_of(id, places, rule), id, rule, pulls);
  };
  hang_all(replicas.partial_leaves);
  hang_all(listeners);
  if (has_writable) {
    hang_all(replicas.relays);
    hang_all(replicas.full_leaves);
  }
  std::vector<Pull> told;  // the other way round
  for (const auto id : tellers)
    hang(places, place_of(id, places, rule), id, rule, told);
  for (const Pull& pull : told)
    pulls.push_back({pull.source, pull.destination, pull.rule});
  return pulls;
}

}  // namespace ringspan::kcc
