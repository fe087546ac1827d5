#pragma once

#include <optional>

#include "kcc/certify.hpp"

namespace ringspan::kcc {

/// Earliest arrival over the primary connections, from every writable replica and every
/// quarter-hour of the week. A poll may just be over when a change comes, so the next one is a
/// whole interval away, or in the next window. nullopt where that is too much to try. `forest` is
/// sound.
std::optional<Delay> worst_delay(const sites::Forest& forest, const Topology& topology);

}  // namespace ringspan::kcc
