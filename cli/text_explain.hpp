#pragma once

#include <string>

#include "cli/style.hpp"
#include "kcc/explain.hpp"

namespace ringspan::cli {

/// One direction, in sentences.
std::string explanation_text(const sites::Forest& forest, const kcc::Explanation& why,
                             const Style& style);

}  // namespace ringspan::cli
