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

namespace ringspan::cli {
namespace {

namespace fs = std::filesystem;

using replicator::simulator::ScenarioOptions;
using replicator::simulator::ScenarioResult;

struct Run {
  std::string file;
  ScenarioResult result;
};

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

Run run_file(const std::string& file, const ScenarioOptions& options) {
  const auto text = read_file(file);
  if (text) return {file, replicator::simulator::run_scenario(*text, file, options)};
  ScenarioResult unread;
  unread.failure = text.error().message;
  unread.output = text.error().message;
  return {file, std::move(unread)};
}

/// What a scenario prints is its own; it only has to end its lines.
void print_whole(const Run& run, World& world) {
  const auto& output = run.result.output;
  world.out << output << (output.empty() || output.ends_with('\n') ? "" : "\n");
}

/// One of many: a line, and the whole where it failed or was asked for.
void print_short(const Run& run, const ScenarioOptions& options, World& world) {
  const bool passed = run.result.passed;
  world.out << fmt::format(
      "{}  {}  {}\n",
      world.style.paint(passed ? Paint::good : Paint::bad, passed ? "passed" : "FAILED"), run.file,
      world.style.paint(Paint::faint, counted(run.result.expectations, "expectation")));
  if (!passed || options.story) print_whole(run, world);
  world.out.flush();
}

void print_json(const std::vector<Run>& runs, std::uint64_t seed, std::uint64_t failed,
                World& world) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& [file, result] : runs) {
    list.push_back({{"file", file},
                    {"passed", result.passed},
                    {"failure", result.failure},
                    {"statements", result.statements},
                    {"expectations", result.expectations},
                    {"output", result.output},
                    {"story", result.story}});
  }
  const nlohmann::ordered_json json{
      {"seed", seed}, {"passed", runs.size() - failed}, {"failed", failed}, {"scenarios", list}};
  world.out << json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
}

ExitCode run(const Arguments& given, World& world) {
  auto files = given.texts("FILE");
  if (files.empty() == !given.has("--all")) {
    return complain(world, ExitCode::usage, "FILE: give scenario files, or --all with a folder");
  }
  if (given.has("--all")) {
    auto found = scenarios_below(given.text("--all"));
    if (!found) return complain(world, found.error());
    files = std::move(*found);
  }
  ScenarioOptions options;
  options.seed = given.number("--seed", options.seed);
  options.story = given.has("--story");
  const bool alone = files.size() == 1;
  std::vector<Run> runs;
  std::uint64_t failed = 0;
  for (const auto& file : files) {
    runs.push_back(run_file(file, options));
    if (!runs.back().result.passed) ++failed;
    if (given.has("--json")) continue;
    if (alone) {
      print_whole(runs.back(), world);
    } else {
      print_short(runs.back(), options, world);
    }
  }
  if (given.has("--json")) {
    print_json(runs, options.seed, failed, world);
  } else if (!alone) {
    world.out << fmt::format("{} passed, {} failed.\n", runs.size() - failed, failed);
  }
  return failed == 0 ? ExitCode::well : ExitCode::not_well;
}

}  // namespace

Command simulate_command() {
  return {.name = "simulate",
          .group = {},
          .summary = "Run scenario files in virtual time over the real engine",
          .description =
              "A scenario is a small forest, what happens to it and what must be true "
              "afterwards. It runs in an instant; the same seed gives the same run.",
          .arguments = {{.name = "FILE",
                         .value = {},
                         .help = "Scenarios",
                         .repeated = true,
                         .completes = Completes::file}},
          .options = {{.name = "--all",
                       .value = "DIR",
                       .help = "Every *.scn below this folder",
                       .completes = Completes::folder},
                      {.name = "--seed",
                       .value = "N",
                       .help = "What chance is drawn from (1)",
                       .form = Form::number},
                      {.name = "--story", .value = {}, .help = "Tell all that happens"},
                      json_option()},
          .examples = {{"ringspan simulate update_at_both_masters_at_once.scn --story",
                        "Watch a conflict arise and be settled"},
                       {"ringspan simulate --all samples/scenarios", "Do all hold?"},
                       {"ringspan simulate lossy.scn --seed 42", "The run of another seed"}},
          .endings = {{ExitCode::well, "Every expectation held"},
                      {ExitCode::not_well, "One did not, or a file could not be run"},
                      {ExitCode::usage, "The command line itself is wrong"}},
          .run = run};
}

}  // namespace ringspan::cli
