#pragma once

// SyncJobs: forced replications that take a while (docs/admin-requests.md: sync_all, sync_job). One
// job asks every member what it has, has destinations pull (sync_run.hpp decides which), and asks
// again what they have.
//
// Nobody waits in a thread: a job goes on when an answer comes and when somebody asks how far it
// is. One that nobody has asked about for kForgotten orders no more pulls.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "replicator/net/service.hpp"
#include "replicator/net/sync_run.hpp"

namespace ringspan::replicator::net {

/// What a person wants to reach whom.
struct SyncWish {
  std::optional<ControllerId> from;  ///< What this one has; otherwise what all have.
  std::optional<ControllerId> to;    ///< Only there, straight from `from`; otherwise everywhere.
  std::optional<NamingContextId> context;
  std::string object;  ///< A DN or GUID at `from`; empty: all objects.
  bool full = false;
};

/// The object in question; its GUID is empty while it is not known, or when there is none.
struct SyncedObject {
  std::string guid;
  std::string dn;
  NamingContextId context;
  Stamps stamps;
};

/// One that a person may ask about.
class SyncJob : public std::enable_shared_from_this<SyncJob> {
 public:
  static constexpr base::Duration kForgotten = std::chrono::seconds(30);

  SyncJob(std::string id, const ServiceGround& ground, const SyncWish& wish, base::Time now);

  void start();

  /// How far it is (docs/schemas/sync_all.schema.json); goes on where it can. On a reader's thread.
  Json poll(base::Time now);

  /// Orders no more pulls. What runs comes to its end, or ends between two pages.
  void cancel();

  bool over() const;

 private:
  using Answer = base::Result<Json>;

  void ask(ControllerId member, Json request, base::Duration limit,
           std::function<void(const Answer&)> taker);
  void ask_what_it_has(ControllerId member, std::string object,
                       std::function<void(const Answer&)> taker);
  void hear(ControllerId member, const Answer& answer);
  void hear_of_object(const Json& object);
  void ask_the_others();
  Stamps replicated_to_all() const;
  void begin();
  void go_on();
  void go_on_later();
  void pull(const SyncRun::Order& order);
  void pulled(const SyncRun::Order& order, const SyncOutcome& outcome, const Answer& has);
  std::string state() const;

  const std::string id_;
  const ServiceGround ground_;
  const SyncWish wish_;
  const base::Time started_;
  mutable std::mutex mutex_;  // guards all below
  SyncRun run_;
  std::size_t unheard_ = 0;  // who has not been heard of yet, at the beginning
  SyncedObject object_;
  std::string trouble_;  // why it could not begin
  bool begun_ = false;
  bool cancelled_ = false;
  base::Time asked_about_{};
  base::Time ended_{};
};

/// Any thread.
class SyncJobs {
 public:
  static constexpr std::size_t kKept = 16;

  /// Errc::refused when too many run.
  base::Result<std::shared_ptr<SyncJob>> make(const ServiceGround& ground, const SyncWish& wish,
                                              base::Time now);

  /// nullptr: it is none of ours, or is forgotten.
  std::shared_ptr<SyncJob> find(const std::string& id) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<SyncJob>> jobs_;
};

}  // namespace ringspan::replicator::net
