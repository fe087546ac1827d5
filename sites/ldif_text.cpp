#include "sites/ldif_text.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "sites/base64.hpp"

namespace ringspan::sites {
namespace {

constexpr std::size_t kWidth = 76;

Dn root_domain_of(const Forest& forest) {
  const NamingContext* root = find_naming_context(forest, forest.root_domain);
  return root == nullptr ? Dn{} : Dn::parse(root->dn).value_or(Dn{});
}

}  // namespace

bool is_plain_in_ldif(std::string_view value) {
  if (value.empty()) return true;
  if (value.front() == ' ' || value.front() == ':' || value.front() == '<') return false;
  return value.back() != ' ' && std::ranges::all_of(value, [](char c) {
           return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7f;
         });
}

void LdifText::put(std::string_view attribute, std::string_view value) {
  std::string line = is_plain_in_ldif(value) ? fmt::format("{}: {}", attribute, value)
                                             : fmt::format("{}:: {}", attribute, to_base64(value));
  for (std::size_t room = kWidth; line.size() > room; room = kWidth - 1) {
    text_ += line.substr(0, room) + "\n ";
    line.erase(0, room);
  }
  text_ += line + "\n";
}

void LdifText::put_schedule(const Schedule& schedule) {
  if (!schedule.is_always()) put("schedule", schedule.to_blob());
}

void LdifText::begin(const Dn& dn, std::initializer_list<std::string_view> classes) {
  put("dn", dn);
  put("changetype", "add");
  put("objectClass", "top");
  for (const std::string_view object_class : classes)
    put("objectClass", object_class);
}

void LdifText::remark(std::string_view words) {
  text_ += fmt::format("# {}\n\n", words);
}

LdifNames::LdifNames(const Forest& forest)
    : root(root_domain_of(forest)),
      configuration(name_below(root, "Configuration")),
      sites(name_below(configuration, "Sites")),
      transport(name_below(name_below(sites, "Inter-Site Transports"), "IP")) {
  for (const Site& one : forest.sites)
    site[one.id] = name_below(sites, one.name);
  for (const Controller& controller : forest.controllers) {
    const Dn servers = name_below(site[controller.site], "Servers");
    agent[controller.id] = name_below(name_below(servers, controller.name), "NTDS Settings");
  }
}

Dn name_below(const Dn& parent, std::string_view name) {
  Dn dn = parent;
  dn.rdns.insert(dn.rdns.begin(), Rdn{"CN", std::string(name)});
  return dn;
}

}  // namespace ringspan::sites
