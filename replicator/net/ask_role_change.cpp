// role_transfer, role_seize: at the controller that is to have the role. role_release: at the one
// that has it. The owner gives it up first, durably; then its record is pulled from there
// (docs/roles.md).

#include <memory>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <nlohmann/json.hpp>

#include "replicator/engine/role_standing.hpp"
#include "replicator/net/clock.hpp"
#include "replicator/net/role_owner.hpp"
#include "replicator/net/roles_document.hpp"
#include "replicator/net/secrets.hpp"

namespace ringspan::replicator::net {
namespace {

using namespace std::chrono_literals;
using base::Errc;

constexpr base::Duration kReleaseLimit = 10s;
constexpr base::Duration kLookLimit = 3s;
constexpr base::Duration kPullLimit = 20s;
constexpr int kTries = 3;

constexpr const char* kBusy = "too many requests wait here";

/// A role that is to come here.
struct Wish {
  RoleId role;
  std::string why;
  std::string request;
  bool seize = false;  ///< Also without the owner.
};

Ownership standing_now(const ServiceGround& ground, const Snapshot& snapshot, const RoleId& role) {
  return ownership_of(snapshot, configuration_among(ground.contexts()), role);
}

base::Result<Wish> read_wish(const ServiceGround& ground, const Asked& asked) {
  auto known = asked.only({"ask", "role", "naming_context", "why", "request", "preview"});
  if (!known) return base::fail(known.error());
  const auto role = role_asked(ground, asked);
  if (!role) return base::fail(role.error());
  if (auto fit = may_own(ground.forest(), *role, ground.identity.controller); !fit) {
    return base::fail(fit.error());
  }
  if (ground.identity.read_only) {
    return base::fail(Errc::unavailable,
                      fmt::format("{}: is being promoted, and can own a role once it takes writes",
                                  ground.name()));
  }
  Wish wish{.role = *role, .why = {}, .request = {}};
  for (const auto& [field, into] :
       {std::pair("why", &wish.why), std::pair("request", &wish.request)}) {
    if (!asked.has(field)) continue;
    const auto text = asked.text(field);
    if (!text) return base::fail(text.error());
    *into = *text;
  }
  if (wish.request.empty()) wish.request = base::Guid::from_random(random_bytes()).to_string();
  return wish;
}

Json changed_answer(const ServiceGround& ground, const RoleId& role, bool changed) {
  const auto snapshot = ground.store.read();
  const Ownership now = standing_now(ground, *snapshot, role);
  const RoleStanding standing =
      standing_of(*snapshot, ground.identity_now(), ground.caught_up(), now);
  const auto* context = sites::find_naming_context(ground.forest(), role.scope);
  return {{"controller", ground.name()},
          {"role", to_string(role.role)},
          {"naming_context", context == nullptr ? role.scope.value.to_string() : context->dn},
          {"owner", ground.originators.name_of(now.owner)},
          {"former", now.former ? Json(ground.originators.name_of(*now.former)) : Json(nullptr)},
          {"epoch", to_json(now.epoch)},
          {"gained", to_string(now.gained)},
          {"changed", changed},
          {"effective", standing == RoleStanding::effective},
          {"state", to_string(standing)}};
}

/// One role on its way here: shared by the answers that are still to come.
class RoleChange : public std::enable_shared_from_this<RoleChange> {
 public:
  RoleChange(const ServiceGround& ground, Wish wish, JsonTaker taker)
      : ground_(ground), wish_(std::move(wish)), taker_(std::move(taker)) {}

