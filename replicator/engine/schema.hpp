#pragma once

// Schema: what is known about attributes, read from the schema naming context of one snapshot.
//
// A definition is an object cn=ATTRIBUTE below the head of the schema. An attribute without one is
// text with any number of values, replicated to everyone.

#include <optional>
#include <string>
#include <string_view>

#include "replicator/engine/directory.hpp"
#include "replicator/engine/store.hpp"

namespace ringspan::replicator {

struct AttributeDefinition {
  std::string name;  ///< Lower case.
  bool single_valued = false;
  /// Linked: each value is a link to an object; those objects show it under this name ("memberof").
  std::string back_link;
  bool linked() const { return !back_link.empty(); }
  friend bool operator==(const AttributeDefinition&, const AttributeDefinition&) = default;
};

class Schema {
 public:
  /// Both must outlive the Schema. Without a schema among the contexts nothing is defined.
  Schema(const Snapshot& snapshot, const NamingContextHeads& contexts);

  /// What is defined under `attribute` (lower case), or the definition of what is not.
  AttributeDefinition definition(std::string_view attribute) const;

 private:
  const Snapshot& snapshot_;
  std::optional<ObjectId> head_;
};

/// The attributes of the object that defines an attribute, and back.
Values to_values(const AttributeDefinition& definition);
AttributeDefinition to_definition(const Object& object);

}  // namespace ringspan::replicator
