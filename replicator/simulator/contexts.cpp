// What a scenario says of application contexts: who holds them from now on, and how far that is.

#include <algorithm>
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
  wanted = configuration::with_lasting_ids(*std::move(wanted), standing->forest, **snapshot);
  const auto obstacles = configuration::obstacles(*standing, *wanted);
  if (!obstacles.empty()) {
    return fail(Errc::refused, fmt::format("{}", fmt::join(obstacles, "\n")));
  }
  const auto written = world.apply(writer, *wanted);
  if (!written) return fail(written.error());
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
  const auto* context = find_application(*forest, *dn);
  const std::string state =
      context == nullptr ? "elsewhere" : state_of(stage.world(), controller, context->id);
  return state == words[1] ? Result<void>{} : Result<void>(found(state));
}

}  // namespace ringspan::replicator::simulator
