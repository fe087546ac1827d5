#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/agree.hpp"
#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/text_conflicts.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

constexpr const char* kFilters[] = {"--kind",  "--attribute", "--object", "--sites",
                                    "--since", "--limit",     "--hot"};

/// What does not fit together; empty: nothing.
std::string fault_of(const Arguments& given) {
  const auto action = given.text("ACTION", "list");
  if (action != "list" && !given.has("ID")) {
    return fmt::format("ID: missing; write ringspan conflicts {} ID", action);
  }
  if (action == "list" && given.has("ID")) {
    return "ID: list takes none; write ringspan conflicts show ID";
  }
  for (const char* filter : kFilters) {
    if (action != "list" && given.has(filter)) {
      return fmt::format("{}: is for the list; leave it out", filter);
    }
  }
  if (action == "restore") return fault_of_unasked(given);
  return given.has("--yes") ? "--yes: is for restore, which alone asks" : "";
}

/// "2h" before now, a day, or a time as it stands; nullopt for anything else.
std::optional<base::Time> read_since(const std::string& text, base::Time now) {
  if (const auto ago = base::parse_duration(text)) return now - *ago;
  if (const auto day = base::parse_time(text + "T00:00:00Z")) return day;
  return base::parse_time(text);
}

ExitCode list(const Arguments& given, World& world) {
  json request{{"ask", "conflicts"}};
  for (const auto& [option, field] : {std::pair("--kind", "kind"), std::pair("--object", "object"),
                                      std::pair("--attribute", "attribute")}) {
    if (given.has(option)) request[field] = given.text(option);
  }
  if (given.has("--sites")) request["sites"] = given.texts("--sites");
  if (given.has("--limit")) request["limit"] = given.number("--limit", 0);
  if (given.has("--since")) {
    const auto text = given.text("--since");
    const auto since = read_since(text, world.now());
    if (!since) {
      return complain(world, ExitCode::usage,
                      fmt::format("--since: {} is neither a duration such as 2h nor a day or time "
                                  "such as 2024-01-31 or 2024-01-31T12:00:00Z",
                                  text));
    }
    request["since"] = base::to_string(*since);
  }
  return ask_and_print(given, world, request, given.has("--hot") ? hot_text : conflicts_text);
}

/// Shows the conflict and what would be written, asks, and writes it where it was shown.
ExitCode ask_then_restore(const Arguments& given, World& world) {
  auto place = place_of(given, world);
  std::string id;
  Question question{{}, "nothing was written", "write it"};
  const auto shown = [&](const json& answer, const World& here) {
    id = answer.at("id").get<std::string>();
    place.at = answer.at("controller").get<std::string>();
    question.text = fmt::format("Write it at {}?", place.at);
    Rendered told = conflict_text(answer, here);
    if (!answer.at("restore").at("possible").get<bool>()) told.code = ExitCode::not_well;
    return told;
  };
  const auto seen =
      ask_and_print(given, world, place, {{"ask", "conflict"}, {"id", given.text("ID")}}, shown);
  if (seen != ExitCode::well) return seen;
  if (const auto code = without_consent(given, world, question)) return *code;
  return ask_and_print(given, world, place, {{"ask", "conflict_restore"}, {"id", id}},
                       restored_text);
}

ExitCode run(const Arguments& given, World& world) {
  const auto fault = fault_of(given);
  if (!fault.empty()) return complain(world, ExitCode::usage, "conflicts: " + fault);
  const auto action = given.text("ACTION", "list");
  if (action == "list") return list(given, world);
  if (action == "show") {
    return ask_and_print(given, world, {{"ask", "conflict"}, {"id", given.text("ID")}},
                         conflict_text);
  }
  if (!given.has("--yes")) return ask_then_restore(given, world);
  return ask_and_print(given, world, {{"ask", "conflict_restore"}, {"id", given.text("ID")}},
                       restored_text);
}

std::vector<Parameter> options() {
  return asking(
      {{.name = "--kind",
        .value = "KIND",
        .help = "Of this kind only",
        .completes = Completes::choice,
        .choices = {"attribute", "link", "name", "orphan", "cycle", "deletion", "divergence"}},
       {.name = "--attribute", .value = "NAME", .help = "Of this attribute only"},
       {.name = "--object", .value = "DN", .help = "Of this object only: a DN or a GUID"},
       {.name = "--sites",
        .value = "A B",
        .help = "Between writers of these two sites; one twice: within it",
        .values = 2},
       {.name = "--since",
        .value = "TIME",
        .help = "Noticed since: a duration such as 2h, a day or a time"},
       {.name = "--limit",
        .value = "N",
        .help = "The last so many (1000), at most 10000",
        .form = Form::number},
       {.name = "--hot",
        .value = {},
        .help = "The objects, attributes and pairs of sites with the most of them"},
       {.name = "--yes", .value = {}, .help = "With restore: without asking"}});
}

}  // namespace

Command conflicts_command() {
  return {
      .name = "conflicts",
      .group = {},
      .summary = "What was overwritten by a write that had not seen it, and how to get it back",
      .description =
          "Each controller keeps a journal of what it dropped: both values, both writers, when. "
          "The controller that is asked merges the journals of all that can be asked, the one "
          "noticed last first, and names those that are missing. An id is the same at every "
          "controller; its first four digits do where they are unequivocal. show tells where "
          "one was noticed, what stands there now and what it can be restored to; restore "
          "makes the losing value a new write, which has seen what won: a value, a removal, a "
          "link, a name. An object that is deleted has to be undeleted first.",
      .arguments = {{.name = "ACTION",
                     .value = {},
                     .help = "list (so without it), show or restore",
                     .completes = Completes::choice,
                     .choices = {"list", "show", "restore"}},
                    {.name = "ID", .value = {}, .help = "The conflict, for show and restore"}},
      .options = options(),
      .examples = {{"ringspan conflicts", "All that is in the journals"},
                   {"ringspan conflicts --kind link --since 12h",
                    "Links, of the last twelve hours"},
                   {"ringspan conflicts --sites oslo nuuk --attribute title --json",
                    "Titles written at both, for a script"},
                   {"ringspan conflicts --hot", "Where most conflicts are"},
                   {"ringspan conflicts show 3f2a90c1d4e5", "Both sides of one"},
                   {"ringspan conflicts restore 3f2a90c1d4e5", "The value that lost, again"}},
      .run = run};
}

}  // namespace ringspan::cli
