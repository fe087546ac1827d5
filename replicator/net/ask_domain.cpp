// domains, domain: which controllers belong to which domain, and domains that are added and
// removed. What is changed is an edit of the definition (apply_edit.hpp).
//
// A controller belongs to one domain, from the time it joined. So a new domain is of controllers
// that the definition names and that have yet to join; they come up as its members.

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "base/fold.hpp"
#include "kcc/names.hpp"
#include "replicator/engine/ownership.hpp"
#include "replicator/net/apply_edit.hpp"
#include "sites/naming_context.hpp"

namespace ringspan::replicator::net {
namespace {

using base::Errc;
using Keys = std::map<ControllerId, std::string>;

Json controllers_json(const ServiceGround& ground, NamingContextId domain) {
  std::map<std::string, Json> by_name;
  for (const sites::Controller& controller : ground.forest().controllers) {
    if (controller.domain != domain) continue;
    const auto* site = sites::find_site(ground.forest(), controller.site);
    by_name[controller.name] = {{"name", controller.name},
                                {"site", site == nullptr ? std::string() : site->name},
                                {"read_only", controller.read_only},
                                {"joined", ground.in_force->keys.contains(controller.id)}};
  }
  Json controllers = Json::array();
  for (auto& [name, controller] : by_name)
    controllers.push_back(std::move(controller));
  return controllers;
}

Json line_of(const ServiceGround& ground, const Snapshot& snapshot,
             const sites::NamingContext& domain) {
  Json roles = Json::object();
  for (const MasterRole role : kMasterRoles) {
    if (!has_role(domain.kind, role)) continue;
    const auto now =
        ownership_of(snapshot, configuration_among(ground.contexts()), {role, domain.id});
    roles[std::string(to_string(role))] = name_of(snapshot, now.owner);
  }
  const auto objects = living_objects(snapshot, domain.id);
  return {{"dn", domain.dn},
          {"guid", domain.id.value.to_string()},
          {"root", domain.id == ground.forest().root_domain},
          {"controllers", controllers_json(ground, domain.id)},
          {"roles", std::move(roles)},
          {"objects", objects ? Json(*objects) : Json(nullptr)},
          {"state", state_here(ground, snapshot, domain.id)}};
}

// ── Add and remove ───────────────────────────────────────────────────────────────────────────────

struct Wanted {
  sites::Dn dn;
  std::vector<std::string> controllers;
  std::vector<std::string> sites;
};

void check_name(const sites::Forest& forest, const sites::Dn& dn,
                std::vector<std::string>& faults) {
  const bool named_so = std::ranges::all_of(
      dn.rdns, [](const sites::Rdn& rdn) { return base::fold_name(rdn.type) == "dc"; });
  if (!named_so) {
    faults.push_back(
        fmt::format("domain {}: a domain's name has dc parts alone; write it like "
                    "dc=emea,dc=corp,dc=example",
                    dn.to_string()));
  }
  const auto* above = sites::enclosing_context(forest, dn);
  if (above != nullptr && above->kind == sites::NamingContextKind::application) {
    faults.push_back(
        fmt::format("domain {}: lies in the application context {}; give it a name "
                    "outside of it",
                    dn.to_string(), above->dn));
  }
}

std::string in_domain(const sites::Forest& forest, const sites::Controller& controller) {
  const auto* domain = sites::find_naming_context(forest, controller.domain);
  return domain == nullptr ? "its domain" : domain->dn;
}

/// Those that are named, and in the sites that are named those that have yet to join.
std::set<ControllerId> chosen(const sites::Forest& forest, const Keys& keys, const Wanted& wanted,
                              std::vector<std::string>& faults) {
  std::set<ControllerId> ids;
  for (const std::string& name : wanted.controllers) {
    const auto* controller = sites::find_controller(forest, name);
    if (controller == nullptr) {
      faults.push_back(
          fmt::format("controller {}: not in the forest definition; add it there "
                      "with its site and address (ringspan apply)",
                      name));
    } else if (keys.contains(controller->id)) {
      faults.push_back(fmt::format(
          "controller {}: has joined as a member of {}, and a member keeps its domain; name one "
          "that has yet to join, or remove it first and have it join anew",
          controller->name, in_domain(forest, *controller)));
    } else {
      ids.insert(controller->id);
    }
  }
  for (const std::string& name : wanted.sites) {
    const auto site = std::ranges::find(forest.sites, base::fold_name(name),
                                        [](const auto& one) { return base::fold_name(one.name); });
    if (site == forest.sites.end()) {
      faults.push_back(fmt::format(
          "site {}: not in the forest definition; ringspan export shows those that are", name));
      continue;
    }
    std::size_t found = 0;
    for (const sites::Controller& controller : forest.controllers) {
      if (controller.site != site->id || keys.contains(controller.id)) continue;
      ids.insert(controller.id);
      ++found;
    }
    if (found > 0) continue;
    faults.push_back(
        fmt::format("site {}: all of its controllers have joined, and a member keeps "
                    "its domain; add another to the forest definition first",
                    site->name));
  }
  return ids;
}

/// Errc::invalid with all faults, a line each.
base::Result<sites::Forest> with_domain(sites::Forest forest, const Keys& keys,
                                        const Wanted& wanted) {
  const std::string dn = wanted.dn.to_string();
  if (sites::find_naming_context(forest, wanted.dn) != nullptr) {
    return base::fail(
        Errc::exists,
        fmt::format("domain {}: the forest has a naming context of this name already", dn));
  }
  std::vector<std::string> faults;
  check_name(forest, wanted.dn, faults);
  const auto controllers = chosen(forest, keys, wanted, faults);
  const bool writable = std::ranges::any_of(controllers, [&forest](ControllerId id) {
    return !sites::find_controller(forest, id)->read_only;
  });
  if (!controllers.empty() && !writable) {
    faults.push_back(fmt::format(
        "domain {}: all of its controllers are read-only; name one that takes writes", dn));
  }
  if (!faults.empty()) return base::fail(Errc::invalid, fmt::format("{}", fmt::join(faults, "\n")));
  sites::add_domain(forest, wanted.dn, controllers);
  return forest;
}

/// Those of its controllers that never joined go back to the root domain.
base::Result<sites::Forest> without_domain(sites::Forest forest, const sites::Dn& dn) {
  const auto* domain = sites::find_naming_context(forest, dn);
  if (domain == nullptr || domain->kind != sites::NamingContextKind::domain) {
    return base::fail(Errc::not_found,
                      fmt::format("domain {}: the forest has none of this name; ringspan domain "
                                  "list shows those it has",
                                  dn.to_string()));
  }
  const NamingContextId id = domain->id;
  if (id == forest.root_domain) {
    return base::fail(Errc::refused, fmt::format("domain {}: is the root domain, on which the "
                                                 "forest's other names hang; it stays",
                                                 domain->dn));
  }
  for (sites::Controller& controller : forest.controllers) {
    if (controller.domain == id) controller.domain = forest.root_domain;
    std::erase(controller.preferred_bridgehead_of, id);
  }
  std::erase_if(forest.naming_contexts, [id](const auto& one) { return one.id == id; });
  return forest;
}

base::Result<Wanted> read_wanted(const Asked& asked) {
  auto dn = asked.dn("domain");
  if (!dn) return base::fail(dn.error());
  if (dn->rdns.empty()) return base::fail(Errc::invalid, "\"domain\": the DN is empty");
  Wanted wanted{.dn = *std::move(dn), .controllers = {}, .sites = {}};
  for (const auto& [field, names] :
       {std::pair("controllers", &wanted.controllers), std::pair("sites", &wanted.sites)}) {
    if (!asked.has(field)) continue;
    auto given = asked.texts(field);
    if (!given) return base::fail(given.error());
    *names = *std::move(given);
  }
  return wanted;
}

}  // namespace

base::Result<Json> answer_domains(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  if (auto known = asked.only({"ask"}); !known) return base::fail(known.error());
  const auto snapshot = ground.store.read();
  std::vector<NamingContextId> ids;
  for (const sites::NamingContext& context : ground.forest().naming_contexts) {
    if (context.kind == sites::NamingContextKind::domain) ids.push_back(context.id);
  }
  Json domains = Json::array();
  for (const NamingContextId id : kcc::Names(ground.forest()).in_order(ids)) {
    domains.push_back(line_of(ground, *snapshot, *sites::find_naming_context(ground.forest(), id)));
  }
  return Json{{"controller", ground.name()}, {"domains", std::move(domains)}};
}

void answer_domain(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  const Asked asked(request);
  auto known =
      asked.only({"ask", "action", "domain", "controllers", "sites", "preview", "expect", "force"});
  const auto refuse = [&taker](const base::Error& error) { taker(error_text(error)); };
  if (!known) return refuse(known.error());
  const auto action = asked.text("action");
  if (!action) return refuse(action.error());
  const auto wanted = read_wanted(asked);
  if (!wanted) return refuse(wanted.error());
  const bool names_some = !wanted->controllers.empty() || !wanted->sites.empty();
  if (*action == "remove") {
    if (names_some) {
      return refuse({Errc::invalid, "\"action\": remove takes no \"controllers\" and \"sites\""});
    }
    return apply_edit(
        ground, request,
        [dn = wanted->dn](const sites::Forest& standing) { return without_domain(standing, dn); },
        std::move(taker));
  }
  if (*action != "add") {
    return refuse(
        {Errc::invalid, fmt::format("\"action\": \"{}\" is none of add, remove", *action)});
  }
  if (!names_some) {
    return refuse({Errc::invalid, "say \"controllers\" or \"sites\": who is to hold the domain"});
  }
  apply_edit(
      ground, request,
      [keys = ground.in_force->keys, wanted = *wanted](const sites::Forest& standing) {
        return with_domain(standing, keys, wanted);
      },
      std::move(taker), wanted->controllers);
}

}  // namespace ringspan::replicator::net
