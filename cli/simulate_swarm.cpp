#include "cli/simulate_swarm.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/complain.hpp"
#include "cli/files.hpp"
#include "cli/forest_file.hpp"
#include "cli/text_simulate.hpp"

namespace ringspan::cli {
namespace {

using replicator::simulator::run_seed;
using replicator::simulator::SwarmOptions;
using replicator::simulator::SwarmResult;

/// How far it is, for whoever waits: a line that changes on a terminal, else one for each tenth.
class Progress {
 public:
  Progress(const Arguments& given, World& world, std::uint64_t all)
      : world_(world), all_(all), silent_(given.has("--json")) {}

  void show(std::uint64_t done, std::uint64_t failed) {
    const std::uint64_t tenth = done * 10 / all_;
    if (silent_ || done == all_) return;
    const std::string words = fmt::format("{} of {} histories, {} failed", done, all_, failed);
    if (world_.style.width > 0) {
      world_.out << "\r\x1b[2K" << words;
    } else if (tenth != tenth_) {
      world_.out << words << "\n";
    }
    tenth_ = tenth;
    world_.out.flush();
  }

  void end() {
    if (!silent_ && world_.style.width > 0) world_.out << "\r\x1b[2K";
  }

 private:
  World& world_;
  std::uint64_t all_;
  bool silent_;
  std::uint64_t tenth_ = 0;
};

struct Failed {
  SwarmResult result;
  std::string file;
};

/// The history as a scenario beside its forest: run with the seed, it is the same history again.
base::Result<std::string> write_history(const SwarmResult& result) {
  const std::string name = fmt::format("swarm-{}", result.seed);
  if (auto written = write_file(name + ".json", result.forest); !written) {
    return base::fail(written.error());
  }
  const std::string file = name + ".scn";
  if (auto written = write_file(file, result.scenario); !written) {
    return base::fail(written.error());
  }
  return file;
}

void print_failed(const Failed& failed, World& world) {
  world.out << fmt::format(
      "{}  seed {}: {}\n        {}\n        see it again: ringspan simulate {} "
      "--seed {} --story\n",
      world.style.paint(Paint::bad, "FAILED"), failed.result.seed, failed.result.failure,
      failed.result.drawn, failed.file, failed.result.seed);
}

}  // namespace

ExitCode run_swarm(const Arguments& given, World& world) {
  const std::uint64_t count = given.number("--swarm", 0);
  if (count == 0) return complain(world, ExitCode::usage, "--swarm: give how many, 1 or more");
  SwarmOptions options;
  if (given.has("--forest")) {
    auto read = read_forest_file(given, world, given.text("--forest"));
    if (!read) return read.error();
    options.forest = std::move(read->json);
    if (auto sound = replicator::simulator::check_forest(options); !sound) {
      return complain(world, sound.error());
    }
  }
  const std::uint64_t first = given.number("--seed", 1);
  Progress progress(given, world, count);
  std::uint64_t writes = 0;
  std::uint64_t conflicts = 0;
  std::vector<Failed> failed;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    SwarmResult result = run_seed(seed, options);
    writes += result.writes;
    conflicts += result.conflicts;
    if (!result.passed()) {
      const auto file = write_history(result);
      if (!file) return complain(world, file.error());
      failed.push_back({std::move(result), *file});
      progress.end();
      if (!given.has("--json")) print_failed(failed.back(), world);
    }
    progress.show(seed - first + 1, failed.size());
  }
  progress.end();
  if (given.has("--json")) {
    auto list = nlohmann::ordered_json::array();
    for (const Failed& one : failed)
      list.push_back(swarm_json(one.result, one.file));
    const nlohmann::ordered_json json{{"first_seed", first},     {"histories", count},
                                      {"failed", failed.size()}, {"writes", writes},
                                      {"conflicts", conflicts},  {"failures", list}};
    world.out << json.dump(2) << "\n";
  } else {
    world.out << fmt::format("{}, {} failed; {} acknowledged, {} in the journals.\n",
                             count == 1 ? "1 history" : fmt::format("{} histories", count),
                             failed.size(), counted(writes, "write"),
                             counted(conflicts, "conflict"));
  }
  return failed.empty() ? ExitCode::well : ExitCode::not_well;
}

}  // namespace ringspan::cli
