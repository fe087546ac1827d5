#include "cli/files.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <istream>
#include <iterator>
#include <system_error>

namespace ringspan::cli {

base::Result<std::string> read_file(const std::filesystem::path& path) {
  std::error_code trouble;
  if (std::filesystem::is_directory(path, trouble)) {
    return base::fail(base::Errc::invalid,
                      fmt::format("{}: is a folder; give a file", path.string()));
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file.is_open() || file.bad()) {
    const bool missing = errno == ENOENT;
    return base::fail(missing ? base::Errc::not_found : base::Errc::invalid,
                      fmt::format("{}: {}; check the name{}", path.string(),
                                  missing ? "no such file" : std::strerror(errno),
                                  missing ? "" : " and who may read it"));
  }
  return text;
}

base::Result<std::string> read_token(const std::string& file, std::istream& in,
                                     std::string_view remedy) {
  auto text = file == "-" ? std::string(std::istreambuf_iterator<char>(in), {}) : read_file(file);
  if (!text) return text;
  const auto first = text->find_first_not_of(" \t\r\n");
  if (first == std::string::npos) {
    return base::fail(
        base::Errc::invalid,
        fmt::format("{}: no token in it; {}", file == "-" ? "standard input" : file, remedy));
  }
  return text->substr(first, text->find_last_not_of(" \t\r\n") + 1 - first);
}

base::Result<void> write_file(const std::filesystem::path& path, std::string_view text) {
  const auto beside = std::filesystem::path(fmt::format("{}.{}.new", path.string(), getpid()));
  errno = 0;
  std::ofstream file(beside, std::ios::binary);
  file << text;
  file.close();
  std::error_code trouble;
  if (file) std::filesystem::rename(beside, path, trouble);
  if (file && !trouble) return {};
  const std::string reason = trouble ? trouble.message() : std::strerror(errno);
  std::filesystem::remove(beside, trouble);
  return base::fail(
      base::Errc::invalid,
      fmt::format("{}: could not be written: {}; write it elsewhere", path.string(), reason));
}

}  // namespace ringspan::cli
