#pragma once

// Define: how the schema comes to be and changes.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "replicator/engine/schema.hpp"
#include "replicator/engine/write.hpp"

namespace ringspan::replicator {

/// What a new forest knows of attributes: those that have a rule of their own, and those that a
/// partial replica holds.
std::vector<AttributeDefinition> first_definitions();

/// The definition of the name under which `definition`'s links are seen from their other end;
/// nullopt if it is not linked.
std::optional<AttributeDefinition> back_link_of(const AttributeDefinition& definition);

/// The writes that make this the definition of its attribute, and its back link's as well; empty if
/// it is that already. `contexts` holds the schema.
Together define(const Snapshot& snapshot, const NamingContextHeads& contexts,
                const AttributeDefinition& definition);

/// What of an attribute is here, in all contexts; living objects alone count.
struct Usage {
  std::uint64_t objects = 0;     ///< With values; those that show a back link do not count.
  std::string example;           ///< The DN of one of them.
  std::string with_several;      ///< The DN of one with more than one value; empty: none.
  std::string in_configuration;  ///< The DN of one that the forest itself consists of; likewise.
  bool linked = false;           ///< Some of the values are links.
};
Usage usage_of(const Snapshot& snapshot, const NamingContextHeads& contexts,
               const std::string& attribute);

/// May `after` take the place of `before` (nullopt: there is none yet)? Errc::refused or
/// Errc::invalid with the reason: what would leave values that are none, or replicas that differ
/// for good (rule R19). Sees what has come here.
base::Result<void> check_definition(const Snapshot& snapshot, const NamingContextHeads& contexts,
                                    const std::optional<AttributeDefinition>& before,
                                    const AttributeDefinition& after);

/// May a person give the attribute these values? All that is wrong with them, a line each.
base::Result<void> check_values(const AttributeDefinition& definition,
                                const std::vector<std::string>& values);

}  // namespace ringspan::replicator
