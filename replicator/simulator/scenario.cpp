#include "replicator/simulator/scenario.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "replicator/simulator/script.hpp"
#include "replicator/simulator/stage.hpp"

namespace ringspan::replicator::simulator {
namespace {

using base::Errc;
using base::fail;
using base::Result;

constexpr std::size_t kLastEvents = 8;

// One run of one file.
class Run {
 public:
  Run(std::string_view text, std::string_view file_name, const ScenarioOptions& options)
      : text_(text),
        file_(file_name),
        options_(options),
        stage_(options, std::string(file_name.substr(0, file_name.rfind('/') + 1))) {}

  ScenarioResult play();

 private:
  Result<void> play_all(const std::vector<Statement>& statements);
  Result<void> play_one(const Statement& statement);
  Result<void> check_golden(const Statement& statement, const std::string& printed);
  Result<void> check_invariants() const;
  Result<void> check_convergence();
  void finish(const Result<void>& outcome);

  std::string_view text_;
  std::string file_;
  ScenarioOptions options_;
  Stage stage_;
  std::size_t line_ = 0;
  std::string said_;  // the statement that is being carried out
  std::vector<std::string> goldens_;
  ScenarioResult result_;
};

ScenarioResult Run::play() {
  const auto statements = read_script(text_);
  if (!statements) {
    finish(fail(statements.error()));
  } else {
    finish(play_all(*statements));
  }
  if (options_.rewrite) result_.rewritten = rewrite_script(text_, goldens_);
  return std::move(result_);
}

Result<void> Run::play_all(const std::vector<Statement>& statements) {
  for (const Statement& statement : statements) {
    line_ = statement.line;
    said_ = statement.text;
    if (auto played = play_one(statement); !played) return played;
    ++result_.statements;
  }
  line_ = statements.empty() ? 0 : statements.back().line;
  said_.clear();
  if (!stage_.built()) {
    if (auto built = stage_.build(); !built) return built;
  }
  return check_convergence();
}

Result<void> Run::play_one(const Statement& statement) {
  const Words words = statement.words;
  if (!stage_.built()) {
    const auto described = stage_.describe(words);
    if (!described) return fail(described.error());
    if (*described) return {};
    if (auto built = stage_.build(); !built) return built;
  }
  std::string printed;
  if (words.front() == "expect") {
    ++result_.expectations;
    if (auto verdict = expect(stage_, words.subspan(1)); !verdict) return verdict;
  } else {
    auto happened = happen(stage_, words);
    if (!happened) return fail(happened.error());
    printed = *std::move(happened);
  }
  if (auto golden = check_golden(statement, printed); !golden) return golden;
  return check_invariants();
}

Result<void> Run::check_golden(const Statement& statement, const std::string& printed) {
  result_.output += fmt::format("{:>4}  {}\n", statement.line, statement.text);
  if (!printed.empty()) result_.output += "        " + printed;
  if (!statement.golden) return {};
  goldens_.push_back(printed);
  if (options_.rewrite || *statement.golden == printed) return {};
  return fail(Errc::invalid, fmt::format("printed\n{}instead of\n{}", printed, *statement.golden));
}

Result<void> Run::check_invariants() const {
  const std::string broken = stage_.world().broken_invariant();
  if (broken.empty()) return {};
  return fail(Errc::damaged, "an invariant is broken: " + broken);
}

// Whatever the story did to it, a healed world must come together again.
Result<void> Run::check_convergence() {
  World& world = stage_.world();
  world.heal_all();
  for (const std::string& controller : world.controllers()) {
    if (world.retired(controller)) continue;
    if (!world.serving(controller)) {
      if (auto started = world.start(controller); !started) return started;
    }
    for (const Direction direction : {Direction::inbound, Direction::outbound})
      (void)world.pause(controller, direction, false);  // refused where it runs
  }
  if (auto joined = world.bring_together(); !joined) return joined;
  if (const std::string difference = world.divergence(); !difference.empty()) {
    return fail(Errc::damaged, "healed at the end, the replicas differ: " + difference);
  }
  return check_invariants();
}

void Run::finish(const Result<void>& outcome) {
  result_.passed = outcome.has_value();
  if (stage_.built()) {
    for (const Happening& happening : stage_.world().story()) {
      result_.story.push_back(
          fmt::format("{}  {}", base::to_string(happening.time).substr(5, 18), happening.text));
    }
  }
  if (options_.story) {
    for (const std::string& event : result_.story)
      result_.output += event + "\n";
  }
  if (outcome) {
    result_.output +=
        fmt::format("{}: passed, {} expectations held\n", file_, result_.expectations);
    return;
  }
  result_.failure = fmt::format("{}:{}: {}{}{}", file_, line_, said_, said_.empty() ? "" : ": ",
                                outcome.error().message);
  result_.output += result_.failure + "\n";
  const std::size_t from = result_.story.size() - std::min(result_.story.size(), kLastEvents);
  for (std::size_t i = from; i < result_.story.size(); ++i) {
    result_.output += "    " + result_.story[i] + "\n";
  }
}

}  // namespace

ScenarioResult run_scenario(std::string_view text, std::string_view file_name,
                            const ScenarioOptions& options) {
  return Run(text, file_name, options).play();
}

}  // namespace ringspan::replicator::simulator
