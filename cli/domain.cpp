#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/definition_change.hpp"
#include "cli/text_context.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

/// What does not fit together, a line each; empty: nothing.
std::vector<std::string> faults_of(const Arguments& given) {
  const auto action = given.text("ACTION");
  std::vector<std::string> faults;
  const bool names_some = given.has("--controllers") || given.has("--sites");
  if (action == "list") {
    for (const char* word : {"DN", "--controllers", "--sites", "--yes", "--preview"}) {
      if (given.has(word)) faults.push_back(fmt::format("{}: list takes none; it shows all", word));
    }
    return faults;
  }
  if (!given.has("DN")) {
    faults.push_back(fmt::format("DN: missing; write ringspan domain {} DN", action));
  }
  if (action == "add" && !names_some) {
    faults.emplace_back(
        "add: wants --controllers or --sites: who is to hold the domain, of those that have yet to "
        "join");
  }
  if (action == "remove" && names_some) {
    faults.emplace_back(
        "remove: removes the domain as a whole; leave --controllers and --sites out");
  }
  if (auto fault = contradiction_in_manner(given); !fault.empty()) {
    faults.push_back(std::move(fault));
  }
  return faults;
}

json request_of(const Arguments& given) {
  json request{{"ask", "domain"}, {"action", given.text("ACTION")}, {"domain", given.text("DN")}};
  if (given.has("--controllers")) request["controllers"] = names_in(given, "--controllers");
  if (given.has("--sites")) request["sites"] = names_in(given, "--sites");
  return request;
}

ExitCode run(const Arguments& given, World& world) {
  const auto faults = faults_of(given);
  for (const auto& fault : faults)
    complain(world, ExitCode::usage, "domain: " + fault);
  if (!faults.empty()) return ExitCode::usage;
  if (given.text("ACTION") == "list") {
    return ask_and_print(given, world, {{"ask", "domains"}}, domains_text);
  }
  return change_definition(given, world, place_of(given, world), request_of(given));
}

}  // namespace

Command domain_command() {
  return {
      .name = "domain",
      .group = {},
      .summary = "List domains; add one to a running forest, remove one that has no members",
      .description =
          "A controller belongs to one domain, from the time it joins. So a new domain is of "
          "controllers that the definition names and that have yet to join; a member keeps its "
          "domain. The change is shown, asked and written as `ringspan apply` does, by the owner "
          "of the role naming, whoever is asked. The first controller named that takes writes has "
          "the domain's roles pdc, rid and infrastructure. The domain begins at who wrote it, and "
          "is handed over to the first of its controllers that joins (`ringspan invite`). Global "
          "catalogs get their part of it. A domain goes once it has no members any more; its "
          "controllers that never joined are the root domain's again.",
      .arguments = {{.name = "ACTION",
                     .value = {},
                     .help = "list, add or remove",
                     .required = true,
                     .completes = Completes::choice,
                     .choices = {"list", "add", "remove"}},
                    {.name = "DN",
                     .value = {},
                     .help = "The domain, as in dc=emea,dc=corp,dc=example; but for list"}},
      .options = changing({{.name = "--controllers",
                            .value = "NAMES",
                            .help = "With add: its controllers, the first owner of its roles "
                                    "first: lima-1,lima-2",
                            .repeated = true,
                            .completes = Completes::controller},
                           {.name = "--sites",
                            .value = "NAMES",
                            .help = "With add: all controllers of these sites that have yet to "
                                    "join",
                            .repeated = true}}),
      .examples = {{"ringspan domain list", "All of them, their controllers and role owners"},
                   {"ringspan domain add dc=emea,dc=corp,dc=example --controllers lima-1,lima-2",
                    "A new one; then invite lima-1 and lima-2"},
                   {"ringspan domain add dc=emea,dc=corp,dc=example --sites lima --preview",
                    "What it would change"},
                   {"ringspan domain remove dc=emea,dc=corp,dc=example",
                    "When its last member was removed"}},
      .endings = endings_of_change(),
      .run = run};
}

}  // namespace ringspan::cli
