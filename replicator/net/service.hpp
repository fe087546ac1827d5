#pragma once

// Service: answers admin requests (docs/admin-requests.md). One file a subject:
//
//   service.cpp     who is meant: here, or carried to another controller
//   ask_write.cpp   add set unset rename move delete undelete link unlink
//   ask_read.cpp    get list find deleted
//   ask_knowledge.cpp  stamps vector watermarks
//   ask_dump.cpp    dump export
//   ask_lingering.cpp  lingering held: what lives here that others have collected
//   ask_journal.cpp  journal: one controller's conflicts, for whoever merges them
//   ask_conflicts.cpp  conflicts conflict conflict_restore: merged from all journals
//   ask_sync.cpp    sync
//   ask_apply.cpp   apply history
//   ask_context.cpp  naming_contexts naming_context
//   ask_sync_all.cpp  sync_all sync_job: pulls over every connection, until all have what there was
//   ask_pause.cpp   pause resume
//   ask_page.cpp    plan page_code
//   ask_token.cpp   whoami token_add token_list token_revoke
//   ask_log.cpp     log
//   ask_schema.cpp  schema attribute schema_add schema_change
//   ask_roles.cpp   roles role_views role_history
//   ask_role_change.cpp  role_transfer role_seize role_release
//   ask_retire.cpp, ask_leave.cpp  retire, leave: a controller is taken out of the forest
//   ask_backup.cpp, ask_recover.cpp  backup, recover
//   ask_expire.cpp  expire: a member that was silent for too long is one no more
//   ask_promote.cpp  promote: a read-only one becomes writable
//   ask_changes.cpp  changes: what was written since a cookie, for other software
//   ask_compare.cpp  compare: two replicas
//   ask_holds.cpp   digest holds repair: what they tell for it
//   ask_identifiers.cpp  id_new id_pool id_status
//   status.cpp      status: gathers what status_part.cpp tells of each controller
//   admission.cpp   invite, and the joiner's request
//
// An answer never blocks a thread for another controller's: whoever must wait leaves a Reply
// behind.

#include <functional>
#include <string>

#include "replicator/engine/audience.hpp"
#include "replicator/engine/role_standing.hpp"
#include "replicator/net/ask.hpp"
#include "replicator/net/caller.hpp"
#include "replicator/net/data_folder.hpp"
#include "replicator/net/engine_thread.hpp"
#include "replicator/net/in_force.hpp"
#include "replicator/net/join_tokens.hpp"
#include "replicator/net/log.hpp"
#include "replicator/net/network.hpp"
#include "replicator/net/originators.hpp"
#include "replicator/net/readers.hpp"
#include "replicator/net/role_fence.hpp"
#include "replicator/net/standbys.hpp"

namespace ringspan::replicator::net {

class CommitBell;
class Divergences;
class SyncJobs;

/// Makes a one-time code with which `caller` may be at the page in a role, not above the caller's;
/// gives the answer to page_code as JSON. Any thread.
using PageCodes = std::function<base::Result<std::string>(const Caller& caller, Role role)>;

/// What the service asks in turn; everything outlives it. A copy is made for each request, which
/// sees one forest from its beginning to its end.
struct ServiceGround {
  const Home& home;
  const Identity& identity;
  InForcePtr in_force;
  Store& store;
  EngineThread& engine;
  RoleFence& fence;
  Network& network;
  Readers& readers;
  JoinTokens& tokens;
  Originators& originators;
  const PageCodes& page_codes;  ///< Empty where no page is served.
  const Standbys& standbys;
  Log& log;
  SyncJobs& jobs;
  Divergences& divergences;
  CommitBell& bell;
  base::Duration hold_back{};
  base::Time started{};
  /// Holds every naming context of its own whole, applications apart; otherwise it is being filled.
  bool complete = true;
  /// Why its store takes no writes, or does not give back what was written. Empty: it does.
  std::string trouble{};
  /// Why it answers little: others have said that it is no member any more. Empty: it is one.
  std::string turned_out{};
  Caller caller{};
  std::uint32_t hops = 0;  ///< How often what was asked may be carried on.
  /// What roles are judged by now.
  std::function<CaughtUp()> caught_up{};
  /// Reads the configuration, where that has changed, and has it come into force; waits for it.
  std::function<void(InForcePtr&)> renew{};

