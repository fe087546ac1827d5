#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace ringspan::sites {

/// A file's text in UTF-8, without a byte-order mark. UTF-16 is known by its mark or, without one,
/// by the zero byte beside the first letter. Fails if UTF-16 breaks off or has half a pair.
base::Result<std::string> text_in_utf8(std::string_view bytes);

}  // namespace ringspan::sites
