// id_status: who has what of the identifiers of each domain that is held here whole, and who hands
// them out.

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/engine/allotment.hpp"
#include "replicator/net/clock.hpp"
#include "replicator/net/identifier_pools.hpp"
#include "replicator/net/roles_document.hpp"

namespace ringspan::replicator::net {
namespace {

bool knows_last(const Taker& taker, const Epoch& epoch) {
  return !taker.knows.empty() && taker.knows.back() == epoch;
}

/// Members that have not said yet that they know the epoch.
Json waits_for(const ServiceGround& ground, const sites::NamingContext& domain,
               const std::vector<Taker>& takers, const Ownership& now) {
  Json names = Json::array();
  for (const sites::Controller& one : ground.in_force->joined.controllers) {
    if (one.id == now.owner || sites::replica_kind(one, domain) != sites::ReplicaKind::writable) {
      continue;
    }
    const bool knows = std::ranges::any_of(takers, [&](const Taker& taker) {
      return taker.controller == one.id && knows_last(taker, now.epoch);
    });
    if (!knows) names.push_back(one.name);
  }
  return names;
}

bool hands_out_alone(const std::vector<Taker>& takers, const Ownership& now) {
  if (now.gained == Gained::first) return true;
  return std::ranges::any_of(takers, [&](const Taker& taker) {
    return taker.invocation == now.epoch.owner && taker.settled == now.epoch;
  });
}

struct SetAside {
  std::uint64_t pools = 0;
  std::uint64_t numbers = 0;
};

Json domain_json(const ServiceGround& ground, const Snapshot& snapshot,
                 const sites::NamingContext& domain) {
  const Identity me = ground.identity_now();
  const auto history = rid_history(snapshot, me, domain.id);
  const Ownership& now = history.back();
  const auto takers = takers_of(snapshot, domain.id);
  std::map<InvocationId, SetAside> given;
  Json gaps = Json::array();
  for (const Pool& pool : pools_of(snapshot, domain.id)) {
    if (pool.key.kind == PoolKind::gap) {
      gaps.push_back({{"first", pool.numbers.first},
                      {"last", pool.numbers.last},
                      {"lost", ground.originators.name_of(pool.controller)},
                      {"since", net::to_json(pool.when)}});
    }
    if (pool.key.kind != PoolKind::pool) continue;
    ++given[pool.key.taker].pools;
    given[pool.key.taker].numbers += pool.numbers.count();
  }
  Json controllers = Json::array();
  for (const Taker& taker : takers) {
    const SetAside& had = given[taker.invocation];
    controllers.push_back({{"controller", ground.originators.name_of(taker.controller)},
                           {"invocation", taker.invocation.value.to_string()},
                           {"pools", had.pools},
                           {"issued", had.numbers - std::min(had.numbers, taker.pools.count())},
                           {"at_hand", taker.pools.count()},
                           {"reserve", taker.reserve.count()},
                           {"alone", taker.alone.empty() ? Json(nullptr) : Json(taker.alone)}});
  }
  const std::uint64_t next = next_unallotted(snapshot, domain.id);
  const bool fenced = ground.fence.leases().has_value();
  const bool alone = hands_out_alone(takers, now) || (fenced && counts_at_fence(snapshot, history));
  return {{"domain", domain.dn},
          {"owner", ground.originators.name_of(now.owner)},
          {"epoch", to_json(now.epoch)},
          {"hands_out", fenced  ? "from_the_fence"
                        : alone ? "past_the_end"
                                : "from_its_reserve"},
          {"waits_for", alone ? Json::array() : waits_for(ground, domain, takers, now)},
          {"space", kIdentifierSpace},
          {"next", next},
          {"tenths_used", tenths_used(next)},
          {"controllers", std::move(controllers)},
          {"gaps", std::move(gaps)}};
}

}  // namespace

base::Result<Json> answer_id_status(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  if (auto known = asked.only({"ask", "domain"}); !known) return base::fail(known.error());
  std::optional<std::string> wanted;
  if (asked.has("domain")) {
    const auto dn = asked.dn("domain");
    if (!dn) return base::fail(dn.error());
    wanted = dn->key();
  }
  const auto snapshot = ground.store.read();
  Json domains = Json::array();
  for (const NamingContextHead& head : ground.contexts()) {
    const auto* domain = sites::find_naming_context(ground.forest(), head.id);
    if (domain == nullptr || head.kind != sites::NamingContextKind::domain || head.is_partial ||
        (wanted && *wanted != head.dn.key())) {
      continue;
    }
    domains.push_back(domain_json(ground, *snapshot, *domain));
  }
  if (wanted && domains.empty()) {
    return base::fail(base::Errc::not_found,
                      fmt::format("domain {}: is not held whole at {}; ask one of its controllers "
                                  "(--at NAME)",
                                  asked.text("domain").value_or(""), ground.name()));
  }
  return Json{{"controller", ground.name()},
              {"time", base::to_string(wall_clock())},
              {"domains", std::move(domains)}};
}

}  // namespace ringspan::replicator::net
