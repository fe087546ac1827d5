#pragma once

// Fault: one thing that is wrong in an administrator's file, and what to do about it.

#include <cstddef>
#include <string>

namespace ringspan::sites {

struct Fault {
  std::string file;
  std::size_t line = 1;  ///< Counted from 1.
  std::string path;      ///< Where in the document: "$.sites[3].name".
  std::string reason;
  std::string remedy;
  friend bool operator==(const Fault&, const Fault&) = default;
};

/// "forest.json:12: $.links[0].sites[1]: no site named Narvk; did you mean Narvik?"
std::string to_string(const Fault& fault);

}  // namespace ringspan::sites
