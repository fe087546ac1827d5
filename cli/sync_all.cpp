#include "cli/sync_all.hpp"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/answer.hpp"
#include "cli/complain.hpp"
#include "cli/text_sync_all.hpp"

namespace ringspan::cli {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kPause = 200ms;
constexpr base::Duration kAnswer = 10s;  // a job is asked about, not waited for

/// What a person sees while it runs: a bar on a terminal, otherwise a line for each change.
class Progress {
 public:
  Progress(const Arguments& given, World& world) : world_(world), silent_(given.has("--json")) {}

  void show(const nlohmann::json& answer) {
    if (silent_) return;
    if (world_.style.width > 0) {
      world_.out << "\r\x1b[2K" << progress_bar(answer, world_.style);
    } else if (auto words = progress_words(answer); words != last_) {
      world_.out << words << "\n";
      last_ = std::move(words);
    }
    world_.out.flush();
  }

  void end() {
    if (!silent_ && world_.style.width > 0) world_.out << "\r\x1b[2K";
  }

 private:
  World& world_;
  bool silent_ = false;
  std::string last_;
};

class Watch {
 public:
  Watch(const Arguments& given, World& world)
      : given_(given), world_(world), place_(place_of(given, world)), progress_(given, world) {
    limit_ = base::parse_duration(given.text("--timeout")).value_or(kLongPatience);
    place_.timeout = kAnswer;
  }

  ExitCode run(const nlohmann::json& request) {
    const base::Time begin = world_.now();
    if (!take(ask(request))) return failed_;
    place_.at = answer_.at("controller").get<std::string>();  // no other knows the job
    bool interrupted = false;
    bool late = false;
    while (answer_.at("state") == "running" && !interrupted && !late) {
      progress_.show(answer_);
      interrupted = !world_.wait(kPause);
      late = world_.now() - begin > limit_;
      if (!take(ask(question(interrupted || late)))) return failed_;
    }
    if (answer_.at("state") != "failed") progress_.show(answer_);
    progress_.end();
    const auto code = tell();
    if (late && code != ExitCode::well) {
      world_.err << fmt::format("ringspan: not all within {}; no more pulls are forced\n",
                                base::to_string(limit_));
    }
    if (!interrupted) return code;
    world_.err << "ringspan: ended by Ctrl-C: no more pulls are forced, those under way come to "
                  "their end, every replica is whole; ringspan sync again goes on from here\n";
    return ExitCode::interrupted;
  }

 private:
  nlohmann::json question(bool cancel) const {
    nlohmann::json request{{"ask", "sync_job"}, {"job", answer_.at("job")}};
    if (cancel) request["cancel"] = true;
    return request;
  }

  base::Result<nlohmann::json> ask(const nlohmann::json& request) {
    const auto came = world_.ask(place_, request.dump());
    if (!came) return base::fail(base::Errc::unavailable, came.error().message);
    text_ = *came;
    return read_answer(*came);
  }

  /// False where there is no answer; what to end with is then in failed_.
  bool take(base::Result<nlohmann::json> answer) {
    if (answer) {
      answer_ = *std::move(answer);
      return true;
    }
    progress_.end();
    if (given_.has("--json")) world_.out << error_json(answer.error());
    failed_ = complain(world_, answer.error());
    return false;
  }

  ExitCode tell() {
    const Rendered rendered = sync_all_text(answer_, world_);
    world_.out << (given_.has("--json") ? pretty(text_) : rendered.text);
    world_.out.flush();
    if (!given_.has("--json")) world_.err << rendered.aside;
    return rendered.code;
  }

  const Arguments& given_;
  World& world_;
  Place place_;
  Progress progress_;
  base::Duration limit_{};
  nlohmann::json answer_;
  std::string text_;
  ExitCode failed_ = ExitCode::could_not_ask;
};

}  // namespace

ExitCode sync_and_watch(const Arguments& given, World& world, const nlohmann::json& request) {
  // Ctrl-C between two questions, not in the middle of one.
  const auto attention = world.attend ? world.attend() : std::shared_ptr<void>();
  try {
    return Watch(given, world).run(request);
  } catch (const nlohmann::json::exception&) {
    return complain(world, {base::Errc::damaged,
                            "the answer makes no sense to this program; compare `ringspan "
                            "version` here and there"});
  }
}

}  // namespace ringspan::cli
