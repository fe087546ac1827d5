#include "replicator/net/tls_client.hpp"

#include <span>
#include <utility>

#include <fmt/format.h>

namespace ringspan::replicator::net {
namespace {

base::Error named(const Address& address, const base::Error& error) {
  return {error.code, fmt::format("{}: {}", address.to_string(), error.message)};
}

}  // namespace

base::Result<std::unique_ptr<TlsClient>> TlsClient::connect(const Address& address,
                                                            const TlsContext& context,
                                                            Deadline deadline) {
  auto stream = WaitingStream::connect(address, context, deadline);
  if (!stream && stream.error().code == base::Errc::not_found) {
    return base::fail(base::Errc::unavailable, named(address, stream.error()).message);
  }
  if (!stream) {
    return base::fail(base::Errc::unavailable,
                      fmt::format("{}: no controller answers: {}; start it with ringspan serve",
                                  address.to_string(), stream.error().message));
  }
  if (auto shaken = stream->handshake(deadline); !shaken) {
    return base::fail(named(address, shaken.error()));
  }
  if (!is_controller(stream->tls())) {
    return base::fail(
        base::Errc::refused,
        fmt::format("{}: its certificate is not that of a controller", address.to_string()));
  }
  return std::unique_ptr<TlsClient>(new TlsClient(address, *std::move(stream)));
}

base::Result<void> TlsClient::send(const wire::Message& message, Deadline deadline) {
  auto sent = stream_.write_all(wire::encode(message, wire::Compression::none), deadline);
  if (!sent) return base::fail(named(address_, sent.error()));
  return sent;
}

base::Result<wire::Message> TlsClient::receive(Deadline deadline) {
  const auto head = stream_.read_all(wire::kHeaderSize, deadline);
  if (!head) return base::fail(named(address_, head.error()));
  const auto header = wire::read_header(std::span(*head).first<wire::kHeaderSize>());
  if (!header) return base::fail(header.error());
  const auto body = stream_.read_all(header->length, deadline);
  if (!body) return base::fail(named(address_, body.error()));
  auto message = wire::decode(*header, *body);
  if (!message) return base::fail(message.error());
  if (const auto* refusal = std::get_if<Refusal>(&*message)) {
    return base::fail(base::Errc::refused,
                      fmt::format("{}: {}", address_.to_string(), refusal->reason));
  }
  return message;
}

}  // namespace ringspan::replicator::net