  void attempt() {
    const Ownership now = standing_now(ground_, *ground_.store.read(), wish_.role);
    const bool without_lease = fenced() && !ground_.fence.leases()->contains(wish_.role);
    if (is_owner(ground_.identity, now) && !without_lease) return have_it(now);
    if (fenced() && (wish_.seize || is_owner(ground_.identity, now))) return take_at_fence();
    owner_ = now.owner;
    if (sites::find_controller(ground_.forest(), owner_) == nullptr) {
      return give_up({Errc::refused, "its owner is not in the forest any more"});
    }
    Json request{{"ask", "role_release"},
                 {"role", to_string(wish_.role.role)},
                 {"scope", wish_.role.scope.value.to_string()},
                 {"to", ground_.identity.controller.value.to_string()},
                 {"invocation", ground_.identity.invocation.value.to_string()},
                 {"request", wish_.request}};
    if (!wish_.why.empty()) request["why"] = wish_.why;
    ground_.network.ask(owner_, to_text(on_behalf(ground_.caller, std::move(request))), 0,
                        wish_.seize ? kLookLimit : kReleaseLimit,
                        [self = shared_from_this()](const base::Result<std::string>& answer) {
                          self->released(answer);
                        });
  }

 private:
  bool fenced() const { return ground_.fence.leases().has_value(); }

  /// Nobody has it by the fence, or it is pledged to us.
  void take_at_fence() {
    ground_.fence.want(
        {.role = wish_.role,
         .revision = {},
         .who = ground_.caller.name,
         .why = wish_.why,
         .request = wish_.request},
        [self = shared_from_this()](const base::Result<void>& taken) {
          self->later([self, taken] {
            if (!taken) return self->taker_(error_text(taken.error()));
            self->taker_(to_text(changed_answer(self->ground_, self->wish_.role, true)));
          });
        });
  }

  std::string owner_name() const { return ground_.originators.name_of(owner_); }

  /// What the former owner held may still be missing.
  void have_it(const Ownership& now) {
    const RoleStanding standing =
        standing_of(*ground_.store.read(), ground_.identity_now(), ground_.caught_up(), now);
    if (standing == RoleStanding::handing_over && now.former && tries_-- == kTries) {
      owner_ = *now.former;
      return pull(std::nullopt);
    }
    if (standing == RoleStanding::catching_up && wish_.seize) return seize();
    taker_(to_text(changed_answer(ground_, wish_.role, changed_)));
  }

  /// On the network's thread. Who refused knows better whose it is.
  void released(const base::Result<std::string>& answer) {
    const auto said = answer.and_then(read_answer);
    if (!answer) return later([this, error = answer.error()] { give_up(error); });
    changed_ = changed_ || said.has_value();
    if (said && fenced()) {
      ground_.engine.pull(owner_, contexts(), false, kPullLimit, [](const auto&) {});
      return take_at_fence();
    }
    pull(said ? std::nullopt : std::optional(said.error()));
  }

  /// What the owner has and we may lack.
  std::vector<NamingContextId> contexts() const {
    std::vector<NamingContextId> contexts{configuration_among(ground_.contexts())};
    const bool more = wish_.role.scope != contexts.front();
    if (more && ground_.in_force->holds(wish_.role.scope)) contexts.push_back(wish_.role.scope);
    return contexts;
  }

  void pull(const std::optional<base::Error>& refused) {
    ground_.engine.pull(owner_, contexts(), false, kPullLimit,
                        [self = shared_from_this(), refused](const auto&) {
                          self->later([self, refused] { self->pulled(refused); });
                        });
  }

  void pulled(const std::optional<base::Error>& refused) {
    const Ownership now = standing_now(ground_, *ground_.store.read(), wish_.role);
    if (is_owner(ground_.identity, now)) return have_it(now);
    if (now.owner != owner_ && tries_-- > 0) return attempt();
    if (refused) return give_up(*refused);
    give_up({Errc::unavailable,
             "it has given the role up, but what says so has not come here yet; "
             "ask once more"});
  }

  void give_up(const base::Error& error) {
    if (wish_.seize) return seize();
    const std::string_view word = to_string(wish_.role.role);
    if (fenced()) {
      return taker_(error_text(
          {error.code, fmt::format("{} role: {} does not give it: {}; if it is lost, the fence "
                                   "replaces it by itself when its lease is over",
                                   word, owner_name(), error.message)}));
    }
    taker_(error_text(
        {error.code, fmt::format("{0} role: {1} does not give it: {2}; if {1} is lost for good: "
                                 "ringspan role seize {0} --at {3}",
                                 word, owner_name(), error.message, ground_.name())}));
  }

