#include "kcc/report.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "kcc/names.hpp"

namespace ringspan::kcc {
namespace {

constexpr std::size_t kMostSingleLines = 30;

using Row = std::vector<std::string>;

/// Characters, not bytes, so that columns stand under each other in any language.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

/// Columns two spaces apart; the last one runs free.
std::string table(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t at = 0; at < row.size(); ++at) {
      widths[at] = std::max(widths[at], width_of(row[at]));
    }
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t at = 0; at < row.size(); ++at) {
      line += row[at];
      if (at + 1 < row.size()) line += std::string(widths[at] - width_of(row[at]) + 2, ' ');
    }
    text += "  " + line + "\n";
  }
  return text;
}

std::string count(std::size_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

const ContextAnalysis* worst_of(const Analysis& analysis) {
  const auto& contexts = analysis.naming_contexts;
  const auto worst = std::ranges::max_element(
      contexts, {}, [](const ContextAnalysis& context) { return context.hops.worst; });
  return worst == contexts.end() ? nullptr : &*worst;
}

/// No legal path brings the ends nearer.
std::string_view why_not_bounded(const sites::Forest& forest) {
  return forest.policy.bridge_all_site_links
             ? "the bound is too tight for the rings inside the sites, or bridgeheads that are "
               "preferred or switched off leave no shorter way"
             : "site links are not bridged, so a connection spans a single one, or a bridge";
}

std::string answer(const sites::Forest& forest, const Topology& topology, const Analysis& analysis,
                   const Names& names) {
  const ContextAnalysis* worst = worst_of(analysis);
  const std::size_t hops = worst == nullptr ? 0 : worst->hops.worst;
  std::string text = fmt::format(
      "{}: {} in {} {} by {}{}, {} at worst; a full mesh takes {}.\n", forest.name,
      count(forest.controllers.size(), "controller"), count(forest.sites.size(), "site"),
      topology.islands.empty() && analysis.unreached() == 0 ? "all reach each other"
                                                            : "do NOT all reach each other",
      count(analysis.connections, "connection"),
      analysis.standby == 0 ? "" : fmt::format(" and {} standby", analysis.standby),
      count(hops, "hop"), analysis.full_mesh);
  if (hops > 0) {
    text += fmt::format("Worst pair: {} to {}, {} in {}.\n", names.controller(worst->hops.from),
                        names.controller(worst->hops.to), count(hops, "hop"),
                        names.dn(worst->naming_context));
  }
  const bool bounded = forest.policy.topology == sites::TopologyPolicy::bounded;
  if (bounded && hops > forest.policy.max_hops) {
    text += fmt::format("More than the bound of {}: {}.\n", count(forest.policy.max_hops, "hop"),
                        why_not_bounded(forest));
  }
  return text;
}

std::string island_text(const std::vector<sites::SiteId>& island, const Names& names) {
  std::vector<std::string> sites;
  for (const auto& site : island)
    sites.push_back(names.site(site));
  std::ranges::sort(sites);
  return fmt::format("{{{}}}", fmt::join(sites, ", "));
}

/// Contexts that islands part are told of there.
std::string unreached_report(const sites::Forest& forest, const Topology& topology,
                             const Analysis& analysis, const Names& names) {
  std::string text;
  for (const ContextAnalysis& context : analysis.naming_contexts) {
    const bool parted = std::ranges::any_of(topology.islands, [&](const Islands& islands) {
      return islands.naming_context == context.naming_context;
    });
    if (parted || context.unreached == 0) continue;
    text += fmt::format("{}: {} of a writable replica and one that never hears it.\n",
                        names.dn(context.naming_context), count(context.unreached, "pair"));
  }
  if (text.empty()) return text;
  std::vector<std::string> off;
  for (const auto& controller : forest.controllers)
    if (!controller.inbound || !controller.outbound) off.push_back(controller.name);
  for (const auto& site : forest.sites) {
    const bool by_hand = site.options.contains(sites::SiteOption::no_intrasite_topology) ||
                         site.options.contains(sites::SiteOption::no_intersite_topology);
    if (by_hand) off.push_back("site " + site.name);
  }
  if (off.empty()) return text;
  return text + fmt::format("Replication is switched off, or left to be set up by hand, at {}.\n",
                            fmt::join(off, ", "));
}

std::string islands_report(const Topology& topology, const Names& names) {
  std::string text;
  for (const Islands& islands : topology.islands) {
    std::vector<std::string> groups;
    for (const auto& island : islands.islands)
      groups.push_back(island_text(island, names));
    text += fmt::format(
        "{} is in {} islands, and no legal path carries changes between them: {}; join them by "
        "site links whose schedules meet, or bridge the links between them.\n",
        names.dn(islands.naming_context), groups.size(), fmt::join(groups, " "));
  }
  return text;
}

std::string contexts_table(const Analysis& analysis, const Names& names) {
  std::vector<Row> rows{
      {"replicas", "connections", "hops", "cost", "least", "full mesh", "naming context"}};
  for (const ContextAnalysis& context : analysis.naming_contexts) {
    rows.push_back({std::to_string(context.replicas), std::to_string(context.connections),
                    std::to_string(context.hops.worst), std::to_string(context.tree_cost),
                    std::to_string(context.least_cost), std::to_string(context.full_mesh),
                    names.dn(context.naming_context)});
  }
  return table(rows);
}

std::string carried(const Connection& connection, std::size_t all, const Names& names) {
  if (connection.naming_contexts.size() == all) return "all";
  std::vector<std::string> nicknames;
  for (const auto& id : names.in_order(connection.naming_contexts)) {
    nicknames.push_back(names.nickname(id));
  }
  return fmt::format("{}", fmt::join(nicknames, ", "));
}

std::string way(const Connection& connection, const Names& names) {
  if (connection.path.empty()) return "inside the site";
  std::vector<std::string> links;
  for (const auto& link : connection.path)
    links.push_back(names.link(link));
  return fmt::format("over {}, cost {}", fmt::join(links, " + "), connection.cost.value);
}

std::string one_by_one(const Topology& topology, std::size_t contexts, const Names& names) {
  std::vector<Row> rows{{"destination", "pulls from", "carries", "way"}};
  for (const Connection& connection : topology.connections) {
    rows.push_back({names.controller(connection.destination), names.controller(connection.source),
                    carried(connection, contexts, names),
                    way(connection, names) + (connection.standby ? ", standby" : "")});
  }
  std::sort(rows.begin() + 1, rows.end());
  return table(rows);
}

/// One line a controller: "at-1  at-2, ch-1 (146), de-2 (161)", costs in brackets.
std::string by_controller(const Topology& topology, const Names& names) {
  std::map<std::string, std::vector<std::string>> sources;
  for (const Connection& connection : topology.connections) {
    std::string source = names.controller(connection.source);
    if (!connection.path.empty()) source += fmt::format(" ({})", connection.cost.value);
    if (connection.standby) source += " standby";
    sources[names.controller(connection.destination)].push_back(std::move(source));
  }
  std::vector<Row> rows{{"destination", "pulls from (cost between sites)"}};
  for (auto& [destination, list] : sources) {
    std::ranges::sort(list);
    rows.push_back({destination, fmt::format("{}", fmt::join(list, ", "))});
  }
  return table(rows);
}

}  // namespace

std::string report(const sites::Forest& forest, const Topology& topology,
                   const Analysis& analysis) {
  const Names names(forest);
  std::string text = answer(forest, topology, analysis, names);
  text += islands_report(topology, names);
  text += unreached_report(forest, topology, analysis, names);
  text += "\n" + contexts_table(analysis, names);
  if (topology.connections.empty()) return text;
  const bool is_short = topology.connections.size() <= kMostSingleLines;
  return text + "\n" +
         (is_short ? one_by_one(topology, analysis.naming_contexts.size(), names)
                   : by_controller(topology, names));
}

}  // namespace ringspan::kcc
