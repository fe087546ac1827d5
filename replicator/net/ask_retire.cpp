// retire: a controller is taken out of the forest, a step a request. What the next step is follows
// from what stands, so that whoever is asked goes on where another one stopped (docs/roles.md,
// rules O10 to O12).
//
//   it takes no writes ─► what it alone holds is pulled ─► its roles move, one by one ─► its object
//   (leave, at itself)    by another holder                                             is removed

#include <memory>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>
#include <nlohmann/json.hpp>

#include "replicator/configuration/retirement.hpp"
#include "replicator/net/apply_edit.hpp"
#include "replicator/net/retirement.hpp"
#include "replicator/partners/partners.hpp"

namespace ringspan::replicator::net {
namespace {

using namespace std::chrono_literals;
using base::Errc;

constexpr base::Duration kTellLimit = 3s;
constexpr base::Duration kLeaveLimit = 10s;
constexpr base::Duration kCountLimit = 60s;
constexpr int kPullSeconds = 25;
constexpr base::Duration kPullLimit = 30s;
constexpr base::Duration kRoleLimit = 70s;

constexpr const char* kBusy = "too many requests wait here";

struct Wish {
  std::string controller;
  std::string to;
  bool preview = false;
  bool lost = false;  ///< Also without it: a person knows what may be lost.
  bool cancel = false;
};

base::Result<Wish> read_wish(const Asked& asked) {
  auto known = asked.only({"ask", "controller", "to", "preview", "lost", "cancel"});
  const auto controller = asked.text("controller");
  const auto to = asked.has("to") ? asked.text("to") : base::Result<std::string>(std::string());
  const auto preview = asked.flag("preview");
  const auto lost = asked.flag("lost");
  const auto cancel = asked.flag("cancel");
  if (!known) return base::fail(known.error());
  for (const auto* text : {&controller, &to}) {
    if (!*text) return base::fail(text->error());
  }
  for (const auto* flag : {&preview, &lost, &cancel}) {
    if (!*flag) return base::fail(flag->error());
  }
  return Wish{*controller, *to, *preview, *lost, *cancel};
}

/// One step on the way: shared by the answers that are still to come.
class Step : public std::enable_shared_from_this<Step> {
 public:
  Step(const ServiceGround& ground, Wish wish, Retiring leaving, JsonTaker taker)
      : ground_(ground),
        wish_(std::move(wish)),
        leaving_(std::move(leaving)),
        taker_(std::move(taker)) {}

  void begin() {
    if (wish_.cancel) return ask_to_leave(true);
    if (!leaving_.joined) return decide();
    answer_role_advise(ground_, Json{{"ask", "role_advise"}, {"lost", leaving_.name}},
                       [self = shared_from_this()](const std::string& text) {
                         const auto advised = read_answer(text);
                         if (!advised) return self->refuse(advised.error());
                         self->advice_ = advised->value("advice", Json::array());
                         self->ask_what_all_hold();
                       });
  }

 private:
  void refuse(const base::Error& error) { taker_(error_text(error)); }

  void ask_what_all_hold() {
    ask_all(
        ground_, Json{{"ask", "vector"}}, kTellLimit, answer_vector,
        [self = shared_from_this()](const AnswersOfAll& answers) {
          self->held_ = held_by_others(self->ground_, self->leaving_, answers);
          self->look();
        },
        [self = shared_from_this()] { self->refuse({Errc::unavailable, kBusy}); });
  }

  bool is_alive() const { return leaving_.joined && !held_.silent; }

  void look() {
    const auto* to =
        wish_.to.empty() ? nullptr : sites::find_controller(ground_.forest(), wish_.to);
    auto roles = successions(ground_, leaving_, advice_, to);
    if (!roles) return refuse(roles.error());
    roles_ = *std::move(roles);
    if (!leaving_.writes || !is_alive()) return decide();
    wish_.preview ? ask_what_is_unsent() : ask_to_leave(false);
  }

  void ask_to_leave(bool cancel) {
    Json request{{"ask", "leave"}};
    if (cancel) request["cancel"] = true;
    ask(leaving_.id, std::move(request), kLeaveLimit,
        [cancel](Step& self, const base::Result<Json>& answer) {
          if (!answer) {
            return self.refuse({answer.error().code,
                                fmt::format("{}: {}", self.leaving_.name, answer.error().message)});
          }
          const bool changed = answer->value("changed", false);
          const auto& name = self.leaving_.name;
          if (cancel) return self.done("stays", name + " takes writes, and stays", true);
          if (changed) return self.done("stopped", name + " takes no writes any more");
          self.ask_what_is_unsent();
        });
  }

  void ask_what_is_unsent() {
    ask(leaving_.id, question_of_unsent(ground_, leaving_, held_), kCountLimit,
        [](Step& self, const base::Result<Json>& answer) {
          auto unsent = answer ? read_unsent(self.ground_, self.leaving_, *answer)
                               : base::fail(answer.error());
          if (!unsent) return self.refuse(unsent.error());
          self.unsent_ = *std::move(unsent);
          self.decide();
        });
  }

