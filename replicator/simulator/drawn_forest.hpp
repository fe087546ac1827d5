#pragma once

#include <cstdint>
#include <string>

#include "base/rng.hpp"
#include "sites/forest.hpp"

namespace ringspan::replicator::simulator {

/// Two to five sites in a chain of links, one to four controllers each; the first is a1.
sites::Forest draw_chain(base::Rng& rng);

/// The definition of sites that are all joined by one link, so many controllers in each; the first
/// is a1.
std::string mesh_text(std::uint64_t sites, std::uint64_t controllers);

}  // namespace ringspan::replicator::simulator
