#include "replicator/net/controller.hpp"

#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/serve_page.hpp"

namespace ringspan::cli {
namespace {

ExitCode run(const Arguments& given, World& world) {
  replicator::net::ServeOptions options;
  if (given.text("--log") == "json") options.log = replicator::net::LogForm::json;
  if (given.has("--page")) {
    auto page = page_of(given);
    if (!page) return complain(world, ExitCode::usage, page.error().message);
    options.page = *std::move(page);
  }
  const bool proves = given.has("--fence-certificate");
  if (proves != given.has("--fence-key") || proves != given.has("--fence-authority")) {
    return complain(world, ExitCode::usage,
                    "--fence-certificate, --fence-key, --fence-authority: give all or none");
  }
  if (proves) {
    options.fence = {.certificate = given.text("--fence-certificate"),
                     .key = given.text("--fence-key"),
                     .authority = given.text("--fence-authority")};
  }
  const auto served = replicator::net::serve(given.text("--data"), options);
  return served ? ExitCode::well : complain(world, ExitCode::not_well, served.error().message);
}

}  // namespace

Command serve_command() {
  return {.name = "serve",
          .group = {},
          .summary = "Run a controller until Ctrl-C",
          .description =
              "Says on standard output where it serves once it can be asked, and what "
              "happens on standard error. On SIGINT or SIGTERM it ends what it has "
              "begun and stops.",
          .options = {{.name = "--data",
                       .value = "DIR",
                       .help = "The folder that `ringspan init` or `ringspan join` made",
                       .required = true,
                       .completes = Completes::folder},
                      {.name = "--log",
                       .value = "FORM",
                       .help = "What the log's lines are",
                       .completes = Completes::choice,
                       .choices = {"text", "json"}},
                      {.name = "--page",
                       .value = "ADDRESS",
                       .help = "Serve the page and its API there, such as 127.0.0.1:8001"},
                      {.name = "--page-certificate",
                       .value = "FILE",
                       .help = "The page's TLS certificate and its chain (PEM); any other address "
                               "than loopback needs it",
                       .completes = Completes::file},
                      {.name = "--page-key",
                       .value = "FILE",
                       .help = "The key of that certificate (PEM)",
                       .completes = Completes::file},
                      {.name = "--fence-certificate",
                       .value = "FILE",
                       .help = "What proves this controller to the fence of the roles (PEM), if "
                               "the forest has one that is asked over https",
                       .completes = Completes::file},
                      {.name = "--fence-key",
                       .value = "FILE",
                       .help = "The key of that certificate (PEM)",
                       .completes = Completes::file},
                      {.name = "--fence-authority",
                       .value = "FILE",
                       .help = "The authority of the fence's own certificate (PEM)",
                       .completes = Completes::file}},
          .examples = {{"ringspan serve --data state/oslo-1", "In this terminal"},
                       {"ringspan serve --data state/oslo-1 --page 127.0.0.1:8001",
                        "With the page; ringspan page prints a link to it"},
                       {"ringspan serve --data state/oslo-1 --log json 2>>oslo-1.log &",
                        "Beside other work, the log for machines"}},
          .endings = {{ExitCode::well, "It was told to stop"},
                      {ExitCode::not_well, "It could not start, or its disk gave way"},
                      {ExitCode::usage, "The command line itself is wrong"}},
          .run = run};
}

}  // namespace ringspan::cli
