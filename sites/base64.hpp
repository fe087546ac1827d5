#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ringspan::sites {

/// The bytes of a base64 text (RFC 4648 section 4, padded, without line ends); nullopt if it is
/// none.
std::optional<std::string> from_base64(std::string_view text);

std::string to_base64(std::string_view bytes);

}  // namespace ringspan::sites