  void decide() {
    document_ = retirement_json(ground_, leaving_, held_, unsent_, roles_);
    if (wish_.preview) return taker_(to_text(document_));
    if (leaving_.writes && !is_alive() && !wish_.lost) {
      return refuse({Errc::unavailable,
                     fmt::format("{0} does not answer {1} any more: {2}; nothing was given up: run "
                                 "ringspan retire {0} again, which says what may be lost",
                                 leaving_.name, ground_.name(), held_.silent.value_or(""))});
    }
    if (!unsent_.empty()) return pull(unsent_.front());
    if (!roles_.empty()) return move(roles_.front());
    remove();
  }

  /// The nearest who holds it and answers.
  const sites::Controller* partner_for(const sites::NamingContext& context) const {
    for (const ControllerId id :
         partners::writable_near(ground_.in_force->joined, ground_.plan(), leaving_.id)) {
      const auto* near = sites::find_controller(ground_.forest(), id);
      const bool answers = std::ranges::find(held_.writable, id) != held_.writable.end();
      if (near != nullptr && answers &&
          sites::replica_kind(*near, context) == sites::ReplicaKind::writable) {
        return near;
      }
    }
    return nullptr;
  }

  void pull(const Unsent& unsent) {
    const auto* partner = partner_for(*unsent.context);
    if (partner == nullptr) {
      return refuse({Errc::unavailable,
                     fmt::format("naming context {}: {} alone holds {} changes, and nobody else "
                                 "who takes its writes answers; start one, and run it again",
                                 unsent.context->dn, leaving_.name, unsent.values)});
    }
    ask(partner->id,
        {{"ask", "sync"},
         {"from", leaving_.name},
         {"naming_context", unsent.context->dn},
         {"seconds", kPullSeconds}},
        kPullLimit,
        [name = partner->name, dn = unsent.context->dn](Step& self,
                                                        const base::Result<Json>& answer) {
          std::string trouble = answer ? std::string() : answer.error().message;
          for (const Json& pull : answer ? answer->value("pulls", Json::array()) : Json::array())
            trouble += pull.value("error", std::string());
          if (!trouble.empty()) {
            return self.refuse(
                {Errc::unavailable, fmt::format("{} cannot pull {} from {}: {}", name, dn,
                                                self.leaving_.name, trouble)});
          }
          self.done("pulled",
                    fmt::format("{} has pulled {} from {}", name, dn, self.leaving_.name));
        });
  }

  void move(const Succession& role) {
    Json request{{"ask", is_alive() ? "role_transfer" : "role_seize"},
                 {"role", role.role},
                 {"naming_context", role.naming_context},
                 {"why", leaving_.name + " is retired"}};
    ask(role.to->id, std::move(request), kRoleLimit,
        [role](Step& self, const base::Result<Json>& answer) {
          if (!answer) return self.refuse(answer.error());
          const bool seized = answer->value("gained", std::string()) == "seize";
          self.hear_of(role.to->id, fmt::format("{} {} the role {} of {}", role.to->name,
                                                seized ? "has seized" : "has taken over", role.role,
                                                role.naming_context));
        });
  }

  /// The next step is judged by what stands here, so the heir's record is fetched first; if that is
  /// in vain it comes by itself.
  void hear_of(ControllerId heir, const std::string& moved) {
    if (heir == ground_.identity.controller) return done("moved", moved);
    ground_.engine.pull(
        heir, {configuration_among(ground_.contexts())}, false, kTellLimit,
        [self = shared_from_this(), moved](const auto&) {
          if (!self->ground_.readers.post([self, moved] { self->done("moved", moved); })) {
            self->refuse({Errc::unavailable, kBusy});
          }
        });
  }

  /// First as a preview, since nobody else may be cut off by it.
  void remove() {
    const Edit edit = [id = leaving_.id, keys = ground_.in_force->keys](
                          const sites::Forest& standing) -> base::Result<sites::Forest> {
      const auto reasons = configuration::why_needed(standing, keys, id);
      if (!reasons.empty()) {
        return base::fail(Errc::refused, fmt::format("{}", fmt::join(reasons, "\n")));
      }
      return configuration::without(standing, id);
    };
    apply_edit(ground_, Json{{"preview", true}}, edit,
               [self = shared_from_this(), edit](const std::string& text) {
                 const auto seen = read_answer(text);
                 if (!seen) return self->refuse(seen.error());
                 for (const Json& one : seen->at("cut_off")) {
                   if (one.at("controller") == self->leaving_.name) continue;
                   return self->refuse(
                       {Errc::refused,
                        fmt::format("{}: without it {} would be cut off; give that one another way "
                                    "first",
                                    self->leaving_.name, one.at("controller").get<std::string>())});
                 }
                 self->remove(edit, seen->at("basis"));
               });
  }