  /// The same ground on what is in force after all that is committed by now. On a reader's thread.
  ServiceGround in_force_anew() const;

  const sites::Forest& forest() const { return in_force->forest; }
  const kcc::Topology& plan() const { return in_force->plan; }
  const NamingContextHeads& contexts() const { return in_force->contexts; }
  const sites::Controller& me() const;
  const std::string& name() const { return me().name; }

  /// With the naming contexts that are in force.
  Identity identity_now() const;
};

/// Takes the JSON of an answer; called once, from any thread.
using JsonTaker = std::function<void(std::string json)>;
using JoinTaker = std::function<void(const wire::JoinAnswer& answer)>;

class Service {
 public:
  /// `ground` is asked for each request.
  explicit Service(std::function<ServiceGround()> ground) : ground_(std::move(ground)) {}

  /// Answers `json`, or has the controller that it names in "at" answer it, if `hops` allow.
  void ask(const std::string& json, const Caller& caller, std::uint32_t hops, JsonTaker taker);

  /// Told before the answer: who it is that asks, or why nobody.
  using Introduced = std::function<void(const base::Result<Caller>&)>;

  /// The same for what a peer has sent, who is known by its certificate or the request's token.
  void ask(const std::string& json, const Peer& peer, std::uint32_t hops, JsonTaker taker,
           const Introduced& introduced);

  /// Who has this token: see caller_with.
  base::Result<Caller> person(const std::string& token);

  /// The answer to a joiner at `remote`.
  void join(const wire::JoinRequest& request, const std::string& remote, JoinTaker taker);

 private:
  void ask(ServiceGround ground, Json request, std::uint32_t hops, JsonTaker taker);

