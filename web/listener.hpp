#pragma once

// A page that listens: the WebSocket at the end of a connection.

#include <cstdint>
#include <memory>
#include <optional>

#include "web/exchange.hpp"
#include "web/ground.hpp"
#include "web/stream.hpp"

namespace ringspan::web {

/// Accepts the WebSocket that `raw` asks for and sends it the feed until it goes, its session ends
/// or 64 messages wait for it. `request` is the same one as the page's rules see it.
boost::asio::awaitable<void> serve_listener(std::shared_ptr<Stream> stream, Ground* ground,
                                            RawRequest raw, Request request,
                                            std::optional<std::uint64_t> after);

}  // namespace ringspan::web
