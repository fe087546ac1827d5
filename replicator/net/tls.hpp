#pragma once

// TLS 1.3 both ways, and who is at the other end (docs/trust.md).

#include <memory>
#include <string>
#include <variant>

#include "base/result.hpp"
#include "sites/ids.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace ringspan::replicator::net {

/// OpenSSL's settings of a kind of connection; every connection shares its owner's.
using TlsContext = std::shared_ptr<ssl_ctx_st>;

/// PEM texts: whom we trust and who we are.
struct TlsIdentity {
  std::string authority;
  std::string certificate;
  std::string key;
};

/// Asks for a certificate; none is let through (as Stranger), one of another authority is not.
base::Result<TlsContext> server_context(const TlsIdentity& us);

/// Demands a certificate of our authority.
base::Result<TlsContext> client_context(const TlsIdentity& us);

/// For a joiner, who has only the fingerprint of the authority from its token: the server must show
/// a certificate of that authority, and the authority's own beside it.
base::Result<TlsContext> joining_context(const std::string& authority_fingerprint);

/// Brought no certificate: may redeem a join token, or show a person's.
struct Stranger {};

/// A controller of our forest.
struct Member {
  sites::ControllerId controller;
  std::string key;  ///< SHA-256 of its public key, hex, as authority.hpp's key_of gives it.
};

/// A person's program.
struct Operator {
  std::string name;
};

/// A person's program without a certificate, whose first request brought a token that is valid;
/// each further one must bring one, too.
struct TokenHolder {
  std::string name;
};

using Peer = std::variant<Stranger, Member, Operator, TokenHolder>;

/// After a handshake. Errc::refused for a certificate of our authority that names neither a
/// controller nor an operator of `forest`.
base::Result<Peer> peer_of(const ssl_st& tls, sites::ForestId forest);

/// Does the peer's certificate name a controller, of whatever forest its authority stands for?
bool is_controller(const ssl_st& tls);

/// Why a handshake failed, for people: what the certificate lacks, or `otherwise`.
std::string handshake_trouble(const ssl_st& tls, const std::string& otherwise);

}  // namespace ringspan::replicator::net
