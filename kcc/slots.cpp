#include "kcc/slots.hpp"

#include <algorithm>
#include <optional>

namespace ringspan::kcc {
namespace {

constexpr std::size_t kFirstRung = 8;
constexpr std::size_t kMostPulls = 50;

using Seats = std::vector<std::optional<sites::ControllerId>>;

std::size_t next_rung(std::size_t rung) {
  return rung + std::max<std::size_t>(2, rung * 15 / 100);
}

/// A site that needs `slots` has at least this many members.
std::size_t always_taken(std::size_t slots) {
  std::size_t taken = kFirstRung - 1;
  for (std::size_t rung = kFirstRung; rung < slots; rung = next_rung(rung))
    taken = rung;
  return taken;
}

Seats seated(const std::vector<sites::ControllerId>& members, const StoredSlots& stored) {
  Seats seats(slots_for(members.size()));
  std::vector<sites::ControllerId> standing;
  for (const auto id : members) {
    const auto own = stored.find(id);
    if (own != stored.end() && own->second < seats.size() && !seats[own->second]) {
      seats[own->second] = id;
    } else {
      standing.push_back(id);
    }
  }
  auto next = standing.begin();
  for (auto& seat : seats) {
    if (next == standing.end()) break;
    if (!seat) seat = *next++;
  }
  return seats;
}

}  // namespace

std::size_t slots_for(std::size_t members) {
  std::size_t rung = kFirstRung;
  while (rung < members)
    rung = next_rung(rung);
  return rung;
}

std::size_t pulls_of_a_slot(std::size_t slots) {
  std::size_t n = 0;
  while (n + 2 < kMostPulls && slots > 2 * n * n + 6 * n + 7)
    ++n;
  return n + 2;
}

std::vector<sites::ControllerId> who_acts(const std::vector<sites::ControllerId>& members,
                                          const StoredSlots& stored) {
  const Seats seats = seated(members, stored);
  const std::size_t low = always_taken(seats.size());
  std::vector<sites::ControllerId> actors;
  for (std::size_t slot = 0; slot < seats.size(); ++slot) {
    std::size_t at = slot;
    if (!seats[slot] && slot >= low) at = (slot - low) * low / (seats.size() - low);
    while (!seats[at])
      at = (at + 1) % seats.size();
    actors.push_back(*seats[at]);
  }
  return actors;
}

}  // namespace ringspan::kcc
