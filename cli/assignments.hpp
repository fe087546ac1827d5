#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace ringspan::cli {

/// One attribute with its values in the order given.
struct Assigned {
  std::string attribute;  ///< As first written.
  std::vector<std::string> values;
  friend bool operator==(const Assigned&, const Assigned&) = default;
};

/// `title=B phone=1 phone=2`: a repeated attribute, in whatever case, has several values. All
/// faults at once, each "thing: reason; remedy".
tl::expected<std::vector<Assigned>, std::vector<std::string>> read_assignments(
    const std::vector<std::string>& words);

/// "ringspan add 'cn=Åse,ou=people' title='Head of A'": a line that a shell takes as it stands.
std::string command_line(std::string_view command, std::string_view dn,
                         const std::vector<Assigned>& assigned);

}  // namespace ringspan::cli
