#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/text_changes.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr base::Duration kPause = 1s;
constexpr std::uint64_t kWait = 2;  // seconds that one question waits: Ctrl-C is heard between two
constexpr std::uint64_t kPage = 500;  // changes of one answer

/// Reads what there is, and with --follow what comes, from a cookie to a cookie.
class Reader {
 public:
  Reader(const Arguments& given, World& world)
      : given_(given), world_(world), place_(place_of(given, world)) {
    request_ = {{"ask", "changes"}, {"limit", kPage}};
    for (const auto& [option, field] :
         {std::pair("--since", "since"), std::pair("--naming-context", "naming_context"),
          std::pair("--below", "below")}) {
      if (given.has(option)) request_[field] = given.text(option);
    }
  }

  ExitCode run() {
    const bool follows = given_.has("--follow");
    do {
      if (!read()) {
        if (!follows || !begun_ || ended_) return failed_;
        pause_ = kPause;  // it is asked again until it answers
        continue;
      }
      pause_ = 0s;
      if (follows && !more_) request_["wait"] = kWait;
    } while (more_ || follows ? world_.wait(pause_) : false);
    end();
    return follows ? ExitCode::interrupted : interrupted();
  }

 private:
  /// False where there is no answer; what to end with is then in failed_.
  bool read() {
    const auto came = world_.ask(place_, request_.dump());
    const auto answer =
        came ? read_answer(*came) : base::fail(base::Errc::unavailable, came.error().message);
    if (!answer) {
      ended_ = ending_of(answer.error().code) != ExitCode::could_not_ask;
      if (!is_silent_) {
        if (given_.has("--json") && !begun_) world_.out << error_json(answer.error());
        failed_ = complain(world_, answer.error());
        if (begun_) tell_cookie();
      }
      is_silent_ = true;
      return false;
    }
    begun_ = true;
    is_silent_ = false;
    for (const json& change : answer->at("changes"))
      world_.out << (given_.has("--json") ? change.dump() + "\n" : change_text(change, world_));
    world_.out.flush();
    more_ = answer->at("more").get<bool>();
    place_.at = answer->at("controller").get<std::string>();
    request_["since"] = answer->at("cookie");
    return true;
  }

  void end() {
    if (begun_) tell_cookie();
  }

  ExitCode interrupted() const { return more_ ? ExitCode::interrupted : ExitCode::well; }

  void tell_cookie() {
    world_.err << "cookie: " << request_.at("since").get<std::string>() << "\n";
    world_.err.flush();
  }

  const Arguments& given_;
  World& world_;
  Place place_;
  json request_;
  base::Duration pause_{};
  bool begun_ = false;
  bool more_ = false;
  bool ended_ = false;  // asking again would not help
  bool is_silent_ = false;
  ExitCode failed_ = ExitCode::could_not_ask;
};

ExitCode run(const Arguments& given, World& world) {
  // Ctrl-C between two questions, not in the middle of one.
  const auto attention = world.attend ? world.attend() : std::shared_ptr<void>();
  try {
    return Reader(given, world).run();
  } catch (const json::exception&) {
    return complain(world, {base::Errc::damaged,
                            "the answer makes no sense to this program; compare `ringspan version` "
                            "here and there"});
  }
}

}  // namespace

Command changes_command() {
  return {
      .name = "changes",
      .group = {},
      .summary = "What was written, for other software: from a cookie on, and as it comes",
      .description =
          "Each change is an object with the attributes or the link value that the reader has not "
          "got, and who wrote them when: added, changed, moved (renamed, or below another "
          "parent), deleted or undeleted. What was written several times since is told once, as "
          "it is now. The cookie at the end (on standard error; with --json also in each change) "
          "is where to go on with --since, here or at any other controller: what it covers is not "
          "told again, and nothing is left out. Without --since it begins with all that there is. "
          "With --below a change says whether the object is inside now; one that was moved "
          "elsewhere is told as outside. Objects below one that was renamed are not told. "
          "--follow goes on until Ctrl-C and tries again while the controller is down.",
      .options = asking(
          {{.name = "--follow", .value = {}, .help = "Go on with what is written, until Ctrl-C"},
           {.name = "--since",
            .value = "COOKIE",
            .help = "From where an earlier run ended; now: from now on"},
           {.name = "--naming-context",
            .value = "DN",
            .help = "Only this one; otherwise all that are held"},
           {.name = "--below",
            .value = "DN",
            .help = "Only this object and those below it: a DN or a GUID"}}),
      .examples = {{"ringspan changes --naming-context dc=corp,dc=example",
                    "All there is, then the cookie"},
                   {"ringspan changes --since rsc1.AQ... --json", "What came since, a line each"},
                   {"ringspan changes --at nuuk-1 --follow --since now --below ou=people",
                    "People, as they change"}},
      .endings = {{ExitCode::well, "Everything there was is told"},
                  {ExitCode::not_well,
                   "Refused: the cookie is none, or older than the tombstone lifetime"},
                  {ExitCode::could_not_ask, "The controller could not be asked"},
                  {ExitCode::interrupted, "Ctrl-C ended it; the cookie says where"}},
      .run = run};
}

}  // namespace ringspan::cli
