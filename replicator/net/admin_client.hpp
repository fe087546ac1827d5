#pragma once

// AdminClient: a person's program asks a controller (docs/admin-requests.md).
//
//     auto client = AdminClient::connect(folder, 5s);
//     auto answer = client->ask(R"({"ask":"status"})", 10s);    // one JSON object, perhaps an
//     error

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "replicator/net/person_token.hpp"

namespace ringspan::replicator::net {

class TlsClient;

/// Whom we trust and who we are: three PEM files.
struct Credentials {
  std::filesystem::path authority;
  std::filesystem::path certificate;
  std::filesystem::path key;
};

/// One connection, one thread at a time. After an error of ask() that is not in the answer itself
/// (Errc::unavailable, Errc::damaged) connect anew.
class AdminClient {
 public:
  /// Errc::unavailable when nobody listens at `address` ("host:port"), Errc::refused when whoever
  /// does is no controller of the forest or does not know us.
  static base::Result<AdminClient> connect(const std::string& address,
                                           const Credentials& credentials, base::Duration timeout);

  /// To the controller of this data folder, with what the folder holds: the operator's certificate
  /// at the forest's first controller, elsewhere the controller's own.
  static base::Result<AdminClient> connect(const std::filesystem::path& data_folder,
                                           base::Duration timeout);

  /// As a person without a certificate. Whoever answers must belong to the authority of `token`;
  /// the token itself goes into each request, as its field "token".
  static base::Result<AdminClient> connect(const std::string& address, const PersonToken& token,
                                           base::Duration timeout);

  AdminClient(AdminClient&&) noexcept;
  AdminClient& operator=(AdminClient&&) noexcept;
  ~AdminClient();

  /// The answer as it came, errors of the request included. Errc::unavailable when there is none.
  base::Result<std::string> ask(std::string json, base::Duration timeout);

 private:
  explicit AdminClient(std::unique_ptr<TlsClient> connection, std::string token = {});

  base::Result<std::string> exchange(std::string json, base::Duration timeout);

  std::unique_ptr<TlsClient> connection_;
  std::string token_;  // empty: a certificate says who we are
  std::uint64_t asked_ = 0;
};

/// Which credentials a data folder holds for asking: see connect above.
base::Result<Credentials> credentials_of(const std::filesystem::path& data_folder);

}  // namespace ringspan::replicator::net
