#pragma once

// What lasts of a controller's retirement in its data folder (docs/roles.md, rule O11).

#include <optional>
#include <string>

#include "replicator/net/data_folder.hpp"

namespace ringspan::replicator::net {

/// "to have nuuk-1 back: put it into the definition, ..."
std::string how_to_return(const std::string& controller);

/// Notes that it has retired: whoever serves the folder again is told so.
base::Result<void> note_retired(const DataFolder& folder, const std::string& sentence);

/// That sentence; nullopt: it has not.
std::optional<std::string> retired(const DataFolder& folder);

}  // namespace ringspan::replicator::net
