#pragma once

// parse: a command line and the table of commands into what is meant.
//
//     const auto parsed = parse({"get", "cn=alice,ou=people", "--json"}, commands());
//     std::get<Invocation>(parsed).given.text("DN") == "cn=alice,ou=people"
//
// A mistaken line is told all its faults at once, each with the nearest word that exists.

#include <string>
#include <variant>
#include <vector>

#include "cli/command.hpp"

namespace ringspan::cli {

struct Invocation {
  const Command* command = nullptr;
  Arguments given;
};

/// Help was asked for; nullptr: of the program as a whole.
struct HelpWanted {
  const Command* command = nullptr;
};

struct Mistake {
  const Command* command = nullptr;  ///< nullptr: not even that was understood.
  std::vector<std::string> faults;   ///< "thing: reason; remedy", never empty.
};

using Parsed = std::variant<Invocation, HelpWanted, Mistake>;

/// `words` without the program's own name. The result points into `table`.
Parsed parse(std::vector<std::string> words, const std::vector<Command>& table);

}  // namespace ringspan::cli
