#pragma once

#include <nlohmann/json_fwd.hpp>

#include "cli/command.hpp"
#include "cli/world.hpp"

namespace ringspan::cli {

/// Begins the forced replication that `request` describes, shows how far it is, and waits for its
/// end, for --timeout or for Ctrl-C.
ExitCode sync_and_watch(const Arguments& given, World& world, const nlohmann::json& request);

}  // namespace ringspan::cli
