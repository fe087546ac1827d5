#include "replicator/net/roles_document.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/engine/allotment.hpp"
#include "replicator/engine/role_standing.hpp"

namespace ringspan::replicator::net {
namespace {

constexpr base::Duration kOnItsWay = std::chrono::minutes(1);

/// One controller's view of one role.
struct View {
  Epoch epoch;
  ControllerId owner;
  std::string standing;
  std::string gained;
  Json since;
  Json former;
  Json started;
  Json fence;
  Usn held;
  Json identifiers;
};

std::optional<View> view_of(const Json& views, const RoleId& role) {
  if (!views.is_array()) return std::nullopt;
  for (const Json& one : views) {
    const Asked asked(one);
    const auto scope = base::Guid::parse(asked.text("scope").value_or(""));
    if (asked.text("role").value_or("") != to_string(role.role) || !scope ||
        NamingContextId(*scope) != role.scope || !asked.has("epoch")) {
      continue;
    }
    const Asked epoch(one["epoch"]);
    const auto owner = base::Guid::parse(asked.text("owner").value_or(""));
    const auto invocation = base::Guid::parse(epoch.text("owner").value_or(""));
    if (!owner || !invocation) return std::nullopt;
    return View{.epoch = {.revision = Revision(epoch.number("revision", 0).value_or(0)),
                          .counter = epoch.number("counter", 1).value_or(1),
                          .owner = InvocationId(*invocation)},
                .owner = ControllerId(*owner),
                .standing = asked.text("standing").value_or(""),
                .gained = asked.text("gained").value_or("first"),
                .since = one.value("since", Json()),
                .former = one.value("former", Json()),
                .started = one.value("started", Json()),
                .fence = one.value("fence", Json()),
                .held = Usn(asked.number("held", 0).value_or(0)),
                .identifiers = one.value("identifiers", Json())};
  }
  return std::nullopt;
}

/// One role as all see it.
class Line {
 public:
  Line(const sites::Forest& forest, const Originators& originators, const RoleViews& views,
       const RoleId& role)
      : forest_(forest), originators_(originators) {
    for (const auto& [id, list] : views) {
      if (auto view = view_of(*list, role)) seen_.emplace(id, *std::move(view));
    }
    for (const auto& [id, view] : seen_) {
      if (greatest_ == nullptr || greatest_->epoch < view.epoch) greatest_ = &view;
    }
  }

  Json write(const RoleId& role, const std::string& context) const {
    Json line{{"role", to_string(role.role)},
              {"naming_context", context},
              {"owner", nullptr},
              {"epoch", nullptr},
              {"gained", nullptr},
              {"since", nullptr},
              {"former", nullptr},
              {"state", "unknown"},
              {"effective", nullptr},
              {"started", nullptr},
              {"fence", nullptr},
              {"identifiers", nullptr},
              {"opinions", Json::array()}};
    if (greatest_ == nullptr) return line;
    const std::string state = state_of_owner();
    line["owner"] = name_of(greatest_->owner);
    line["epoch"] = to_json(greatest_->epoch);
    line["gained"] = greatest_->gained;
    line["since"] = greatest_->since;
    line["former"] = named(greatest_->former);
    line["state"] = state;
    if (state != "silent") line["effective"] = state == "effective";
    if (const auto own = seen_.find(greatest_->owner); own != seen_.end()) {
      line["started"] = own->second.started;
      line["fence"] = own->second.fence;
      line["identifiers"] = own->second.identifiers;
    }
    for (const auto& [id, view] : seen_) {
      if (view.epoch == greatest_->epoch) continue;
      line["opinions"].push_back({{"controller", name_of(id)},
                                  {"owner", name_of(view.owner)},
                                  {"epoch", to_json(view.epoch)},
                                  {"acts", view.standing == "effective"}});
    }
    return line;
  }

 private:
  std::string name_of(ControllerId id) const {
    const auto* controller = sites::find_controller(forest_, id);
    return controller == nullptr ? originators_.name_of(id) : controller->name;
  }

