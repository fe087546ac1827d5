#pragma once

// Place: which controller a command means, and how it is found on this machine's disk.
//
// The state folder holds one folder for each controller that lives here; that of the first one
// also holds the operator's certificate, with which a person may ask:
//
//     state/oslo-1/controller.json   its name and address
//                  forest.json       all controllers and their addresses (also state/forest.json)
//                  tls/              authority.pem operator.pem operator.key ...
//     state/nuuk-1/...
//
// Whoever has a token needs no folder: the address of one controller is enough.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace ringspan::cli {

/// What the person said.
struct Place {
  std::optional<std::filesystem::path> data;  ///< --data: through this one.
  std::filesystem::path state;                ///< Where to look without --data.
  std::string at;                             ///< --at; empty: whichever answers.
  base::Duration timeout{};
  std::string server{};                ///< --server; empty: one that the folders name.
  std::string token{};                 ///< The person's; empty: a certificate from a folder.
  std::optional<base::Error> fault{};  ///< Why nobody can be asked: no token in the file given.
};

/// One controller to try, and how the request must be put to it.
struct Candidate {
  std::string name;  ///< Empty if unknown.
  std::string address;
  bool carry = false;  ///< It is not the one meant: the request must say "at".
  friend bool operator==(const Candidate&, const Candidate&) = default;
};

/// Whom to try, in this order, and the folder with the operator's certificate.
struct Route {
  std::vector<Candidate> candidates;  ///< Never empty.
  std::filesystem::path operator_folder;
  friend bool operator==(const Route&, const Route&) = default;
};

/// Reads the disk; asks nobody.
base::Result<Route> find_route(const Place& place);

/// The controller named first in a folder's controller.json, for messages; empty if unreadable.
std::string controller_of(const std::filesystem::path& folder);

}  // namespace ringspan::cli
