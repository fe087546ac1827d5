#pragma once

// EtcdClient: etcd 3.4 and later by its HTTP/JSON gateway (/v3/...), one request a connection.
//
//     EtcdClient etcd({"http://127.0.0.1:2379"}, {});
//     const auto answer = etcd.ask("/v3/kv/range", {{"key", to_base64("name")}});
//
// Endpoints are tried in turn, beginning with the one that answered last. An answer has at most
// 1 MiB and comes within three seconds, all tries together within six.

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "replicator/net/tls.hpp"
#include "sites/ids.hpp"

#include <nlohmann/json_fwd.hpp>

namespace ringspan::replicator::net {

class EtcdClient {
 public:
  /// `endpoints` as the forest's definition has them. `context` may be empty: then those with https
  /// are not asked.
  EtcdClient(std::vector<std::string> endpoints, TlsContext context);

  /// Errc::unavailable when no endpoint answers, Errc::refused when etcd says no; the message names
  /// the endpoint. One thread at a time.
  base::Result<nlohmann::json> ask(const std::string& path, const nlohmann::json& request);

  /// The one that answered last; empty before the first answer.
  const std::string& endpoint() const { return used_; }

 private:
  base::Result<std::string> post(const std::string& endpoint, const std::string& path,
                                 const std::string& body) const;

  std::vector<std::string> endpoints_;
  TlsContext context_;
  std::size_t first_ = 0;
  std::string used_;
};

}  // namespace ringspan::replicator::net
