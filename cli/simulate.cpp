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

struct Run {
  std::string file;
  bool passed = false;
  std::string output;
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

Run run_file(const std::string& file, const Arguments& given) {
  const auto text = read_file(file);
  if (!text) return {file, false, text.error().message + "\n"};
  replicator::simulator::ScenarioOptions options;
  options.seed = given.number("--seed", options.seed);
  options.story = given.has("--story");
  auto result = replicator::simulator::run_scenario(*text, file, options);
  return {file, result.passed, std::move(result.output)};
}

void print(const Run& run, World& world) {
  world.out << world.style.paint(run.passed ? Paint::good : Paint::bad,
                                 run.passed ? "passed" : "FAILED")
            << "  " << run.file << "\n";
  // What a scenario prints is its own; it only has to end its line.
  if (!run.output.empty()) {
    world.out << run.output << (run.output.ends_with('\n') ? "" : "\n");
  }
  world.out.flush();
}

void print_json(const std::vector<Run>& runs, std::uint64_t seed, std::uint64_t failed,
                World& world) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& run : runs) {
    list.push_back({{"file", run.file}, {"passed", run.passed}, {"output", run.output}});
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
  std::vector<Run> runs;
  std::uint64_t failed = 0;
  for (const auto& file : files) {
    runs.push_back(run_file(file, given));
    if (!runs.back().passed) ++failed;
    if (!given.has("--json")) print(runs.back(), world);
  }
  if (given.has("--json")) {
    print_json(runs, given.number("--seed", 1), failed, world);
  } else if (runs.size() > 1) {
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
          .examples = {{"ringspan simulate two_sites_write_at_once.scn --story",
                        "Watch a conflict arise and be settled"},
                       {"ringspan simulate --all tests/scenario", "Do all hold?"},
                       {"ringspan simulate lossy.scn --seed 42", "The run of another seed"}},
          .endings = {{ExitCode::well, "Every expectation held"},
                      {ExitCode::not_well, "One did not, or a file could not be run"},
                      {ExitCode::usage, "The command line itself is wrong"}},
          .run = run};
}

}  // namespace ringspan::cli
