#pragma once

#include <cstddef>

#include "web/feed.hpp"
#include "web/page.hpp"

namespace boost::asio {
class io_context;
namespace ssl {
class context;
}
}  // namespace boost::asio

namespace ringspan::web {

/// What all connections share; it outlives them. On the server's thread, but for `page`.
struct Ground {
  boost::asio::io_context& context;
  boost::asio::ssl::context* tls;  ///< nullptr: plain HTTP.
  Page& page;
  Feed& feed;
  Post post;
  std::size_t strangers = 0;    ///< Connections that have not sent a whole request yet.
  std::size_t connections = 0;  ///< All of them.
};

}  // namespace ringspan::web
