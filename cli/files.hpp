#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"

namespace ringspan::cli {

/// The whole file.
base::Result<std::string> read_file(const std::filesystem::path& path);

/// Writes beside the file and renames: whoever looks sees the old text or the new, never a half.
base::Result<void> write_file(const std::filesystem::path& path, std::string_view text);

}  // namespace ringspan::cli
