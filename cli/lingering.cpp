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
using namespace std::chrono_literals;

constexpr base::Duration kLimit = 5min;

std::string text(const json& part, const char* field) {
  return printable(part.at(field).get<std::string>());
}

std::string report(const json& seen) {
  const auto lingering = seen.at("lingering").get<std::uint64_t>();
  std::string told =
      fmt::format("{} of {} living objects of {} at {} linger: {} has collected them\n", lingering,
                  seen.at("examined").get<std::uint64_t>(), text(seen, "naming_context"),
                  text(seen, "controller"), text(seen, "reference"));
  for (const auto& object : seen.at("objects"))
    told += fmt::format("  {}  {}\n", text(object, "object"), text(object, "dn"));
  if (lingering > seen.at("objects").size()) {
    told += fmt::format("  and {} more\n", lingering - seen.at("objects").size());
  }
  const auto later = seen.at("not_there_yet").get<std::uint64_t>();
  if (later > 0) {
    told += fmt::format("{} more are on their way to {}, and do not linger\n", later,
                        text(seen, "reference"));
  }
  return told;
}

ExitCode fail(const Arguments& given, World& world, const base::Error& error) {
  if (given.has("--json")) world.out << error_json(error);
  return complain(world, error);
}

ExitCode ask(const Arguments& given, World& world) {
  const Place place = place_of(given, world, kLimit);
  json request{{"ask", "lingering"}, {"reference", given.text("REFERENCE")}};
  if (given.has("--naming-context")) request["naming_context"] = given.text("--naming-context");
  const auto came = world.ask(place, request.dump());
  const auto seen = came ? read_answer(*came) : base::fail(came.error());
  if (!seen) return fail(given, world, seen.error());
  const bool any = seen->at("lingering").get<std::uint64_t>() > 0;
  if (!given.has("--remove") || !any) {
    world.out << (given.has("--json") ? pretty(*came) : report(*seen));
    return any ? ExitCode::not_well : ExitCode::well;
  }
  world.err << report(*seen);
  const Question question{fmt::format("Remove them from {} for good?", text(*seen, "controller")),
                          "nothing was changed", "remove them"};
  if (const auto code = without_consent(given, world, question)) return *code;
  request["remove"] = true;
  const auto done = world.ask(place, request.dump());
  const auto answer = done ? read_answer(*done) : base::fail(done.error());
  if (!answer) return fail(given, world, answer.error());
  if (given.has("--json")) {
    world.out << pretty(*done);
  } else {
    world.out << fmt::format("{} lingering objects are removed from {}\n",
                             answer->at("lingering").get<std::uint64_t>(),
                             text(*answer, "controller"));
  }
  return ExitCode::well;
}

ExitCode run(const Arguments& given, World& world) {
  if (given.has("--remove")) {
    if (const auto fault = fault_of_unasked(given); !fault.empty()) {
      return complain(world, ExitCode::usage, fault);
    }
  } else if (given.has("--yes")) {
    return complain(world, ExitCode::usage,
                    "--yes: without --remove nothing is asked; leave it out");
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

Command lingering_command() {
  return {
      .name = "lingering",
      .group = {},
      .summary = "Find objects that others have collected, and remove them",
      .description =
          "By rule nothing lives on that others have forgotten; after a disk was put back behind "
          "the system's back it may. Compares the living objects of the controller that is "
          "asked (--at) with those of another one that takes writes. An object that the other "
          "one has merely not received yet does not count. --remove takes them away here "
          "alone, without a trace: look at each controller.",
      .arguments = {{.name = "REFERENCE",
                     .value = {},
                     .help = "The controller that is known to be right",
                     .required = true,
                     .completes = Completes::controller}},
      .options = asking({{.name = "--naming-context",
                          .value = "DN",
                          .help = "Which one; otherwise the controller's domain"},
                         {.name = "--remove", .value = {}, .help = "Remove what lingers; asks"},
                         {.name = "--yes", .value = {}, .help = "Remove it without asking"}}),
      .examples = {{"ringspan lingering oslo-1 --at nuuk-1", "What lives at nuuk-1 alone"},
                   {"ringspan lingering oslo-1 --at nuuk-1 --remove", "And its end"}},
      .endings = {{ExitCode::well, "Nothing lingers, or it was removed"},
                  {ExitCode::not_well, "Something lingers, or its removal was not wanted"}},
      .run = run};
}

}  // namespace ringspan::cli
