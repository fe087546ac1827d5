#include "sites/forest_changes.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ringspan::sites {
namespace {

struct Field {
  std::string name;
  std::string value;
  std::string assumed{};  ///< What it is where nothing was said.
};

/// Any part of a forest: what it is called, and what is said of it.
struct Part {
  std::string kind;
  std::string name;
  std::vector<Field> fields;
};

/// By kind, in the order in which they are told, and by id.
using Parts = std::map<std::pair<int, base::Guid>, Part>;

std::string text(bool flag) {
  return flag ? "yes" : "no";
}

/// Names behind `ids`, sorted; what the forest does not know is left out.
template <typename Ids, typename All>
std::string names(const Ids& ids, const All& all) {
  std::vector<std::string> found;
  for (const auto& id : ids) {
    const auto one = std::ranges::find_if(all, [&](const auto& part) { return part.id == id; });
    if (one != all.end()) found.push_back(one->name);
  }
  std::ranges::sort(found);
  return fmt::format("{}", fmt::join(found, ", "));
}

std::string text(const std::optional<Coordinates>& place) {
  return place ? fmt::format("{}, {}", place->latitude, place->longitude) : "";
}

std::string words(const std::set<SiteOption>& options) {
  std::vector<std::string_view> all;
  for (const SiteOption option : options)
    all.push_back(to_string(option));
  return fmt::format("{}", fmt::join(all, ", "));
}

std::string dns(const Forest& forest, const std::vector<NamingContextId>& ids) {
  std::vector<std::string> found;
  for (const NamingContextId id : ids) {
    const NamingContext* context = find_naming_context(forest, id);
    if (context != nullptr) found.push_back(context->dn);
  }
  std::ranges::sort(found);
  return fmt::format("{}", fmt::join(found, "; "));
}

Part part(const Forest& forest) {
  const Policy assumed;
  const Policy& policy = forest.policy;
  const auto topology = [](TopologyPolicy one) {
    return one == TopologyPolicy::bounded ? "bounded" : "active_directory";
  };
  return {"forest",
          forest.name,
          {{"topology", topology(policy.topology), topology(assumed.topology)},
           {"max_hops", std::to_string(policy.max_hops), std::to_string(assumed.max_hops)},
           {"redundancy", std::to_string(policy.redundancy), std::to_string(assumed.redundancy)},
           {"bridge_all_site_links", text(policy.bridge_all_site_links),
            text(assumed.bridge_all_site_links)},
           {"tombstone_lifetime", base::to_string(policy.tombstone_lifetime),
            base::to_string(assumed.tombstone_lifetime)},
           {"recycle_bin", text(policy.recycle_bin), text(assumed.recycle_bin)},
           {"forward_writes", text(policy.forward_writes), text(assumed.forward_writes)},
           {"fence", fmt::format("{}", fmt::join(policy.fence, " ")), ""}}};
}

Part part(const Forest& forest, const NamingContext& context) {
  return {"naming context",
          context.dn,
          {{"replicas", names(context.replicas, forest.controllers)},
           {"root domain", text(context.id == forest.root_domain), text(false)}}};
}

Part part(const Forest&, const Site& site) {
  return {"site",
          site.name,
          {{"coordinates", text(site.coordinates)},
           {"subnets", fmt::format("{}", fmt::join(site.subnets, ", "))},
           {"options", words(site.options)}}};
}

Part part(const Forest& forest, const SiteLink& link) {
  const SiteLink assumed;
  return {"site link",
          link.name,
          {{"sites", names(link.sites, forest.sites)},
           {"cost", std::to_string(link.cost.value), std::to_string(assumed.cost.value)},
           {"interval", base::to_string(link.interval), base::to_string(assumed.interval)},
           {"schedule", link.schedule.to_string(), assumed.schedule.to_string()},
           {"notify", text(link.notify), text(assumed.notify)},
           {"compress", text(link.compress), text(assumed.compress)}}};
}

Part part(const Forest& forest, const SiteLinkBridge& bridge) {
  return {"bridge", bridge.name, {{"links", names(bridge.links, forest.links)}}};
}

Part part(const Forest& forest, const Controller& controller) {
  const NamingContext* domain = find_naming_context(forest, controller.domain);
  const NamingContext* root = find_naming_context(forest, forest.root_domain);
  return {"controller",
          controller.name,
          {{"site", names(std::vector{controller.site}, forest.sites)},
           {"domain", domain == nullptr ? "" : domain->dn, root == nullptr ? "" : root->dn},
           {"read_only", text(controller.read_only), text(false)},
           {"global_catalog", text(controller.global_catalog), text(false)},
           {"address", controller.address},
           {"inbound", text(controller.inbound), text(true)},
           {"outbound", text(controller.outbound), text(true)},
           {"preferred_bridgehead", text(controller.preferred_bridgehead), text(false)},
           {"preferred_bridgehead_of", dns(forest, controller.preferred_bridgehead_of)}}};
}

Part part(const Forest& forest, const ManualConnection& connection) {
  const Controller* destination = find_controller(forest, connection.destination);
  return {"connection",
          fmt::format("{} into {}", connection.name,
                      destination == nullptr ? "nobody" : destination->name),
          {{"source", names(std::vector{connection.source}, forest.controllers)},
           {"enabled", text(connection.enabled), text(true)},
           {"schedule", connection.schedule.to_string(), Schedule().to_string()}}};
}

Parts parts_of(const Forest& forest) {
  Parts parts;
  parts[{0, forest.id.value}] = part(forest);
  for (const NamingContext& context : forest.naming_contexts)
    parts[{1, context.id.value}] = part(forest, context);
  for (const Site& site : forest.sites)
    parts[{2, site.id.value}] = part(forest, site);
  for (const SiteLink& link : forest.links)
    parts[{3, link.id.value}] = part(forest, link);
  for (const SiteLinkBridge& bridge : forest.bridges)
    parts[{4, id_from_name(forest.id, "site-link-bridge", bridge.name)}] = part(forest, bridge);
  for (const Controller& controller : forest.controllers)
    parts[{5, controller.id.value}] = part(forest, controller);
  for (const ManualConnection& connection : forest.connections) {
    const std::string name = connection.destination.value.to_string() + connection.name;
    parts[{6, id_from_name(forest.id, "connection", name)}] = part(forest, connection);
  }
  return parts;
}

std::string added(const Part& part) {
  std::vector<std::string> said;
  for (const Field& field : part.fields) {
    if (field.value != field.assumed) said.push_back(field.name + " " + field.value);
  }
  const std::string line = fmt::format("{} {} added", part.kind, part.name);
  return said.empty() ? line : fmt::format("{}: {}", line, fmt::join(said, "; "));
}

std::string or_none(const std::string& value) {
  return value.empty() ? "none" : value;
}

/// Empty if both say the same.
std::string changed(const Part& before, const Part& after) {
  std::vector<std::string> said;
  if (before.name != after.name) said.push_back("renamed " + after.name);
  for (std::size_t at = 0; at < before.fields.size(); ++at) {
    const Field& was = before.fields[at];
    const Field& is = after.fields[at];
    if (was.value == is.value) continue;
    said.push_back(fmt::format("{} {} -> {}", was.name, or_none(was.value), or_none(is.value)));
  }
  if (said.empty()) return {};
  return fmt::format("{} {}: {}", before.kind, before.name, fmt::join(said, "; "));
}

}  // namespace

