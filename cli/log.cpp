#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/style.hpp"

namespace ringspan::cli {
namespace {

using json = nlohmann::ordered_json;
using namespace std::chrono_literals;

constexpr base::Duration kPause = 1s;
constexpr std::uint64_t kLines = 50;

Paint paint_of(const std::string& level) {
  if (level == "warning") return Paint::warning;
  return level == "error" || level == "critical" ? Paint::bad : Paint::plain;
}

/// As the controller itself writes it.
std::string line_text(const nlohmann::json& line, const std::string& controller,
                      const Style& style) {
  const auto level = line.at("level").get<std::string>();
  return fmt::format("{} {} {}: {}\n", line.at("time").get<std::string>(), printable(controller),
                     style.paint(paint_of(level), printable(level)),
                     printable(line.at("text").get<std::string>()));
}

std::string line_json(const nlohmann::json& line, const std::string& controller) {
  return json{{"time", line.at("time")},
              {"controller", controller},
              {"level", line.at("level")},
              {"text", line.at("text")}}
             .dump() +
         "\n";
}

Rendered log_text(const nlohmann::json& answer, const World& world) {
  Rendered rendered;
  const auto controller = answer.at("controller").get<std::string>();
  for (const auto& line : answer.at("lines"))
    rendered.text += line_text(line, controller, world.style);
  return rendered;
}

/// What the lines themselves do not tell.
std::string remark_on(const nlohmann::json& answer) {
  const auto controller = printable(answer.at("controller").get<std::string>());
  if (answer.at("restarted").get<bool>()) {
    return fmt::format("{} was started anew at {}; its log begins again\n", controller,
                       printable(answer.at("started").get<std::string>()));
  }
  if (!answer.at("lost").get<bool>()) return {};
  return fmt::format("{} has logged more than it keeps: lines are missing here\n", controller);
}

/// Reads on from a cursor until the person ends it.
class Follower {
 public:
  Follower(const Arguments& given, World& world)
      : given_(given), world_(world), place_(place_of(given, world)) {
    request_ = {{"ask", "log"}, {"limit", given.number("--lines", kLines)}};
    if (given.has("--level")) request_["level"] = given.text("--level");
  }

  ExitCode run() {
    do {
      const auto came = world_.ask(place_, request_.dump());
      if (came) {
        const auto answer = read_answer(*came);
        if (answer) {
          show(*answer);
          continue;
        }
        if (ending_of(answer.error().code) != ExitCode::could_not_ask) {
          return complain(world_, answer.error());
        }
        silent(answer.error().message);
      } else {
        silent(came.error().message);
      }
      if (!begun_) return ExitCode::could_not_ask;
    } while (world_.wait(pause_));
    return ExitCode::well;
  }

 private:
  void show(const nlohmann::json& answer) {
    const auto controller = answer.at("controller").get<std::string>();
    world_.err << remark_on(answer) << std::flush;
    for (const auto& line : answer.at("lines")) {
      world_.out << (given_.has("--json") ? line_json(line, controller)
                                          : line_text(line, controller, world_.style));
    }
    world_.out.flush();
    // The answer waits for the next line, so nothing has to be waited for here.
    pause_ = 0s;
    begun_ = true;
    is_silent_ = false;
    place_.at = controller;
    request_["after"] = answer.at("next");
    request_["started"] = answer.at("started");
    request_["wait"] = true;
    request_.erase("limit");
  }

  /// Said once, until it answers again.
  void silent(const std::string& reason) {
    pause_ = kPause;
    if (!is_silent_) {
      complain(world_, ExitCode::could_not_ask, reason + (begun_ ? "; trying again" : ""));
    }
    is_silent_ = true;
  }

  const Arguments& given_;
  World& world_;
  Place place_;
  nlohmann::json request_;
  base::Duration pause_{};
  bool begun_ = false;
  bool is_silent_ = false;
};

ExitCode run(const Arguments& given, World& world) {
  if (!given.has("--follow")) {
    nlohmann::json request{{"ask", "log"}, {"limit", given.number("--lines", kLines)}};
    if (given.has("--level")) request["level"] = given.text("--level");
    return ask_and_print(given, world, request, log_text);
  }
  try {
    return Follower(given, world).run();
  } catch (const nlohmann::json::exception&) {
    return complain(world, ExitCode::could_not_ask,
                    "the answer makes no sense to this program; compare `ringspan version` here "
                    "and there");
  }
}

}  // namespace

Command log_command() {
  return {
      .name = "log",
      .group = {},
      .summary = "What a controller has logged, and what it logs from now on",
      .description =
          "A controller keeps the last 10,000 lines since it was started; what it wrote before "
          "lies where its standard error went. --follow stays with one controller, tries again "
          "while that is down, and says on standard error when it has begun anew or lines are "
          "missing.",
      .options = asking({{.name = "--follow",
                          .value = {},
                          .help = "Go on with what is logged, until Ctrl-C; with --json a line is "
                                  "an object as `ringspan serve --log json` writes it"},
                         {.name = "--level",
                          .value = "LEVEL",
                          .help = "Only lines of this level or a worse one",
                          .completes = Completes::choice,
                          .choices = {"debug", "info", "warning", "error", "critical"}},
                         {.name = "--lines",
                          .value = "N",
                          .help = "How many of the last lines at most (50)",
                          .form = Form::number}}),
      .examples = {{"ringspan log", "The last lines of the first controller that answers"},
                   {"ringspan log --at nuuk-1 --level warning --lines 1000",
                    "What went wrong at nuuk-1"},
                   {"ringspan log --at nuuk-1 --follow --json | jq .text", "Live, for a program"}},
      .run = run};
}

}  // namespace ringspan::cli
