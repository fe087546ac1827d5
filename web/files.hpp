#pragma once

// The page's files, which are part of the program.

#include <span>
#include <string_view>

#include "web/exchange.hpp"

namespace ringspan::web {

struct EmbeddedFile {
  std::string_view name;  ///< "app.js".
  std::string_view bytes;
};

/// Written by web/embed.cmake at build time.
std::span<const EmbeddedFile> embedded_files();

/// The file that lies at the request's path ("/" is index.html), 304 if the browser has it,
/// 404 if there is none.
Response file_response(const Request& request);

}  // namespace ringspan::web
