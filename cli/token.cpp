#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/text_token.hpp"

namespace ringspan::cli {
namespace {

/// What does not fit together; empty: nothing.
std::string fault_of(const Arguments& given) {
  const auto action = given.text("ACTION");
  const bool adds = action == "add";
  if (action == "list" && given.has("NAME")) return "NAME: list takes none; it shows everybody";
  if (action != "list" && !given.has("NAME")) {
    return fmt::format("NAME: missing; write ringspan token {} NAME", action);
  }
  if (adds && !given.has("--role")) {
    return "--role: missing; write --role reader, operator or admin";
  }
  for (const char* option : {"--role", "--expires"}) {
    if (!adds && given.has(option)) return fmt::format("{}: only add takes it", option);
  }
  return {};
}

ExitCode run(const Arguments& given, World& world) {
  const auto fault = fault_of(given);
  if (!fault.empty()) return complain(world, ExitCode::usage, "token: " + fault);
  const auto action = given.text("ACTION");
  if (action == "list") {
    return ask_and_print(given, world, {{"ask", "token_list"}}, token_list_text);
  }
  if (action == "revoke") {
    return ask_and_print(given, world, {{"ask", "token_revoke"}, {"name", given.text("NAME")}},
                         token_revoke_text);
  }
  nlohmann::json request{
      {"ask", "token_add"}, {"name", given.text("NAME")}, {"role", given.text("--role")}};
  if (given.has("--expires")) request["expires"] = given.text("--expires");
  return ask_and_print(given, world, request, token_add_text);
}

}  // namespace

Command token_command() {
  return {.name = "token",
          .group = {},
          .summary = "Give people tokens, list them, and revoke them",
          .description =
              "A token is a person's, with a role and an end. It is valid at every controller "
              "that has heard of it by replication, until it expires or is revoked. add prints it "
              "this once; nobody keeps it. A person shows it with --token-file or "
              "$RINGSPAN_TOKEN, and to the page's API as Authorization: Bearer.",
          .arguments = {{.name = "ACTION",
                         .value = {},
                         .help = "add, list or revoke",
                         .required = true,
                         .completes = Completes::choice,
                         .choices = {"add", "list", "revoke"}},
                        {.name = "NAME", .value = {}, .help = "The person, for add and revoke"}},
          .options = asking({{.name = "--role",
                              .value = "ROLE",
                              .help = "What the person may do: read, also write objects and "
                                      "replicate, or everything",
                              .completes = Completes::choice,
                              .choices = {"reader", "operator", "admin"}},
                             {.name = "--expires",
                              .value = "TIME",
                              .help = "After how long the token ends (90d), at most 3650d",
                              .form = Form::duration}}),
          .examples = {{"ringspan token add alice --role operator >alice.token",
                        "For ninety days, into a file that is handed to Alice"},
                       {"ringspan token add monitor --role reader --expires 365d",
                        "For a program that reads"},
                       {"ringspan token list", "Who has one, until when, and who gave it"},
                       {"ringspan token revoke alice", "At once here, elsewhere once replicated"},
                       {"ringspan status --server 10.2.0.1:4000 --token-file alice.token",
                        "As Alice, from a machine without a data folder"}},
          .run = run};
}

}  // namespace ringspan::cli
