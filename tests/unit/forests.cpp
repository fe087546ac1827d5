#include "tests/unit/forests.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "sites/read_forest.hpp"
#include "sites/read_graphml.hpp"
#include "tests/shuffled.hpp"

namespace ringspan {
namespace {

sites::SiteLink random_link(const sites::Forest& forest, std::size_t number, base::Rng& rng) {
  static const std::vector<std::string> schedules{
      "always", "always", "always", "Mon 00:00-24:00", "Tue 00:00-24:00", "Mon-Tue 00:00-24:00",
      "never"};
  sites::SiteLink link;
  link.name = "link-" + std::to_string(number);
  link.id = sites::SiteLinkId(sites::id_from_name(forest.id, "site-link", link.name));
  const std::size_t members = rng.chance(1, 4) ? 3 : 2;
  for (std::size_t at = 0; at < members; ++at)
    link.sites.push_back(rng.pick(forest.sites).id);
  std::ranges::sort(link.sites);
  const auto repeats = std::ranges::unique(link.sites);
  link.sites.erase(repeats.begin(), repeats.end());
  link.cost = sites::Cost(static_cast<std::uint32_t>(1 + rng.below(4)));
  link.schedule = *sites::Schedule::parse(rng.pick(schedules));
  link.notify = rng.chance(3, 4);
  link.compress = rng.chance(1, 2);
  return link;
}

void add_contexts(sites::Forest& forest, base::Rng& rng) {
  const auto add = [&forest](sites::NamingContextKind kind, const std::string& dn) {
    const auto id = sites::NamingContextId(sites::id_from_name(forest.id, "naming-context", dn));
    forest.naming_contexts.push_back({id, kind, dn, {}});
    return id;
  };
  std::vector<sites::NamingContextId> domains;
  const std::uint64_t count = 1 + rng.below(3);
  for (std::uint64_t at = 0; at < count; ++at) {
    domains.push_back(add(sites::NamingContextKind::domain, "dc=d" + std::to_string(at)));
  }
  forest.root_domain = domains.front();
  add(sites::NamingContextKind::configuration, "cn=configuration,dc=d0");
  add(sites::NamingContextKind::schema, "cn=schema,cn=configuration,dc=d0");
  for (sites::Controller& controller : forest.controllers)
    controller.domain = rng.pick(domains);
  if (rng.chance(1, 2)) {
    add(sites::NamingContextKind::application, "dc=app");
    for (const auto& controller : forest.controllers) {
      if (rng.chance(1, 2)) forest.naming_contexts.back().replicas.push_back(controller.id);
    }
  }
}

void sort(sites::Forest& forest) {
  std::ranges::sort(forest.sites, {}, &sites::Site::id);
  std::ranges::sort(forest.links, {}, &sites::SiteLink::id);
  std::ranges::sort(forest.controllers, {}, &sites::Controller::id);
  std::ranges::sort(forest.naming_contexts, {}, &sites::NamingContext::id);
  for (auto& context : forest.naming_contexts)
    std::ranges::sort(context.replicas);
}

}  // namespace

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::filesystem::path> json_files(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(RINGSPAN_SOURCE_DIR) / folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

sites::Forest sound_forest(const std::string& json) {
  auto forest = sites::read_forest(json, "test.json");
  if (forest) return *std::move(forest);
  std::string faults;
  for (const auto& fault : forest.error())
    faults += to_string(fault) + "\n";
  throw std::runtime_error(faults);
}

sites::Forest sample_forest(const std::string& name) {
  return sound_forest(
      read_text(std::filesystem::path(RINGSPAN_SOURCE_DIR) / "samples" / (name + ".json")));
}

sites::Forest map_forest(const std::string& name, std::uint32_t controllers_per_site) {
  const auto path = std::filesystem::path(RINGSPAN_SOURCE_DIR) / "samples" / (name + ".graphml");
  auto read =
      sites::read_graphml(read_text(path), name, {.controllers_per_site = controllers_per_site});
  if (!read) throw std::runtime_error(path.string() + " is not sound");
  return std::move(read->forest);
}

sites::Forest random_forest(base::Rng& rng) {
  sites::Forest forest;
  forest.name = "random";
  forest.id = sites::ForestId(rng.guid());
  const std::uint64_t sites = 1 + rng.below(7);
  for (std::uint64_t at = 0; at < sites; ++at) {
    const std::string name = "site-" + std::to_string(at);
    forest.sites.push_back(
        {sites::SiteId(sites::id_from_name(forest.id, "site", name)), name, std::nullopt, {}});
  }
  const std::uint64_t links = rng.below(sites + 4);
  for (std::uint64_t at = 0; at < links; ++at) {
    auto link = random_link(forest, at, rng);
    if (link.sites.size() > 1) forest.links.push_back(std::move(link));
  }
  forest.policy.bridge_all_site_links = rng.chance(2, 3);
  const std::uint64_t bridges = forest.links.size() > 1 ? rng.below(3) : 0;
  for (std::uint64_t at = 0; at < bridges; ++at) {
    sites::SiteLinkBridge bridge{"bridge-" + std::to_string(at), {}};
    for (const auto& link : forest.links) {
      if (rng.chance(1, 2)) bridge.links.push_back(link.id);
    }
    std::ranges::sort(bridge.links);
    forest.bridges.push_back(std::move(bridge));
  }
  const std::uint64_t controllers = 1 + rng.below(12);
  const std::uint64_t read_only_of_four = rng.below(3);
  for (std::uint64_t at = 0; at < controllers; ++at) {
    sites::Controller controller;
    controller.name = "controller-" + std::to_string(at);
    controller.id =
        sites::ControllerId(sites::id_from_name(forest.id, "controller", controller.name));
    controller.site = rng.pick(forest.sites).id;
    controller.read_only = rng.chance(read_only_of_four, 4);
    controller.global_catalog = rng.chance(1, 3);
    forest.controllers.push_back(std::move(controller));
  }
  add_contexts(forest, rng);
  sort(forest);
  return forest;
}

sites::Forest shuffled(sites::Forest forest, base::Rng& rng) {
  return shuffled_by(std::move(forest), [&rng](auto& list) {
    for (std::size_t at = list.size(); at > 1; --at)
      std::swap(list[at - 1], list[rng.below(at)]);
  });
}

sites::Forest scrambled(sites::Forest forest, base::Rng& rng) {
  for (std::uint64_t edits = 1 + rng.below(4); edits > 0; --edits) {
    switch (rng.below(8)) {
      case 0:
        forest.sites.erase(forest.sites.begin());
        break;
      case 1:
        if (!forest.links.empty()) forest.links.front().sites.clear();
        break;
      case 2:
        if (!forest.links.empty()) forest.links.push_back(forest.links.front());
        break;
      case 3:
        forest.controllers.push_back(forest.controllers.front());
        forest.controllers.back().read_only = !forest.controllers.back().read_only;
        break;
      case 4:
        forest.controllers.front().domain = sites::NamingContextId(rng.guid());
        break;
      case 5:
        forest.naming_contexts.push_back(forest.naming_contexts.front());
        break;
      case 6:
        for (auto& link : forest.links)
          link.cost = sites::Cost(rng.chance(1, 2) ? 0 : ~0U);
        break;
      default:
        forest.naming_contexts.clear();
        return forest;
    }
    if (forest.sites.empty()) return forest;
  }
  return forest;
}

}  // namespace ringspan
