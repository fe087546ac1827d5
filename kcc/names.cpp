#include "kcc/names.hpp"

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "sites/dn.hpp"

namespace ringspan::kcc {
namespace {

template <typename Id>
std::string name_in(const std::map<Id, std::string>& names, const Id& id) {
  const auto found = names.find(id);
  return found == names.end() ? id.value.to_string() : found->second;
}

/// Of several that bear one id, the one that sound_part() keeps.
template <typename Id, typename Kept, typename Rank = std::identity>
void keep_first(std::map<Id, Kept>& known, const Id& id, const Kept& one, Rank rank = {}) {
  const auto [entry, fresh] = known.emplace(id, one);
  if (!fresh && rank(one) < rank(entry->second)) entry->second = one;
}

std::string joined(std::vector<std::string> words, std::size_t most) {
  std::ranges::sort(words);
  const std::size_t left = words.size() - std::min(words.size(), most);
  words.resize(words.size() - left);
  return left == 0 ? fmt::format("{}", fmt::join(words, ", "))
                   : fmt::format("{} and {} more", fmt::join(words, ", "), left);
}

}  // namespace

Names::Names(const sites::Forest& forest) {
  for (const auto& site : forest.sites)
    keep_first(sites_, site.id, site.name);
  for (const auto& link : forest.links)
    keep_first(links_, link.id, link.name);
  for (const auto& controller : forest.controllers) {
    keep_first(controllers_, controller.id, &controller,
               [](const auto* one) { return std::tie(one->name, one->site); });
  }
  for (const auto& context : forest.naming_contexts) {
    keep_first(contexts_, context.id, &context,
               [](const auto* one) { return std::tie(one->kind, one->dn); });
  }
}

std::string Names::site(sites::SiteId id) const {
  return name_in(sites_, id);
}

std::string Names::link(sites::SiteLinkId id) const {
  return name_in(links_, id);
}

std::string Names::controller(sites::ControllerId id) const {
  const auto found = controllers_.find(id);
  return found == controllers_.end() ? id.value.to_string() : found->second->name;
}

std::string Names::site_of(sites::ControllerId id) const {
  const auto found = controllers_.find(id);
  return found == controllers_.end() ? std::string() : site(found->second->site);
}

std::string Names::dn(sites::NamingContextId id) const {
  const auto found = contexts_.find(id);
  return found == contexts_.end() ? id.value.to_string() : found->second->dn;
}

std::string Names::listed(const std::vector<sites::ControllerId>& ids, std::size_t most) const {
  std::vector<std::string> words;
  for (const auto& id : ids)
    words.push_back(controller(id));
  return joined(std::move(words), most);
}

std::string Names::listed(const std::vector<sites::SiteId>& ids, std::size_t most) const {
  std::vector<std::string> words;
  for (const auto& id : ids)
    words.push_back(site(id));
  return joined(std::move(words), most);
}

std::string Names::nickname(sites::NamingContextId id) const {
  const auto parsed = sites::Dn::parse(dn(id));
  return parsed && !parsed->rdns.empty() ? parsed->rdns.front().value : dn(id);
}

std::vector<sites::NamingContextId> Names::in_order(std::vector<sites::NamingContextId> ids) const {
  std::ranges::sort(ids, {}, [this](sites::NamingContextId id) {
    const auto found = contexts_.find(id);
    const auto kind =
        found == contexts_.end() ? sites::NamingContextKind::application : found->second->kind;
    return std::tuple(kind, dn(id), id);
  });
  return ids;
}

}  // namespace ringspan::kcc
