#include <algorithm>
#include <functional>

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "kcc/compare_standing.hpp"
#include "kcc/names.hpp"

namespace ringspan::kcc {
namespace {

constexpr std::size_t kMostLines = 20;  // of one list
constexpr std::size_t kShown = 5;       // controllers of a line

std::string row(std::string_view what, const std::string& standing, const std::string& ours) {
  return fmt::format("  {:<28} {:>9} {:>9}\n", what, standing, ours);
}

/// Both sides in numbers, from the answer for programs, so that the two never differ.
std::string table(const nlohmann::ordered_json& json) {
  const auto number = [](const nlohmann::ordered_json& value) {
    return value.is_null() ? std::string("-") : value.dump();
  };
  std::string text = row("", "EXPORT", "OURS");
  const std::pair<const char*, const char*> kRows[] = {
      {"connections", "connections"},
      {"standby", "standby connections"},
      {"most_inbound", "most inbound"},
      {"worst_hops", "hops at worst"},
      {"cost", "cost between sites"},
      {"unreached_pairs", "pairs that never hear"},
      {"losses_not_survived", "single points of failure"}};
  for (const auto& [key, what] : kRows)
    text += row(what, number(json.at("export").at(key)), number(json.at("ours").at(key)));
  return text;
}

template <typename Part>
std::string listed(const std::string& heading, const std::vector<Part>& parts,
                   const std::function<std::string(const Part&)>& line) {
  if (parts.empty()) return {};
  std::string text = "\n" + heading + "\n";
  for (std::size_t at = 0; at < std::min(kMostLines, parts.size()); ++at)
    text += "  " + line(parts[at]) + "\n";
  if (parts.size() > kMostLines) {
    text += fmt::format("  and {} more; --json has them all\n", parts.size() - kMostLines);
  }
  return text;
}

std::string loss_name(const Loss& loss, const Names& names) {
  if (loss.controller) return "controller " + names.controller(*loss.controller);
  if (loss.link) return "link " + names.link(*loss.link);
  return "site " + (loss.site ? names.site(*loss.site) : std::string());
}

}  // namespace

std::string standing_report(const StandingComparison& made) {
  const Names names(made.ours.forest);
  std::vector<CutLoss> only_export;
  for (const CutLoss& cut : made.standing_certificate.cuts) {
    if (std::ranges::find(made.our_certificate.cuts, cut.loss, &CutLoss::loss) ==
        made.our_certificate.cuts.end()) {
      only_export.push_back(cut);
    }
  }
  std::string text =
      fmt::format("{}: {} connections stand in both, {} only in the export, {} only in ours.\n\n",
                  made.ours.forest.name, made.in_both, made.only_standing.size(),
                  made.only_ours.size()) +
      table(standing_json(made));
  text += listed<CutLoss>("Losses that the export does not survive and ours does:", only_export,
                          [&](const CutLoss& cut) {
                            return fmt::format("{} cuts off {}", loss_name(cut.loss, names),
                                               names.listed(cut.apart, kShown));
                          });
  text += listed<ManualFault>(
      "Manual connections that break redundancy:", made.manual_faults,
      [&](const ManualFault& fault) {
        return fmt::format(
            "{} <- {} ({}): without {}, {} hear nobody; delete it, or add one from "
            "another controller",
            names.controller(fault.destination), names.controller(fault.source), fault.name,
            names.controller(fault.source), names.listed(fault.apart, kShown));
      });
  text += listed<DuplicateConnections>(
      "Connections that stand there twice:", made.duplicates, [&](const DuplicateConnections& one) {
        return fmt::format("{} <- {}: {}", names.controller(one.destination),
                           names.controller(one.source), fmt::join(one.names, ", "));
      });
  return text;
}

}  // namespace ringspan::kcc