  Json named(const Json& id) const {
    const auto guid = id.is_string() ? base::Guid::parse(id.get<std::string>()) : std::nullopt;
    return guid ? Json(name_of(ControllerId(*guid))) : Json(nullptr);
  }

  /// By its own word; it may not have heard yet that it is the owner.
  std::string state_of_owner() const {
    if (sites::find_controller(forest_, greatest_->owner) == nullptr) return "removed";
    const auto own = seen_.find(greatest_->owner);
    if (own == seen_.end()) return "silent";
    return own->second.standing == "not_owner" ? "handing_over" : own->second.standing;
  }

  const sites::Forest& forest_;
  const Originators& originators_;
  std::map<ControllerId, View> seen_;
  const View* greatest_ = nullptr;
};

bool is_old(const Json& line, const char* field, base::Time now) {
  const auto since = base::parse_time(Asked(line).text(field).value_or(""));
  return since && *since + kOnItsWay < now;
}

/// By the owner of a rid role: how much of the space is set aside, and whether it goes on past
/// that, by the counter of a fence where there is one.
Json identifiers_json(const Snapshot& snapshot, const Identity& me, const Ownership& now,
                      bool fenced) {
  if (now.role.role != MasterRole::rid || !is_owner(me, now)) return nullptr;
  return {
      {"tenths_used", tenths_used(next_unallotted(snapshot, now.role.scope))},
      {"settled", fenced ? has_settled(snapshot, me, now) ||
                               counts_at_fence(snapshot, rid_history(snapshot, me, now.role.scope))
                         : is_settled(snapshot, me, now)}};
}

/// How far the owner's writes of the scope have come here.
Usn held_of(const Snapshot& snapshot, const Ownership& now) {
  const auto vector = snapshot.vector(now.role.scope);
  const auto cursor = vector.cursors().find(now.epoch.owner);
  return cursor == vector.cursors().end() ? Usn{} : cursor->second.usn;
}

}  // namespace

GatheredViews gather_views(const AnswersOfAll& answers) {
  GatheredViews gathered;
  for (const auto& [id, answer] : answers) {
    if (answer && answer->contains("roles")) {
      gathered.views.emplace(id, std::make_shared<const Json>(answer->at("roles")));
    } else {
      gathered.silent.emplace_back(id, answer ? "its answer is not whole" : answer.error().message);
    }
  }
  return gathered;
}

std::optional<RoleOpinion> opinion_of(const Json& views, const RoleId& role) {
  const auto view = view_of(views, role);
  if (!view) return std::nullopt;
  return RoleOpinion{view->epoch, view->owner, view->held};
}

std::vector<std::pair<RoleId, std::string>> roles_of(const sites::Forest& forest) {
  std::vector<const sites::NamingContext*> contexts;
  for (const sites::NamingContext& context : forest.naming_contexts)
    contexts.push_back(&context);
  std::ranges::sort(contexts, [&](const auto* left, const auto* right) {
    const auto key = [&](const auto* one) {
      return std::pair(one->id != forest.root_domain, one->dn);
    };
    return key(left) < key(right);
  });
  std::vector<std::pair<RoleId, std::string>> roles;
  for (const MasterRole role : kMasterRoles) {
    for (const auto* context : contexts) {
      if (has_role(context->kind, role)) roles.emplace_back(RoleId{role, context->id}, context->dn);
    }
  }
  return roles;
}

Json to_json(const Epoch& epoch) {
  Json json{{"counter", epoch.counter}, {"owner", epoch.owner.value.to_string()}};
  if (epoch.revision != Revision{}) json["revision"] = epoch.revision.value;
  return json;
}

/// How the fence stands to this controller and role; null where there is none.
Json fence_json(const RoleFenceView& fence, const RoleId& role) {
  if (!fence.fenced) return nullptr;
  const auto text = [](const std::string& words) {
    return words.empty() ? Json(nullptr) : Json(words);
  };
  const auto left = std::chrono::floor<std::chrono::seconds>(fence.left).count();
  return {{"endpoint", text(fence.endpoint)},
          {"trouble", text(fence.trouble)},
          {"lease_seconds", fence.leases.contains(role) ? Json(left) : Json(nullptr)}};
}

Json role_views(const ServiceGround& ground, const Snapshot& snapshot) {
  const Identity me = ground.identity_now();
  const CaughtUp caught_up = ground.caught_up();
  const RoleFenceView fence = ground.fence.view();
  Json views = Json::array();
  for (const auto& [role, context] : roles_of(ground.forest())) {
    const Ownership now = ownership_of(snapshot, configuration_among(me.contexts), role);
    views.push_back({{"role", to_string(role.role)},
                     {"scope", role.scope.value.to_string()},
                     {"owner", now.owner.value.to_string()},
                     {"epoch", to_json(now.epoch)},
                     {"gained", to_string(now.gained)},
                     {"since", to_json(now.when)},
                     {"former", now.former ? Json(now.former->value.to_string()) : Json(nullptr)},
                     {"started", base::to_string(ground.started)},
                     {"fence", fence_json(fence, role)},
                     {"held", held_of(snapshot, now).value},
                     {"identifiers", identifiers_json(snapshot, me, now, fence.fenced)},
                     {"standing", to_string(standing_of(snapshot, me, caught_up, now))}});
  }
  return views;
}

Json roles_json(const sites::Forest& forest, const Originators& originators,
                const RoleViews& views) {
  Json roles = Json::array();
  for (const auto& [role, context] : roles_of(forest))
    roles.push_back(Line(forest, originators, views, role).write(role, context));
  return roles;
}

RoleFaults role_faults(const Json& roles, base::Time now) {
  RoleFaults faults;
  for (const Json& line : roles) {
    const auto text = [](const Json& part, const char* field) {
      return Asked(part).text(field).value_or("");
    };
    const std::string what =
        fmt::format("role {} of {}", text(line, "role"), text(line, "naming_context"));
    const std::string owner = text(line, "owner");
    const std::string state = text(line, "state");
    if (state == "removed") {
      faults.failing.push_back(fmt::format(
          "{}: its owner {} was removed; ringspan role seize {} --at NAME gives it to another",
          what, owner, text(line, "role")));
    }
    if (state == "catching_up" && is_old(line, "started", now)) {
      faults.late.push_back(
          fmt::format("{}: {} has it, but has heard no partner since it started and does not act",
                      what, owner));
    }
    if (state == "without_lease") {
      const std::string trouble = line["fence"].is_object() ? text(line["fence"], "trouble") : "";
      const std::string words =
          fmt::format("{}: {} has it, but no lease of the fence, and does not act{}{}", what, owner,
                      trouble.empty() ? "" : ": ", trouble);
      (trouble.empty() ? faults.late : faults.failing).push_back(words);
    }
    if (state == "handing_over" && is_old(line, "since", now)) {
      faults.late.push_back(fmt::format(
          "{}: {} has got it, but not yet all that the former owner did, and does not act", what,
          owner));
    }
    if (const Asked identifiers(line["identifiers"]); identifiers.has("settled")) {
      constexpr std::uint64_t kNearlyAll = 9;
      if (!identifiers.flag("settled").value_or(true) && state == "effective" &&
          is_old(line, "since", now)) {
        faults.late.push_back(fmt::format(
            "{}: {} hands out identifiers of its reserve alone, behind a fence none, until every "
            "writable member knows that it has the role; ringspan id status says whom it waits for",
            what, owner));
      }
      const auto tenths = identifiers.number("tenths_used", 0).value_or(0);
      if (tenths >= kNearlyAll) {
        faults.late.push_back(
            fmt::format("{}: {} tenths of its space of identifiers are set aside", what, tenths));
      }
    }
    for (const Json& other : line["opinions"]) {
      if (other.value("acts", false) && state == "effective") {
        faults.failing.push_back(fmt::format(
            "{}: {} and {} both act as its owner; the latter gives way when it hears of the other",
            what, owner, text(other, "controller")));
      } else if (is_old(line, "since", now)) {
        faults.late.push_back(fmt::format("{}: {} still takes {} for its owner, not {}", what,
                                          text(other, "controller"), text(other, "owner"), owner));
      }
    }
  }
  return faults;
}

}  // namespace ringspan::replicator::net
