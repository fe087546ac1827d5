#pragma once

// Two controllers, oslo-1 and nuuk-1, as an administrator would set them up with the program; the
// wires between them can be cut.

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "process.hpp"
#include "replicator/net/admin_client.hpp"
#include "wire_cutter.hpp"

namespace ringspan::tests {

using Json = nlohmann::json;

/// A folder that goes with the test.
class Scratch {
 public:
  Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// One controller: its folder, and its process while it serves.
class Controller {
 public:
  Controller(std::filesystem::path data, std::uint16_t port)
      : data_(std::move(data)), port_(port) {}

  /// Returns once it can be asked; throws with its output when it cannot.
  void serve();
  void kill_hard();  ///< SIGKILL, as a power cut would.
  Ended stop();      ///< SIGTERM, and its end.

  /// The answer; throws when there is none. Errors of the request are in the answer.
  Json ask(const Json& request);
  void forget_connection() { client_.reset(); }  ///< The next request makes another.
  Json set(const std::string& dn, const std::string& attribute, const std::string& value);

  /// The same as the person whose token it is, who has no certificate.
  Json ask_as(const std::string& token, const Json& request);

  /// The dump of everything, without the name of who gave it.
  std::string dump();

  const std::filesystem::path& data() const { return data_; }
  std::uint16_t port() const { return port_; }
  Process& process() { return *process_; }

 private:
  std::filesystem::path data_;
  std::uint16_t port_;
  std::unique_ptr<Process> process_;
  std::optional<replicator::net::AdminClient> client_;
};

/// The forest of the tests. Each controller is reached by the other over a wire of its own.
class Pair {
 public:
  Pair();

  /// init and serve oslo-1; invite and join nuuk-1, and serve it.
  void found();
  void join_nuuk();   ///< And serves it.
  void admit_nuuk();  ///< Makes its folder, no more.

  void cut();
  void mend();

  Scratch scratch;
  Controller oslo;
  Controller nuuk;
  WireCutter to_oslo;
  WireCutter to_nuuk;
};

/// Asks again until `wanted` holds; false after kPatience.
bool eventually(const std::function<bool()>& wanted);

}  // namespace ringspan::tests
