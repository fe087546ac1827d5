// obstacles: what a new definition cannot change in a forest that runs.

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "replicator/configuration/configuration.hpp"

namespace ringspan::replicator::configuration {
namespace {

using sites::NamingContextKind;

bool is_application(const sites::NamingContext& context) {
  return context.kind == NamingContextKind::application;
}

/// Does a controller hold the same as before of what both definitions have, application contexts
/// apart? For as long as it is a member it does; of a domain that comes it may get its part.
bool holds_the_same(const sites::Forest& before, const sites::Controller& was,
                    const sites::Forest& after, const sites::Controller& is) {
  if (was.domain != is.domain) return false;
  return std::ranges::all_of(before.naming_contexts, [&](const sites::NamingContext& context) {
    const auto* stays = sites::find_naming_context(after, context.id);
    return stays == nullptr || is_application(context) ||
           sites::replica_kind(was, context) == sites::replica_kind(is, *stays);
  });
}

/// The members that hold it and take writes; of those only who is in `wanted`, too.
std::vector<std::string> holders(const Configuration& standing, const sites::NamingContext& context,
                                 const sites::Forest& wanted) {
  std::vector<std::string> found;
  for (const sites::Controller& controller : wanted.controllers) {
    if (standing.keys.contains(controller.id) &&
        sites::replica_kind(controller, context) == sites::ReplicaKind::writable) {
      found.push_back(controller.name);
    }
  }
  return found;
}

void check_replicas(const Configuration& standing, const sites::NamingContext& is,
                    const sites::Forest& wanted, std::vector<std::string>& found) {
  if (holders(standing, is, wanted).empty()) {
    found.push_back(fmt::format(
        "naming context {}: none of its replicas takes writes and has joined; name one that does",
        is.dn));
  }
  const auto* was = sites::find_naming_context(standing.forest, is.id);
  if (was == nullptr) return;
  const auto had = holders(standing, *was, standing.forest);
  if (!had.empty() && holders(standing, *was, wanted).empty()) {
    found.push_back(fmt::format(
        "naming context {}: everybody who holds it ({}) would leave the forest; give it to others "
        "first and remove these once ringspan naming-context list shows it there",
        is.dn, fmt::join(had, ", ")));
  }
}

/// A domain has controllers of its own, and a member has a domain already.
void check_new_domain(const sites::NamingContext& is, const sites::Forest& wanted,
                      std::vector<std::string>& found) {
  const bool writable = std::ranges::any_of(wanted.controllers, [&](const auto& controller) {
    return sites::replica_kind(controller, is) == sites::ReplicaKind::writable;
  });
  if (writable) return;
  found.push_back(
      fmt::format("domain {}: no controller of it takes writes; name one that has yet to join and "
                  "is not read-only",
                  is.dn));
}

void check_removed_domain(const Configuration& standing, const sites::NamingContext& was,
                          std::vector<std::string>& found) {
  std::vector<std::string> members;
  for (const sites::Controller& controller : standing.forest.controllers) {
    if (controller.domain == was.id && standing.keys.contains(controller.id)) {
      members.push_back(controller.name);
    }
  }
  if (members.empty()) return;
  std::ranges::sort(members);
  found.push_back(fmt::format("domain {}: {} are members of it; remove them from the forest first",
                              was.dn, fmt::join(members, ", ")));
}

void compare_contexts(const Configuration& standing, const sites::Forest& wanted,
                      std::vector<std::string>& found) {
  for (const sites::NamingContext& is : wanted.naming_contexts) {
    const auto* was = sites::find_naming_context(standing.forest, is.id);
    if (was == nullptr && is.kind == NamingContextKind::domain) {
      check_new_domain(is, wanted, found);
    } else if (was == nullptr && !is_application(is)) {
      found.push_back(
          fmt::format("naming context {}: the forest does not have it; leave it out", is.dn));
    } else if (was != nullptr && (was->dn != is.dn || was->kind != is.kind)) {
      found.push_back(fmt::format(
          "naming context {}: its name and kind cannot change to {}; leave them", was->dn, is.dn));
    } else if (is_application(is)) {
      check_replicas(standing, is, wanted, found);
    }
  }
  for (const sites::NamingContext& was : standing.forest.naming_contexts) {
    if (is_application(was) || sites::find_naming_context(wanted, was.id) != nullptr) continue;
    if (was.kind == NamingContextKind::domain && was.id != standing.forest.root_domain) {
      check_removed_domain(standing, was, found);
    } else {
      found.push_back(
          fmt::format("naming context {}: members hold it, so it cannot go; put it back", was.dn));
    }
  }
}

void compare_members(const Configuration& standing, const sites::Forest& wanted,
                     std::vector<std::string>& found) {
  for (const sites::Controller& was : standing.forest.controllers) {
    if (!standing.keys.contains(was.id)) continue;
    const auto* is = sites::find_controller(wanted, was.id);
    if (is == nullptr || holds_the_same(standing.forest, was, wanted, *is)) continue;
    found.push_back(fmt::format(
        "controller {}: what a member holds (domain, read_only, global_catalog) was settled when "
        "it joined; remove it first and have it join anew",
        was.name));
  }
}

}  // namespace

std::vector<std::string> obstacles(const Configuration& standing, const sites::Forest& wanted) {
  std::vector<std::string> found;
  const sites::Forest& forest = standing.forest;
  if (wanted.id != forest.id) {
    const std::string guid = forest.id.value.to_string();
    return {
        fmt::format("forest {}: is another one than {}, whose GUID is {}; apply a definition "
                    "of this forest (to rename it, add \"guid\": \"{}\")",
                    wanted.name, forest.name, guid, guid)};
  }
  if (wanted.controllers.empty()) found.emplace_back("controllers: a forest needs one at least");
  if (wanted.root_domain != forest.root_domain) {
    const auto* root = sites::find_naming_context(forest, forest.root_domain);
    found.push_back(fmt::format("root domain: cannot change; \"domains\" must begin with {}",
                                root == nullptr ? "the former one" : root->dn));
  }
  compare_contexts(standing, wanted, found);
  compare_members(standing, wanted, found);
  return found;
}

}  // namespace ringspan::replicator::configuration
