#pragma once

// Configuration: what a replica's directory says of the forest, and how that is changed.
//
//     auto current = configuration::read(*snapshot, configuration_of(forest));
//     plan = kcc::plan(current->forest);
//     engine.step({WriteAsked{id, configuration::changes(*snapshot, wanted)}}, now);
//
// Reading is total: whatever two administrators have written past each other, a sound forest comes
// out, and findings say what was left out or kept and why
// (docs/decisions/2026-11-21-the-forest-is-objects-and-members-are-keys.md).

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "replicator/configuration/item.hpp"
#include "replicator/configuration/pause.hpp"

namespace ringspan::replicator::configuration {

struct Configuration {
  sites::Forest forest;  ///< Sound: write_forest and read_forest give the same again.
  /// SHA-256 of each member's public key, hex. Who is not in it has not joined, or is expired.
  std::map<ControllerId, std::string> keys;
  PausesByController pauses;
  std::vector<std::string> findings;  ///< Sentences, in the order of ids.
  friend bool operator==(const Configuration&, const Configuration&) = default;
};

/// nullopt while the definition has not arrived here: no policy, or no controller.
std::optional<Configuration> read(const Snapshot& snapshot, NamingContextId context);

/// The same for items that were read before.
std::optional<Configuration> read(const std::vector<Item>& items);

/// The writes that make the definition in `snapshot` that of `wanted`, one transaction; empty if
/// it is that already. Attributes that no definition decides over are left alone.
Together changes(const Snapshot& snapshot, const sites::Forest& wanted);

/// The forest without those who have not joined: what is planned for, since nobody waits for a
/// source that does not exist yet.
sites::Forest joined_part(sites::Forest forest, const std::map<ControllerId, std::string>& keys);

/// Why `wanted` cannot take the place of what stands, a line each with its remedy: another forest,
/// a domain that nobody writes or that goes with its members, a naming context renamed, a member
/// that would hold another one, an application context that nobody would hold. Empty: it can.
std::vector<std::string> obstacles(const Configuration& standing, const sites::Forest& wanted);

/// Says in the directory that `controller` is a member with this key and, in the mesh of its site,
/// this slot.
Set membership(ControllerId controller, const std::string& key, std::uint32_t slot);

/// The slot of one who joins: the one that it was given before, or the lowest that none of its site
/// has. Two who join at two controllers at once may get the same; the plan bears that (slots.hpp).
std::uint32_t slot_for(const sites::Forest& forest, const sites::Controller& joining);

/// A definition does not decide over slots: they are taken out of it, and given to what is planned.
using Slots = std::map<ControllerId, std::uint32_t>;
Slots take_slots(sites::Forest& forest);
void give_slots(const Slots& slots, sites::Forest& forest);

}  // namespace ringspan::replicator::configuration
