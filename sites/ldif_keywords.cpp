#include "sites/ldif_keywords.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <utility>

#include <fmt/core.h>

#include "base/fold.hpp"
#include "sites/address.hpp"
#include "sites/fence.hpp"
#include "sites/name_giver.hpp"

namespace ringspan::sites {
namespace {

using namespace std::chrono_literals;

template <typename Unit>
bool is_whole(base::Duration duration) {
  return std::chrono::duration_cast<Unit>(duration) == duration;
}

void add_policy(const Policy& policy, std::vector<std::string>& keywords) {
  const Policy assumed;
  const auto put = [&keywords](std::string_view key, const auto& value) {
    keywords.push_back(fmt::format("policy {} {}", key, value));
  };
  if (policy.topology != assumed.topology) put("topology", "active_directory");
  if (policy.max_hops != assumed.max_hops) put("max_hops", policy.max_hops);
  if (policy.redundancy != assumed.redundancy) put("redundancy", policy.redundancy);
  if (policy.forward_writes != assumed.forward_writes) put("forward_writes", "true");
  for (const std::string& endpoint : policy.fence)
    put("fence", endpoint);
  if (!is_whole<std::chrono::days>(policy.tombstone_lifetime)) {
    put("tombstone_lifetime", base::to_string(policy.tombstone_lifetime));
  }
}

void add_controller(const Forest& forest, const Controller& controller,
                    std::vector<std::string>& keywords) {
  const std::string id = controller.id.value.to_string();
  if (!controller.address.empty()) {
    keywords.push_back(fmt::format("address {} {}", id, controller.address));
  }
  for (const NamingContextId context : controller.preferred_bridgehead_of) {
    const NamingContext* known = find_naming_context(forest, context);
    if (known != nullptr) keywords.push_back(fmt::format("bridgehead {} {}", id, known->dn));
  }
}

/// Up to the next space, which goes with it.
std::string_view take_word(std::string_view& rest) {
  const auto end = std::min(rest.find(' '), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(std::min(rest.size(), end + 1));
  return word;
}

template <typename Number>
std::optional<Number> number(std::string_view text, Number least, Number most) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, value);
  const bool whole = code == std::errc{} && stop == end;
  return whole && value >= least && value <= most ? std::optional(value) : std::nullopt;
}

std::optional<base::Duration> duration(std::string_view text, base::Duration least,
                                       base::Duration most) {
  const auto value = base::parse_duration(text);
  return value && *value >= least && *value <= most ? value : std::nullopt;
}

/// False if there is nothing to be put.
template <typename To, typename Value>
bool put(To& to, const std::optional<Value>& value) {
  if (value) to = *value;
  return value.has_value();
}

/// The part whose GUID comes next; nullptr if there is none. `parts` are sorted by id.
template <typename Part>
Part* take_part(std::vector<Part>& parts, std::string_view& rest) {
  const auto guid = base::Guid::parse(take_word(rest));
  if (!guid) return nullptr;
  const decltype(Part::id) id(*guid);
  const auto found = std::ranges::lower_bound(parts, id, {}, &Part::id);
  return found == parts.end() || found->id != id ? nullptr : &*found;
}

bool apply_fence(Policy& policy, std::string_view endpoint) {
  if (!parse_fence_endpoint(endpoint)) return false;
  const auto place = std::ranges::lower_bound(policy.fence, endpoint);
  if (place != policy.fence.end() && *place == endpoint) return false;
  policy.fence.emplace(place, endpoint);
  return true;
}

bool apply_policy(Policy& policy, std::string_view rest) {
  const std::string_view key = take_word(rest);
  if (key == "topology" && rest == "active_directory") {
    policy.topology = TopologyPolicy::active_directory;
    return true;
  }
  if (key == "forward_writes" && rest == "true") return policy.forward_writes = true;
  if (key == "fence") return apply_fence(policy, rest);
  if (key == "max_hops") return put(policy.max_hops, number<std::uint32_t>(rest, 1, 255));
  if (key == "redundancy") return put(policy.redundancy, number<std::uint32_t>(rest, 1, 2));
  if (key != "tombstone_lifetime") return false;
  return put(policy.tombstone_lifetime, duration(rest, 24h, 24h * 36500));
}

bool apply_coordinates(Site& site, std::string_view rest) {
  const auto latitude = number<double>(take_word(rest), -90, 90);
  const auto longitude = number<double>(rest, -180, 180);
  if (latitude && longitude) site.coordinates = Coordinates{*latitude, *longitude};
  return latitude && longitude;
}

bool apply_bridgehead(const Forest& forest, Controller& controller, std::string_view name) {
  const auto context = std::ranges::find(forest.naming_contexts, name, &NamingContext::dn);
  if (context == forest.naming_contexts.end() || controller.preferred_bridgehead) return false;
  auto& contexts = controller.preferred_bridgehead_of;
  const auto place = std::ranges::lower_bound(contexts, context->id);
  if (place == contexts.end() || *place != context->id) contexts.insert(place, context->id);
  return true;
}

}  // namespace

std::vector<std::string> keywords_of(const Forest& forest) {
  std::vector<std::string> keywords{
      fmt::format("forest {} {}", forest.id.value.to_string(), forest.name)};
  add_policy(forest.policy, keywords);
  for (const Site& site : forest.sites) {
    if (!site.coordinates) continue;
    keywords.push_back(fmt::format("coordinates {} {} {}", site.id.value.to_string(),
                                   site.coordinates->latitude, site.coordinates->longitude));
  }
  for (const SiteLink& link : forest.links) {
    if (is_whole<std::chrono::minutes>(link.interval)) continue;
    keywords.push_back(
        fmt::format("interval {} {}", link.id.value.to_string(), base::to_string(link.interval)));
  }
  for (const Controller& controller : forest.controllers)
    add_controller(forest, controller, keywords);
  return keywords;
}

std::string dns_name(const Dn& root_domain) {
  std::string name;
  for (const Rdn& rdn : root_domain.rdns) {
    if (!name.empty()) name += '.';
    name += rdn.value;
  }
  return name;
}

std::optional<ForestIdentity> forest_of_keyword(std::string_view keyword) {
  if (take_word(keyword) != "forest") return std::nullopt;
  const auto id = base::Guid::parse(take_word(keyword));
  if (!id || id->is_nil() || sound_name(keyword) != keyword) return std::nullopt;
  return ForestIdentity{ForestId(*id), std::string(keyword)};
}

bool apply_keyword(Forest& forest, std::string_view keyword) {
  std::string_view rest = keyword;
  const std::string_view what = take_word(rest);
  if (what == "forest") return forest_of_keyword(keyword).has_value();
  if (what == "policy") return apply_policy(forest.policy, rest);
  if (what == "coordinates") {
    Site* site = take_part(forest.sites, rest);
    return site != nullptr && apply_coordinates(*site, rest);
  }
  if (what == "interval") {
    SiteLink* link = take_part(forest.links, rest);
    return link != nullptr && put(link->interval, duration(rest, 1s, 24h * 7));
  }
  Controller* controller = take_part(forest.controllers, rest);
  if (controller == nullptr) return false;
  if (what == "bridgehead") return apply_bridgehead(forest, *controller, rest);
  if (what != "address" || !is_address(rest) || !base::is_utf8(rest)) return false;
  controller->address = rest;
  return true;
}

}  // namespace ringspan::sites
