// role_advise: where each role should live, by reach, cost and load; or, with a controller lost,
// who of the others has the most of what it wrote.

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "kcc/central.hpp"
#include "replicator/net/ask_all.hpp"
#include "replicator/net/clock.hpp"
#include "replicator/net/role_owner.hpp"
#include "replicator/net/roles_document.hpp"

namespace ringspan::replicator::net {
namespace {

using namespace std::chrono_literals;
using base::Errc;

constexpr base::Duration kLimit = 2s;

/// A role with its owner, and who should have it.
struct Advised {
  RoleId role;
  std::string context;
  ControllerId owner;  ///< Nil: nobody knows.
  kcc::Centrality best;
  std::vector<std::string> why;
};

/// Roles that live best together: the forest's two, and those of one naming context.
using Household = std::pair<bool, NamingContextId>;

Household household_of(const RoleId& role) {
  const bool of_forest = role.role == MasterRole::schema || role.role == MasterRole::naming;
  return {of_forest, of_forest ? NamingContextId{} : role.scope};
}

class Adviser {
 public:
  Adviser(const ServiceGround& ground, RoleViews views, const sites::Controller* lost)
      : ground_(ground), views_(std::move(views)), lost_(lost) {}

  Json advise() {
    Json advice = Json::array();
    const auto homes = lost_ == nullptr ? homes_of_households() : Homes();
    for (const auto& [role, context] : roles_of(ground_.forest())) {
      const ControllerId owner = owner_of(role);
      if (lost_ != nullptr && owner != lost_->id) continue;
      const auto ranked = ranked_for(role);
      if (ranked.empty()) continue;
      Advised advised{role, context, owner, ranked.front(), {}};
      if (lost_ == nullptr) {
        const auto* home = find(ranked, homes.at(household_of(role)));
        if (home != nullptr) advised.best = *home;
        explain(advised, ranked);
      } else {
        advised.why.push_back(
            fmt::format("nobody who answers has more of what {} wrote", lost_->name));
        advised.why.push_back(reach_of(advised.best));
      }
      advice.push_back(written(advised));
    }
    return advice;
  }

 private:
  std::string name_of(ControllerId id) const { return ground_.originators.name_of(id); }

  /// By the greatest epoch that anyone knows.
  ControllerId owner_of(const RoleId& role) const {
    std::optional<std::pair<Epoch, ControllerId>> greatest;
    for (const auto& [id, views] : views_) {
      const auto seen = opinion_of(*views, role);
      if (seen && (!greatest || greatest->first < seen->epoch)) {
        greatest = std::pair(seen->epoch, seen->owner);
      }
    }
    return greatest ? greatest->second : ControllerId{};
  }

  /// How far the lost owner's writes have come to this one.
  std::uint64_t held_by(ControllerId id, const RoleId& role) const {
    const auto views = views_.find(id);
    const auto seen = views == views_.end() ? std::nullopt : opinion_of(*views->second, role);
    return seen ? seen->held.value : 0;
  }

  using Ranked = std::vector<kcc::Centrality>;
  using Homes = std::map<Household, ControllerId>;

  static const kcc::Centrality* find(const Ranked& ranked, ControllerId id) {
    const auto found = std::ranges::find(ranked, id, &kcc::Centrality::id);
    return found == ranked.end() ? nullptr : &*found;
  }

  /// Whoever could have the role and answers, the best first. Roles of one scope are for the same
  /// controllers, and looked for once.
  Ranked ranked_for(const RoleId& role) {
    const auto [entry, fresh] = ranked_.try_emplace(role.scope);
    Ranked& ranked = entry->second;
    if (fresh) {
      std::vector<ControllerId> candidates;
      for (const auto& [id, views] : views_) {
        const bool is_lost = lost_ != nullptr && id == lost_->id;
        if (!is_lost && may_own(ground_.forest(), role, id)) candidates.push_back(id);
      }
      ranked = kcc::most_central(ground_.in_force->joined, ground_.plan(), role.scope, candidates);
    }
    if (lost_ == nullptr) return ranked;
    Ranked by_held = ranked;
    std::ranges::stable_sort(by_held, std::greater(),
                             [&](const kcc::Centrality& one) { return held_by(one.id, role); });
    return by_held;
  }

