#include "replicator/net/authority.hpp"

#include <array>
#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/contracts.hpp"
#include "replicator/net/freed.hpp"
#include "replicator/net/secrets.hpp"

namespace ringspan::replicator::net {
namespace {

using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Request = std::unique_ptr<X509_REQ, Freed<X509_REQ_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using BigNumber = std::unique_ptr<BIGNUM, Freed<BN_free>>;

/// OpenSSL says 1 when it did what it always can: only a lack of memory makes it fail.
void must(int done) {
  ENSURES(done == 1);
}

Bio reader(const std::string& pem) {
  return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

std::string content(const Bio& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

Key read_key(const std::string& pem) {
  Key key(PEM_read_bio_PrivateKey(reader(pem).get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  return key;
}

Certificate read_certificate(const std::string& pem) {
  Certificate certificate(PEM_read_bio_X509(reader(pem).get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  return certificate;
}

std::string to_pem(const Certificate& certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_X509(bio.get(), certificate.get()));
  return content(bio);
}

void set_name(X509_NAME* name, const std::string& common_name) {
  const std::string cut = common_name.substr(0, 64);  // ub-common-name of RFC 5280
  must(X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
                                  reinterpret_cast<const unsigned char*>(cut.data()),
                                  static_cast<int>(cut.size()), -1, 0));
}

void set_serial(X509* certificate) {
  const auto bytes = random_bytes();
  const BigNumber number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  ENSURES(number != nullptr);
  must(BN_clear_bit(number.get(), 127) >= 0 ? 1 : 0);  // positive, at most 16 bytes
  ENSURES(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr);
}

/// Valid from five minutes ago, since clocks of two controllers may differ by as much.
void set_life(X509* certificate, base::Time now, std::chrono::days life) {
  const auto seconds = [](base::Time time) {
    return static_cast<time_t>(
        std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count());
  };
  ENSURES(ASN1_TIME_set(X509_getm_notBefore(certificate), seconds(now - std::chrono::minutes(5))));
  ENSURES(ASN1_TIME_set(X509_getm_notAfter(certificate), seconds(now + life)));
}

void extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  ENSURES(extension != nullptr);
  must(X509_add_ext(certificate, extension.get(), -1));
}

/// The start that both kinds of certificate share.
Certificate draft(const std::string& name, base::Time now, std::chrono::days life) {
  Certificate certificate(X509_new());
  ENSURES(certificate != nullptr);
  must(X509_set_version(certificate.get(), X509_VERSION_3));
  set_serial(certificate.get());
  set_life(certificate.get(), now, life);
  set_name(X509_get_subject_name(certificate.get()), name);
  return certificate;
}

bool is_plain(std::string_view name) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
  return !name.empty() && name.size() <= 64 &&
         name.find_first_not_of(kPlain) == std::string_view::npos;
}

}  // namespace

std::string make_key() {
  const Key key(EVP_EC_gen("P-256"));
  ENSURES(key != nullptr);
  const Bio bio(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr));
  return content(bio);
}

std::string make_signing_request(const std::string& key, const std::string& common_name) {
  const Key pair = read_key(key);
  EXPECTS(pair != nullptr);
  const Request request(X509_REQ_new());
  ENSURES(request != nullptr);
  set_name(X509_REQ_get_subject_name(request.get()), common_name);
  must(X509_REQ_set_pubkey(request.get(), pair.get()));
  ENSURES(X509_REQ_sign(request.get(), pair.get(), EVP_sha256()) > 0);
  const Bio bio(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_X509_REQ(bio.get(), request.get()));
  return content(bio);
}

base::Result<std::string> fingerprint(const std::string& certificate) {
  const Certificate read = read_certificate(certificate);
  if (!read) return base::fail(base::Errc::damaged, "not a certificate in PEM form");
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  must(X509_digest(read.get(), EVP_sha256(), digest.data(), &size));
  return to_hex({reinterpret_cast<const char*>(digest.data()), size});
}

std::string key_of(const x509_st& certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(&certificate), &der);
  ENSURES(size > 0);
  std::string key = sha256({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  return key;
}

base::Result<std::string> key_of(const std::string& certificate) {
  const Certificate read = read_certificate(certificate);
  if (!read) return base::fail(base::Errc::damaged, "not a certificate in PEM form");
  return key_of(*read);
}

std::string controller_uri(sites::ForestId forest, sites::ControllerId controller) {
  return fmt::format("ringspan:{}/controller/{}", forest.value.to_string(),
                     controller.value.to_string());
}

std::string operator_uri(sites::ForestId forest, std::string_view name) {
  return fmt::format("ringspan:{}/operator/{}", forest.value.to_string(), name);
}

Authority::Authority(sites::ForestId forest, std::string certificate, std::string key)
    : forest_(forest), certificate_(std::move(certificate)), key_(std::move(key)) {}

Authority Authority::create(sites::ForestId forest, std::string_view forest_name, base::Time now) {
  const std::string key = make_key();
  const Key pair = read_key(key);
  const Certificate own = draft(fmt::format("{} forest authority", forest_name), now, kOwnLife);
  must(X509_set_issuer_name(own.get(), X509_get_subject_name(own.get())));
  must(X509_set_pubkey(own.get(), pair.get()));
  extend(own.get(), own.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  extend(own.get(), own.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  extend(own.get(), own.get(), NID_subject_key_identifier, "hash");
  ENSURES(X509_sign(own.get(), pair.get(), EVP_sha256()) > 0);
  return {forest, to_pem(own), key};
}

base::Result<Authority> Authority::load(sites::ForestId forest, std::string certificate,
                                        std::string key) {
  const Certificate own = read_certificate(certificate);
  if (!own) return base::fail(base::Errc::damaged, "the authority's certificate is not PEM");
  const Key pair = read_key(key);
  if (!pair) return base::fail(base::Errc::damaged, "the authority's key is not PEM");
  if (X509_check_private_key(own.get(), pair.get()) != 1) {
    ERR_clear_error();
    return base::fail(base::Errc::damaged, "the authority's key is not that of its certificate");
  }
  return Authority(forest, std::move(certificate), std::move(key));
}

base::Result<std::string> Authority::issue_controller(const std::string& signing_request,
                                                      sites::ControllerId controller,
                                                      const std::string& name,
                                                      base::Time now) const {
  return issue(signing_request, name, controller_uri(forest_, controller), now);
}

base::Result<std::string> Authority::issue_operator(const std::string& signing_request,
                                                    const std::string& name, base::Time now) const {
  if (!is_plain(name)) {
    return base::fail(base::Errc::invalid,
                      fmt::format("operator \"{}\": use letters, digits, '.', '-' and '_'", name));
  }
  return issue(signing_request, name, operator_uri(forest_, name), now);
}

base::Result<std::string> Authority::issue(const std::string& signing_request,
                                           const std::string& name, const std::string& uri,
                                           base::Time now) const {
  const Request request(
      PEM_read_bio_X509_REQ(reader(signing_request).get(), nullptr, nullptr, nullptr));
  EVP_PKEY* asked = request ? X509_REQ_get0_pubkey(request.get()) : nullptr;
  const bool proven = asked != nullptr && X509_REQ_verify(request.get(), asked) == 1;
  ERR_clear_error();
  if (!proven) {
    return base::fail(base::Errc::invalid,
                      fmt::format("{}: the signing request is not signed by its own key", name));
  }
  const Certificate own = read_certificate(certificate_);
  const Key pair = read_key(key_);
  const Certificate leaf = draft(name, now, kLeafLife);
  must(X509_set_issuer_name(leaf.get(), X509_get_subject_name(own.get())));
  must(X509_set_pubkey(leaf.get(), asked));
  extend(leaf.get(), own.get(), NID_basic_constraints, "critical,CA:FALSE");
  extend(leaf.get(), own.get(), NID_key_usage, "critical,digitalSignature");
  extend(leaf.get(), own.get(), NID_ext_key_usage, "serverAuth,clientAuth");
  extend(leaf.get(), own.get(), NID_subject_key_identifier, "hash");
  extend(leaf.get(), own.get(), NID_authority_key_identifier, "keyid:always");
  extend(leaf.get(), own.get(), NID_subject_alt_name, "URI:" + uri);
  ENSURES(X509_sign(leaf.get(), pair.get(), EVP_sha256()) > 0);
  return to_pem(leaf);
}

}  // namespace ringspan::replicator::net
