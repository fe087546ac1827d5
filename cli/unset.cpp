#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/text_objects.hpp"

namespace ringspan::cli {
namespace {

ExitCode run(const Arguments& given, World& world) {
  std::vector<std::string> faults;
  for (const auto& attribute : given.texts("ATTRIBUTE")) {
    const auto equals = attribute.find('=');
    if (equals == std::string::npos) continue;
    faults.push_back(fmt::format("{}: unset removes all values; write {}", attribute,
                                 attribute.substr(0, equals)));
  }
  if (!faults.empty()) return complain(world, ExitCode::usage, faults);
  return ask_and_print(
      given, world,
      {{"ask", "unset"}, {"dn", given.text("DN")}, {"attributes", given.texts("ATTRIBUTE")}},
      written_text);
}

}  // namespace

Command unset_command() {
  return {
      .name = "unset",
      .group = {},
      .summary = "Remove attributes with all their values",
      .arguments =
          {object_argument(),
           {.name = "ATTRIBUTE", .value = {}, .help = "Which", .required = true, .repeated = true}},
      .options = asking(),
      .examples = {{"ringspan unset cn=alice,ou=people phone", "She has no phone any more"},
                   {"ringspan unset cn=alice,ou=people phone title --at nuuk-1",
                    "Two attributes in one write"}},
      .run = run};
}

}  // namespace ringspan::cli
