#include "replicator/net/join.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/files.hpp"

namespace ringspan::cli {
namespace {

constexpr base::Duration kPatience = std::chrono::seconds(30);

ExitCode tell(const Arguments& given, World& world, const replicator::net::Joined& joined) {
  const auto data = given.text("--data");
  if (given.has("--json")) {
    const nlohmann::ordered_json json{{"forest", joined.forest},
                                      {"controller", joined.controller},
                                      {"site", joined.site},
                                      {"data", data},
                                      {"listen", joined.listen}};
    world.out << json.dump(2) << "\n";
    return ExitCode::well;
  }
  world.out << fmt::format(
      "{} in site {} joined {} and will serve at {}.\n"
      "It fills itself by replication once started with\n  ringspan serve --data {}\n",
      joined.controller, joined.site, joined.forest, joined.listen, shell_word(data));
  return ExitCode::well;
}

ExitCode run(const Arguments& given, World& world) {
  auto token =
      read_token(given.text("--token-file"), world.in, "make one with `ringspan invite NAME`");
  if (!token) return complain(world, token.error());
  const auto patience = base::parse_duration(given.text("--timeout")).value_or(kPatience);
  const auto joined = replicator::net::join(
      {std::move(*token), given.text("--data"), given.text("--listen")}, world.now(), patience);
  return joined ? tell(given, world, *joined) : complain(world, joined.error());
}

}  // namespace

Command join_command() {
  return {.name = "join",
          .group = {},
          .summary = "Make the folder of a further controller with a token",
          .description =
              "The key is made here and never travels. The token is read from a file "
              "or standard input, so that it shows in no list of processes.",
          .options = {{.name = "--token-file",
                       .value = "FILE",
                       .help = "Where the token is; - is standard input",
                       .required = true,
                       .completes = Completes::file},
                      {.name = "--data",
                       .value = "DIR",
                       .help = "Its folder, which must not exist yet",
                       .required = true,
                       .completes = Completes::folder},
                      {.name = "--listen",
                       .value = "HOST:PORT",
                       .help = "Where it serves, if not where the forest definition says"},
                      {.name = "--timeout",
                       .value = "TIME",
                       .help = "How long to wait for the inviting controller (30s)",
                       .form = Form::duration},
                      json_option()},
          .examples = {{"ringspan join --token-file token --data state/nuuk-1",
                        "With the token that `ringspan invite nuuk-1` printed"},
                       {"ringspan invite nuuk-1 | ringspan join --token-file - --data "
                        "state/nuuk-1",
                        "Both on one machine"}},
          .run = run};
}

}  // namespace ringspan::cli
