#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sites/forest_reader.hpp"
#include "sites/nearest.hpp"
#include "sites/subnet.hpp"

namespace ringspan::sites {
namespace {

using namespace std::chrono_literals;

/// The name of a link that has none: its sites as the file lists them, "oslo-nuuk".
std::string joined(const std::vector<JsonNode>& sites) {
  std::string name;
  for (const JsonNode& site : sites) {
    if (!name.empty()) name += '-';
    name += site.text;
  }
  return name;
}

}  // namespace

void ForestReader::read_site(const JsonNode& node) {
  Fields fields(faults_, node, {"name", "guid", "coordinates", "subnets", "options"});
  fields.require("name", "the site's name");
  const auto name = fields.name("name");
  const auto guid = fields.guid("guid");
  Site site;
  if (const JsonNode* coordinates = fields.find("coordinates")) {
    site.coordinates = read_coordinates(*coordinates);
  }
  site.subnets = read_subnets(fields.list("subnets"));
  site.options = read_site_options(fields.list("options"));
  if (!name) return;
  site.id = id_of<SiteId>(guid, "site", *name);
  site.name = *name;
  sites_.add(faults_, node, *name, site.id);
  forest_.sites.push_back(std::move(site));
}

std::set<SiteOption> ForestReader::read_site_options(const std::vector<JsonNode>& nodes) {
  std::set<SiteOption> options;
  for (const JsonNode& node : nodes) {
    const auto word = text_of(faults_, node);
    if (!word) continue;
    const auto option = parse_site_option(*word);
    if (!option) {
      const auto meant = nearest(*word, site_option_words());
      faults_.add(node, fmt::format("unknown option \"{}\"", *word),
                  meant ? fmt::format("did you mean \"{}\"?", *meant)
                        : fmt::format("the options of a site are {}",
                                      fmt::join(site_option_words(), ", ")));
    } else if (!options.insert(*option).second) {
      faults_.add(node, *word + " stands twice in this list", "remove one of them");
    }
  }
  return options;
}

std::optional<Coordinates> ForestReader::read_coordinates(const JsonNode& node) {
  Fields fields(faults_, node, {"latitude", "longitude"});
  fields.require("latitude", "degrees, north positive");
  fields.require("longitude", "degrees, east positive");
  const auto latitude = fields.number("latitude", -90, 90);
  const auto longitude = fields.number("longitude", -180, 180);
  if (!latitude || !longitude) return std::nullopt;
  return Coordinates{*latitude, *longitude};
}

std::vector<std::string> ForestReader::read_subnets(const std::vector<JsonNode>& nodes) {
  std::vector<std::string> subnets;
  for (const JsonNode& node : nodes) {
    const auto text = text_of(faults_, node);
    if (!text) continue;
    auto subnet = canonical_subnet(*text);
    if (!subnet) {
      faults_.add(node, subnet.error());
      continue;
    }
    subnets_.add(faults_, node, *subnet, *subnet);
    subnets.push_back(std::move(*subnet));
  }
  std::ranges::sort(subnets);
  return subnets;
}

void ForestReader::read_link(const JsonNode& node) {
  Fields fields(faults_, node,
                {"name", "guid", "sites", "cost", "interval", "schedule", "notify", "compress"});
  SiteLink link;
  const auto& sites = fields.list("sites");
  const JsonNode* list = fields.find("sites");
  fields.require("sites", "the sites it joins, as in \"sites\": [\"oslo\", \"nuuk\"]");
  if (list != nullptr && list->kind == JsonKind::list && sites.size() < 2) {
    faults_.add(*list, "a link joins at least two sites", "name two sites or remove the link");
  }
  link.sites = resolve_all(sites_, sites);
  if (const auto cost = fields.whole("cost", 1, std::numeric_limits<std::uint32_t>::max())) {
    link.cost = Cost(static_cast<std::uint32_t>(*cost));
  }
  link.interval = fields.duration("interval", 1s, 24h * 7).value_or(link.interval);
  link.schedule = read_schedule(fields);
  link.notify = fields.flag("notify").value_or(link.notify);
  link.compress = fields.flag("compress").value_or(link.compress);
  const auto guid = fields.guid("guid");
  link.name = fields.find("name") != nullptr ? fields.name("name").value_or("") : joined(sites);
  if (link.name.empty()) return;
  link.id = id_of<SiteLinkId>(guid, "site-link", link.name);
  links_.add(faults_, node, link.name, link.id);
  forest_.links.push_back(std::move(link));
}

Schedule ForestReader::read_schedule(Fields& fields) {
  const auto text = fields.text("schedule");
  if (!text) return {};
  const auto schedule = Schedule::parse(*text);
  if (!schedule) faults_.add(*fields.find("schedule"), schedule.error());
  return schedule.value_or(Schedule{});
}

void ForestReader::read_bridge(const JsonNode& node) {
  Fields fields(faults_, node, {"name", "links"});
  fields.require("name", "the bridge's name");
  fields.require("links", "the names of at least two links");
  const auto& links = fields.list("links");
  const JsonNode* list = fields.find("links");
  if (list != nullptr && list->kind == JsonKind::list && links.size() < 2) {
    faults_.add(*list, "a bridge joins at least two links", "name two links or remove the bridge");
  }
  SiteLinkBridge bridge{fields.name("name").value_or(""), resolve_all(links_, links)};
  if (bridge.name.empty()) return;
  bridges_.add(faults_, node, bridge.name, bridge.name);
  forest_.bridges.push_back(std::move(bridge));
}

}  // namespace ringspan::sites
