#pragma once

// DataFolder: what a controller keeps on disk, and where.
//
//   directory.sqlite   the replica (replicator/store)
//   forest.json        the forest definition
//   controller.json    {"name": "oslo-1", "guid": "...", "listen": "127.0.0.1:4001"}
//   invitations.json   join tokens given out here, hashed
//   retired.txt        that it has left the forest; it is not served any more
//   tls/authority.pem  whom we trust
//   tls/certificate.pem, tls/key.pem     who we are
//   tls/authority.key, tls/operator.pem, tls/operator.key   only at the forest's first controller
//
// Keys and invitations are for their owner alone (0600), the folder too (0700).

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "replicator/engine/directory.hpp"
#include "sites/forest.hpp"

namespace ringspan::replicator::net {

/// The places, whether there is anything or not.
struct DataFolder {
  std::filesystem::path root;

  std::filesystem::path database() const { return root / "directory.sqlite"; }
  std::filesystem::path forest() const { return root / "forest.json"; }
  std::filesystem::path controller() const { return root / "controller.json"; }
  std::filesystem::path invitations() const { return root / "invitations.json"; }
  std::filesystem::path retired() const { return root / "retired.txt"; }
  std::filesystem::path tls() const { return root / "tls"; }
  std::filesystem::path authority() const { return tls() / "authority.pem"; }
  std::filesystem::path authority_key() const { return tls() / "authority.key"; }
  std::filesystem::path certificate() const { return tls() / "certificate.pem"; }
  std::filesystem::path key() const { return tls() / "key.pem"; }
  std::filesystem::path operator_certificate() const { return tls() / "operator.pem"; }
  std::filesystem::path operator_key() const { return tls() / "operator.key"; }
};

/// controller.json
struct ControllerFile {
  std::string name;
  ControllerId id;
  std::string listen;
  std::optional<ControllerId> inviter = std::nullopt;  ///< Who let it in; nobody, the first one.
  friend bool operator==(const ControllerFile&, const ControllerFile&) = default;
};

/// What is known of a controller before its database is opened.
struct Home {
  DataFolder folder;
  ControllerFile controller;
  sites::Forest forest;
};

/// Reads and checks a folder; a message names the file and the remedy.
base::Result<Home> read_home(const std::filesystem::path& folder);

struct FirstController {
  sites::Forest forest;
  std::string controller;              ///< Its name in the forest.
  std::string listen;                  ///< Empty: the address that the forest gives it.
  std::optional<std::string> objects;  ///< JSON array of {"dn", "attributes"}; added in its order.
  std::string objects_file;            ///< For messages.
};

/// What was made, for the person who reads along.
struct Created {
  std::string controller;
  std::string listen;
  std::string fingerprint;  ///< SHA-256 of the authority's certificate, hex.
  std::uint64_t objects = 0;
};

/// Makes the forest's authority, its first controller, its operator and the database. The folder is
/// built beside itself and renamed into place: there is a whole one or none. All faults of the
/// objects file come in one message, a line each. Errc::exists when `folder` is there already.
base::Result<Created> create_forest_folder(const std::filesystem::path& folder,
                                           const FirstController& first, base::Time now);

/// What a joiner got from the inviting controller, and its own key.
struct Admission {
  sites::Forest forest;
  ControllerFile controller;
  std::string authority;    ///< PEM
  std::string certificate;  ///< PEM
  std::string key;          ///< PEM
};

/// As create_forest_folder, for a controller that starts empty and fills itself by replication.
base::Result<void> create_joined_folder(const std::filesystem::path& folder,
                                        const Admission& admission);

}  // namespace ringspan::replicator::net