  void seize() {
    spdlog::warn("{} seizes the role {}", ground_.caller.name,
                 in_words(ground_.forest(), wish_.role));
    ground_.engine.write(
        SeizeRole{.role = wish_.role, .who = ground_.caller.name, .why = wish_.why},
        [self = shared_from_this()](const base::Result<Written>& result) {
          if (!result) return self->taker_(error_text(result.error()));
          self->later([self] {
            self->taker_(to_text(changed_answer(self->ground_, self->wish_.role, true)));
          });
        });
  }

  /// On a reader's thread: the others must not wait for the database.
  void later(std::function<void()> then) {
    if (!ground_.readers.post([self = shared_from_this(), then = std::move(then)] { then(); })) {
      taker_(error_text({Errc::unavailable, kBusy}));
    }
  }

  const ServiceGround ground_;
  const Wish wish_;
  JsonTaker taker_;
  ControllerId owner_;
  int tries_ = kTries;
  bool changed_ = false;
};

/// What may go wrong when the owner is not asked.
std::vector<std::string> stakes(MasterRole role, const std::string& owner) {
  std::vector<std::string> lines{fmt::format(
      "Until {} hears of it, it goes on acting as owner; if it can still be reached by others, "
      "transfer instead.",
      owner)};
  switch (role) {
    case MasterRole::schema:
      lines.push_back(
          "Definitions that it made and nobody has received may meet other ones of the "
          "same name.");
      break;
    case MasterRole::naming:
      lines.push_back(
          "Naming contexts that it made and nobody has heard of may meet other ones of "
          "the same name.");
      break;
    case MasterRole::rid:
      lines.push_back(
          "No identifier is issued twice; but until every writable member has heard of it, the new "
          "owner hands out of its own reserve alone.");
      break;
    case MasterRole::pdc:
    case MasterRole::infrastructure:
      lines.push_back("Nothing is lost: its work is done twice at worst.");
      break;
  }
  return lines;
}

/// "oslo-1 was last heard of at ...", by the time that our vector has of it.
Json last_heard(const ServiceGround& ground, const Snapshot& snapshot, const Ownership& now) {
  const NamingContextId configuration = configuration_among(ground.contexts());
  const auto vector = snapshot.vector(configuration);
  const auto cursor = vector.cursors().find(now.epoch.owner);
  return cursor == vector.cursors().end() ? Json(nullptr) : to_json(cursor->second.time);
}

void preview_seizure(const ServiceGround& ground, const Wish& wish, JsonTaker taker) {
  const auto snapshot = ground.store.read();
  const Ownership now = standing_now(ground, *snapshot, wish.role);
  const std::string owner = ground.originators.name_of(now.owner);
  Json answer = changed_answer(ground, wish.role, false);
  answer["last_heard"] = last_heard(ground, *snapshot, now);
  answer["stakes"] = stakes(wish.role.role, owner);
  const auto tell = [answer, taker = std::move(taker)](const char* would) {
    Json said = answer;
    said["would"] = would;
    taker(to_text(said));
  };
  if (is_owner(ground.identity, now)) {
    return tell(answer["effective"].get<bool>() ? "nothing" : "seize");
  }
  if (sites::find_controller(ground.forest(), now.owner) == nullptr) return tell("seize");
  ground.network.ask(now.owner, to_text(Json{{"ask", "role_views"}}), 0, kLookLimit,
                     [tell](const base::Result<std::string>& said) {
                       tell(said.and_then(read_answer) ? "transfer" : "seize");
                     });
}

/// A fence replaces who is lost by itself; it lacks only an owner that was lost before it came.
base::Result<void> may_seize(const ServiceGround& ground, const RoleId& role) {
  const Ownership now = standing_now(ground, *ground.store.read(), role);
  if (!ground.fence.leases() || now.epoch.revision == Revision{}) return {};
  return base::fail(
      Errc::refused,
      fmt::format("{0} role: a fence decides who has it, and replaces {1} by itself when its lease "
                  "is over; to move it: ringspan role transfer {0} --to {2}; if the fence is lost "
                  "for good: take \"roles\" out of the definition (ringspan apply), then seize",
                  to_string(role.role), ground.originators.name_of(now.owner), ground.name()));
}

/// Gives it up at the fence, where the other one claims it.
void pledge(const ServiceGround& ground, const GiveRole& give, JsonTaker taker) {
  const auto acts =
      may_act(*ground.store.read(), ground.identity_now(), ground.caught_up(), give.role);
  if (!acts) return taker(error_text(acts.error()));
  ground.fence.give_up(
      give.role,
      {.to = give.invocation,
       .who = give.who,
       .why = give.why,
       .request = give.request,
       .handover = std::nullopt},
      [name = ground.name(), who = ground.caller.name, to = ground.originators.name_of(give.to),
       role = in_words(ground.forest(), give.role),
       taker = std::move(taker)](const base::Result<void>& given) {
        if (!given) return taker(error_text(given.error()));
        spdlog::info("{} has {} give the role {} to {}, by the fence", who, name, role, to);
        taker(to_text(Json{{"controller", name}, {"record", nullptr}, {"usn", nullptr}}));
      });
}

base::Result<GiveRole> read_release(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  auto known = asked.only({"ask", "role", "scope", "to", "invocation", "why", "request"});
  if (!known) return base::fail(known.error());
  const auto role = parse_master_role(asked.text("role").value_or(""));
  const auto scope = base::Guid::parse(asked.text("scope").value_or(""));
  const auto to = base::Guid::parse(asked.text("to").value_or(""));
  const auto invocation = base::Guid::parse(asked.text("invocation").value_or(""));
  if (!role || !scope || !to || !invocation) {
    return base::fail(Errc::invalid,
                      "role_release: takes \"role\", and the GUIDs \"scope\", \"to\", "
                      "\"invocation\"; ask role_transfer at the controller that is to have it");
  }
  const RoleId id{*role, NamingContextId(*scope)};
  if (auto fit = may_own(ground.forest(), id, ControllerId(*to)); !fit) {
    return base::fail(fit.error());
  }
  return GiveRole{.role = id,
                  .to = ControllerId(*to),
                  .invocation = InvocationId(*invocation),
                  .who = ground.caller.name,
                  .why = asked.text("why").value_or(""),
                  .request = asked.text("request").value_or("")};
}

}  // namespace

void answer_role_transfer(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  auto wish = read_wish(ground, Asked(request));
  if (!wish) return taker(error_text(wish.error()));
  std::make_shared<RoleChange>(ground, *std::move(wish), std::move(taker))->attempt();
}

void answer_role_seize(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  auto wish = read_wish(ground, Asked(request));
  const auto preview = Asked(request).flag("preview");
  if (!wish) return taker(error_text(wish.error()));
  if (auto may = may_seize(ground, wish->role); !may) return taker(error_text(may.error()));
  if (!preview) return taker(error_text(preview.error()));
  if (*preview) return preview_seizure(ground, *wish, std::move(taker));
  wish->seize = true;
  std::make_shared<RoleChange>(ground, *std::move(wish), std::move(taker))->attempt();
}

void answer_role_release(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  auto give = read_release(ground, request);
  if (!give) return taker(error_text(give.error()));
  if (ground.fence.leases()) return pledge(ground, *give, std::move(taker));
  const std::string to = ground.originators.name_of(give->to);
  const std::string role = in_words(ground.forest(), give->role);
  ground.engine.write(*std::move(give), [name = ground.name(), who = ground.caller.name, to, role,
                                         taker = std::move(taker)](
                                            const base::Result<Written>& result) {
    if (!result) return taker(error_text(result.error()));
    spdlog::info("{} has {} give the role {} to {}", who, name, role, to);
    taker(to_text(Json{{"controller", name}, {"record", result->dn}, {"usn", result->usn.value}}));
  });
}

}  // namespace ringspan::replicator::net
