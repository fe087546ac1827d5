// What a scenario says of domains and application contexts that come: who holds them from now on,
// and how far that is.

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "replicator/configuration/contexts.hpp"
#include "replicator/engine/holding.hpp"
#include "replicator/simulator/expectations.hpp"
#include "sites/naming_context.hpp"

namespace ringspan::replicator::simulator {
namespace {

using base::Errc;
using base::fail;
using base::Result;

tl::unexpected<base::Error> needs_configuration() {
  return senseless("the forest needs the line 'configuration'");
}

/// The application context of this DN in a definition.
sites::NamingContext* find_application(sites::Forest& forest, const sites::Dn& dn) {
  auto* context = sites::find_naming_context(forest, dn);
  const bool is_one = context != nullptr && context->kind == sites::NamingContextKind::application;
  return is_one ? context : nullptr;
}

Result<std::vector<ControllerId>> replicas_of(const sites::Forest& forest, Words names) {
  std::vector<ControllerId> replicas;
  for (const std::string& name : names) {
    const auto* controller = sites::find_controller(forest, name);
    if (controller == nullptr) return senseless(fmt::format("no controller is named {}", name));
    replicas.push_back(controller->id);
  }
  std::ranges::sort(replicas);
  return replicas;
}

/// `forest`, where those hold it; nobody: without it.
Result<sites::Forest> with_replicas(sites::Forest forest, const sites::Dn& dn, Words names) {
  auto replicas = replicas_of(forest, names);
  if (!replicas) return fail(replicas.error());
  auto* context = sites::find_naming_context(forest, dn);
  if (context != nullptr && context->kind != sites::NamingContextKind::application) {
    return fail(Errc::refused, "only application contexts are given to others or removed");
  }
  if (names.empty()) {
    if (context == nullptr) return fail(Errc::not_found, "there is no such naming context");
    std::erase_if(forest.naming_contexts,
                  [id = context->id](const auto& one) { return one.id == id; });
  } else if (context != nullptr) {
    context->replicas = *std::move(replicas);
  } else {
    sites::add_application(forest, dn, *std::move(replicas));
  }
  return forest;
}

/// `forest`, where new controllers hold a new domain.
Result<sites::Forest> with_domain(sites::Forest forest, const sites::Dn& dn, Words controllers) {
  if (sites::find_naming_context(forest, dn) != nullptr) {
    return fail(Errc::exists, "there is such a naming context already");
  }
  std::set<ControllerId> ids;
  for (const std::string& word : controllers) {
    const std::size_t mark = word.find('@');
    const std::string name = word.substr(0, mark);
    const auto site = std::ranges::find(
        forest.sites, mark == std::string::npos ? "" : word.substr(mark + 1), &sites::Site::name);
    if (site == forest.sites.end()) {
      return senseless(fmt::format("'{}': say CONTROLLER@SITE, of a site of the forest", word));
    }
    const ControllerId id(sites::id_from_name(forest.id, "controller", name));
    forest.controllers.push_back(
        {.id = id, .name = name, .site = site->id, .domain = forest.root_domain});
    ids.insert(id);
  }
  std::ranges::sort(forest.controllers, {}, &sites::Controller::id);
  sites::add_domain(forest, dn, ids);
  return forest;
}

/// `forest` without a domain and its controllers.
Result<sites::Forest> without_domain(sites::Forest forest, const sites::Dn& dn) {
  const auto* domain = sites::find_naming_context(forest, dn);
  if (domain == nullptr) return fail(Errc::not_found, "there is no such domain");
  const NamingContextId id = domain->id;
  std::erase_if(forest.controllers, [id](const auto& one) { return one.domain == id; });
  std::erase_if(forest.naming_contexts, [id](const auto& one) { return one.id == id; });
  return forest;
}

/// As a person applies it, who is told of all that stands against it.
Result<std::string> write_definition(World& world, const std::string& writer,
                                     const configuration::Configuration& standing,
                                     sites::Forest wanted, const Snapshot& snapshot,
                                     const std::vector<std::string>& first_owners) {
  wanted = configuration::with_lasting_ids(std::move(wanted), standing.forest, snapshot);
  const auto obstacles = configuration::obstacles(standing, wanted);
  if (!obstacles.empty()) {
    return fail(Errc::refused, fmt::format("{}", fmt::join(obstacles, "\n")));
  }
  const auto written = world.apply(writer, wanted, first_owners);
  if (!written) return fail(written.error());
  return std::string();
}

/// A naming context is added and removed by the naming owner that `at` knows of.
std::string who_writes(const World& world, const std::string& at, const sites::Dn& dn,
                       bool removes) {
  auto forest = world.definition(at);
  const auto role = naming_role(world.identity(at).contexts);
  if (!forest || !role || (!removes && find_application(*forest, dn) != nullptr)) return at;
  return world.owner_for(at, *role);
}

std::string state_of(const World& world, const std::string& controller, NamingContextId context) {
  const Identity& me = world.identity(controller);
  const bool arrived = has_arrived(**world.read(controller), context, me.invocation);
  const bool held =
      std::ranges::any_of(me.contexts, [&](const auto& head) { return head.id == context; });
  if (held) return arrived ? "here" : "filling";
  return arrived ? "leaving" : "elsewhere";
}

}  // namespace

// context dc=apps o1 b1 | context dc=apps nobody
Result<std::string> place_context(Stage& stage, const std::string& at, Words words) {
  if (words.size() < 2) return say_form("at CONTROLLER context DN CONTROLLER...|nobody");
  const auto dn = sites::Dn::parse(words[0]);
  if (!dn) return fail(dn.error());
  World& world = stage.world();
  const std::string writer = who_writes(world, at, *dn, words[1] == "nobody");
  const auto snapshot = world.read(writer);
  const auto standing =
      configuration::read(**snapshot, configuration::configuration_of(world.forest()));
  if (!standing) return needs_configuration();
  const bool nobody = words[1] == "nobody";
  auto wanted = with_replicas(standing->forest, *dn, words.subspan(nobody ? 2 : 1));
  if (!wanted) return fail(wanted.error());
  return write_definition(world, writer, *standing, *std::move(wanted), **snapshot, {});
}

// domain dc=emea d1@rome d2@nuuk | domain dc=emea nobody
Result<std::string> place_domain(Stage& stage, const std::string& at, Words words) {
  if (words.size() < 2) return say_form("at CONTROLLER domain DN CONTROLLER@SITE...|nobody");
  const auto dn = sites::Dn::parse(words[0]);
  if (!dn) return fail(dn.error());
  World& world = stage.world();
  const bool nobody = words[1] == "nobody";
  const auto role = naming_role(world.identity(at).contexts);
  const std::string writer = role ? world.owner_for(at, *role) : at;
  const auto snapshot = world.read(writer);
  const auto standing =
      configuration::read(**snapshot, configuration::configuration_of(world.forest()));
  if (!standing) return needs_configuration();
  auto wanted = nobody ? without_domain(standing->forest, *dn)
                       : with_domain(standing->forest, *dn, words.subspan(1));
  if (!wanted) return fail(wanted.error());
  const std::vector<std::string> first{words[1].substr(0, words[1].find('@'))};
  return write_definition(world, writer, *standing, *std::move(wanted), **snapshot, first);
}

// join d1 at o1
Result<std::string> join_forest(Stage& stage, Words words) {
  if (words.size() != 4 || words[2] != "at") return say_form("join CONTROLLER at CONTROLLER");
  if (!stage.world().read(words[3])) {
    return senseless(fmt::format("no controller is named {}", words[3]));
  }
  const auto joined = stage.world().join(words[1], words[3]);
  if (!joined) return fail(joined.error());
  return std::string();
}

// context dc=apps here|filling|leaving|elsewhere
Result<void> expect_context(const Stage& stage, const std::string& controller, Words words) {
  constexpr std::string_view kStates[] = {"here", "filling", "leaving", "elsewhere"};
  if (words.size() != 2 || std::ranges::find(kStates, words[1]) == std::end(kStates)) {
    return say_form("expect CONTROLLER context DN here|filling|leaving|elsewhere");
  }
  const auto dn = sites::Dn::parse(words[0]);
  if (!dn) return senseless(dn.error().message);
  auto forest = stage.world().definition(controller);
  if (!forest) return needs_configuration();
  const auto* context = sites::find_naming_context(*forest, *dn);
  const std::string state =
      context == nullptr ? "elsewhere" : state_of(stage.world(), controller, context->id);
  return state == words[1] ? Result<void>{} : Result<void>(found(state));
}

}  // namespace ringspan::replicator::simulator
