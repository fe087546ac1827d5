// id_new: at any controller that writes in the domain; id_pool: at the one that owns its rid role
// (docs/roles.md, I1 to I9).

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <nlohmann/json.hpp>

#include "replicator/engine/allotment.hpp"
#include "replicator/net/identifier_pools.hpp"
#include "replicator/net/role_owner.hpp"
#include "replicator/net/secrets.hpp"
#include "sites/naming_context.hpp"

namespace ringspan::replicator::net {
namespace {

using namespace std::chrono_literals;
using base::Errc;

constexpr base::Duration kGrantLimit = 10s;
constexpr base::Duration kPullLimit = 20s;
constexpr int kTries = 8;  // others take of what comes meanwhile

constexpr const char* kBusy = "too many requests wait here";

/// One request on its way: shared by the answers that are still to come.
class IdentifierRequest : public std::enable_shared_from_this<IdentifierRequest> {
 public:
  IdentifierRequest(const ServiceGround& ground, TakeIdentifiers take, JsonTaker taker)
      : ground_(ground), take_(std::move(take)), taker_(std::move(taker)) {}

  void attempt() {
    const auto snapshot = ground_.store.read();
    const Identity me = ground_.identity_now();
    const auto history = rid_history(*snapshot, me, take_.domain);
    if (is_owner(me, history.back()) || missing_identifiers(*snapshot, me, take_) == 0) {
      return issue();
    }
    const auto may = may_issue(*snapshot, me, ground_.caught_up(), take_.domain);
    if (!may && !take_.alone) return give_up(may.error());
    if (tries_-- == 0) return give_up(too_few(*snapshot, me, take_, "others take what comes"));
    owner_ = history.back().owner;
    const Taker here = taker_here(*snapshot, me, take_.domain, history);
    const GrantPool grant{.domain = take_.domain,
                          .taker = here.invocation,
                          .controller = here.controller,
                          .ordinal = here.pools.ordinal + 1,
                          .wanted = take_.count - std::min(take_.count, here.pools.count())};
    ground_.network.ask(owner_, pool_request(grant), 0, kGrantLimit,
                        [self = shared_from_this()](const base::Result<std::string>& answer) {
                          self->granted(answer);
                        });
  }

 private:
  std::string owner_name() const { return ground_.originators.name_of(owner_); }

  /// On the network's thread. Who refused may know better whose the role is.
  void granted(const base::Result<std::string>& answer) {
    if (!answer) {
      return later([this, why = answer.error().message] {
        give_up(too_few(
            *ground_.store.read(), ground_.identity_now(), take_,
            fmt::format("{}, which has the rid role, cannot be asked: {}", owner_name(), why)));
      });
    }
    const auto said = read_answer(*answer);
    const auto refused = said ? std::nullopt : std::optional(said.error());
    ground_.engine.pull(owner_, {configuration_among(ground_.contexts()), take_.domain}, false,
                        kPullLimit, [self = shared_from_this(), refused](const auto&) {
                          self->later([self, refused] { self->pulled(refused); });
                        });
  }

  void pulled(const std::optional<base::Error>& refused) {
    const auto snapshot = ground_.store.read();
    const Identity me = ground_.identity_now();
    if (refused && rid_history(*snapshot, me, take_.domain).back().owner == owner_) {
      return give_up(too_few(*snapshot, me, take_,
                             fmt::format("{} gives no more: {}", owner_name(), refused->message)));
    }
    attempt();
  }

  void issue() {
    ground_.engine.write(take_, [self = shared_from_this()](const base::Result<Written>& result) {
      if (result) return self->later([self] { self->answer(); });
      const bool again = result.error().code == Errc::unavailable && self->tries_-- > 0;
      self->later([self, again, error = result.error()] {
        again ? self->attempt() : self->give_up(error);
      });
    });
  }

  void answer() {
    const auto snapshot = ground_.store.read();
    const Identity me = ground_.identity_now();
    const Taker here =
        taker_here(*snapshot, me, take_.domain, rid_history(*snapshot, me, take_.domain));
    const auto numbers = answer_to(*snapshot, take_.domain, here, take_.request);
    if (!numbers) return give_up({Errc::unavailable, "its answer was overtaken; ask once more"});
    const auto* domain = sites::find_naming_context(ground_.forest(), take_.domain);
    taker_(to_text(Json{{"controller", ground_.name()},
                        {"domain", domain == nullptr ? "" : domain->dn},
                        {"request", take_.request},
                        {"count", count_of(*numbers)},
                        {"ranges", to_json(*numbers)},
                        {"at_hand", here.pools.count()}}));
  }

  void give_up(const base::Error& error) { taker_(error_text(error)); }

  /// On a reader's thread: the others must not wait for the database.
  void later(std::function<void()> then) {
    if (!ground_.readers.post([self = shared_from_this(), then = std::move(then)] { then(); })) {
      taker_(error_text({Errc::unavailable, kBusy}));
    }
  }

