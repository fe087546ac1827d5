#include "replicator/net/service.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/contracts.hpp"
#include "replicator/engine/rollback.hpp"
#include "replicator/net/clock.hpp"
#include "replicator/net/find_names.hpp"
#include "replicator/net/role_owner.hpp"

namespace ringspan::replicator::net {
namespace {

using namespace std::chrono_literals;

using ReadAnswer = base::Result<Json> (*)(const ServiceGround&, const Json&);
using WaitAnswer = void (*)(const ServiceGround&, const Json&, JsonTaker);

/// Who may ask it, and who answers it.
struct Row {
  Role role = Role::admin;
  std::variant<ReadAnswer, WaitAnswer> answer;
  bool while_filling = false;  ///< Answered before this replica is complete, too.
};

/// Every request there is; what is not here is refused.
const std::map<std::string_view, Row>& rows() {
  static const std::map<std::string_view, Row> rows{
      {"get", {Role::reader, answer_get}},
      {"list", {Role::reader, answer_list}},
      {"find", {Role::reader, answer_find}},
      {"deleted", {Role::reader, answer_deleted}},
      {"stamps", {Role::reader, answer_stamps}},
      {"watermarks", {Role::reader, answer_watermarks, true}},
      {"dump", {Role::reader, answer_dump}},
      {"journal", {Role::reader, answer_journal}},
      {"held", {Role::reader, answer_held}},
      {"lingering", {Role::admin, answer_lingering}},
      {"conflicts", {Role::reader, answer_conflicts}},
      {"conflict", {Role::reader, answer_conflict}},
      {"changes", {Role::reader, answer_changes}},
      {"digest", {Role::reader, answer_digest}},
      {"holds", {Role::reader, answer_holds}},
      {"compare", {Role::reader, answer_compare}},
      {"repair", {Role::admin, answer_repair}},
      {"export", {Role::reader, answer_export}},
      {"plan", {Role::reader, answer_plan, true}},
      {"explain", {Role::reader, answer_explain, true}},
      {"what_if", {Role::reader, answer_what_if}},
      {"naming_contexts", {Role::reader, answer_naming_contexts, true}},
      {"naming_context", {Role::admin, answer_naming_context}},
      {"names", {Role::reader, answer_names}},
      {"domains", {Role::reader, answer_domains, true}},
      {"domain", {Role::admin, answer_domain}},
      {"history", {Role::reader, answer_history}},
      {"status", {Role::reader, answer_status, true}},
      {"part", {Role::reader, answer_part, true}},
      {"lag", {Role::reader, answer_lag, true}},
      {"log", {Role::reader, answer_log, true}},
      {"vector", {Role::reader, answer_vector, true}},
      {"whoami", {Role::reader, answer_whoami, true}},
      {"page_code", {Role::reader, answer_page_code, true}},  // never above one's own role
      {"add", {Role::operates, answer_write}},                // what defines the forest: admin
      {"set", {Role::operates, answer_write}},
      {"unset", {Role::operates, answer_write}},
      {"rename", {Role::operates, answer_write}},
      {"move", {Role::operates, answer_write}},
      {"delete", {Role::operates, answer_write}},
      {"undelete", {Role::operates, answer_write}},
      {"link", {Role::operates, answer_write}},
      {"unlink", {Role::operates, answer_write}},
      {"conflict_restore", {Role::operates, answer_conflict_restore}},
      {"sync", {Role::operates, answer_sync, true}},
      {"sync_all", {Role::operates, answer_sync_all}},
      {"sync_job", {Role::operates, answer_sync_job}},
      {"pause", {Role::operates, answer_pause}},
      {"resume", {Role::operates, answer_resume}},
      {"schema", {Role::reader, answer_schema}},
      {"attribute", {Role::reader, answer_attribute}},
      {"schema_add", {Role::admin, answer_schema_change}},
      {"schema_change", {Role::admin, answer_schema_change}},
      {"roles", {Role::reader, answer_roles, true}},
      {"role_views", {Role::reader, answer_role_views, true}},
      {"role_history", {Role::reader, answer_role_history}},
      {"role_advise", {Role::reader, answer_role_advise}},
      {"role_transfer", {Role::admin, answer_role_transfer}},
      {"role_seize", {Role::admin, answer_role_seize}},
      {"role_release", {Role::admin, answer_role_release}},
      {"retire", {Role::admin, answer_retire}},
      {"expire", {Role::admin, answer_expire}},
      {"leave", {Role::admin, answer_leave}},
      {"promote", {Role::admin, answer_promote}},
      {"backup", {Role::admin, answer_backup}},
      {"recover", {Role::admin, answer_recover, true}},
      {"id_new", {Role::operates, answer_id_new}},
      {"id_pool", {Role::admin, answer_id_pool}},
      {"id_status", {Role::reader, answer_id_status}},
      {"apply", {Role::admin, answer_apply}},
      {"invite", {Role::admin, answer_invite}},
      {"token_add", {Role::admin, answer_token_add}},
      {"token_list", {Role::admin, answer_token_list}},
      {"token_revoke", {Role::admin, answer_token_revoke}},
  };
  return rows;
}

std::string ask_of(const Json& request) {
  return Asked(request).text("ask").value_or("");
}

std::string no_such_request(const std::string& ask) {
  std::string names;
  for (const auto& [name, row] : rows())
    names += (names.empty() ? "" : ", ") + std::string(name);
  return error_text(
      {base::Errc::invalid, fmt::format("\"ask\": \"{}\" is none of {}", ask, names)});
}

void answer_here(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  const std::string ask = ask_of(request);
  const auto row = rows().find(ask);
  if (row == rows().end()) return taker(no_such_request(ask));
  if (auto allowed = may(ground.caller, row->second.role, ask); !allowed) {
    return taker(error_text(allowed.error()));
  }
  if (ground.identity.quarantined && row->second.role != Role::reader && ask != "recover") {
    const auto snapshot = ground.store.read();
    const auto quarantine = quarantine_of(*snapshot, ground.identity.invocation);
    return taker(error_text({base::Errc::refused, sentence(*snapshot, ground.identity,
                                                           quarantine.value_or(Quarantine{}))}));
  }
  if (!ground.turned_out.empty() && !row->second.while_filling) {
    return taker(error_text({base::Errc::refused, ground.turned_out}));
  }
  if (!ground.complete && !row->second.while_filling) {
    return taker(error_text(
        {base::Errc::unavailable,
         fmt::format("{}: is being filled and answers when it is complete; ringspan status shows "
                     "how far it is",
                     ground.name())}));
  }
  if (!row->second.while_filling) {
    if (auto held = held_here(ground, request); !held) return taker(error_text(held.error()));
  }
  if (const auto* wait = std::get_if<WaitAnswer>(&row->second.answer)) {
    return (*wait)(ground, request, std::move(taker));
  }
  const auto answer = std::get<ReadAnswer>(row->second.answer)(ground, request);
  taker(answer ? to_text(*answer) : error_text(answer.error()));
}

/// A pull, or several of them, may be what is asked.
base::Duration limit_of(const std::string& ask) {
  if (ask == "retire" || ask == "lingering") return 120s;
  if (ask == "changes") return 90s;
  if (ask == "digest" || ask == "holds" || ask == "compare" || ask == "repair") return 120s;
  if (ask == "backup") return 1h;
  return ask == "sync" || ask == "role_transfer" || ask == "role_seize" || ask == "id_new" ? 70s
                                                                                           : 15s;
}

}  // namespace

void carry(const ServiceGround& ground, const sites::Controller& to, Json request,
           std::function<void(const base::Result<std::string>&)> taker) {
  const base::Duration limit = limit_of(ask_of(request));
  ground.network.ask(to.id, to_text(on_behalf(ground.caller, std::move(request))), 0, limit,
                     std::move(taker));
}

const sites::Controller& ServiceGround::me() const {
  const auto* found = sites::find_controller(forest(), identity.controller);
  ENSURES(found != nullptr);  // no other forest comes into force
  return *found;
}

Identity ServiceGround::identity_now() const {
  Identity now = identity;
  now.contexts = contexts();
  return now;
}

ServiceGround ServiceGround::in_force_anew() const {
  ServiceGround anew = *this;
  renew(anew.in_force);
  return anew;
}

void Service::ask(const std::string& json, const Caller& caller, std::uint32_t hops,
                  JsonTaker taker) {
  auto request = parse_request(json);
  if (!request) return taker(error_text(request.error()));
  ServiceGround ground = ground_();
  ground.caller = caller;
  ask(std::move(ground), *std::move(request), hops, std::move(taker));
}

void Service::ask(const std::string& json, const Peer& peer, std::uint32_t hops, JsonTaker taker,
                  const Introduced& introduced) {
  ServiceGround ground = ground_();
  auto request = parse_request(json);
  auto caller = request
                    ? caller_of(peer, *request, *ground.store.read(), ground.forest(), wall_clock())
                    : base::Result<Caller>(base::fail(request.error()));
  introduced(caller);
  if (!caller) return taker(error_text(caller.error()));
  ground.caller = *std::move(caller);
  ask(std::move(ground), *std::move(request), hops, std::move(taker));
}

base::Result<Caller> Service::person(const std::string& token) {
  const ServiceGround ground = ground_();
  return caller_with(*ground.store.read(), ground.forest(), token, wall_clock());
}

void Service::ask(ServiceGround ground, Json request, std::uint32_t hops, JsonTaker taker) {
  ground.hops = Asked(request).flag(kToOwner).value_or(false) ? 0 : 1;
  request.erase(kToOwner);
  if (!request.contains("at")) return answer_here(ground, request, std::move(taker));
  const auto at = Asked(request).text("at");
  if (!at) return taker(error_text(at.error()));
  request.erase("at");
  const auto* wanted = sites::find_controller(ground.forest(), *at);
  if (wanted != nullptr && wanted->id == ground.identity.controller) {
    return answer_here(ground, request, std::move(taker));
  }
  if (wanted == nullptr) {
    return taker(error_text(
        {base::Errc::not_found, fmt::format("controller {}: not in the forest definition", *at)}));
  }
  if (ground.caller.by_read_only) {
    return taker(error_text(
        {base::Errc::refused, "a request that a read-only controller brings is not carried on"}));
  }
  if (hops == 0) {
    return taker(
        error_text({base::Errc::refused, fmt::format("{}: a request that was carried here is "
                                                     "not carried on",
                                                     ground.name())}));
  }
  carry(ground, *wanted, std::move(request),
        [name = wanted->name, taker = std::move(taker)](const base::Result<std::string>& answer) {
          if (answer) return taker(*answer);
          taker(error_text(
              {answer.error().code, fmt::format("{}: {}", name, answer.error().message)}));
        });
}

void Service::join(const wire::JoinRequest& request, const std::string& remote, JoinTaker taker) {
  admit(ground_(), request, remote, wall_clock(), std::move(taker));
}

Selection shown_to_caller(const ServiceGround& ground, const Snapshot& snapshot) {
  Selection shown;
  if (!ground.caller.by_read_only) return shown;
  for (const AttributeDefinition& definition : Schema(snapshot, ground.contexts()).all()) {
    if (definition.filtered) shown.names.insert(definition.name);
  }
  return shown;
}

base::Result<NamingContextHead> context_named(const ServiceGround& ground, const Asked& asked,
                                              const char* field) {
  const auto dn = asked.dn(field);
  if (!dn) return base::fail(dn.error());
  std::string held;
  for (const NamingContextHead& head : ground.contexts()) {
    if (head.dn.key() == dn->key()) return head;
    held += (held.empty() ? "" : "; ") + head.dn.to_string();
  }
  return base::fail(base::Errc::not_found,
                    fmt::format("naming context {}: {} does not hold it; it holds {}",
                                dn->to_string(), ground.name(), held));
}

}  // namespace ringspan::replicator::net
