#pragma once

// A forest of bytes: every byte is a decision, so that chance comes to deep ones at once. What was
// merged from careless edits comes too: references to nothing, to itself, things twice, any cost.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sites/forest.hpp"
#include "tests/shuffled.hpp"

namespace ringspan::fuzz {

/// Decisions; all are 0 once the bytes are used up.
class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  std::uint8_t next() { return at_ < size_ ? data_[at_++] : std::uint8_t{0}; }
  std::size_t below(std::size_t bound) { return bound == 0 ? 0 : next() % bound; }
  bool flag() { return (next() & 1U) != 0; }
  bool left() const { return at_ < size_; }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

/// Small numbers, so that two parts often bear one id.
template <typename Id>
Id id_of(std::uint8_t kind, std::size_t number) {
  base::Guid guid;
  guid.bytes[0] = kind;
  guid.bytes[15] = static_cast<std::uint8_t>(number);
  return Id(guid);
}

inline sites::SiteId site_id(std::size_t number) {
  return id_of<sites::SiteId>(1, number);
}
inline sites::SiteLinkId link_id(std::size_t number) {
  return id_of<sites::SiteLinkId>(2, number);
}
inline sites::ControllerId controller_id(std::size_t number) {
  return id_of<sites::ControllerId>(3, number);
}
inline sites::NamingContextId context_id(std::size_t number) {
  return id_of<sites::NamingContextId>(4, number);
}

inline sites::Schedule schedule_of(Bytes& bytes) {
  constexpr const char* kTexts[] = {
      "always",          "always",          "always", "Mon 00:00-00:15", "Mon-Tue 00:00-24:00",
      "Tue 23:00-01:00", "Sat 23:45-00:00", "never"};
  return *sites::Schedule::parse(kTexts[bytes.below(std::size(kTexts))]);
}

inline sites::SiteLink link_of(Bytes& bytes, std::size_t number, std::size_t sites) {
  constexpr std::uint32_t kCosts[] = {1, 1, 2, 5, 100, 0, ~0U, ~0U - 1};
  sites::SiteLink link;
  link.id = link_id(number);
  link.name = "l" + std::to_string(number);
  for (std::size_t members = bytes.below(5); members > 0; --members)
    link.sites.push_back(site_id(bytes.below(sites + 1)));  // one of them is not there
  link.cost = sites::Cost(kCosts[bytes.below(std::size(kCosts))]);
  link.schedule = schedule_of(bytes);
  const auto looks = bytes.next();
  link.notify = (looks & 1U) != 0;
  link.compress = (looks & 2U) != 0;
  link.interval = std::chrono::minutes((looks & 4U) != 0 ? 15 : 60 * 24 * 30);
  if ((looks & 0xf0U) == 0xf0U) link.interval = {};
  return link;
}

inline sites::Controller controller_of(Bytes& bytes, std::size_t number, std::size_t sites,
                                       std::size_t contexts) {
  sites::Controller one;
  one.id = controller_id(number);
  one.name = "c" + std::to_string(number);
  one.site = site_id(bytes.below(sites + 1));
  one.domain = context_id(bytes.below(contexts + 1));
  const auto looks = bytes.next();
  one.read_only = (looks & 3U) == 3U;
  one.global_catalog = (looks & 4U) != 0;
  one.inbound = (looks & 0x18U) != 0x18U;
  one.outbound = (looks & 0x60U) != 0x60U;
  one.preferred_bridgehead = (looks & 0x81U) == 0x81U;
  if ((looks & 0x82U) == 0x82U) one.preferred_bridgehead_of = {context_id(bytes.below(contexts))};
  return one;
}

inline sites::NamingContext context_of(Bytes& bytes, std::size_t number, std::size_t controllers) {
  using enum sites::NamingContextKind;
  constexpr sites::NamingContextKind kKinds[] = {configuration, domain, application, schema};
  sites::NamingContext one;
  one.id = context_id(number);
  one.kind = number < 2 ? kKinds[number] : kKinds[bytes.below(std::size(kKinds))];
  one.dn = "dc=n" + std::to_string(number);
  if (one.kind != application) return one;
  for (std::size_t held = bytes.below(controllers + 2); held > 0; --held)
    one.replicas.push_back(controller_id(bytes.below(controllers + 1)));
  return one;
}

/// Of a list, sometimes one part is there twice, and the second says something else.
template <typename Part, typename Maker>
std::vector<Part> parts_of(Bytes& bytes, std::size_t count, const Maker& make) {
  std::vector<Part> parts;
  for (std::size_t at = 0; at < count; ++at)
    parts.push_back(make(bytes.next() == 255 ? at / 2 : at));
  return parts;
}

inline sites::Forest forest_of(Bytes& bytes) {
  sites::Forest forest;
  forest.name = "fuzz";
  forest.id = id_of<sites::ForestId>(5, 0);
  const auto size = bytes.next();  // some have one large site, some have many
  const std::size_t sites = 1 + (size & 15U);
  const std::size_t controllers = 1 + bytes.below(24);
  const std::size_t contexts = 1 + bytes.below(5);
  const auto policy = bytes.next();
  forest.policy.bridge_all_site_links = (policy & 1U) == 0;
  forest.policy.redundancy = (policy & 2U) == 0 ? 2 : (policy >> 4U);
  forest.policy.max_hops = (policy & 4U) == 0 ? 8 : (policy >> 5U);
  if ((policy & 8U) != 0) forest.policy.topology = sites::TopologyPolicy::active_directory;
  forest.root_domain = context_id(bytes.below(contexts + 1));
  constexpr sites::SiteOption kOptions[] = {sites::SiteOption::ignore_schedules,
                                            sites::SiteOption::bridges_required};
  forest.sites = parts_of<sites::Site>(bytes, sites, [&](std::size_t number) {
    sites::Site one{site_id(number), "s" + std::to_string(number), std::nullopt, {}};
    const auto looks = bytes.next();
    if ((looks & 1U) != 0) one.coordinates = sites::Coordinates{looks / 4.0, looks * -0.5};
    if ((looks & 0xc0U) == 0xc0U) one.options.insert(kOptions[bytes.below(std::size(kOptions))]);
    return one;
  });
  forest.naming_contexts = parts_of<sites::NamingContext>(
      bytes, contexts, [&](std::size_t number) { return context_of(bytes, number, controllers); });
  forest.controllers = parts_of<sites::Controller>(bytes, controllers, [&](std::size_t number) {
    return controller_of(bytes, number, sites, contexts);
  });
  const std::size_t links = bytes.below(2 * sites + 3);
  forest.links = parts_of<sites::SiteLink>(
      bytes, links, [&](std::size_t number) { return link_of(bytes, number, sites); });
  for (std::size_t at = bytes.below(4); at > 0; --at) {
    forest.bridges.push_back({"b" + std::to_string(at), {}});
    for (std::size_t members = bytes.below(6); members > 0; --members)
      forest.bridges.back().links.push_back(link_id(bytes.below(links + 1)));
  }
  for (std::size_t at = bytes.below(3); at > 0; --at) {
    forest.connections.push_back({"m" + std::to_string(at), controller_id(bytes.below(controllers)),
                                  controller_id(bytes.below(controllers + 1)), bytes.flag(),
                                  schedule_of(bytes)});
  }
  return forest;
}

/// Every list in another order.
inline sites::Forest shuffled(sites::Forest forest, std::size_t step) {
  return shuffled_by(std::move(forest), [step](auto& parts) {
    if (parts.empty()) return;
    std::ranges::rotate(parts, parts.begin() + static_cast<std::ptrdiff_t>(step % parts.size()));
    if (step % 2 == 1) std::ranges::reverse(parts);
  });
}

}  // namespace ringspan::fuzz
