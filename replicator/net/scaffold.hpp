#pragma once

#include <filesystem>

#include "base/result.hpp"

namespace ringspan::replicator::net {

/// A folder under construction, for its owner alone: put into place when whole, gone otherwise.
class Scaffold {
 public:
  /// Errc::exists when there is something at `wanted`, unless it is to be replaced.
  static base::Result<Scaffold> raise(const std::filesystem::path& wanted, bool replaces = false);

  Scaffold(Scaffold&& other) noexcept;
  Scaffold& operator=(Scaffold&&) = delete;
  ~Scaffold();

  const std::filesystem::path& root() const { return beside_; }

  /// Durable when it returns: there is the new folder or, where it replaces one, the old, at every
  /// moment. What was replaced is gone then.
  base::Result<void> finish();

 private:
  Scaffold(std::filesystem::path target, std::filesystem::path beside, bool replaces);

  std::filesystem::path target_;
  std::filesystem::path beside_;
  bool replaces_ = false;
};

}  // namespace ringspan::replicator::net
