#pragma once

// Node: one controller, put together. Store, engine and network, and between them the events.
//
//     sources ──page, notice──► Network ──► EngineThread ──GetChanges, Notice──► Network
//     destinations ──GetChanges──► Network ──► EngineThread (subscribes) ──► Readers: answer()
//     people ──Ask──► Network ──► Readers: Service ──write, pull──► EngineThread
//
// Stops in order: refuse (no new sessions or questions), drain (what waits is answered), close.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "kcc/plan.hpp"
#include "replicator/engine/engine.hpp"
#include "replicator/net/commit_bell.hpp"
#include "replicator/net/data_folder.hpp"
#include "replicator/net/divergences.hpp"
#include "replicator/net/engine_thread.hpp"
#include "replicator/net/find_names.hpp"
#include "replicator/net/first_objects.hpp"
#include "replicator/net/in_force.hpp"
#include "replicator/net/join_tokens.hpp"
#include "replicator/net/network.hpp"
#include "replicator/net/node_end.hpp"
#include "replicator/net/originators.hpp"
#include "replicator/net/readers.hpp"
#include "replicator/net/role_fence.hpp"
#include "replicator/net/secrets.hpp"
#include "replicator/net/service.hpp"
#include "replicator/net/sync_jobs.hpp"
#include "replicator/partners/inquiry.hpp"
#include "replicator/partners/turned_out.hpp"
#include "replicator/partners/urging.hpp"

namespace ringspan::replicator::net {

class Node {
 public:
  /// `ended` is told, once and from any thread, why the owner must stop the node. `fence` proves us
  /// to the fence of the roles; may be empty. Errc::damaged where the folder's files do not belong
  /// together, Errc::refused where it was retired.
  static base::Result<std::unique_ptr<Node>> open(const std::filesystem::path& folder,
                                                  TlsContext fence,
                                                  std::function<void(const NodeEnd&)> ended);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// Answers an admin request of `caller`; any thread, between open() and stop(). `taker` is called
  /// once, from any thread, perhaps from within.
  void ask(std::string json, const Caller& caller, JsonTaker taker);

  /// Who has this token (docs/trust.md); any thread, between open() and stop().
  base::Result<Caller> person(const std::string& token);

  /// Who makes codes for the page; before start().
  void set_page_codes(PageCodes codes) { page_codes_ = std::move(codes); }

  /// Who keeps what is logged; it may outlive the node.
  const std::shared_ptr<Log>& kept_log() const { return log_; }

  /// Where it listens from now on.
  base::Result<Address> start();
  void stop();

  const Home& home() const { return home_; }

 private:
  Node(Home home, TlsIdentity tls, TlsContext fence, std::unique_ptr<Store> store,
       Identity identity, std::function<void(const NodeEnd&)> ended);

  NetworkSettings network_settings(TlsIdentity tls) const;
  NetworkEvents network_events();
  EngineOutlets engine_outlets();
  RoleFenceGround fence_ground();
  std::vector<partners::Stake> stakes() const;
  std::optional<Handover> handover(const RoleId& role) const;
  void use_fence(const InForce& in_force);
  ServiceGround service_ground();
  void stepped(const Effects& effects);
  void use_configuration();
  void make_offer(const Offer& offer);
  void offer_was_taken(const Offer& offer);
  void tell_owner(const Urge& urge);
  void have_it_pull(const Urge& urge);
  void compare_if_due();
  void compare_with(const std::string& other, const std::string& context);
  void mend_if_due();
  void mend_names();
  void write_names(const NamingContextHead& context, const std::vector<std::string>& targets,
                   const NamesFound& found);
  void ask_for_pool(const PoolWish& wish);

  void send(const Outgoing& outgoing);
  void changes_asked(ControllerId destination, const GetChanges& request, const Reply& reply);
  void answer_changes(ControllerId destination, const GetChanges& request, const Reply& reply);
  void asked(const wire::Ask& ask, const Peer& peer, const Reply& reply,
             const Service::Introduced& introduced);
  void stranger_asked(const wire::Ask& ask, const Reply& reply, const Door& door);
  bool may_be_source(ControllerId source) const;
  void page_came(ControllerId source, Page&& page, std::uint64_t bytes);
  void join_asked(const wire::JoinRequest& request, const std::string& remote, const Reply& reply);
  void use_members();
  void use_partners();
  bool is_complete();
  std::string why_turned_out(const Member& peer);
  void expire_silent(const std::set<ControllerId>& silent);
  void hear_reader(ControllerId destination, const GetChanges& request);
  void inquire();
  void turned_out_by(ControllerId member);
  void answered_by(ControllerId member);
  bool is_turned_out() const;
  CaughtUp caught_up() const;
  void note_alone(const InForce& in_force);
  void use_ways_round(const Effects& effects);
  void tell_of_losses(ControllerId destination, Page& page);
  void fail(const std::string& reason);
  void halt(const StoreFailure& trouble);
  void cannot_read(const StoreFailure& trouble);
  bool writes_again();
  std::string trouble() const;
  void end(NodeEnd end);
  bool is_promoted(const sites::Forest& forest) const;
  bool has_retired();
  std::string why_quarantined() const;

  Home home_;
  Identity identity_;
  InForceHolder in_force_;
  std::unique_ptr<Store> store_;
  RandomGuids guids_;
  Settings settings_{
      .must_catch_up = true, .identifiers = true, .life = base::Guid::from_random(random_bytes())};
  Engine engine_;
  JoinTokens tokens_;
  Originators originators_;
  SyncJobs jobs_;
  base::Time started_;
  PageCodes page_codes_;
  Standbys standbys_;
  std::shared_ptr<Log> log_ = std::make_shared<Log>();
  std::function<void(const NodeEnd&)> ended_;
  std::atomic<bool> has_ended_ = false;
  mutable std::mutex trouble_mutex_;
  std::string trouble_;  // why the store takes no writes, or gives back no data; empty: it does
  std::atomic<bool> damaged_ = false;
  std::mutex partners_mutex_;
  Gaps gaps_;                  // under partners_mutex_
  StepsToLoss steps_to_loss_;  // likewise
  std::mutex urging_mutex_;
  partners::Urging urging_;      // under urging_mutex_
  base::Time mend_at_{};         // the engine's thread alone
  base::Time compare_at_{};      // likewise
  base::Time compared_until_{};  // likewise
  Divergences divergences_;
  CommitBell bell_;
  mutable std::mutex caught_up_mutex_;
  CaughtUp caught_up_;  // under caught_up_mutex_
  mutable std::mutex turned_out_mutex_;
  partners::TurnedOut turned_out_;  // under turned_out_mutex_
  partners::Inquiry inquiry_;       // the network's thread alone
  std::mutex configuration_mutex_;  // one reading at a time
  kcc::Replanner replanner_;
  std::atomic<bool> configuration_changed_ = false;
  std::atomic<bool> started_once_ = false;
  std::atomic<bool> complete_ = false;
  EngineThread engine_thread_;
  RoleFence role_fence_;
  Readers readers_;
  Network network_;
  Service service_;
};

}  // namespace ringspan::replicator::net
