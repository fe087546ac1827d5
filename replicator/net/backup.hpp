#pragma once

// Backup: a folder from which a controller can be put back (docs/backup.md).
//
//   backup.json        what it holds, and the SHA-256 of each file below
//   backup.sha256      that of backup.json
//   directory.sqlite   one committed state of the replica
//   forest.json, controller.json, tls/...   as in a data folder (data_folder.hpp), keys too
//
// Join tokens are not in it: one that was used would be good again.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "replicator/net/data_folder.hpp"

namespace ringspan::replicator::net {

struct BackupFile {
  std::string name;  ///< Below the backup.
  std::uint64_t bytes = 0;
  std::string sha256;
  friend bool operator==(const BackupFile&, const BackupFile&) = default;
};

struct BackupContext {
  std::string dn;
  Usn usn;  ///< The latest of what is kept of it.
  friend bool operator==(const BackupContext&, const BackupContext&) = default;
};

/// backup.json
struct Backup {
  std::string controller;
  ControllerId id;
  std::string forest;
  std::string invocation;
  base::Time time{};
  base::Duration good_for{};  ///< The forest's tombstone lifetime then.
  Usn usn;
  std::vector<BackupContext> contexts;
  std::vector<BackupFile> files;

  std::uint64_t bytes() const;
  friend bool operator==(const Backup&, const Backup&) = default;
};

/// Copies the controller of `home`, which may serve meanwhile, to the new folder `target`, reads
/// the copy through and then puts it into place. Errc::refused where the disk is too short.
base::Result<Backup> make_backup(const Home& home, const std::filesystem::path& target,
                                 base::Time now);

/// Reads a backup through. Errc::damaged with everything that is wrong with it, a line each.
base::Result<Backup> check_backup(const std::filesystem::path& folder);

struct Restored {
  Backup backup;
  std::string invocation;  ///< Who it is from now on.
  friend bool operator==(const Restored&, const Restored&) = default;
};

/// Makes a data folder of a backup: the controller as it was then, under another invocation id, so
/// that it pulls back what it wrote later (docs/replication.md, rule R34). There is the new folder
/// or what was there before at every moment. Errc::exists where there is something and it does not
/// `replace`; Errc::refused where that is in use, or the backup is older than the forest's
/// tombstone lifetime.
base::Result<Restored> restore_backup(const std::filesystem::path& backup,
                                      const std::filesystem::path& target, bool replace,
                                      base::Time now);

}  // namespace ringspan::replicator::net
