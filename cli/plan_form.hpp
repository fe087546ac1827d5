#pragma once

// The forms of a plan beside words: --json, --dot, --graphml, --csv, --ldif; one at a time.

#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/world.hpp"
#include "kcc/topology.hpp"
#include "sites/forest.hpp"

namespace ringspan::cli {

/// `options` followed by those of the forms.
std::vector<Parameter> in_forms(std::vector<Parameter> options);

/// False if more than one form is given, or one beside --compare that it has not; it has been said.
bool is_one_form(const Arguments& given, World& world);

/// The topology in the given form; nullopt where none but --json is given.
std::optional<std::string> in_form(const Arguments& given, const sites::Forest& forest,
                                   const kcc::Topology& topology);

}  // namespace ringspan::cli
