#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"

namespace ringspan::replicator::net {

struct Joining {
  std::string token;                  ///< As `ringspan invite` printed it.
  std::filesystem::path data_folder;  ///< Must not exist yet.
  std::string listen;                 ///< "host:port"; empty: the address that the forest gives it.
};

/// What came of it.
struct Joined {
  std::string controller;
  std::string site;
  std::string listen;
  std::string forest;  ///< The forest's name.
};

/// Makes a key, redeems the token where it was made and writes the data folder; the directory
/// itself comes by replication once the controller serves. The inviting controller is recognised by
/// the fingerprint in the token before the secret is sent. Errc::refused: the token was not
/// accepted.
base::Result<Joined> join(const Joining& joining, base::Time now, base::Duration timeout);

}  // namespace ringspan::replicator::net
