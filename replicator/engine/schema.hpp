#pragma once

// Schema: what is known about attributes, read from the schema naming context of one snapshot.
//
//     Schema schema(*snapshot, identity.contexts);
//     if (schema.definition("manager").single_valued) ...
//
// A definition is an object cn=ATTRIBUTE below the head of the schema. An attribute without one is
// text with any number of values, replicated to every full replica. Whatever stands in the schema
// gives definitions (rule R19): a word that makes no sense there counts as not said.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "replicator/engine/directory.hpp"
#include "replicator/engine/store.hpp"
#include "replicator/engine/syntax.hpp"

namespace ringspan::replicator {

struct AttributeDefinition {
  std::string name;  ///< Lower case.
  Syntax syntax = Syntax::text;
  bool single_valued = false;
  /// Linked: each value is a link to an object; those objects show it under this name ("memberof").
  std::string back_link = {};
  /// The other way round: this name is only shown, from links of that attribute ("member").
  std::string forward_link = {};
  bool not_replicated = false;  ///< Stays at the controller where it was written.
  bool partial = false;         ///< Partial replicas of a domain hold it, too.
  bool filtered = false;        ///< Never sent to a read-only controller.
  bool urgent = false;          ///< Announced at once, without the hold-back.
  bool retired = false;         ///< Values stay and replicate; new ones are refused.

  bool linked() const { return !back_link.empty(); }
  friend bool operator==(const AttributeDefinition&, const AttributeDefinition&) = default;
};

class Schema {
 public:
  /// Both must outlive the Schema, and the snapshot must not change under it: a definition is read
  /// once. Without a schema among the contexts nothing is defined.
  Schema(const Snapshot& snapshot, const NamingContextHeads& contexts);

  /// What is defined under `attribute` (lower case), or the definition of what is not.
  const AttributeDefinition& definition(std::string_view attribute) const;

  /// The object that defines it; nullopt where none does.
  std::optional<Object> object(std::string_view attribute) const;

  /// Everything that is defined, in the order of names.
  std::vector<AttributeDefinition> all() const;

 private:
  std::uint64_t floor() const;

  const Snapshot& snapshot_;
  std::optional<NamingContextId> context_;
  mutable std::optional<std::uint64_t> floor_;  // as far as it was asked for
  mutable std::map<std::string, AttributeDefinition, std::less<>> known_;
};

/// The attributes of the object that defines an attribute, and back; what is not said is absent,
/// and so is what lies below the fence's floor.
Values to_values(const AttributeDefinition& definition);
AttributeDefinition to_definition(const Object& object, std::uint64_t floor = 0);

/// The object that defines `attribute` bears the same id wherever it is added first.
ObjectId definition_id(NamingContextId schema, std::string_view attribute);

/// True for an object that defines an attribute, or once did.
bool is_definition(const Object& object, const NamingContextHeads& contexts);

/// The schema among these; nullptr if it is not held.
const NamingContextHead* schema_among(const NamingContextHeads& contexts);

}  // namespace ringspan::replicator
