#pragma once

// LDIF (RFC 2849), as ldifde, ldapsearch and ldbsearch write it, record by record.
//
//     read_ldif(text, [&](LdifRecord record) { return keep(std::move(record)); }, faults,
//     findings);
//
//     record  = "dn:" name, then lines "attribute:" value; a blank line ends it
//     value   = " text" | ": base64"; "< url" is not followed
//     a line that begins with a space belongs to the line before it; "#" begins a comment

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sites/notes.hpp"

namespace ringspan::sites {

struct LdifValue {
  std::string attribute;  ///< Lower case, without options.
  std::string value;
  std::size_t line = 0;
};

struct LdifRecord {
  std::size_t line = 0;
  std::string dn;
  std::vector<LdifValue> values;
};

/// Hands every entry to `take`, in the order of the file. What cannot be read is a fault; what is
/// no entry (a change, an attribute cut by the server) or may have been cut off is a finding. The
/// time is linear in the text. `text` is UTF-8; line ends may be of either kind. False: `take` did
/// not want any more.
bool read_ldif(std::string_view text, const std::function<bool(LdifRecord)>& take, Notes& faults,
               Notes& findings);

}  // namespace ringspan::sites
