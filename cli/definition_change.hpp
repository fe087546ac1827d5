#pragma once

// What the commands that change the forest definition have in common: the difference is shown, a
// person is asked, and what was seen is written.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/place.hpp"

namespace ringspan::cli {

/// Has a controller weigh `request`, shows that, asks, and has the same controller write it. It is
/// the one that `place` means by --at, else the first of `preferred` that can be asked, else, with
/// nobody preferred, whichever answers.
ExitCode change_definition(const Arguments& given, World& world, const Place& place,
                           nlohmann::json request, const std::vector<std::string>& preferred = {});

/// "oslo-1,nuuk-1", or the option several times.
std::vector<std::string> names_in(const Arguments& given, const char* option);

/// `options` with those that change_definition reads and those of asking().
std::vector<Parameter> changing(std::vector<Parameter> options);
std::vector<Ending> endings_of_change();

/// What is wrong with --yes, --preview and --json given together; empty: nothing.
std::string contradiction_in_manner(const Arguments& given);

}  // namespace ringspan::cli
