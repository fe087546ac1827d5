#include "replicator/simulator/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>
#include <system_error>

#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/files.hpp"
#include "cli/simulate_swarm.hpp"
#include "cli/text_simulate.hpp"

namespace ringspan::cli {
namespace {

namespace fs = std::filesystem;

using replicator::simulator::ScenarioOptions;
using replicator::simulator::ScenarioResult;

/// Every *.scn below `folder`, in the order of names: the same on every machine.
base::Result<std::vector<std::string>> scenarios_below(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code trouble;
  for (fs::recursive_directory_iterator entry(folder, trouble), end; !trouble && entry != end;
       entry.increment(trouble)) {
    if (entry->path().extension() == ".scn") files.push_back(entry->path().string());
  }
  if (trouble) {
    return base::fail(base::Errc::not_found,
                      fmt::format("{}: {}; give a folder", folder, trouble.message()));
  }
  if (files.empty()) {
    return base::fail(base::Errc::not_found,
                      fmt::format("{}: no scenario in it; their names end in .scn", folder));
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// A folder stands for every scenario below it; with --all and nothing else, this one.
base::Result<std::vector<std::string>> files_meant(const Arguments& given) {
  std::vector<std::string> named = given.texts("FILE");
  if (named.empty() && given.has("--all")) named.emplace_back(".");
  std::vector<std::string> files;
  for (const std::string& name : named) {
    if (!fs::is_directory(name)) {
      files.push_back(name);
      continue;
    }
    auto below = scenarios_below(name);
    if (!below) return below;
    files.insert(files.end(), below->begin(), below->end());
  }
  return files;
}

ScenarioRun run_file(const std::string& file, const ScenarioOptions& options) {
  const auto text = read_file(file);
  if (text) return {file, replicator::simulator::run_scenario(*text, file, options)};
  ScenarioResult unread;
  unread.failure = text.error().message;
  unread.output = text.error().message + "\n";
  return {file, std::move(unread)};
}

void print_whole(const ScenarioRun& run, const Arguments& given, World& world) {
  if (given.has("--story")) world.out << story_table(run.result.trace, world.style) << "\n";
  world.out << run.result.output;
}

/// One of many: a line, and the whole where it failed or was asked for.
void print_short(const ScenarioRun& run, const Arguments& given, World& world) {
  const bool passed = run.result.passed;
  world.out << fmt::format(
      "{}  {}  {}\n",
      world.style.paint(passed ? Paint::good : Paint::bad, passed ? "passed" : "FAILED"), run.file,
      world.style.paint(Paint::faint, counted(run.result.expectations, "expectation")));
  if (!passed || given.has("--story")) print_whole(run, given, world);
  world.out.flush();
}

void print_json(const std::vector<ScenarioRun>& runs, std::uint64_t seed, std::uint64_t failed,
                World& world) {
  auto list = nlohmann::ordered_json::array();
  for (const ScenarioRun& run : runs)
    list.push_back(run_json(run));
  const nlohmann::ordered_json json{
      {"seed", seed}, {"passed", runs.size() - failed}, {"failed", failed}, {"scenarios", list}};
  world.out << json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
}

ExitCode run_scenarios(const Arguments& given, World& world) {
  const auto files = files_meant(given);
  if (!files) return complain(world, files.error());
  ScenarioOptions options;
  options.seed = given.number("--seed", options.seed);
  const bool alone = files->size() == 1;
  std::vector<ScenarioRun> runs;
  std::uint64_t failed = 0;
  for (const auto& file : *files) {
    runs.push_back(run_file(file, options));
    if (!runs.back().result.passed) ++failed;
    if (!given.has("--json")) {
      (alone ? print_whole : print_short)(runs.back(), given, world);
    }
    if (failed > 0 && !given.has("--all")) break;
  }
  if (given.has("--json")) {
    print_json(runs, options.seed, failed, world);
  } else if (!alone) {
    const std::size_t left = files->size() - runs.size();
    world.out << fmt::format("{} passed, {} failed{}.\n", runs.size() - failed, failed,
                             left == 0 ? "" : fmt::format(", {} not run (--all runs them)", left));
  }
  return failed == 0 ? ExitCode::well : ExitCode::not_well;
}

ExitCode run(const Arguments& given, World& world) {
  const bool files = !given.texts("FILE").empty() || given.has("--all");
  if (files == given.has("--swarm")) {
    return complain(world, ExitCode::usage,
                    "FILE: give scenario files or folders, --all for those below this folder, or "
                    "--swarm N");
  }
  if (given.has("--forest") && !given.has("--swarm")) {
    return complain(world, ExitCode::usage,
                    "--forest: goes with --swarm; a scenario names its forest itself");
  }
  return given.has("--swarm") ? run_swarm(given, world) : run_scenarios(given, world);
}

}  // namespace

Command simulate_command() {
  return {.name = "simulate",
          .group = {},
          .summary = "Run scenarios or random histories in virtual time over the real engine",
          .description =
              "A scenario is a small forest, what happens to it and what must be true "
              "afterwards. It runs in an instant; the same seed gives the same run. Several stop "
              "at the first that fails, unless --all is given. A history that fails is written "
              "as a scenario, swarm-SEED.scn, into this folder.",
          .arguments = {{.name = "FILE",
                         .value = {},
                         .help = "Scenarios; a folder stands for every *.scn below it",
                         .repeated = true,
                         .completes = Completes::file}},
          .options = {{.name = "--all",
                       .value = {},
                       .help = "Run every file and count, whatever fails; without FILE those "
                               "below this folder"},
                      {.name = "--seed",
                       .value = "N",
                       .help = "What chance is drawn from (1); with --swarm the first of N",
                       .form = Form::number},
                      {.name = "--story", .value = {}, .help = "Who sent what to whom, in a table"},
                      {.name = "--swarm",
                       .value = "N",
                       .help = "Live through N random histories, with cuts, crashes and loss",
                       .form = Form::number},
                      {.name = "--forest",
                       .value = "FILE",
                       .help = "The swarm's forest; drawn anew for each history without it",
                       .completes = Completes::file},
                      json_option()},
          .examples = {{"ringspan simulate update_at_both_masters_at_once.scn --story",
                        "Watch a conflict arise and be settled"},
                       {"ringspan simulate --all samples/scenarios", "Do all hold?"},
                       {"ringspan simulate --swarm 1000 --forest forest.json",
                        "Does this forest come through a thousand bad hours?"},
                       {"ringspan simulate lossy.scn --seed 42", "The run of another seed"}},
          .endings = {{ExitCode::well, "Every expectation held"},
                      {ExitCode::not_well, "One did not, or a file could not be run"},
                      {ExitCode::usage, "The command line itself is wrong"}},
          .run = run};
}

}  // namespace ringspan::cli
