#include "kcc/finding.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/contracts.hpp"

namespace ringspan::kcc {
namespace {

constexpr CheckRule kRules[] = {
    {"bridge-joins-nothing", Severity::warning,
     "Links of a bridge that meet in no site cannot be combined into a way."},
    {"bridgehead-without-context", Severity::error,
     "Where a site has preferred bridgeheads, they alone carry changes to and from other sites; "
     "one "
     "that does not hold the naming context cannot."},
    {"bridges-without-effect", Severity::note,
     "Where all site links are bridged, single bridges say nothing more."},
    {"costs-all-equal", Severity::note,
     "Where all links cost the same, ties decide which lines carry the traffic."},
    {"degree-over-limit", Severity::warning,
     "A controller with many connections is the place where replication queues."},
    {"hops-over-limit", Severity::warning, "Changes take more hops than the policy allows."},
    {"in-the-file", Severity::warning,
     "A reader found something in the file that it could use only in part."},
    {"interval-longer-than-window", Severity::warning,
     "A poll that comes less often than the link is open for may miss the window."},
    {"island", Severity::error,
     "No legal way joins some replicas of a naming context to the others."},
    {"link-of-many-sites", Severity::note,
     "A link of more than two sites says that any two of them reach each other at the same cost."},
    {"name-clash", Severity::warning,
     "Names that differ in little but blanks, dashes and case are taken for each other; a name "
     "with "
     "CNF: is what a conflict of names left behind."},
    {"single-controller-hub", Severity::warning,
     "A site that joins others through one writable controller leaves them apart when it fails."},
    {"site-without-controller", Severity::warning,
     "Clients of a site without controllers are served by another site."},
    {"site-without-link", Severity::error, "No site link reaches the site."},
    {"site-without-subnet", Severity::warning,
     "No client is ever found to be in a site without subnets."},
    {"subnet-in-another", Severity::note,
     "Of two subnets that hold an address the longer one decides."},
    {"unreadable", Severity::error, "The file is no forest until this is mended."},
    {"window-never-opens", Severity::error, "A schedule without an open quarter-hour."},
    {"windows-never-meet", Severity::warning,
     "A way over several links is open only while all of them are; one that never is carries "
     "nothing."},
};

const CheckRule& rule_of(std::string_view code) {
  const auto found = std::ranges::find(kRules, code, &CheckRule::code);
  EXPECTS(found != std::end(kRules));
  return *found;
}

}  // namespace

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "note";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return "note";
}

std::span<const CheckRule> check_rules() {
  return kRules;
}

void Findings::add(std::string_view code, std::string place, std::string reason, std::string remedy,
                   std::size_t line) {
  const CheckRule& rule = rule_of(code);
  findings_.push_back({.code = rule.code,
                       .severity = rule.severity,
                       .place = std::move(place),
                       .reason = std::move(reason),
                       .remedy = std::move(remedy),
                       .line = line});
}

std::vector<Finding> Findings::sorted() && {
  std::ranges::sort(findings_, [](const Finding& left, const Finding& right) {
    if (left.severity != right.severity) return left.severity > right.severity;
    return std::tie(left.code, left.place, left.line, left.reason) <
           std::tie(right.code, right.place, right.line, right.reason);
  });
  return std::move(findings_);
}

Severity worst_of(const std::vector<Finding>& findings) {
  const auto worst = std::ranges::max_element(findings, {}, &Finding::severity);
  return worst == findings.end() ? Severity::note : worst->severity;
}

}  // namespace ringspan::kcc
