// roles, role_views, role_history: who has which role, by the word of all who can be asked.

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/net/ask_all.hpp"
#include "replicator/net/clock.hpp"
#include "replicator/net/role_owner.hpp"
#include "replicator/net/roles_document.hpp"

namespace ringspan::replicator::net {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kLimit = 2s;

Json roles_answer(const ServiceGround& ground, const AnswersOfAll& answers) {
  const GatheredViews gathered = gather_views(answers);
  Json silent = Json::array();
  for (const auto& [id, error] : gathered.silent)
    silent.push_back({{"controller", ground.originators.name_of(id)}, {"error", error}});
  Json roles = roles_json(ground.forest(), ground.originators, gathered.views);
  const RoleFaults faults = role_faults(roles, wall_clock());
  Json found = Json::array();
  for (const auto* list : {&faults.failing, &faults.late}) {
    for (const std::string& fault : *list)
      found.push_back(fault);
  }
  return {{"controller", ground.name()},
          {"time", base::to_string(wall_clock())},
          {"roles", std::move(roles)},
          {"faults", std::move(found)},
          {"silent", std::move(silent)}};
}

Json change_json(const ServiceGround& ground, const Ownership& one, const std::string& context,
                 bool in_force) {
  const auto text = [](const std::string& words) {
    return words.empty() ? Json(nullptr) : Json(words);
  };
  return {{"role", to_string(one.role.role)},
          {"naming_context", context},
          {"owner", ground.originators.name_of(one.owner)},
          {"former", one.former ? Json(ground.originators.name_of(*one.former)) : Json(nullptr)},
          {"epoch", to_json(one.epoch)},
          {"gained", to_string(one.gained)},
          {"when", to_json(one.when)},
          {"who", text(one.who)},
          {"why", text(one.why)},
          {"request", text(one.request)},
          {"in_force", in_force}};
}

}  // namespace

base::Result<Json> answer_role_views(const ServiceGround& ground, const Json& request) {
  if (auto known = Asked(request).only({"ask"}); !known) return base::fail(known.error());
  return Json{{"controller", ground.name()}, {"roles", role_views(ground, *ground.store.read())}};
}

void answer_roles(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  if (auto known = Asked(request).only({"ask"}); !known) return taker(error_text(known.error()));
  ask_all(
      ground, Json{{"ask", "role_views"}}, kLimit, answer_role_views,
      [ground, taker](const AnswersOfAll& answers) {
        taker(to_text(roles_answer(ground, answers)));
      },
      [taker] { taker(error_text({base::Errc::unavailable, "too many requests wait here"})); });
}

base::Result<Json> answer_role_history(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  auto known = asked.only({"ask", "role", "naming_context"});
  if (!known) return base::fail(known.error());
  std::optional<RoleId> wanted;
  if (asked.has("role")) {
    const auto role = role_asked(ground, asked);
    if (!role) return base::fail(role.error());
    wanted = *role;
  }
  const auto snapshot = ground.store.read();
  std::vector<std::pair<base::Time, Json>> changes;
  for (const auto& [role, context] : roles_of(ground.forest())) {
    if (wanted && role != *wanted) continue;
    const auto history = history_of(*snapshot, configuration_among(ground.contexts()), role);
    for (const Ownership& one : history) {
      changes.emplace_back(one.when,
                           change_json(ground, one, context, one.epoch == history.back().epoch));
    }
  }
  std::ranges::stable_sort(changes, std::greater(), &std::pair<base::Time, Json>::first);
  Json list = Json::array();
  for (auto& [when, change] : changes)
    list.push_back(std::move(change));
  return Json{{"controller", ground.name()}, {"changes", std::move(list)}};
}

}  // namespace ringspan::replicator::net
