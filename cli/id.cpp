#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "base/guid.hpp"
#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/text_identifiers.hpp"
#include "replicator/net/secrets.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

std::vector<std::string> faults_of(const Arguments& given) {
  std::vector<std::string> faults;
  if (given.text("ACTION") == "new") return faults;
  for (const char* option : {"--count", "--request", "--alone"}) {
    if (given.has(option)) faults.push_back(fmt::format("{}: is for new; leave it out", option));
  }
  return faults;
}

ExitCode run(const Arguments& given, World& world) {
  const auto faults = faults_of(given);
  for (const auto& fault : faults)
    complain(world, ExitCode::usage, "id: " + fault);
  if (!faults.empty()) return ExitCode::usage;
  json request{{"ask", "id_" + given.text("ACTION")}};
  if (given.has("--domain")) request["domain"] = given.text("--domain");
  if (given.text("ACTION") == "status") {
    return ask_and_print(given, world, request, identifier_status_text);
  }
  const auto word = given.has("--request")
                        ? given.text("--request")
                        : base::Guid::from_random(replicator::net::random_bytes()).to_string();
  request["count"] = given.number("--count", 1);
  request["request"] = word;
  if (given.has("--alone")) request["alone"] = true;
  const ExitCode code = ask_and_print(given, world, request, identifiers_text);
  if (code == ExitCode::could_not_ask) {
    world.err << fmt::format("If any were issued, the same ones come with --request {}\n", word);
  }
  return code;
}

}  // namespace

Command id_command() {
  return {
      .name = "id",
      .group = {},
      .summary = "Issue identifiers that nobody in the domain is given twice, and who has which",
      .description =
          "new issues whole numbers at any writable controller, from pools that the rid owner of "
          "the domain has set aside for it; what is answered is durable, and is issued to nobody "
          "else: not in a partition, not after a seizure, not after a restore. Asked again with "
          "the "
          "same --request it gives the same numbers, so that a lost answer costs none. status "
          "shows "
          "what each controller has at hand and in reserve, how much of the space is set aside, "
          "and "
          "for whom an owner waits that has seized the role.",
      .arguments = {{.name = "ACTION",
                     .value = {},
                     .help = "new or status",
                     .required = true,
                     .completes = Completes::choice,
                     .choices = {"new", "status"}}},
      .options = asking({{.name = "--count",
                          .value = "N",
                          .help = "How many, to 10000; otherwise one",
                          .form = Form::number},
                         {.name = "--domain",
                          .value = "DN",
                          .help = "Of which domain; otherwise the home domain of the controller "
                                  "that is asked"},
                         {.name = "--request",
                          .value = "WORD",
                          .help = "A word of yours by which the same numbers are asked for again; "
                                  "the last 128 of a controller are kept"},
                         {.name = "--alone",
                          .value = {},
                          .help = "Also before a partner has confirmed what the controller had "
                                  "issued when it started; for an admin, and written down"}}),
      .examples = {{"ringspan id new", "One identifier"},
                   {"ringspan id new --count 500 --request import-7",
                    "Many, and the same again if the answer is lost"},
                   {"ringspan id status", "Who has which, and how much is left"}},
      .endings = {{ExitCode::not_well, "Refused; no identifier was issued"}},
      .run = run};
}

}  // namespace ringspan::cli
