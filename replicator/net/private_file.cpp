#include "replicator/net/private_file.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ringspan::replicator::net {
namespace {

tl::unexpected<base::Error> cannot(std::string_view verb, const std::filesystem::path& path,
                                   int reason) {
  const base::Errc code = reason == ENOENT ? base::Errc::not_found : base::Errc::unavailable;
  return base::fail(
      code, fmt::format("{}: cannot be {}: {}", path.string(), verb, std::strerror(reason)));
}

/// An open file that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

bool write_all(int file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

base::Result<void> write_private(const std::filesystem::path& path, std::string_view content) {
  const std::filesystem::path beside = path.string() + ".tmp";
  ::unlink(beside.c_str());  // what a crash left there
  {
    const Descriptor file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file.is_open()) return cannot("made", beside, errno);
    if (!write_all(file.number(), content) || ::fsync(file.number()) != 0) {
      const int reason = errno;
      ::unlink(beside.c_str());
      return cannot("written", beside, reason);
    }
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) return cannot("replaced", path, errno);
  return sync_folder(path.parent_path());
}

base::Result<std::string> read_file(const std::filesystem::path& path) {
  constexpr std::uintmax_t kLimit = 64U << 20U;
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) return cannot("read", path, error.value());
  if (size > kLimit) return cannot("read", path, EFBIG);
  std::ifstream file(path, std::ios::binary);
  if (!file) return cannot("read", path, errno);
  std::ostringstream content;
  content << file.rdbuf();
  return std::move(content).str();
}

base::Result<void> make_private_folder(const std::filesystem::path& path) {
  std::error_code error;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
  if (error) return cannot("made", path.parent_path(), error.value());
  if (::mkdir(path.c_str(), 0700) != 0) return cannot("made", path, errno);
  return {};
}

base::Result<void> sync_folder(const std::filesystem::path& folder) {
  const std::filesystem::path named = folder.empty() ? std::filesystem::path(".") : folder;
  const Descriptor file(::open(named.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file.is_open()) return cannot("opened", named, errno);
  if (::fsync(file.number()) != 0) return cannot("made durable", named, errno);
  return {};
}

}  // namespace ringspan::replicator::net