std::vector<std::string> changes_in_words(const Forest& before, const Forest& after) {
  std::vector<std::pair<int, std::string>> lines;
  Parts were = parts_of(before);
  for (const auto& [place, is] : parts_of(after)) {
    const auto was = were.find(place);
    std::string line = was == were.end() ? added(is) : changed(was->second, is);
    if (!line.empty()) lines.emplace_back(place.first, std::move(line));
    if (was != were.end()) were.erase(was);
  }
  for (const auto& [place, was] : were)
    lines.emplace_back(place.first, fmt::format("{} {} removed", was.kind, was.name));
  std::ranges::sort(lines);
  std::vector<std::string> sentences;
  for (auto& [kind, line] : lines)
    sentences.push_back(std::move(line));
  return sentences;
}

std::string summary_of(const std::vector<std::string>& changes) {
  constexpr std::size_t kNamed = 3;
  constexpr std::size_t kLongestSummary = 400;  // bytes
  const std::vector<std::string> first(
      changes.begin(),
      changes.begin() + static_cast<std::ptrdiff_t>(std::min(kNamed, changes.size())));
  std::string line = fmt::format("{}", fmt::join(first, "; "));
  if (line.size() > kLongestSummary) {
    std::size_t end = kLongestSummary;
    while ((static_cast<unsigned char>(line[end]) & 0xc0) == 0x80)
      --end;  // no character is cut in two
    line = line.substr(0, end) + "...";
  }
  if (changes.size() > kNamed) line += fmt::format("; and {} more", changes.size() - kNamed);
  return line;
}

}  // namespace ringspan::sites