  std::function<ServiceGround()> ground_;
};

/// Has `to` answer the request, with the rights of who asked.
void carry(const ServiceGround& ground, const sites::Controller& to, Json request,
           std::function<void(const base::Result<std::string>&)> taker);

// The subjects; each answers one kind of request.
void answer_write(const ServiceGround& ground, const Json& request, JsonTaker taker);
void answer_sync(const ServiceGround& ground, const Json& request, JsonTaker taker);
void answer_sync_all(const ServiceGround& ground, const Json& request, JsonTaker taker);
base::Result<Json> answer_sync_job(const ServiceGround& ground, const Json& request);
base::Result<Json> answer_vector(const ServiceGround& ground, const Json& request);
void answer_pause(const ServiceGround& ground, const Json& request, JsonTaker taker);
void answer_resume(const ServiceGround& ground, const Json& request, JsonTaker taker);
void answer_status(const ServiceGround& ground, const Json& request, JsonTaker taker);
void answer_apply(const ServiceGround& ground, const Json& request, JsonTaker taker);
void answer_log(const ServiceGround& ground, const Json& request, JsonTaker taker);
base::Result<Json> answer_get(const ServiceGround& ground, const Json& request);
base::Result<Json> answer_list(const ServiceGround& ground, const Json& request);
base::Result<Json> answer_find(const ServiceGround& ground, const Json& request);
base::Result<Json> answer_deleted(const ServiceGround& ground, const Json& request);
base::Result<Json> answer_stamps(const ServiceGround& ground, const Json& request);
base::Result<Json> answer_watermarks(const ServiceGround& ground, const Json& request);
base::Result<Json> answer_dump(const ServiceGround& ground, const Json& request);
base::Result<Json> answer_journal(const ServiceGround& ground, const Json& request);
void answer_conflicts(const ServiceGround& ground, const Json& request, JsonTaker taker);
void answer_conflict(const ServiceGround& ground, const Json& request, JsonTaker taker);
void answer_conflict_restore(const ServiceGround& ground, const Json& request, JsonTaker taker);
base::Result<Json> answer_history(const ServiceGround& ground, const Json& request);
base::Result<Json> answer_naming_contexts(const ServiceGround& ground, const Json& request);
void answer_naming_context(const ServiceGround& ground, const Json& request, JsonTaker taker);
base::Result<Json> answer_domains(const ServiceGround& ground, const Json& request);
void answer_domain(const ServiceGround& ground, const Json& request, JsonTaker taker);
base::Result<Json> answer_held(const ServiceGround& ground, const Json& request);
void answer_lingering(const ServiceGround& ground, const Json& request, JsonTaker taker);
base::Result<Json> answer_export(const ServiceGround& ground, const Json& request);
base::Result<Json> answer_invite(const ServiceGround& ground, const Json& request);
base::Result<Json> answer_plan(const ServiceGround& ground, const Json& request);
void answer_explain(const ServiceGround& ground, const Json& request, JsonTaker taker);
void answer_what_if(const ServiceGround& ground, const Json& request, JsonTaker taker);
base::Result<Json> answer_page_code(const ServiceGround& ground, const Json& request);
base::Result<Json> answer_whoami(const ServiceGround& ground, const Json& request);
base::Result<Json> answer_token_list(const ServiceGround& ground, const Json& request);
void answer_token_add(const ServiceGround& ground, const Json& request, JsonTaker taker);
void answer_token_revoke(const ServiceGround& ground, const Json& request, JsonTaker taker);
base::Result<Json> answer_part(const ServiceGround& ground, const Json& request);
base::Result<Json> answer_schema(const ServiceGround& ground, const Json& request);
base::Result<Json> answer_attribute(const ServiceGround& ground, const Json& request);
base::Result<Json> answer_role_views(const ServiceGround& ground, const Json& request);
void answer_role_advise(const ServiceGround& ground, const Json& request, JsonTaker taker);
base::Result<Json> answer_role_history(const ServiceGround& ground, const Json& request);
void answer_roles(const ServiceGround& ground, const Json& request, JsonTaker taker);
void answer_role_transfer(const ServiceGround& ground, const Json& request, JsonTaker taker);
void answer_role_seize(const ServiceGround& ground, const Json& request, JsonTaker taker);
void answer_role_release(const ServiceGround& ground, const Json& request, JsonTaker taker);
void answer_retire(const ServiceGround& ground, const Json& request, JsonTaker taker);
void answer_expire(const ServiceGround& ground, const Json& request, JsonTaker taker);
void answer_leave(const ServiceGround& ground, const Json& request, JsonTaker taker);
void answer_promote(const ServiceGround& ground, const Json& request, JsonTaker taker);
void answer_id_new(const ServiceGround& ground, const Json& request, JsonTaker taker);
void answer_id_pool(const ServiceGround& ground, const Json& request, JsonTaker taker);
base::Result<Json> answer_id_status(const ServiceGround& ground, const Json& request);
void answer_schema_change(const ServiceGround& ground, const Json& request, JsonTaker taker);
void answer_changes(const ServiceGround& ground, const Json& request, JsonTaker taker);
base::Result<Json> answer_digest(const ServiceGround& ground, const Json& request);
base::Result<Json> answer_holds(const ServiceGround& ground, const Json& request);
void answer_compare(const ServiceGround& ground, const Json& request, JsonTaker taker);
void answer_repair(const ServiceGround& ground, const Json& request, JsonTaker taker);
base::Result<Json> answer_backup(const ServiceGround& ground, const Json& request);
void answer_recover(const ServiceGround& ground, const Json& request, JsonTaker taker);
base::Result<Json> answer_lag(const ServiceGround& ground, const Json& request);
void admit(const ServiceGround& ground, const wire::JoinRequest& request, const std::string& remote,
           base::Time now, JoinTaker taker);

/// "nuuk-1 is read-only; write at oslo-1 (--at oslo-1)"; with forwarding on, where that one is.
std::string write_elsewhere(const ServiceGround& ground);

/// Errc::refused or Errc::unavailable where an object that `request` names lies in an application
/// context that is not held here, or not whole; says where it is.
base::Result<void> held_here(const ServiceGround& ground, const Json& request);

/// The same of a naming context itself.
base::Result<void> held_here(const ServiceGround& ground, NamingContextId context);

/// The object that `target` means, whether it lives or not; one that lives first.
base::Result<Object> living_or_deleted(const Directory& directory, const Target& target);

/// Who writes the configuration or the schema decides over members, people and their roles:
/// Errc::refused where the caller is no admin.
base::Result<void> may_write(const ServiceGround& ground, NamingContextId context);

/// Everything, but to a read-only controller nothing that is filtered from those.
Selection shown_to_caller(const ServiceGround& ground, const Snapshot& snapshot);

/// The head of the naming context that a field names by its DN.
base::Result<NamingContextHead> context_named(const ServiceGround& ground, const Asked& asked,
                                              const char* field);

}  // namespace ringspan::replicator::net
