#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kcc/compare.hpp"
#include "replicator/configuration/definition.hpp"
#include "replicator/net/ask.hpp"

namespace ringspan::replicator::net {

/// A domain or an application context that goes.
struct RemovedContext {
  std::string dn;
  std::optional<std::uint64_t> objects;  ///< That live; nullopt: it is not held where it was asked.
};

/// A new definition weighed against the one that stands.
struct Weighed {
  kcc::Planned before;  ///< Members alone, as what is in force.
  kcc::Planned after;
  kcc::Comparison comparison;
  std::vector<std::string> changes;     ///< Of the definition, in words; empty: nothing changes.
  std::vector<std::string> not_joined;  ///< Controllers of the new one that have yet to join.
  std::vector<RemovedContext> removed;
  std::string basis;  ///< What it was weighed against: definition, members, history.
  std::string hash;   ///< Of the new definition's text.
};

/// "nuuk-2 (removed from the definition), rome-1 (no longer reached for dc=corp)".
std::string cut_off_in_words(const Weighed& weighed);

/// The answer to apply (docs/schemas/apply.schema.json), nothing written so far.
Json apply_answer(const Weighed& weighed, const std::string& controller);

/// Of an entry of the history, without its text.
Json to_json(const configuration::Definition& definition);

}  // namespace ringspan::replicator::net
