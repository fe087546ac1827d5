#include "replicator/net/tls.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/contracts.hpp"
#include "base/guid.hpp"
#include "replicator/net/authority.hpp"
#include "replicator/net/freed.hpp"

namespace ringspan::replicator::net {
namespace {

using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

Bio reader(const std::string& pem) {
  return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

TlsContext new_context() {
  TlsContext context(SSL_CTX_new(TLS_method()), SSL_CTX_free);
  ENSURES(context != nullptr);
  ENSURES(SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION) == 1);
  // Every connection proves who it is anew; a resumed one would skip the certificates.
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  ENSURES(SSL_CTX_set_num_tickets(context.get(), 0) == 1);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  return context;
}

/// Our certificate, our key, and the authority's certificate both as what we trust and as what we
/// show (a joiner knows the authority by its fingerprint alone).
base::Result<TlsContext> context_of(const TlsIdentity& us) {
  TlsContext context = new_context();
  const Certificate authority(
      PEM_read_bio_X509(reader(us.authority).get(), nullptr, nullptr, nullptr));
  const Certificate own(PEM_read_bio_X509(reader(us.certificate).get(), nullptr, nullptr, nullptr));
  const Key key(PEM_read_bio_PrivateKey(reader(us.key).get(), nullptr, nullptr, nullptr));
  const bool usable =
      authority && own && key && SSL_CTX_use_certificate(context.get(), own.get()) == 1 &&
      SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1 &&
      X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), authority.get()) == 1 &&
      SSL_CTX_add1_chain_cert(context.get(), authority.get()) == 1;
  ERR_clear_error();
  if (!usable) {
    return base::fail(base::Errc::damaged,
                      "the authority's certificate, our certificate or our key is not PEM, or the "
                      "key is not that of the certificate; restore the folder tls from a copy");
  }
  return context;
}

/// The fingerprint that a joining context expects, kept with the context.
int fingerprint_slot() {
  static const int slot = SSL_CTX_get_ex_new_index(
      0, nullptr, nullptr, nullptr, [](void*, void* kept, CRYPTO_EX_DATA*, int, long, void*) {
        delete static_cast<std::string*>(kept);
      });
  return slot;
}

std::optional<std::string> fingerprint_of(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(bio.get(), certificate) != 1) return std::nullopt;
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  const auto print = fingerprint({data, static_cast<std::size_t>(size)});
  return print ? std::optional(*print) : std::nullopt;
}

/// Trusts the one certificate of the shown chain that has the expected fingerprint, then verifies
/// the leaf against it as usual.
int verify_by_fingerprint(X509_STORE_CTX* verification, void* context) {
  const auto* expected = static_cast<const std::string*>(
      SSL_CTX_get_ex_data(static_cast<SSL_CTX*>(context), fingerprint_slot()));
  STACK_OF(X509)* shown = X509_STORE_CTX_get0_untrusted(verification);
  STACK_OF(X509)* trusted = sk_X509_new_null();
  for (int i = 0; i < sk_X509_num(shown); ++i) {
    X509* certificate = sk_X509_value(shown, i);
    if (fingerprint_of(certificate) == *expected) sk_X509_push(trusted, certificate);
  }
  X509_STORE_CTX_set0_trusted_stack(verification, trusted);
  const int verified = X509_verify_cert(verification);
  sk_X509_free(trusted);
  return verified;
}

/// The URIs among the subject's alternative names.
std::vector<std::string> uris_of(X509* certificate) {
  std::vector<std::string> uris;
  auto* names = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
    if (name->type != GEN_URI) continue;
    const ASN1_IA5STRING* uri = name->d.uniformResourceIdentifier;
    uris.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
                      static_cast<std::size_t>(ASN1_STRING_length(uri)));
  }
  GENERAL_NAMES_free(names);
  return uris;
}

std::optional<Peer> peer_named(std::string_view uri, sites::ForestId forest) {
  const std::string ours = fmt::format("ringspan:{}/", forest.value.to_string());
  if (!uri.starts_with(ours)) return std::nullopt;
  uri.remove_prefix(ours.size());
  constexpr std::string_view kController = "controller/";
  constexpr std::string_view kOperator = "operator/";
  if (uri.starts_with(kController)) {
    const auto guid = base::Guid::parse(uri.substr(kController.size()));
    if (guid) return Member{sites::ControllerId(*guid), {}};
  }
  if (uri.starts_with(kOperator) && uri.size() > kOperator.size()) {
    return Operator{std::string(uri.substr(kOperator.size()))};
  }
  return std::nullopt;
}

}  // namespace

base::Result<TlsContext> server_context(const TlsIdentity& us) {
  auto context = context_of(us);
  if (context) SSL_CTX_set_verify(context->get(), SSL_VERIFY_PEER, nullptr);
  return context;
}

base::Result<TlsContext> client_context(const TlsIdentity& us) {
  auto context = context_of(us);
  if (context) SSL_CTX_set_verify(context->get(), SSL_VERIFY_PEER, nullptr);
  return context;
}

base::Result<TlsContext> joining_context(const std::string& authority_fingerprint) {
  TlsContext context = new_context();
  auto expected = std::make_unique<std::string>(authority_fingerprint);
  ENSURES(SSL_CTX_set_ex_data(context.get(), fingerprint_slot(), expected.get()) == 1);
  static_cast<void>(expected.release());  // freed with the context, by the slot
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context.get(), verify_by_fingerprint, context.get());
  return context;
}

base::Result<Peer> peer_of(const ssl_st& tls, sites::ForestId forest) {
  const Certificate certificate(SSL_get1_peer_certificate(&tls));
  if (!certificate) return Stranger{};
  for (const std::string& uri : uris_of(certificate.get())) {
    auto peer = peer_named(uri, forest);
    if (!peer) continue;
    if (auto* member = std::get_if<Member>(&*peer)) member->key = key_of(*certificate);
    return *std::move(peer);
  }
  return base::fail(base::Errc::refused,
                    "its certificate names no controller and no operator of this forest");
}

bool is_controller(const ssl_st& tls) {
  const Certificate certificate(SSL_get1_peer_certificate(&tls));
  if (!certificate) return false;
  const auto uris = uris_of(certificate.get());
  return std::ranges::any_of(uris, [](const std::string& uri) {
    return uri.starts_with("ringspan:") && uri.find("/controller/") != std::string::npos;
  });
}

std::string handshake_trouble(const ssl_st& tls, const std::string& otherwise) {
  const long verified = SSL_get_verify_result(&tls);
  switch (verified) {
    case X509_V_OK:
      return otherwise;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return "its certificate is of another authority";
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "its certificate has expired";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "its certificate is not valid yet; compare the clocks";
    default:
      return fmt::format("its certificate is not accepted: {}",
                         X509_verify_cert_error_string(verified));
  }
}

}  // namespace ringspan::replicator::net
