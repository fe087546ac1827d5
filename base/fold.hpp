#pragma once

#include <string>
#include <string_view>

namespace ringspan::base {

/// The form in which names are compared: Unicode case folding and NFKC (so "ÅSE" meets "åse"),
/// the same on every machine since the table comes with one pinned library. Bytes that are not
/// UTF-8 are folded as ASCII, byte by byte.
std::string fold_name(std::string_view name);

/// True for well-formed UTF-8.
bool is_utf8(std::string_view text);

}  // namespace ringspan::base
