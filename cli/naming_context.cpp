#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/definition_change.hpp"
#include "cli/text_context.hpp"
#include "sites/dn.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

/// What does not fit together; empty: nothing.
std::string fault_of(const Arguments& given) {
  const auto action = given.text("ACTION");
  const bool some = given.has("--add") || given.has("--remove");
  if (action == "list") {
    for (const char* word : {"DN", "--replicas", "--add", "--remove", "--yes", "--preview"}) {
      if (given.has(word)) return fmt::format("{}: list takes none; it shows all", word);
    }
    return {};
  }
  if (!given.has("DN"))
    return fmt::format("DN: missing; write ringspan naming-context {} DN", action);
  if (action == "remove" && (some || given.has("--replicas"))) {
    return "remove: removes the naming context as a whole; to remove a replica: ringspan "
           "naming-context replicas DN --remove NAME";
  }
  if (action == "add" && (some || !given.has("--replicas"))) {
    return "add: wants --replicas, the controllers that are to hold it, and nothing else";
  }
  if (action == "replicas" && some == given.has("--replicas")) {
    return "replicas: say either --replicas (all of them) or --add and --remove";
  }
  return contradiction_in_manner(given);
}

json request_of(const Arguments& given) {
  json request{{"ask", "naming_context"},
               {"action", given.text("ACTION")},
               {"naming_context", given.text("DN")}};
  if (given.has("--replicas")) request["replicas"] = names_in(given, "--replicas");
  if (given.has("--add")) request["add_replicas"] = names_in(given, "--add");
  if (given.has("--remove")) request["remove_replicas"] = names_in(given, "--remove");
  return request;
}

/// Who holds the naming context of this DN, by an answer to naming_contexts: they know how many
/// objects it has. Nobody, of an answer that makes no sense.
std::vector<std::string> holders(const std::string& answer, const sites::Dn& dn) try {
  const auto contexts = read_answer(answer);
  if (!contexts) return {};
  for (const auto& one : contexts->at("naming_contexts")) {
    const auto name = sites::Dn::parse(one.at("dn").get<std::string>());
    if (!name || name->key() != dn.key()) continue;
    auto replicas = one.at("replicas").get<std::vector<std::string>>();
    const auto me = contexts->at("controller").get<std::string>();
    // Whoever was asked is nearest.
    std::ranges::stable_partition(replicas, [&me](const auto& replica) { return replica == me; });
    return replicas;
  }
  return {};
} catch (const json::exception&) {
  return {};
}

ExitCode run(const Arguments& given, World& world) {
  const auto fault = fault_of(given);
  if (!fault.empty()) return complain(world, ExitCode::usage, "naming-context: " + fault);
  const auto action = given.text("ACTION");
  if (action == "list") {
    return ask_and_print(given, world, {{"ask", "naming_contexts"}}, naming_contexts_text);
  }
  const auto dn = sites::Dn::parse(given.text("DN"));
  if (!dn) return complain(world, dn.error());
  const Place place = place_of(given, world);
  // Whoever is asked has the owner of the role naming write it; who holds it knows of its objects.
  std::vector<std::string> preferred;
  if (action != "add" && !given.has("--at")) {
    const auto known = world.ask(place, json{{"ask", "naming_contexts"}}.dump());
    preferred = known ? holders(*known, *dn) : std::vector<std::string>();
  }
  return change_definition(given, world, place, request_of(given), preferred);
}

}  // namespace

Command naming_context_command() {
  return {
      .name = "naming-context",
      .group = {},
      .summary = "List naming contexts; add, remove and re-place application contexts",
      .description =
          "An application context is held by the controllers that are named, and by no others. "
          "While the forest runs it can be added, given to other controllers and removed; each "
          "change is shown, asked and written as `ringspan apply` does. The owner of the role "
          "naming adds and removes them, whoever is asked. A new replica answers for "
          "it once it is filled. A controller that no longer is one refuses writes to it at once, "
          "and forgets it when another replica holds all that it had. Removing a naming context "
          "removes its objects everywhere, and no undo brings them back.",
      .arguments = {{.name = "ACTION",
                     .value = {},
                     .help = "list, add, remove or replicas",
                     .required = true,
                     .completes = Completes::choice,
                     .choices = {"list", "add", "remove", "replicas"}},
                    {.name = "DN", .value = {}, .help = "The naming context, but for list"}},
      .options = changing({{.name = "--replicas",
                            .value = "NAMES",
                            .help = "The controllers that are to hold it, and no others: "
                                    "oslo-1,nuuk-1",
                            .repeated = true,
                            .completes = Completes::controller},
                           {.name = "--add",
                            .value = "NAMES",
                            .help = "With replicas: these too",
                            .repeated = true,
                            .completes = Completes::controller},
                           {.name = "--remove",
                            .value = "NAMES",
                            .help = "With replicas: these no longer",
                            .repeated = true,
                            .completes = Completes::controller}}),
      .examples =
          {{"ringspan naming-context list", "All of them, and which are here, filling or leaving"},
           {"ringspan naming-context add dc=apps,dc=corp,dc=example --replicas oslo-1,nuuk-1",
            "A new one at two controllers"},
           {"ringspan naming-context replicas dc=apps,dc=corp,dc=example --add nuuk-2 --remove "
            "oslo-1",
            "It moves to Nuuk"},
           {"ringspan naming-context remove dc=apps,dc=corp,dc=example --preview",
            "How many objects would go"}},
      .endings = endings_of_change(),
      .run = run};
}

}  // namespace ringspan::cli
