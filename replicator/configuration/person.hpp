#pragma once

// Person: somebody with a token, as an object of the configuration naming context.
//
//   cn=people,cn=configuration,dc=...
//     cn=alice      role, expires, tokenhash, madeby
//
// Made with a GUID of its own each time, never one that follows from the name: two administrators
// who make "alice" at once make two persons, not one with the role of the first and the token of
// the second. What makes no sense has no rights and leaves a finding.

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "replicator/configuration/role.hpp"
#include "replicator/engine/store.hpp"
#include "replicator/engine/write.hpp"
#include "sites/forest.hpp"

namespace ringspan::replicator::configuration {

struct Person {
  ObjectId id;
  std::string name;
  Role role = Role::reader;
  base::Time expires{};  ///< No rights from then on.
  std::string hash;      ///< SHA-256 of the token's secret, lower-case hex.
  std::string made_by;   ///< The person who made it.
  base::Time made{};     ///< Read from the directory; nothing to write.
  friend bool operator==(const Person&, const Person&) = default;
};

struct People {
  std::vector<Person> people;  ///< By folded name, then by id; expired ones too.
  std::vector<std::string> findings;
  friend bool operator==(const People&, const People&) = default;
};

/// All persons of the configuration `context`.
People people_in(const Snapshot& snapshot, NamingContextId context);

/// One of them; nullopt if there is none, or it was deleted or makes no sense.
std::optional<Person> find_person(const Snapshot& snapshot, NamingContextId context, ObjectId id);

/// The write that adds `person`; its id is not looked at. nullopt for a forest without a
/// configuration naming context.
std::optional<Add> added(const Person& person, const sites::Forest& forest);

/// Empty if `name` can be a person's: 1 to 64 bytes of UTF-8 without control characters, no blank
/// at either end. Otherwise what is wrong with it.
std::string why_no_name(const std::string& name);

}  // namespace ringspan::replicator::configuration
