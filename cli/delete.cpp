#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/agree.hpp"
#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/text_objects.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

/// Shows how many it would be, asks, and deletes that object at the controller that counted,
/// whatever it is called by then.
ExitCode ask_then_delete(const Arguments& given, World& world) {
  auto place = place_of(given, world);
  std::string object;
  Question question{{}, "nothing was deleted", "delete them"};
  const auto counted_text = [&](const json& answer, const World& here) {
    object = answer.at("object").get<std::string>();
    place.at = answer.at("controller").get<std::string>();
    question.text = fmt::format("Delete them at {}?", place.at);
    return tree_text(answer, here);
  };
  const auto seen = ask_and_print(
      given, world, place,
      {{"ask", "delete"}, {"dn", given.text("DN")}, {"tree", true}, {"preview", true}},
      counted_text);
  if (seen != ExitCode::well) return seen;
  if (const auto code = without_consent(given, world, question)) return *code;
  return ask_and_print(given, world, place, {{"ask", "delete"}, {"dn", object}, {"tree", true}},
                       deleted_text);
}

ExitCode run(const Arguments& given, World& world) {
  if (!given.has("--tree")) {
    if (given.has("--yes")) {
      return complain(world, ExitCode::usage, "--yes: is for --tree, which alone asks");
    }
    return ask_and_print(given, world, {{"ask", "delete"}, {"dn", given.text("DN")}}, deleted_text);
  }
  if (const auto fault = fault_of_unasked(given); !fault.empty()) {
    return complain(world, ExitCode::usage, fault);
  }
  if (!given.has("--yes")) return ask_then_delete(given, world);
  return ask_and_print(given, world, {{"ask", "delete"}, {"dn", given.text("DN")}, {"tree", true}},
                       deleted_text);
}

}  // namespace

Command delete_command() {
  return {
      .name = "delete",
      .group = {},
      .summary = "Delete an object",
      .description =
          "An object with others below it is refused without --tree, which deletes all of them "
          "in one write; it says how many there are, and asks. `ringspan undelete` brings one "
          "back, `ringspan list --deleted` shows what there is.",
      .arguments = {object_argument()},
      .options = asking({{.name = "--tree", .value = {}, .help = "With all that lies below it"},
                         {.name = "--yes", .value = {}, .help = "With --tree: without asking"}}),
      .examples = {{"ringspan delete cn=alice,ou=people", "Everywhere, once it has spread"},
                   {"ringspan delete 8a1f20c4-5b1e-5f0a-9d1c-2f6f5a0d7e11 --at nuuk-1",
                    "By GUID, whatever it is called now"},
                   {"ringspan delete --tree ou=harbour", "With everybody in it"}},
      .run = run};
}

}  // namespace ringspan::cli
