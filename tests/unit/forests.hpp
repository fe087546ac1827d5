#pragma once

// Forests for tests: from the files of this repository, from a few words, and by chance.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/rng.hpp"
#include "sites/forest.hpp"

namespace ringspan {

std::string read_text(const std::filesystem::path& path);

/// The .json files of a folder below the repository's root, sorted, subfolders left out.
std::vector<std::filesystem::path> json_files(const std::string& folder);

/// A forest that must be sound; the test fails with the faults otherwise.
sites::Forest sound_forest(const std::string& json);
sites::Forest sample_forest(const std::string& name);

/// Of a network's map among the samples, "wan/zoo-Abilene".
sites::Forest map_forest(const std::string& name, std::uint32_t controllers_per_site);

/// A small forest full of corner cases: equal costs, links of three sites, schedules that miss each
/// other, bridging on and off, several domains, read-only controllers, global catalogs.
sites::Forest random_forest(base::Rng& rng);

/// The same forest with every list in another order.
sites::Forest shuffled(sites::Forest forest, base::Rng& rng);

/// The forest as two careless edits may leave it: references to nothing, things twice.
sites::Forest scrambled(sites::Forest forest, base::Rng& rng);

}  // namespace ringspan
