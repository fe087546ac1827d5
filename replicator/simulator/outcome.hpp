#pragma once

// Outcome: who won and who lost in a world, for people and for scripts.

#include <string>
#include <vector>

#include "replicator/simulator/world.hpp"

namespace ringspan::replicator::simulator {

/// One of two values that met.
struct Side {
  std::vector<std::string> values;  ///< As people read them: names, DNs of linked objects.
  std::string writer;
  std::uint64_t version = 0;
  base::Time time{};
};

/// One entry of the journals, each once over the forest.
struct Loss {
  ConflictKind kind = ConflictKind::attribute;
  std::string object;  ///< Its DN as it is now.
  std::string attribute;
  Side lost;
  Side kept;

  /// `title of cn=alice,ou=people: "Head of B" by b1 stayed, "Head of A" by o1 lost`
  std::string to_string() const;
};

/// A conflict name holds a line break; here it is shown as one character.
std::string on_one_line(std::string text);

/// In the order in which the losing values were written.
std::vector<Loss> losses(const World& world);

}  // namespace ringspan::replicator::simulator
