#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/relative_time.hpp"
#include "cli/style.hpp"

namespace ringspan::cli {
namespace {

/// The link alone on standard output, all else beside it.
Rendered page_text(const nlohmann::json& answer, const World& world) {
  return {.text = printable(answer.at("url").get<std::string>()) + "\n",
          .aside = fmt::format("It signs in once, as {} at {}; it expires {}.\n",
                               printable(answer.at("role").get<std::string>()),
                               printable(answer.at("controller").get<std::string>()),
                               relative(answer.at("expires"), world.now()))};
}

ExitCode run(const Arguments& given, World& world) {
  nlohmann::json request{{"ask", "page_code"}};
  if (given.has("--role")) request["role"] = given.text("--role");
  return ask_and_print(given, world, request, page_text);
}

}  // namespace

Command page_command() {
  return {.name = "page",
          .group = {},
          .summary = "Print a link that opens the page, signed in",
          .description =
              "The link works once and for five minutes, at a controller that serves the page "
              "(`ringspan serve --page`); who opens it stays signed in for twelve hours.",
          .options = asking({{.name = "--role",
                              .value = "ROLE",
                              .help = "What the page may do there: read, also write and replicate, "
                                      "or everything; your own role if not given",
                              .completes = Completes::choice,
                              .choices = {"reader", "operator", "admin"}}}),
          .examples = {{"ringspan page", "Of the first controller that answers"},
                       {"ringspan page --at nuuk-1 --role reader", "To look on, at nuuk-1"},
                       {"xdg-open \"$(ringspan page)\"", "Into the browser"}},
          .run = run};
}

}  // namespace ringspan::cli
