#pragma once

#include <array>
#include <string>
#include <string_view>

namespace ringspan::replicator {

/// What the values of an attribute are; a closed set. All are kept as text (MS-ADTS 3.1.1.2.2.2).
enum class Syntax {
  text,     ///< Anything.
  integer,  ///< 64 bits with a sign: "-12".
  boolean,  ///< "TRUE" or "FALSE".
  time,     ///< "2024-01-01T00:00:00.000Z".
  guid,     ///< "00112233-4455-6677-8899-aabbccddeeff".
  dn,       ///< "cn=alice,ou=people"; a linked attribute is always of this syntax.
  octets,   ///< Bytes in hexadecimal: "00ff".
};
inline constexpr std::array kSyntaxes{Syntax::text, Syntax::integer, Syntax::boolean, Syntax::time,
                                      Syntax::guid, Syntax::dn,      Syntax::octets};

/// "text", "integer", ... and back; text for a word that is none of them.
std::string_view to_string(Syntax syntax);
Syntax to_syntax(std::string_view word);

/// What `value` lacks to be of this syntax, with an example: "is no whole number; write one such
/// as 42". Empty if it is.
std::string fault_of(Syntax syntax, std::string_view value);

}  // namespace ringspan::replicator
