#include "replicator/simulator/scenario.hpp"

#include <algorithm>
#include <array>
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

// "Mon 00:00:10.040"; the date once a week is over.
std::string clock_of(base::Time time) {
  static constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed",
                                                         "Thu", "Fri", "Sat"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::string clock = base::to_string(time).substr(11, 12);
  return fmt::format("{} {}", kDays.at(std::chrono::weekday(day).c_encoding()), clock);
}

// The comment that a scenario opens with.
std::string opening(std::string_view text) {
  std::string told;
  while (text.starts_with('#')) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(1, end - 1);
    if (line.starts_with(' ')) line.remove_prefix(1);
    told += std::string(line) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return told.empty() ? told : told + "\n";
}

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
  void note_trace();
  void begin_trace(const Statement& statement);
  void tell(const Statement& statement, base::Time time, const std::string& printed);
  void finish(const Result<void>& outcome);

  std::string_view text_;
  std::string file_;
  ScenarioOptions options_;
  Stage stage_;
  std::size_t line_ = 0;
  std::string said_;       // the statement that is being carried out
  std::size_t noted_ = 0;  // of the world's story, so much is in the trace
  std::vector<std::string> goldens_;
  ScenarioResult result_;
};

ScenarioResult Run::play() {
  result_.output = opening(text_);
  const auto statements = read_script(text_);
  if (!statements) {
    finish(fail(statements.error()));
  } else {
    finish(play_all(*statements));
  }
  if (options_.rewrite) result_.rewritten = rewrite_script(text_, goldens_);
  return std::move(result_);
}

// Only a story about identifiers begins with stocks of them.
bool asks_for_identifiers(const Statement& statement) {
  return std::ranges::find(statement.words, "new-id") != statement.words.end();
}

Result<void> Run::play_all(const std::vector<Statement>& statements) {
  if (std::ranges::any_of(statements, asks_for_identifiers)) stage_.keep_identifiers();
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
  result_.losses = losses(stage_.world());
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
  const base::Time time = stage_.world().now();
  begin_trace(statement);
  std::string printed;
  if (words.front() == "expect") {
    ++result_.expectations;
    if (auto verdict = expect(stage_, words.subspan(1)); !verdict) return verdict;
  } else {
    auto happened = happen(stage_, words);
    if (!happened) return fail(happened.error());
    printed = *std::move(happened);
    tell(statement, time, printed);
  }
  note_trace();
  if (auto golden = check_golden(statement, printed); !golden) return golden;
  return check_invariants();
}

// What happened in the world since the last look.
void Run::note_trace() {
  const auto& story = stage_.world().story();
  for (; noted_ < story.size(); ++noted_) {
    const Happening& one = story[noted_];
    TraceLine line{.time = one.time, .line = said_.empty() ? 0 : line_};
    line.from = one.from;
    line.to = one.to;
    line.what = one.text;
    if (!one.to.empty()) {
      line.what = one.trouble.empty() ? "changes" : one.trouble;
      line.counts = one.counts;
    }
    if (line.what != said_) result_.trace.push_back(std::move(line));
  }
}

void Run::begin_trace(const Statement& statement) {
  const auto& words = statement.words;
  if (words.front() == "expect" && (words.size() < 2 || words[1] != "within")) return;
  result_.trace.push_back(
      {.time = stage_.world().now(), .line = statement.line, .what = statement.text});
}

// What a write printed is the name of its object, which stands in the line already.
void Run::tell(const Statement& statement, base::Time time, const std::string& printed) {
  result_.output += fmt::format("  {}  {}", clock_of(time), statement.text);
  if (statement.words.front() == "pull") result_.output += " → " + printed;
  if (statement.words.front() == "refused:") result_.output += "\n                    " + printed;
  if (!result_.output.ends_with('\n')) result_.output += '\n';
}

Result<void> Run::check_golden(const Statement& statement, const std::string& printed) {
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
  world.set_weather({});
  world.heal_all();
  if (auto back = world.cut_fence({}, false); !back) return back;
  for (const std::string& controller : world.controllers()) {
    if (world.retired(controller)) continue;
    if (!world.serving(controller)) {
      if (auto started = world.start(controller); !started) return started;
    }
    for (const Direction direction : {Direction::inbound, Direction::outbound})
      (void)world.pause(controller, direction, false);  // refused where it runs
  }
  if (auto joined = world.bring_together(); !joined) return joined;
  for (const std::string& controller : world.controllers()) {
    if (!world.quarantined(controller) || !world.recover(controller)) continue;
    if (auto joined = world.bring_together(); !joined) return joined;
  }
  if (const std::string difference = world.divergence(); !difference.empty()) {
    return fail(Errc::damaged, "healed at the end, the replicas differ: " + difference);
  }
  return check_invariants();
}

void Run::finish(const Result<void>& outcome) {
  result_.passed = outcome.has_value();
  if (stage_.built()) note_trace();
  if (outcome) {
    if (!result_.losses.empty()) result_.output += "\n";
    for (const Loss& loss : result_.losses)
      result_.output += "  " + loss.to_string() + "\n";
    result_.output += fmt::format("\n{}: passed, {} expectation{} held\n", file_,
                                  result_.expectations, result_.expectations == 1 ? "" : "s");
    return;
  }
  if (stage_.built() && result_.losses.empty()) result_.losses = losses(stage_.world());
  result_.failure = fmt::format("{}:{}: {}{}{}", file_, line_, said_, said_.empty() ? "" : ": ",
                                outcome.error().message);
  result_.output += "\n" + result_.failure + "\nwhat happened last:\n";
  const std::size_t from = result_.trace.size() - std::min(result_.trace.size(), kLastEvents);
  for (std::size_t i = from; i < result_.trace.size(); ++i)
    result_.output += "  " + to_string(result_.trace[i]) + "\n";
}

}  // namespace

std::string to_string(const TraceLine& line) {
  std::string text = fmt::format("{}  {}", clock_of(line.time), line.what);
  if (line.to.empty()) return text;
  text += fmt::format(" from {} to {}", line.from, line.to);
  if (line.counts->values > 0) {
    text += fmt::format(": objects={} values={}", line.counts->objects, line.counts->values);
  }
  return text;
}

ScenarioResult run_scenario(std::string_view text, std::string_view file_name,
                            const ScenarioOptions& options) {
  return Run(text, file_name, options).play();
}

}  // namespace ringspan::replicator::simulator
