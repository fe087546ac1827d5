#include "replicator/net/scaffold.hpp"

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>

#include "replicator/net/private_file.hpp"

namespace ringspan::replicator::net {

using std::filesystem::path;

Scaffold::Scaffold(path target, path beside, bool replaces)
    : target_(std::move(target)), beside_(std::move(beside)), replaces_(replaces) {}

base::Result<Scaffold> Scaffold::raise(const path& wanted, bool replaces) {
  // A trailing slash names the same folder.
  const path target = wanted.has_filename() ? wanted : wanted.parent_path();
  std::error_code error;
  const bool exists = std::filesystem::exists(std::filesystem::symlink_status(target, error));
  if (exists && !replaces) {
    return base::fail(base::Errc::exists,
                      fmt::format("{}: is there already; name another folder, or delete it if "
                                  "nothing in it is needed",
                                  target.string()));
  }
  const path beside = target.string() + ".unfinished";
  std::filesystem::remove_all(beside, error);  // what a crash left
  if (auto made = make_private_folder(beside); !made) return base::fail(made.error());
  return Scaffold(target, beside, exists);
}

Scaffold::Scaffold(Scaffold&& other) noexcept
    : target_(std::move(other.target_)),
      beside_(std::exchange(other.beside_, {})),
      replaces_(other.replaces_) {}

Scaffold::~Scaffold() {
  std::error_code ignored;
  if (!beside_.empty()) std::filesystem::remove_all(beside_, ignored);
}

base::Result<void> Scaffold::finish() {
  if (auto synced = sync_folder(beside_); !synced) return synced;
  // Two folders change their places in one step.
  const unsigned how = replaces_ ? RENAME_EXCHANGE : RENAME_NOREPLACE;
  if (::renameat2(AT_FDCWD, beside_.c_str(), AT_FDCWD, target_.c_str(), how) != 0) {
    const std::error_code error(errno, std::generic_category());
    return base::fail(base::Errc::unavailable, fmt::format("{}: cannot be put into place: {}",
                                                           target_.string(), error.message()));
  }
  auto synced = sync_folder(target_.parent_path());
  std::error_code ignored;
  if (replaces_ && synced) std::filesystem::remove_all(beside_, ignored);
  beside_.clear();
  return synced;
}

}  // namespace ringspan::replicator::net
