#include <nlohmann/json.hpp>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/text_roles.hpp"

namespace ringspan::cli {
namespace {

ExitCode run(const Arguments& given, World& world) {
  return ask_and_print(given, world, {{"ask", "roles"}}, roles_text);
}

}  // namespace

Command roles_command() {
  return {
      .name = "roles",
      .group = {},
      .summary = "Who has which single-master role, since when, and whether it acts",
      .description =
          "Schema and naming are the forest's, pdc and rid a domain's, infrastructure that of a "
          "domain or an application context. Every member is asked; the greatest epoch that "
          "anyone knows says who the owner is. An owner acts once it has heard a partner since "
          "it started. Whoever takes another for the owner is named below the role.",
      .options = asking(),
      .examples = {{"ringspan roles", "All of them, by the word of all members"},
                   {"ringspan roles --json", "For a script"}},
      .endings = {{ExitCode::not_well,
                   "An owner does not act, or somebody still takes another for it"}},
      .run = run};
}

}  // namespace ringspan::cli
