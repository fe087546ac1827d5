#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "cli/agree.hpp"
#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/complain.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

std::string text(const json& part, const char* field) {
  return printable(part.at(field).get<std::string>());
}

/// What is at stake, a line each.
std::string preview_text(const json& seen) {
  std::string told = fmt::format("{} is declared silent for too long, by {}.\n",
                                 text(seen, "expires"), text(seen, "controller"));
  for (const auto& stake : seen.at("stakes"))
    told += "  " + printable(stake.get<std::string>()) + "\n";
  return told;
}

ExitCode end(const Arguments& given, World& world, const std::string& came, const json& answer) {
  if (given.has("--json")) {
    world.out << pretty(came);
  } else {
    world.out << fmt::format("{} is expired: it has to join anew\n", text(answer, "expires"));
  }
  return ExitCode::well;
}

ExitCode fail(const Arguments& given, World& world, const base::Error& error) {
  if (given.has("--json")) world.out << error_json(error);
  return complain(world, error);
}

ExitCode ask(const Arguments& given, World& world) {
  Place place = place_of(given, world);
  json request{{"ask", "expire"}, {"controller", given.text("CONTROLLER")}, {"preview", true}};
  const auto came = world.ask(place, request.dump());
  const auto seen = came ? read_answer(*came) : base::fail(came.error());
  if (!seen) return fail(given, world, seen.error());
  if (given.has("--preview")) {
    given.has("--json") ? world.out << pretty(*came) : world.out << preview_text(*seen);
    return ExitCode::well;
  }
  if (seen->at("done").get<bool>()) return end(given, world, *came, *seen);
  world.err << preview_text(*seen);
  const Question question{fmt::format("Expire {}?", text(*seen, "expires")), "nothing was changed",
                          "expire it"};
  if (const auto code = without_consent(given, world, question)) return *code;
  request.erase("preview");
  const auto done = world.ask(place, request.dump());
  const auto answer = done ? read_answer(*done) : base::fail(done.error());
  if (!answer) return fail(given, world, answer.error());
  return end(given, world, *done, *answer);
}

ExitCode run(const Arguments& given, World& world) {
  if (!given.has("--preview")) {
    if (const auto fault = fault_of_unasked(given); !fault.empty()) {
      return complain(world, ExitCode::usage, fault);
    }
  }
  try {
    return ask(given, world);
  } catch (const json::exception&) {
    return complain(world, {base::Errc::damaged,
                            "the answer makes no sense to this program; compare `ringspan version` "
                            "here and there"});
  }
}

}  // namespace

Command expire_command() {
  return {
      .name = "expire",
      .group = {},
      .summary = "Declare a controller silent for too long, so that nobody waits for it",
      .description =
          "What is deleted is collected only when every member holds the deletion; one that "
          "is silent holds that up. After 1.5 tombstone lifetimes the owner of a role "
          "infrastructure declares it expired by itself; this does it now. From then on every "
          "member that knows refuses it, and it joins anew with an empty folder. Says what is "
          "at stake and asks. A controller that will never return is better retired.",
      .arguments = {{.name = "CONTROLLER",
                     .value = {},
                     .help = "The controller that is silent",
                     .required = true,
                     .completes = Completes::controller}},
      .options = asking({{.name = "--preview", .value = {}, .help = "Only say what is at stake"},
                         {.name = "--yes", .value = {}, .help = "Expire it without asking"}}),
      .examples = {{"ringspan expire nuuk-1", "It was away for half a year"},
                   {"ringspan expire nuuk-1 --preview", "Since when, and what is at stake"},
                   {"ringspan expire nuuk-1 --yes --json", "From a script"}},
      .endings = {{ExitCode::well, "It is expired, now or before, or only a preview was wanted"},
                  {ExitCode::not_well, "Refused, or not wanted by the person asked"}},
      .run = run};
}

}  // namespace ringspan::cli
