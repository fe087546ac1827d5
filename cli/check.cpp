#include "kcc/check.hpp"

#include <algorithm>
#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/forest_file.hpp"
#include "cli/table.hpp"
#include "kcc/findings_json.hpp"
#include "kcc/plan.hpp"

namespace ringspan::cli {
namespace {

using kcc::Finding;
using kcc::Severity;

Paint paint_of(Severity severity) {
  switch (severity) {
    case Severity::note:
      return Paint::faint;
    case Severity::warning:
      return Paint::warning;
    case Severity::error:
      return Paint::bad;
  }
  return Paint::plain;
}

ExitCode ending_of(Severity worst) {
  switch (worst) {
    case Severity::note:
      return ExitCode::well;
    case Severity::warning:
      return ExitCode::not_well;
    case Severity::error:
      return ExitCode::failing;
  }
  return ExitCode::failing;
}

std::string summary(const std::string& file, const std::vector<Finding>& findings) {
  const auto count = [&](Severity severity) {
    return static_cast<std::uint64_t>(std::ranges::count(findings, severity, &Finding::severity));
  };
  if (findings.empty()) return fmt::format("{}: nothing to find fault with.\n", printable(file));
  return fmt::format("{}: {}, {}, {}.\n", printable(file), counted(count(Severity::error), "error"),
                     counted(count(Severity::warning), "warning"),
                     counted(count(Severity::note), "note"));
}

std::string text_of(const std::string& file, const std::vector<Finding>& findings,
                    const Style& style) {
  std::string text = summary(file, findings);
  for (const Finding& finding : findings) {
    const auto at = finding.line > 0 ? fmt::format(" (line {})", finding.line) : "";
    text += fmt::format("\n{} {}{}  {}\n",
                        style.paint(paint_of(finding.severity), to_string(finding.severity)),
                        style.paint(Paint::strong, printable(finding.place)), at,
                        style.paint(Paint::faint, finding.code));
    text += "  " + wrapped(printable(finding.reason), style.width, 2) + "\n";
    text += "  " + wrapped("-> " + printable(finding.remedy), style.width, 5) + "\n";
  }
  return text;
}

ExitCode run(const Arguments& given, World& world) {
  if (given.has("--json") && given.has("--sarif")) {
    return complain(world, ExitCode::usage, "--sarif: not together with --json; choose one");
  }
  const auto file = given.text("FILE");
  const auto opened = open_forest_file(given, world, file);
  if (!opened) return opened.error();
  const auto& read = opened->forest;
  const kcc::CheckLimits limits{.degree =
                                    given.number("--most-connections", kcc::CheckLimits{}.degree)};
  const auto findings =
      read ? kcc::check(read->forest, kcc::plan(read->forest), limits, read->findings)
           : kcc::unreadable(read.error());
  if (given.has("--json")) {
    world.out << kcc::findings_json(file, findings);
  } else if (given.has("--sarif")) {
    world.out << kcc::findings_sarif(file, findings);
  } else {
    world.out << text_of(file, findings, world.style);
  }
  return ending_of(kcc::worst_of(findings));
}

}  // namespace

Command check_command() {
  return {.name = "check",
          .group = {},
          .summary = "What is wrong with a forest, or odd, before anything runs on it",
          .description =
              "Needs no controller. Each finding has a code that stays the same, a severity, the "
              "place, what follows from it, and what to do. FILE is a forest.json, an LDIF export "
              "of CN=Configuration, or a map in GraphML; docs/checks.md lists the codes.",
          .arguments = {{.name = "FILE",
                         .value = {},
                         .help = "The forest: forest.json, LDIF or GraphML",
                         .required = true,
                         .completes = Completes::file}},
          .options = reading_maps(
              {{.name = "--most-connections",
                .value = "N",
                .help = "How many connections into and out of one controller are no finding, 50 "
                        "without it",
                .form = Form::number},
               {.name = "--sarif", .value = {}, .help = "SARIF 2.1.0, as other linters write it"},
               json_option()}),
          .examples = {{"ringspan check samples/three-sites.json", "In words"},
                       {"ringspan check export.ldif --sarif >check.sarif", "For a code host"}},
          .endings = {{ExitCode::well, "Nothing, or notes only"},
                      {ExitCode::not_well, "Warnings"},
                      {ExitCode::failing, "Errors, or the file is no forest or too large to plan"},
                      {ExitCode::usage, "The command line itself is wrong"}},
          .run = run};
}

}  // namespace ringspan::cli
