#include "kcc/names.hpp"

#include <algorithm>
#include <tuple>

#include "sites/dn.hpp"

namespace ringspan::kcc {
namespace {

template <typename Id>
std::string name_in(const std::map<Id, std::string>& names, const Id& id) {
  const auto found = names.find(id);
  return found == names.end() ? id.value.to_string() : found->second;
}

}  // namespace

Names::Names(const sites::Forest& forest) {
  for (const auto& site : forest.sites)
    sites_.emplace(site.id, site.name);
  for (const auto& link : forest.links)
    links_.emplace(link.id, link.name);
  for (const auto& controller : forest.controllers)
    controllers_.emplace(controller.id, &controller);
  for (const auto& context : forest.naming_contexts)
    contexts_.emplace(context.id, &context);
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
