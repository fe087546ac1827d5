#pragma once

// read_forest: forest.json, as an administrator writes it, into a Forest. References are names; ids
// follow from the names unless the file gives a "guid".
//
//     const auto forest = sites::read_forest(text, "forest.json");
//     if (!forest) for (const Fault& fault : forest.error()) print(to_string(fault));
//
// The configuration and schema contexts of the root domain (the first in the file) always exist.
// The form is described for editors in docs/schemas/forest.schema.json.

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "sites/fault.hpp"
#include "sites/forest.hpp"

namespace ringspan::sites {

/// A sound forest, or everything that is wrong with the file, in the order of its lines.
tl::expected<Forest, std::vector<Fault>> read_forest(std::string_view text, std::string file_name);

}  // namespace ringspan::sites
