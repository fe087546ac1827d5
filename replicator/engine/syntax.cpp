#include "replicator/engine/syntax.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "base/guid.hpp"
#include "base/time.hpp"
#include "sites/dn.hpp"

namespace ringspan::replicator {
namespace {

bool is_integer(std::string_view value) {
  std::int64_t number = 0;
  const auto [stop, code] = std::from_chars(value.data(), value.data() + value.size(), number);
  return code == std::errc{} && stop == value.data() + value.size();
}

bool is_hexadecimal(std::string_view value) {
  constexpr std::string_view kDigits = "0123456789abcdefABCDEF";
  return value.size() % 2 == 0 && value.find_first_not_of(kDigits) == std::string_view::npos;
}

bool is_dn(std::string_view value) {
  const auto dn = sites::Dn::parse(value);
  return dn && !dn->rdns.empty();
}

}  // namespace

std::string_view to_string(Syntax syntax) {
  switch (syntax) {
    case Syntax::text:
      return "text";
    case Syntax::integer:
      return "integer";
    case Syntax::boolean:
      return "boolean";
    case Syntax::time:
      return "time";
    case Syntax::guid:
      return "guid";
    case Syntax::dn:
      return "dn";
    case Syntax::octets:
      return "octets";
  }
  return "text";
}

Syntax to_syntax(std::string_view word) {
  const auto* found = std::ranges::find(
      kSyntaxes, word, [](Syntax syntax) { return replicator::to_string(syntax); });
  return found == kSyntaxes.end() ? Syntax::text : *found;
}

std::string fault_of(Syntax syntax, std::string_view value) {
  switch (syntax) {
    case Syntax::text:
      return {};
    case Syntax::integer:
      return is_integer(value) ? "" : "is no whole number; write one such as 42";
    case Syntax::boolean:
      return value == "TRUE" || value == "FALSE" ? "" : "is neither; write TRUE or FALSE";
    case Syntax::time:
      return base::parse_time(value) ? ""
                                     : "is no time; write one such as 2024-01-01T00:00:00.000Z";
    case Syntax::guid:
      return base::Guid::parse(value)
                 ? ""
                 : "is no GUID; write one such as 00112233-4455-6677-8899-aabbccddeeff";
    case Syntax::dn:
      return is_dn(value) ? "" : "is no DN; write one such as cn=alice,ou=people";
    case Syntax::octets:
      return is_hexadecimal(value) ? "" : "are no bytes; write them in hexadecimal, such as 00ff";
  }
  return {};
}

}  // namespace ringspan::replicator
