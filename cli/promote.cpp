#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/definition_change.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr base::Duration kPause = 200ms;
constexpr base::Duration kAnswer = 10s;
constexpr base::Duration kSilence = 30s;  // longer than it needs to begin anew
constexpr base::Duration kLimit = 10min;

/// Asks the controller itself until it takes writes.
class Watch {
 public:
  Watch(const Arguments& given, World& world)
      : given_(given), world_(world), place_(place_of(given, world)) {
    limit_ = base::parse_duration(given.text("--timeout")).value_or(kLimit);
    place_.at = given.text("CONTROLLER");
    place_.timeout = kAnswer;
  }

  ExitCode run() {
    const base::Time begin = world_.now();
    base::Time heard = begin;
    while (true) {
      const auto said = state();
      if (said && said->at("writable").get<bool>()) break;
      tell(!said                              ? "does not answer"
           : said->at("state") == "promoting" ? "is being promoted: it gets what was kept from it"
                                              : "has not heard of it yet");
      const base::Time now = world_.now();
      if (said) heard = now;
      if (now - begin > limit_ || now - heard > kSilence) return late();
      if (!world_.wait(kPause)) {
        world_.err << "ringspan: ended by Ctrl-C: the promotion goes on by itself; ringspan status "
                      "shows how far it is\n";
        return ExitCode::interrupted;
      }
    }
    tell("takes writes");
    return ExitCode::well;
  }

 private:
  /// Its own line of the status; nullopt where it cannot be asked.
  std::optional<json> state() {
    const auto came = world_.ask(place_, R"({"ask":"part"})");
    const auto answer = came ? read_answer(*came) : base::fail(came.error());
    return answer ? std::optional(answer->at("controller")) : std::nullopt;
  }

  void tell(const std::string& words) {
    if (given_.has("--json") || words == last_) return;
    world_.out << printable(place_.at) << " " << words << "\n";
    world_.out.flush();
    last_ = words;
  }

  ExitCode late() {
    return complain(world_, ExitCode::not_well,
                    fmt::format("{} takes no writes yet; the promotion goes on by itself as soon "
                                "as it can: ringspan status shows how far it is",
                                printable(place_.at)));
  }

  const Arguments& given_;
  World& world_;
  Place place_;
  base::Duration limit_{};
  std::string last_;
};

ExitCode run(const Arguments& given, World& world) {
  const auto wrong = contradiction_in_manner(given);
  if (!wrong.empty()) return complain(world, ExitCode::usage, wrong);
  const auto code =
      change_definition(given, world, place_of(given, world),
                        {{"ask", "promote"}, {"controller", given.text("CONTROLLER")}});
  if (code != ExitCode::well || given.has("--preview")) return code;
  const auto attention = world.attend ? world.attend() : std::shared_ptr<void>();
  try {
    return Watch(given, world).run();
  } catch (const json::exception&) {
    return complain(world, {base::Errc::damaged,
                            "the answer makes no sense to this program; compare `ringspan version` "
                            "here and there"});
  }
}

}  // namespace

Command promote_command() {
  auto endings = endings_of_change();
  endings.front() = {ExitCode::well, "It takes writes, or only a preview was wanted"};
  endings.push_back({ExitCode::interrupted, "Ctrl-C ended the waiting; the promotion goes on"});
  return {
      .name = "promote",
      .group = {},
      .summary = "Make a read-only controller one that takes writes",
      .description =
          "Its definition changes; then it fetches by itself what is kept from read-only ones, "
          "takes another invocation id, and only then takes writes. Shows the difference, asks, "
          "and waits until it does (ten minutes, or --timeout); what is interrupted, by a crash "
          "too, goes on by itself. Key and certificate stay.",
      .arguments = {{.name = "CONTROLLER",
                     .value = {},
                     .help = "The read-only controller",
                     .required = true,
                     .completes = Completes::controller}},
      .options = changing({}),
      .examples = {{"ringspan promote nuuk-1", "nuuk-1 is to take writes"},
                   {"ringspan promote nuuk-1 --preview", "What that does to connections and hops"},
                   {"ringspan promote nuuk-1 --yes --json", "From a script"}},
      .endings = std::move(endings),
      .run = run};
}

}  // namespace ringspan::cli
