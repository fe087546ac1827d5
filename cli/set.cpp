#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/fold.hpp"
#include "base/guid.hpp"
#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/style.hpp"
#include "cli/text_objects.hpp"
#include "cli/write_request.hpp"
#include "sites/dn.hpp"

namespace ringspan::cli {
namespace {

/// True if it is the object itself that is missing: not its parent, nor the controller.
bool misses_object(const base::Error& error, const std::string& named) {
  const auto dn = sites::Dn::parse(named);
  return error.code == base::Errc::not_found && dn && !base::Guid::parse(named) &&
         base::fold_name(error.message).starts_with(base::fold_name(dn->to_string())) &&
         error.message.find(": no such object") != std::string::npos;
}

/// Who sets values of an object that is not there most likely wants it: the line that makes it.
std::string proposing_add(const base::Error& error, const Arguments& given,
                          const std::vector<Assigned>& assigned) {
  const auto dn = given.text("DN");
  if (!misses_object(error, dn)) return error.message;
  auto line = command_line("add", dn, assigned);
  for (const auto* option : {"--at", "--data", "--state"}) {
    if (given.has(option)) line += fmt::format(" {} {}", option, shell_word(given.text(option)));
  }
  return fmt::format("{}; to add it: {}", error.message.substr(0, error.message.find("; ")), line);
}

ExitCode run(const Arguments& given, World& world) {
  const auto assigned = read_assignments(given.texts("ATTRIBUTE=VALUE"));
  if (!assigned) return complain(world, ExitCode::usage, assigned.error());
  return ask_and_print(
      given, world, write_request("set", given.text("DN"), *assigned), written_text,
      [&](const base::Error& error) { return proposing_add(error, given, *assigned); });
}

}  // namespace

Command set_command() {
  return {.name = "set",
          .group = {},
          .summary = "Replace the values of attributes",
          .description =
              "All values of each attribute named are replaced; others stay. Every set "
              "is a write, also to the same value.",
          .arguments = {object_argument(),
                        {.name = "ATTRIBUTE=VALUE",
                         .value = {},
                         .help = "The new values; an attribute given several times has several",
                         .required = true,
                         .repeated = true}},
          .options = asking(),
          .examples = {{"ringspan set cn=alice,ou=people title='Head of B'", "A new title"},
                       {"ringspan set cn=alice,ou=people phone=1 phone=2 --at nuuk-1",
                        "Two phones, written at nuuk-1"}},
          .run = run};
}

}  // namespace ringspan::cli
