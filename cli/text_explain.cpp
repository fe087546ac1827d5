#include "cli/text_explain.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "base/time.hpp"
#include "kcc/names.hpp"

namespace ringspan::cli {
namespace {

using kcc::Connection;
using kcc::Explanation;
using kcc::Names;
using kcc::Rule;
using kcc::SiteWay;

constexpr std::size_t kShown = 8;  // of a list of controllers

std::string bound_of(const sites::Policy& policy) {
  return policy.topology == sites::TopologyPolicy::bounded
             ? fmt::format(" within {} hops", policy.max_hops)
             : std::string();
}

/// What the rule says, as a sentence about this connection.
std::string reason_of(const Connection& connection, const sites::Policy& policy,
                      const Names& names) {
  const auto here = names.site_of(connection.destination);
  const auto there = names.site_of(connection.source);
  switch (connection.rule) {
    case Rule::ring:
      return fmt::format("they are neighbours on the ring of {}, in the order of their GUIDs",
                         here);
    case Rule::mesh:
      return fmt::format("{} has eight controllers or more; in its mesh three hops reach everyone",
                         here);
    case Rule::site_tree:
      return fmt::format("the least-cost tree{} joins {} and {}; both are bridgeheads of it",
                         bound_of(policy), there, here);
    case Rule::second_tree:
      return fmt::format(
          "a second tree joins {} and {} on other links or bridgeheads than the "
          "first, for the day that something of it fails",
          there, here);
    case Rule::mending:
      return "a single loss would tear both trees at one place; this joins what it would tear";
    case Rule::manual:
      return "an administrator made it by hand";
    case Rule::exported:
      return "the directory's own calculator made it";
  }
  return {};
}

std::string links_of(const std::vector<sites::SiteLinkId>& links, const Names& names) {
  std::vector<std::string> words;
  for (const auto& link : links)
    words.push_back(names.link(link));
  return fmt::format("{}", fmt::join(words, ", "));
}

/// Lines of a word and what it says.
class Lines {
 public:
  explicit Lines(const Style& style) : style_(style) {}

  void add(std::string_view word, const std::string& says) {
    text_ += fmt::format("  {}  {}\n", style_.paint(Paint::faint, fmt::format("{:<9}", word)),
                         printable(says));
  }
  const std::string& text() const { return text_; }

 private:
  const Style& style_;
  std::string text_;
};

void tell(const Connection& connection, const sites::Policy& policy, const Names& names,
          Lines& lines) {
  lines.add("rule", fmt::format("{}: {}", to_string(connection.rule),
                                reason_of(connection, policy, names)));
  if (!connection.path.empty()) {
    lines.add(
        "path",
        fmt::format("over {}, cost {}; {}, at least every {}, {}", links_of(connection.path, names),
                    connection.cost.value, connection.notify ? "told of changes" : "polled",
                    base::to_string(connection.interval),
                    connection.schedule.is_always() ? "always open"
                                                    : "open " + connection.schedule.to_string()));
  }
  for (const auto& way : connection.ways_round)
    lines.add("way round", fmt::format("over {}, where the loss of a link leaves no other way",
                                       links_of(way, names)));
  std::vector<std::string> dns;
  for (const auto& context : names.in_order(connection.naming_contexts))
    dns.push_back(names.dn(context));
  lines.add("carries", fmt::format("{}", fmt::join(dns, ", ")));
}

void tell_price(const Explanation& why, const Connection& primary, const Names& names,
                Lines& lines) {
  if (why.runner_up) {
    const SiteWay& next = *why.runner_up;
    const std::string price =
        next.cost < primary.cost
            ? fmt::format("{} less, but it would take others beyond the bound of hops",
                          primary.cost.value - next.cost.value)
            : fmt::format("{} more", next.cost.value - primary.cost.value);
    lines.add("runner-up", fmt::format("{} to {} over {}, cost {}: {}", names.site(next.from),
                                       names.site(next.to), links_of(next.links, names),
                                       next.cost.value, price));
  } else if (primary.rule == Rule::site_tree) {
    lines.add("runner-up", "none: no other way joins these parts of the forest");
  }
  if (why.cut_off.empty()) {
    lines.add("without", "nobody is cut off: other connections bring the same, later");
  } else if (why.cut_off_for_good.empty()) {
    lines.add("without",
              fmt::format("nothing comes to {} until a standby wakes; then nobody is cut off",
                          names.listed(why.cut_off, kShown)));
  } else {
    lines.add("without", fmt::format("nothing comes to {}, standbys or not",
                                     names.listed(why.cut_off_for_good, kShown)));
  }
}

void tell_route(const Explanation& why, const Names& names, Lines& lines) {
  if (why.naming_contexts.empty()) {
    lines.add("why", fmt::format("{} holds nothing that {} may take from it",
                                 names.controller(why.source), names.controller(why.destination)));
    return;
  }
  if (why.direct) {
    lines.add("why", fmt::format("other connections join {} and {}; one more, over {}, would cost "
                                 "{} and bring nothing new",
                                 names.site(why.direct->from), names.site(why.direct->to),
                                 links_of(why.direct->links, names), why.direct->cost.value));
  } else if (names.site_of(why.source) == names.site_of(why.destination)) {
    lines.add("why", "they are no neighbours in their site; others pass the changes on");
  } else {
    lines.add("why", "no legal way joins their sites");
  }
  if (why.route.empty()) {
    lines.add("changes", "do not come at all");
    return;
  }
  std::vector<std::string> stations{names.controller(why.source)};
  std::uint64_t cost = 0;
  for (const Connection& hop : why.route) {
    stations.push_back(names.controller(hop.destination));
    cost += hop.cost.value;
  }
  lines.add("changes", fmt::format("come by {}: {}, cost {}", fmt::join(stations, " -> "),
                                   counted(why.route.size(), "hop"), cost));
}

}  // namespace

std::string explanation_text(const sites::Forest& forest, const Explanation& why,
                             const Style& style) {
  const Names names(forest);
  const auto ends = fmt::format("{} pulls from {}", printable(names.controller(why.destination)),
                                printable(names.controller(why.source)));
  if (why.connections.empty()) {
    Lines lines(style);
    tell_route(why, names, lines);
    return fmt::format("{}: {}\n{}", ends, style.paint(Paint::strong, "no"), lines.text());
  }
  std::string text;
  for (const Connection& one : why.connections) {
    Lines lines(style);
    tell(one, forest.policy, names, lines);
    if (!one.standby) tell_price(why, one, names, lines);
    text +=
        fmt::format("{}: {}\n{}", ends,
                    style.paint(Paint::strong, one.standby ? "standby" : "primary"), lines.text());
  }
  return text;
}

}  // namespace ringspan::cli