  void remove(const Edit& edit, const Json& basis) {
    apply_edit(ground_, Json{{"expect", basis}, {"force", true}}, edit,
               [self = shared_from_this()](const std::string& text) {
                 const auto written = read_answer(text);
                 if (!written) return self->refuse(written.error());
                 spdlog::info("{} has retired {}", self->ground_.caller.name, self->leaving_.name);
                 self->done("removed",
                            fmt::format("{} is no member of the forest any more; its certificate "
                                        "is refused",
                                        self->leaving_.name),
                            true);
               });
  }

  void done(const char* what, const std::string& text, bool all = false) {
    if (document_.is_null()) {
      document_ = retirement_json(ground_, leaving_, held_, unsent_, roles_);
    }
    document_["step"] = Json{{"what", what}, {"text", text}};
    document_["done"] = all;
    taker_(to_text(document_));
  }

  /// With the rights of who asked; `then` on a reader's thread.
  void ask(ControllerId to, Json request, base::Duration limit,
           std::function<void(Step&, const base::Result<Json>&)> then) {
    auto take = [self = shared_from_this(),
                 then = std::move(then)](const base::Result<Json>& answer) {
      const bool taken = self->ground_.readers.post([self, then, answer] { then(*self, answer); });
      if (!taken) self->refuse({Errc::unavailable, kBusy});
    };
    if (to == ground_.identity.controller) return ask_myself(request, std::move(take));
    ground_.network.ask(to, to_text(on_behalf(ground_.caller, std::move(request))), 0, limit,
                        [take](const base::Result<std::string>& text) {
                          take(text ? read_answer(*text) : base::fail(text.error()));
                        });
  }

  void ask_myself(const Json& request, const std::function<void(const base::Result<Json>&)>& take) {
    const JsonTaker taker = [take](const std::string& text) { take(read_answer(text)); };
    if (request.at("ask") == "sync") return answer_sync(ground_, request, taker);
    if (request.at("ask") == "role_transfer") return answer_role_transfer(ground_, request, taker);
    answer_role_seize(ground_, request, taker);
  }

  const ServiceGround ground_;
  const Wish wish_;
  const Retiring leaving_;
  JsonTaker taker_;
  Json advice_ = Json::array();
  HeldByOthers held_;
  std::vector<Unsent> unsent_;
  std::vector<Succession> roles_;
  Json document_;
};

/// Whom it is about; Errc::exists if it has left already.
base::Result<Retiring> find_leaving(const ServiceGround& ground, const Wish& wish) {
  const auto* found = sites::find_controller(ground.forest(), wish.controller);
  const NamingContextId context = configuration::configuration_of(ground.forest());
  if (found == nullptr) {
    const bool gone = configuration::was_removed(*ground.store.read(), context, wish.controller);
    return base::fail(
        gone ? Errc::exists : Errc::not_found,
        fmt::format("controller {}: {}", wish.controller,
                    gone ? "is not in the forest any more" : "not in the forest definition"));
  }
  const bool joined = ground.in_force->keys.contains(found->id);
  return Retiring{found->id, found->name, joined, joined && !found->read_only};
}

base::Result<void> check(const ServiceGround& ground, const Wish& wish, const Retiring& leaving) {
  if (leaving.id == ground.identity.controller || ground.identity.read_only) {
    return base::fail(
        Errc::refused,
        fmt::format("{}: {}; ask a controller that stays and takes writes (--at NAME)",
                    ground.name(),
                    ground.identity.read_only ? "is read-only and retires nobody"
                                              : "would see to its own end"));
  }
  if (wish.cancel) return {};
  const auto reasons =
      configuration::why_needed(ground.forest(), ground.in_force->keys, leaving.id);
  if (!reasons.empty()) {
    return base::fail(Errc::refused, fmt::format("{}", fmt::join(reasons, "\n")));
  }
  const auto* to = wish.to.empty() ? nullptr : sites::find_controller(ground.forest(), wish.to);
  if (wish.to.empty() ||
      (to != nullptr && to->id != leaving.id && ground.in_force->keys.contains(to->id))) {
    return {};
  }
  return base::fail(Errc::refused, fmt::format("\"to\": {} {}", wish.to,
                                               to == nullptr ? "is not in the forest definition"
                                               : to->id == leaving.id ? "is the one that goes"
                                                                      : "has not joined yet"));
}

}  // namespace

void answer_retire(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  auto wish = read_wish(Asked(request));
  if (!wish) return taker(error_text(wish.error()));
  auto leaving = find_leaving(ground, *wish);
  if (!leaving && leaving.error().code == Errc::exists) {
    Json answer = retirement_json(ground, {.id = {}, .name = wish->controller}, {}, {}, {});
    answer["step"] = Json{{"what", "none"}, {"text", leaving.error().message}};
    answer["done"] = true;
    return taker(to_text(answer));
  }
  if (!leaving) return taker(error_text(leaving.error()));
  if (auto fit = check(ground, *wish, *leaving); !fit) return taker(error_text(fit.error()));
  std::make_shared<Step>(ground, *std::move(wish), *std::move(leaving), std::move(taker))->begin();
}

}  // namespace ringspan::replicator::net
