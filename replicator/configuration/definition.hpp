#pragma once

// Definition: one entry of the forest's history, an object below cn=definitions that is written in
// the transaction of the changes it speaks of:
//
//   cn=2024-01-01T12:00:00.000Z 3f2a90c1    hash, who, when, summary, forest
//
// "forest" is the whole text of the definition, so that any of them can be gone back to.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "replicator/configuration/configuration.hpp"

namespace ringspan::replicator::configuration {

/// Bytes of a text that history keeps: what an object may hold, less room for the rest.
inline constexpr std::size_t kLargestDefinition = 1'000'000;

struct Definition {
  ObjectId id{};        ///< Nil until it is written.
  std::string hash;     ///< SHA-256 of the text, hex.
  std::string who;      ///< A person's name; empty where nobody knows.
  base::Time when{};    ///< Of two definitions the one that knew of the other is the later one.
  std::string summary;  ///< What it changed, in words.
  std::string forest;   ///< write_forest(); empty if it was larger than kLargestDefinition.
  friend bool operator==(const Definition&, const Definition&) = default;
};

/// Those that can be read, newest first; of equal times the higher id.
std::vector<Definition> definitions_in(const Snapshot& snapshot, NamingContextId context);

/// Writes `definition` into the history of `forest`. A text that is too large is left out.
Add record(const Definition& definition, const sites::Forest& forest);

}  // namespace ringspan::replicator::configuration