  /// Where the roles of each household are to live: at the best of their owners, if that is nearly
  /// as good as any.
  Homes homes_of_households() {
    Homes homes;
    std::map<Household, kcc::Centrality> owners;  // that are nearly as good
    for (const auto& [role, context] : roles_of(ground_.forest())) {
      const auto ranked = ranked_for(role);
      if (ranked.empty()) continue;
      homes.try_emplace(household_of(role), ranked.front().id);
      const auto* standing = find(ranked, owner_of(role));
      if (standing == nullptr || is_worth_moving(*standing, ranked.front())) continue;
      const auto [owner, fresh] = owners.try_emplace(household_of(role), *standing);
      if (!fresh && kcc::is_more_central(*standing, owner->second)) owner->second = *standing;
    }
    for (const auto& [household, owner] : owners)
      homes[household] = owner.id;
    return homes;
  }

  /// A move has its price, too: it must gain a hop, or a tenth of the cost.
  static bool is_worth_moving(const kcc::Centrality& standing, const kcc::Centrality& best) {
    return best.unreached < standing.unreached || best.worst_hops < standing.worst_hops ||
           10 * best.cost < 9 * standing.cost;
  }

  std::string reach_of(const kcc::Centrality& one) const {
    return fmt::format(
        "{}: {} at most to everyone who hears of it{}, {} of cost in sum, {} carried",
        name_of(one.id), counted(one.worst_hops, "hop"),
        one.unreached == 0 ? "" : fmt::format(" ({} do not)", one.unreached), one.cost,
        counted(one.connections, "connection"));
  }

  static std::string counted(std::size_t count, const char* thing) {
    return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
  }

  void explain(Advised& advised, const Ranked& ranked) const {
    advised.why.push_back(reach_of(advised.best));
    if (advised.owner == advised.best.id) return;
    const auto* standing = find(ranked, advised.owner);
    if (standing == nullptr) {
      advised.why.push_back(fmt::format("{} does not answer", name_of(advised.owner)));
      return;
    }
    advised.why.push_back(reach_of(*standing));
    if (is_worth_moving(*standing, advised.best)) return;
    advised.why.emplace_back(household_of(advised.role).first
                                 ? "schema and naming live best together"
                                 : "the roles of one naming context live best together");
  }

  Json written(const Advised& advised) const {
    const bool moves = advised.owner != advised.best.id;
    const auto word = to_string(advised.role.role);
    const std::string naming_context =
        household_of(advised.role).first ? ""
                                         : fmt::format(" --naming-context \"{}\"", advised.context);
    const std::string to = name_of(advised.best.id);
    Json command = nullptr;
    if (moves) {
      command = lost_ == nullptr
                    ? fmt::format("ringspan role transfer {} --to {}{}", word, to, naming_context)
                    : fmt::format("ringspan role seize {} --at {}{}", word, to, naming_context);
    }
    return {
        {"role", word},
        {"naming_context", advised.context},
        {"owner", advised.owner == ControllerId{} ? Json(nullptr) : Json(name_of(advised.owner))},
        {"advised", to},
        {"moves", moves},
        {"command", std::move(command)},
        {"why", advised.why}};
  }

  const ServiceGround& ground_;
  RoleViews views_;
  const sites::Controller* lost_;
  std::map<NamingContextId, Ranked> ranked_;
};

Json advice_answer(const ServiceGround& ground, const AnswersOfAll& answers,
                   const std::optional<std::string>& lost) {
  GatheredViews gathered = gather_views(answers);
  Json silent = Json::array();
  for (const auto& [id, error] : gathered.silent)
    silent.push_back(ground.originators.name_of(id));
  const auto* gone = lost ? sites::find_controller(ground.forest(), *lost) : nullptr;
  return {{"controller", ground.name()},
          {"time", base::to_string(wall_clock())},
          {"lost", gone == nullptr ? Json(nullptr) : Json(gone->name)},
          {"advice", Adviser(ground, std::move(gathered.views), gone).advise()},
          {"silent", std::move(silent)}};
}

}  // namespace

void answer_role_advise(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  const Asked asked(request);
  if (auto known = asked.only({"ask", "lost"}); !known) return taker(error_text(known.error()));
  std::optional<std::string> lost;
  if (asked.has("lost")) {
    const auto name = asked.text("lost");
    if (!name) return taker(error_text(name.error()));
    if (sites::find_controller(ground.forest(), *name) == nullptr) {
      return taker(error_text(
          {Errc::not_found, fmt::format("controller {}: not in the forest definition", *name)}));
    }
    lost = *name;
  }
  ask_all(
      ground, Json{{"ask", "role_views"}}, kLimit, answer_role_views,
      [ground, lost, taker](const AnswersOfAll& answers) {
        taker(to_text(advice_answer(ground, answers, lost)));
      },
      [taker] { taker(error_text({Errc::unavailable, "too many requests wait here"})); });
}

}  // namespace ringspan::replicator::net
