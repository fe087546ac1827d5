#pragma once

// Files for their owner alone: born with mode 0600, never readable by others for a moment, whole or
// not there at all.

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace ringspan::replicator::net {

/// Replaces `path` by `content`: written beside it, made durable, renamed into place.
base::Result<void> write_private(const std::filesystem::path& path, std::string_view content);

/// Errc::not_found when there is none; refuses more than 64 MiB.
base::Result<std::string> read_file(const std::filesystem::path& path);

/// A new folder for its owner alone (0700); parents are made as needed.
base::Result<void> make_private_folder(const std::filesystem::path& path);

/// Makes the entries of `folder` durable (after renames and creations in it).
base::Result<void> sync_folder(const std::filesystem::path& folder);

}  // namespace ringspan::replicator::net
