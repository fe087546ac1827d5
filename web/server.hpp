#pragma once

// Server: the page and its API over HTTP, on one thread of its own.
//
//     auto server = Server::open({.host = "127.0.0.1", .port = 8001}, node);
//     server->url();                                  // "http://127.0.0.1:8001/"
//     server->code({"alice", Role::reader});          // the answer to page_code
//     server->stop();

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "web/node.hpp"

namespace ringspan::web {

struct ServerSettings {
  std::string host;
  std::uint16_t port = 0;     ///< 0: any free one.
  std::string certificate{};  ///< A PEM file; empty: plain HTTP, on loopback alone.
  std::string key{};          ///< Likewise.
  std::string name{};         ///< What others call this machine, for links; empty: not known.
};

class Server {
 public:
  /// Most connections at a time, and most that have not sent a whole request yet.
  static constexpr std::size_t kConnections = 1024;
  static constexpr std::size_t kStrangers = 64;

  /// Serves from now on. Errc::refused for another address than loopback without TLS,
  /// Errc::unavailable if it cannot listen there, Errc::invalid for a certificate that is none.
  static base::Result<std::unique_ptr<Server>> open(const ServerSettings& settings, Node node);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  const std::string& url() const { return url_; }

  /// A one-time link for somebody, as the answer to page_code (docs/schemas/page.schema.json); any
  /// thread.
  std::string code(const Who& who);

  /// Closes everything and returns when the thread has ended. Answers that come later are dropped.
  void stop();

 private:
  struct Floor;
  explicit Server(std::shared_ptr<Floor> floor);

  std::shared_ptr<Floor> floor_;  // shared, weakly, with answers that are under way
  std::string url_;
};

}  // namespace ringspan::web
