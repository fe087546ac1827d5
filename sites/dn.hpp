#pragma once

// Dn: a distinguished name as a value, leaf first.
//
//     auto dn = sites::Dn::parse("cn=Alice, ou=people");   // RFC 4514, escapes understood
//     dn->rdns.front().value == "Alice"
//
// Attribute types are kept in lower case, values as written; `key()` is the form in which two names
// are compared (base/fold.hpp).

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace ringspan::sites {

struct Rdn {
  std::string type;   ///< Lower case: "cn", "ou", "dc".
  std::string value;  ///< Unescaped; never empty, at most 255 bytes, no NUL.

  static base::Result<Rdn> parse(std::string_view text);
  std::string to_string() const;  ///< Escaped where RFC 4514 demands it.

  /// The name by which siblings clash: the folded value, whatever the type (rule B6 of the field).
  std::string key() const;

  friend bool operator==(const Rdn&, const Rdn&) = default;
};

struct Dn {
  std::vector<Rdn> rdns;  ///< Leaf first; empty is the root.

  static base::Result<Dn> parse(std::string_view text);
  std::string to_string() const;
  std::string key() const;  ///< "cn=alice,ou=people" folded; equal keys, same name.

  /// True if this is `ancestor` or lies below it.
  bool is_within(const Dn& ancestor) const;

  friend bool operator==(const Dn&, const Dn&) = default;
};

}  // namespace ringspan::sites
