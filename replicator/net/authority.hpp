#pragma once

// Authority: who says who belongs to the forest (docs/trust.md).
//
//     Authority authority = Authority::create(forest.id, forest.name, now);
//     KeyPair key = make_key();                                  // born where it will be used
//     auto mine = authority.issue_controller(make_signing_request(key, "oslo-1"), id, "oslo-1",
//     now);
//
// Everything is PEM text here: where it is stored is data_folder's business.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "sites/ids.hpp"

struct x509_st;

namespace ringspan::replicator::net {

/// A P-256 private key, PEM (PKCS #8, not encrypted).
std::string make_key();

/// A PKCS #10 request: proof that whoever asks holds the key. Only its public key is used; who it
/// is for is said by the authority.
std::string make_signing_request(const std::string& key, const std::string& common_name);

/// SHA-256 of the certificate's DER form, lower-case hex. Errc::damaged for anything but PEM.
base::Result<std::string> fingerprint(const std::string& certificate);

/// SHA-256 of the DER form of a certificate's public key, lower-case hex: what the configuration
/// keeps of a member. The second form reads PEM, Errc::damaged for anything else.
std::string key_of(const x509_st& certificate);
base::Result<std::string> key_of(const std::string& certificate);

/// What a certificate of this forest says of its owner, in a URI of its subject alternative names.
std::string controller_uri(sites::ForestId forest, sites::ControllerId controller);
std::string operator_uri(sites::ForestId forest, std::string_view name);

class Authority {
 public:
  static constexpr std::chrono::days kOwnLife{3650};
  static constexpr std::chrono::days kLeafLife{90};

  /// A new key and its self-signed certificate.
  static Authority create(sites::ForestId forest, std::string_view forest_name, base::Time now);

  /// Errc::damaged where the two are not an authority's certificate and its key.
  static base::Result<Authority> load(sites::ForestId forest, std::string certificate,
                                      std::string key);

  /// PEM of a certificate for the key in `signing_request`; Errc::invalid where that is no request
  /// or is not signed by its own key.
  base::Result<std::string> issue_controller(const std::string& signing_request,
                                             sites::ControllerId controller,
                                             const std::string& name, base::Time now) const;

  /// `name`: letters, digits, '.', '-', '_'.
  base::Result<std::string> issue_operator(const std::string& signing_request,
                                           const std::string& name, base::Time now) const;

  const std::string& certificate() const { return certificate_; }
  const std::string& key() const { return key_; }

 private:
  Authority(sites::ForestId forest, std::string certificate, std::string key);

  base::Result<std::string> issue(const std::string& signing_request, const std::string& name,
                                  const std::string& uri, base::Time now) const;

  sites::ForestId forest_;
  std::string certificate_;
  std::string key_;
};

}  // namespace ringspan::replicator::net
