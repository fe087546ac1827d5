#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "cli/agree.hpp"
#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/text_compare.hpp"
#include "replicator/net/compare_run.hpp"
#include "replicator/net/part_json.hpp"

namespace ringspan::cli {
namespace {

using namespace std::chrono_literals;
using replicator::net::CompareRun;
using replicator::net::CompareWish;
using Json = nlohmann::ordered_json;

constexpr base::Duration kAnswer = 2min;
constexpr std::size_t kAtOnce = 500;
constexpr std::uint64_t kObjects = 1000;

std::vector<std::string> faults_of(const Arguments& given) {
  std::vector<std::string> faults;
  if (given.text("A") == given.text("B")) {
    faults.emplace_back("B: is A; name another controller");
  }
  if (given.has("--at")) faults.emplace_back("--at: A and B are asked themselves; leave it out");
  if (!given.has("--repair")) {
    for (const char* option : {"--from", "--yes"}) {
      if (given.has(option)) faults.push_back(fmt::format("{}: is for --repair", option));
    }
    return faults;
  }
  const auto from = given.text("--from");
  if (from != given.text("A") && from != given.text("B")) {
    faults.push_back(
        fmt::format("--from: says whose values hold where no stamp can tell; give "
                    "--from {} or --from {}",
                    given.text("A"), given.text("B")));
  }
  if (auto fault = fault_of_unasked(given); !fault.empty()) faults.push_back(std::move(fault));
  return faults;
}

/// One run of the command: compares, and with --repair asks, mends and compares again.
class Comparison {
 public:
  Comparison(const Arguments& given, World& world)
      : given_(given), world_(world), place_(place_of(given, world, kAnswer)) {}

  ExitCode run() {
    auto found = compare();
    if (!found) return failed_;
    if (!given_.has("--repair") || found->diverging().empty()) {
      if (!found->diverging().empty()) have_it_noted();
      return tell(*found);
    }
    if (const auto code = ask_person(*found)) return *code;
    const std::string from = given_.text("--from");
    const std::string to = from == given_.text("A") ? given_.text("B") : given_.text("A");
    if (!repair(to, from, true, *found)) return failed_;
    found = compare();
    if (found && !found->diverging().empty()) {  // what `from` itself has lost
      if (!repair(from, to, false, *found)) return failed_;
      found = compare();
    }
    if (!found) return failed_;
    have_it_noted();
    return tell(*found);
  }

 private:
  /// Both look for themselves, so that their status says what is so now.
  void have_it_noted() {
    Json request{
        {"ask", "compare"}, {"a", given_.text("A")}, {"b", given_.text("B")}, {"limit", 1}};
    if (given_.has("--naming-context")) request["naming_context"] = given_.text("--naming-context");
    for (const char* side : {"A", "B"})
      static_cast<void>(ask(given_.text(side), request));  // what it finds it tells itself
  }

  std::optional<CompareRun> compare() {
    CompareWish wish{.a = given_.text("A"),
                     .b = given_.text("B"),
                     .naming_context = std::nullopt,
                     .limit = given_.number("--limit", kObjects)};
    if (given_.has("--naming-context")) wish.naming_context = given_.text("--naming-context");
    CompareRun run(wish, world_.now());
    while (const auto questions = run.next()) {
      show(run.progress());
      const auto a = ask(wish.a, *questions->a);
      const auto b = a ? ask(wish.b, *questions->b) : a;
      if (interrupted()) return std::nullopt;
      run.took(a, b);
    }
    clear();
    if (!run.error()) return run;
    end(*run.error());
    return std::nullopt;
  }

  bool repair(const std::string& at, const std::string& from, bool replaces,
              const CompareRun& found) {
    for (const auto& [dn, objects] : found.diverging()) {
      for (std::size_t done = 0; done < objects.size(); done += kAtOnce) {
        const auto batch =
            std::span(objects).subspan(done, std::min(kAtOnce, objects.size() - done));
        show(fmt::format("{}: {} of {} objects brought from {}", at, done, objects.size(), from));
        const auto answer = ask(at, {{"ask", "repair"},
                                     {"from", from},
                                     {"naming_context", dn},
                                     {"objects", replicator::net::objects_json(batch)},
                                     {"replaces", replaces}});
        clear();
        if (!answer) return end(answer.error());
        if (interrupted()) return false;
      }
    }
    return true;
  }

  std::optional<ExitCode> ask_person(const CompareRun& found) {
    std::size_t objects = 0;
    for (const auto& [dn, ids] : found.diverging())
      objects += ids.size();
    const auto from = given_.text("--from");
    world_.err << comparison_text(found.document(), world_).text << "\n";
    return without_consent(
        given_, world_,
        {fmt::format("Bring {} together, and where no stamp can tell take what {} holds?",
                     counted(objects, "object"), from),
         "nothing was repaired", "repair it"});
  }

