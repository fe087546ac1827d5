#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace ringspan::cli {

/// The whole file.
base::Result<std::string> read_file(const std::filesystem::path& path);

/// The one word in `file` ("-": `in`), without what is blank around it. `remedy` follows if it is
/// empty.
base::Result<std::string> read_token(const std::string& file, std::istream& in,
                                     std::string_view remedy);

/// Writes beside the file and renames: whoever looks sees the old text or the new, never a half.
base::Result<void> write_file(const std::filesystem::path& path, std::string_view text);

}  // namespace ringspan::cli