  const ServiceGround ground_;
  const TakeIdentifiers take_;
  JsonTaker taker_;
  ControllerId owner_;
  int tries_ = kTries;
};

base::Result<TakeIdentifiers> read_take(const ServiceGround& ground, const Asked& asked) {
  auto known = asked.only({"ask", "domain", "count", "request", "alone"});
  if (!known) return base::fail(known.error());
  const auto domain = domain_asked(ground, asked);
  const auto count = asked.number("count", 1);
  const auto alone = asked.flag("alone");
  if (!domain) return base::fail(domain.error());
  if (!count) return base::fail(count.error());
  if (!alone) return base::fail(alone.error());
  if (*alone) {
    if (auto allowed = may(ground.caller, Role::admin, "id_new with \"alone\""); !allowed) {
      return base::fail(allowed.error());
    }
  }
  TakeIdentifiers take{
      .domain = *domain, .count = *count, .alone = *alone, .who = ground.caller.name};
  if (asked.has("request")) {
    const auto request = asked.text("request");
    if (!request) return base::fail(request.error());
    take.request = *request;
  } else {
    take.request = base::Guid::from_random(random_bytes()).to_string();
  }
  if (auto sound = check(take); !sound) return base::fail(sound.error());
  return take;
}

base::Result<GrantPool> read_grant(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  auto known = asked.only({"ask", "domain", "kind", "taker", "controller", "ordinal", "wanted"});
  if (!known) return base::fail(known.error());
  const auto domain = base::Guid::parse(asked.text("domain").value_or(""));
  const auto kind = parse_pool_kind(asked.text("kind").value_or(""));
  const auto taker = base::Guid::parse(asked.text("taker").value_or(""));
  const auto controller = base::Guid::parse(asked.text("controller").value_or(""));
  const auto ordinal = asked.number("ordinal", 0);
  const auto wanted = asked.number("wanted", 1);
  if (!domain || !kind || !taker || !controller || !ordinal || !wanted) {
    return base::fail(Errc::invalid,
                      "id_pool: is asked between controllers; ask id_new where the identifiers "
                      "are wanted");
  }
  const GrantPool grant{.domain = NamingContextId(*domain),
                        .kind = *kind,
                        .taker = InvocationId(*taker),
                        .controller = ControllerId(*controller),
                        .ordinal = *ordinal,
                        .wanted = *wanted};
  if (auto fit = may_own(ground.forest(), rid_of(grant.domain), grant.controller); !fit) {
    return base::fail(fit.error());
  }
  return grant;
}

}  // namespace

std::string pool_request(const GrantPool& grant) {
  return to_text(Json{{"ask", "id_pool"},
                      {"domain", grant.domain.value.to_string()},
                      {"kind", to_string(grant.kind)},
                      {"taker", grant.taker.value.to_string()},
                      {"controller", grant.controller.value.to_string()},
                      {"ordinal", grant.ordinal},
                      {"wanted", grant.wanted}});
}

base::Result<NamingContextId> domain_asked(const ServiceGround& ground, const Asked& asked) {
  const sites::NamingContext* domain = nullptr;
  if (asked.has("domain")) {
    const auto dn = asked.dn("domain");
    if (!dn) return base::fail(dn.error());
    domain = sites::find_naming_context(ground.forest(), *dn);
    if (domain == nullptr || domain->kind != sites::NamingContextKind::domain) {
      return base::fail(Errc::not_found,
                        fmt::format("{}: the forest has no such domain", dn->to_string()));
    }
  } else {
    domain = sites::find_naming_context(ground.forest(), ground.me().domain);
    if (domain == nullptr) {
      return base::fail(Errc::not_found, ground.name() + ": has no domain; name one");
    }
  }
  const auto kind = sites::replica_kind(ground.me(), *domain);
  if (kind == sites::ReplicaKind::writable || ground.identity.read_only) return domain->id;
  std::string names;
  for (const sites::Controller& one : ground.forest().controllers) {
    if (sites::replica_kind(one, *domain) != sites::ReplicaKind::writable) continue;
    names += (names.empty() ? "" : ", ") + one.name;
  }
  return base::fail(Errc::refused,
                    fmt::format("{}: is not written at {}; ask one of its controllers (--at): {}",
                                domain->dn, ground.name(), names));
}

Json to_json(const NumberRanges& ranges) {
  Json list = Json::array();
  for (const NumberRange& range : ranges)
    list.push_back({{"first", range.first}, {"last", range.last}});
  return list;
}

void answer_id_new(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  if (ground.identity.read_only) return taker(write_elsewhere(ground));
  auto take = read_take(ground, Asked(request));
  if (!take) return taker(error_text(take.error()));
  std::make_shared<IdentifierRequest>(ground, *std::move(take), std::move(taker))->attempt();
}

void answer_id_pool(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  auto grant = read_grant(ground, request);
  if (!grant) return taker(error_text(grant.error()));
  ground.engine.write(*std::move(grant), [name = ground.name(), taker = std::move(taker)](
                                             const base::Result<Written>& result) {
    if (!result) return taker(error_text(result.error()));
    taker(to_text(Json{{"controller", name}, {"pool", result->dn}, {"usn", result->usn.value}}));
  });
}

}  // namespace ringspan::replicator::net
