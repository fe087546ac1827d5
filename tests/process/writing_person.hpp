#pragma once

// WritingPerson: load on a real controller, with a memory of what was acknowledged.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "controllers.hpp"

namespace ringspan::tests {

/// A number in the environment, or another.
int from_environment(const char* variable, int otherwise);

/// Writes at one controller without a pause, values that grow, to twenty objects that nobody else
/// writes. Asks anew where an answer is lost or the controller gone.
class WritingPerson {
 public:
  /// `counts` is called after each write that was acknowledged, and outlives this.
  WritingPerson(std::filesystem::path data, std::string name, const std::function<void()>& counts);
  WritingPerson(const WritingPerson&) = delete;
  WritingPerson& operator=(const WritingPerson&) = delete;
  ~WritingPerson() { stop(); }

  void stop();

  /// Of each object the greatest value that was acknowledged, by DN.
  std::map<std::string, std::uint64_t> acknowledged() const;

  /// Answers that were errors.
  std::vector<std::string> refused() const;

 private:
  void write_on();
  bool connects(std::optional<replicator::net::AdminClient>& client) const;
  std::optional<Json> ask(replicator::net::AdminClient& client, const std::string& dn,
                          std::uint64_t value) const;
  void note(const std::string& dn, std::uint64_t value, const Json& answer);

  const std::filesystem::path data_;
  const std::string name_;
  const std::function<void()>& counts_;
  mutable std::mutex mutex_;
  std::map<std::string, std::uint64_t> acknowledged_;
  std::vector<std::string> refused_;
  std::atomic<bool> stops_ = false;
  std::thread thread_;
};

/// What `at` has of what was acknowledged somewhere: every value, or a later one. Otherwise what is
/// missing, in words.
std::string missing_of(Controller& at, const std::map<std::string, std::uint64_t>& acknowledged);

}  // namespace ringspan::tests