  base::Result<Json> ask(const std::string& at, const Json& request) {
    place_.at = at;
    const auto came = world_.ask(place_, request.dump());
    if (!came) return base::fail(base::Errc::unavailable, came.error().message);
    if (const auto sound = read_answer(*came); !sound) return base::fail(sound.error());
    return Json::parse(*came);
  }

  ExitCode tell(const CompareRun& found) {
    const Json document = found.document();
    const Rendered rendered = comparison_text(document, world_);
    world_.out << (given_.has("--json") ? pretty(document.dump()) : rendered.text);
    return rendered.code;
  }

  bool end(const base::Error& error) {
    if (given_.has("--json")) world_.out << error_json(error);
    failed_ = complain(world_, error);
    return false;
  }

  bool interrupted() {
    if (!world_.attend || world_.wait(0ms)) return false;
    clear();
    world_.err << "ringspan: ended by Ctrl-C; what was brought together stays so, and nothing is "
                  "half done\n";
    failed_ = ExitCode::interrupted;
    return true;
  }

  void show(const std::string& words) {
    if (given_.has("--json") || world_.style.width == 0) return;
    world_.out << "\r\x1b[2K" << shortened(printable(words), world_.style.width - 1);
    world_.out.flush();
  }

  void clear() {
    if (!given_.has("--json") && world_.style.width > 0) world_.out << "\r\x1b[2K";
  }

  const Arguments& given_;
  World& world_;
  Place place_;
  ExitCode failed_ = ExitCode::could_not_ask;
};

ExitCode run(const Arguments& given, World& world) {
  if (const auto faults = faults_of(given); !faults.empty()) {
    return complain(world, ExitCode::usage, faults);
  }
  // Ctrl-C between two questions, not in the middle of one.
  const auto attention = world.attend ? world.attend() : std::shared_ptr<void>();
  try {
    return Comparison(given, world).run();
  } catch (const nlohmann::json::exception&) {
    return complain(world, {base::Errc::damaged,
                            "the answer makes no sense to this program; compare `ringspan version` "
                            "here and there"});
  }
}

Parameter side(const char* name, const char* help) {
  return {.name = name,
          .value = {},
          .help = help,
          .required = true,
          .completes = Completes::controller};
}

std::vector<Parameter> options() {
  return asking(
      {{.name = "--naming-context",
        .value = "DN",
        .help = "Only this one; otherwise all that both hold"},
       {.name = "--limit",
        .value = "N",
        .help = "So many objects are shown (1000); all are counted",
        .form = Form::number},
       {.name = "--repair", .value = {}, .help = "Bring the two together where they diverge"},
       {.name = "--from",
        .value = "NAME",
        .help = "With --repair: whose value holds where no stamp can tell",
        .completes = Completes::controller},
       {.name = "--yes", .value = {}, .help = "With --repair: without asking"}});
}

}  // namespace

Command compare_command() {
  return {
      .name = "compare",
      .group = {},
      .summary = "Whether two controllers hold the same, and where they do not, why",
      .description =
          "Compares what both hold of each naming context by digests of ranges of objects, then "
          "the objects that differ value by value. What one has not got yet, by its own vector, "
          "will come and is well. What a vector covers and its controller does not hold, and one "
          "write with two values, is divergence: a disk, a restore or a program has changed "
          "something behind replication's back. Attributes that are not replicated, or not to a "
          "controller of one of the two kinds, are left out. --repair brings each the greater "
          "stamps of the other for these objects, whatever the vectors say; one write with two "
          "values becomes what --from has, and what it replaced goes into the journal (ringspan "
          "conflicts --kind divergence).",
      .arguments = {side("A", "A controller"), side("B", "Another one")},
      .options = options(),
      .examples = {{"ringspan compare oslo-1 nuuk-1", "All that both hold"},
                   {"ringspan compare oslo-1 nuuk-1 --naming-context dc=corp,dc=example --json",
                    "One naming context, for a script"},
                   {"ringspan compare oslo-1 nuuk-1 --repair --from oslo-1",
                    "Shows what diverges, asks, and mends it"}},
      .endings = {{ExitCode::well, "They hold the same, or what differs is on its way"},
                  {ExitCode::not_well, "Refused, or not wanted by the person asked"},
                  {ExitCode::failing, "They diverge"},
                  {ExitCode::could_not_ask, "One of the two could not be asked"},
                  {ExitCode::usage, "The command line itself is wrong"},
                  {ExitCode::interrupted, "Ctrl-C ended it"}},
      .run = run};
}

}  // namespace ringspan::cli
