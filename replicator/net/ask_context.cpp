// naming_contexts, naming_context: which controller holds what, and application contexts that are
// made, removed and given to others. What is changed is an edit of the definition (apply_edit.hpp).

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "kcc/names.hpp"
#include "replicator/engine/holding.hpp"
#include "replicator/net/apply_edit.hpp"
#include "sites/naming_context.hpp"

namespace ringspan::replicator::net {
namespace {

using base::Errc;

std::string_view word(sites::NamingContextKind kind) {
  switch (kind) {
    case sites::NamingContextKind::configuration:
      return "configuration";
    case sites::NamingContextKind::schema:
      return "schema";
    case sites::NamingContextKind::domain:
      return "domain";
    case sites::NamingContextKind::application:
      return "application";
  }
  return "";
}

Json line_of(const ServiceGround& ground, const Snapshot& snapshot,
             const sites::NamingContext& context) {
  std::set<std::string> replicas;
  for (const sites::Controller& controller : ground.forest().controllers) {
    if (sites::replica_kind(controller, context) != sites::ReplicaKind::none) {
      replicas.insert(controller.name);
    }
  }
  const auto objects = living_objects(snapshot, context.id);
  return {{"dn", context.dn},
          {"guid", context.id.value.to_string()},
          {"kind", word(context.kind)},
          {"replicas", std::move(replicas)},
          {"objects", objects ? Json(*objects) : Json(nullptr)},
          {"state", state_here(ground, snapshot, context.id)}};
}

/// How replicas are to change: these and no others, or these more and those no longer.
struct Replicas {
  std::vector<std::string> exactly;
  std::vector<std::string> add;
  std::vector<std::string> remove;
};

base::Result<std::vector<std::string>> names_in(const Asked& asked, const char* field) {
  if (!asked.has(field)) return std::vector<std::string>();
  return asked.texts(field);
}

base::Result<Replicas> read_replicas(const Asked& asked) {
  Replicas wanted;
  for (const auto& [field, names] :
       {std::pair("replicas", &wanted.exactly), std::pair("add_replicas", &wanted.add),
        std::pair("remove_replicas", &wanted.remove)}) {
    auto given = names_in(asked, field);
    if (!given) return base::fail(given.error());
    *names = *std::move(given);
  }
  const bool some = !wanted.add.empty() || !wanted.remove.empty();
  if (wanted.exactly.empty() == some) return wanted;
  return base::fail(Errc::invalid,
                    "say either \"replicas\" (all of them) or \"add_replicas\" and "
                    "\"remove_replicas\"");
}

/// The controllers of these names; those that are none are named in `faults`.
std::set<ControllerId> ids_of(const sites::Forest& forest, const std::vector<std::string>& names,
                              std::vector<std::string>& faults) {
  std::set<ControllerId> ids;
  for (const std::string& name : names) {
    if (const auto* controller = sites::find_controller(forest, name)) {
      ids.insert(controller->id);
    } else {
      faults.push_back(fmt::format("controller {}: not in the forest definition", name));
    }
  }
  return ids;
}

/// Errc::invalid with all faults, a line each.
base::Result<std::vector<ControllerId>> changed(const sites::Forest& forest,
                                                const std::vector<ControllerId>& standing,
                                                const Replicas& wanted) {
  std::vector<std::string> faults;
  const auto exactly = ids_of(forest, wanted.exactly, faults);
  const auto more = ids_of(forest, wanted.add, faults);
  const auto less = ids_of(forest, wanted.remove, faults);
  std::set<ControllerId> now(standing.begin(), standing.end());
  for (const ControllerId id : less) {
    if (now.erase(id) > 0) continue;
    faults.push_back(fmt::format("controller {}: holds no replica that could be removed",
                                 sites::find_controller(forest, id)->name));
  }
  if (!faults.empty()) return base::fail(Errc::invalid, fmt::format("{}", fmt::join(faults, "\n")));
  if (!exactly.empty()) now = exactly;
  now.insert(more.begin(), more.end());
  return std::vector(now.begin(), now.end());
}

base::Result<sites::Forest> with_context(sites::Forest forest, const sites::Dn& dn,
                                         const Replicas& wanted) {
  if (sites::find_naming_context(forest, dn) != nullptr) {
    return base::fail(Errc::exists,
                      fmt::format("naming context {}: the forest has it already; ringspan "
                                  "naming-context replicas changes who holds it",
                                  dn.to_string()));
  }
  auto replicas = changed(forest, {}, wanted);
  if (!replicas) return base::fail(replicas.error());
  sites::add_application(forest, dn, *std::move(replicas));
  return forest;
}

/// Removes it, or has its replicas be what is wanted.
base::Result<sites::Forest> without_or_elsewhere(sites::Forest forest, const sites::Dn& dn,
                                                 const std::optional<Replicas>& wanted) {
  auto* context = sites::find_naming_context(forest, dn);
  if (context == nullptr) {
    return base::fail(Errc::not_found,
                      fmt::format("naming context {}: the forest has none of this name; ringspan "
                                  "naming-context list shows those it has",
                                  dn.to_string()));
  }
  if (context->kind != sites::NamingContextKind::application) {
    return base::fail(Errc::refused,
                      fmt::format("naming context {}: its kind is {}, and only application "
                                  "contexts are given to others or removed",
                                  context->dn, word(context->kind)));
  }
  if (!wanted) {
    std::erase_if(forest.naming_contexts,
                  [id = context->id](const auto& one) { return one.id == id; });
    return forest;
  }
  auto replicas = changed(forest, context->replicas, *wanted);
  if (!replicas) return base::fail(replicas.error());
  context->replicas = *std::move(replicas);
  return forest;
}

base::Result<Edit> read_edit(const Json& request) {
  const Asked asked(request);
  auto known = asked.only({"ask", "action", "naming_context", "replicas", "add_replicas",
                           "remove_replicas", "preview", "expect", "force"});
  const auto action = asked.text("action");
  const auto dn = asked.dn("naming_context");
  if (!known) return base::fail(known.error());
  if (!action) return base::fail(action.error());
  if (!dn) return base::fail(dn.error());
  if (dn->rdns.empty()) return base::fail(Errc::invalid, "\"naming_context\": the DN is empty");
  if (*action == "remove") {
    return Edit([dn = *dn](const sites::Forest& standing) {
      return without_or_elsewhere(standing, dn, std::nullopt);
    });
  }
  if (*action != "add" && *action != "replicas") {
    return base::fail(Errc::invalid, fmt::format("\"action\": \"{}\" is none of add, remove, "
                                                 "replicas",
                                                 *action));
  }
  const auto replicas = read_replicas(asked);
  if (!replicas) return base::fail(replicas.error());
  if (*action == "add") {
    return Edit([dn = *dn, replicas = *replicas](const sites::Forest& standing) {
      return with_context(standing, dn, replicas);
    });
  }
  return Edit([dn = *dn, replicas = *replicas](const sites::Forest& standing) {
    return without_or_elsewhere(standing, dn, replicas);
  });
}

}  // namespace

std::string_view state_here(const ServiceGround& ground, const Snapshot& snapshot,
                            NamingContextId context) {
  const bool arrived = has_arrived(snapshot, context, ground.identity.invocation);
  if (ground.in_force->holds(context)) return arrived ? "here" : "filling";
  return arrived ? "leaving" : "elsewhere";
}

std::optional<std::uint64_t> living_objects(const Snapshot& snapshot, NamingContextId context) {
  if (!snapshot.find(head_of(context))) return std::nullopt;
  std::uint64_t objects = 0;
  snapshot.changed_since(context, Usn{}, [&objects](const Row& row) {
    objects += row.deleted ? 0U : 1U;
    return true;
  });
  return objects;
}

base::Result<Json> answer_naming_contexts(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  if (auto known = asked.only({"ask"}); !known) return base::fail(known.error());
  const auto snapshot = ground.store.read();
  std::vector<NamingContextId> ids;
  for (const sites::NamingContext& context : ground.forest().naming_contexts)
    ids.push_back(context.id);
  Json contexts = Json::array();
  for (const NamingContextId id : kcc::Names(ground.forest()).in_order(ids)) {
    contexts.push_back(
        line_of(ground, *snapshot, *sites::find_naming_context(ground.forest(), id)));
  }
  return Json{{"controller", ground.name()}, {"naming_contexts", std::move(contexts)}};
}

void answer_naming_context(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  auto edit = read_edit(request);
  if (!edit) return taker(error_text(edit.error()));
  apply_edit(ground, request, *std::move(edit), std::move(taker));
}

}  // namespace ringspan::replicator::net
