#pragma once

// One question to a controller, from the command line to what is printed.
//
//     return ask_and_print(given, world, {{"ask", "get"}, {"dn", dn}}, object_text);

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/result.hpp"
#include "cli/command.hpp"
#include "cli/world.hpp"

namespace ringspan::cli {

/// An answer made readable.
struct Rendered {
  std::string text;   ///< For standard output.
  std::string aside;  ///< For standard error: what a pipe must not swallow.
  ExitCode code = ExitCode::well;
};

/// How a person waits for most answers, for those that ask others in turn, and for a whole fill.
inline constexpr base::Duration kPatience = std::chrono::seconds(30);
inline constexpr base::Duration kLongPatience = std::chrono::hours(1);

/// Which controller the options mean (--at --data --state --server --timeout, $RINGSPAN_STATE,
/// $RINGSPAN_SERVER), and as whom it is asked (--token-file, $RINGSPAN_TOKEN). Reads the token:
/// call it once a command.
Place place_of(const Arguments& given, const World& world, base::Duration patience = kPatience);

using Render = std::function<Rendered(const nlohmann::json&, const World&)>;

/// How an answer's error is told; most commands repeat its message.
using Reword = std::function<std::string(const base::Error&)>;

/// Asks and prints: the answer itself with --json, otherwise what `render` makes of it. An error is
/// told on standard error.
ExitCode ask_and_print(const Arguments& given, World& world, const Place& place,
                       const nlohmann::json& request, const Render& render,
                       const Reword& reword = {});
ExitCode ask_and_print(const Arguments& given, World& world, const nlohmann::json& request,
                       const Render& render, const Reword& reword = {});

/// The answer, its `error` turned into one of ours. Fails with Errc::damaged if it is no JSON
/// object.
base::Result<nlohmann::json> read_answer(const std::string& answer);

/// JSON as this program prints it: two blanks a level, fields in the order in which they came.
std::string pretty(const std::string& answer);

/// The same for an error, so that a script with --json finds it where it looks.
std::string error_json(const base::Error& error);

}  // namespace ringspan::cli
