#include "kcc/intrasite.hpp"

#include <algorithm>
#include <cstddef>

namespace ringspan::kcc {
namespace {

using Ids = std::vector<sites::ControllerId>;

void close_ring(const Ids& members, std::vector<Pull>& pulls) {
  const std::size_t count = members.size();
  if (count < 2) return;
  for (std::size_t at = 0; at < count; ++at) {
    const std::size_t next = (at + 1) % count;
    pulls.push_back({members[next], members[at]});
    if (count > 2) pulls.push_back({members[at], members[next]});
  }
}

/// The neighbours that `hanging` would have if it stood on the ring.
void hang(const Ids& members, sites::ControllerId hanging, std::vector<Pull>& pulls) {
  const auto place = std::ranges::lower_bound(members, hanging);
  const auto after = static_cast<std::size_t>(place - members.begin()) % members.size();
  const std::size_t before = (after + members.size() - 1) % members.size();
  pulls.push_back({hanging, members[before]});
  if (before != after) pulls.push_back({hanging, members[after]});
}

}  // namespace

std::vector<Pull> ring(const SiteReplicas& replicas) {
  std::vector<Pull> pulls;
  const bool has_writable = !replicas.writable.empty();
  const Ids& members = has_writable ? replicas.writable : replicas.relays;
  if (members.empty()) return pulls;
  close_ring(members, pulls);
  for (const auto id : replicas.partial_leaves)
    hang(members, id, pulls);
  if (!has_writable) return pulls;
  for (const auto id : replicas.relays)
    hang(members, id, pulls);
  for (const auto id : replicas.full_leaves)
    hang(members, id, pulls);
  return pulls;
}

}  // namespace ringspan::kcc
