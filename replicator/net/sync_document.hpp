#pragma once

#include <string>

#include "replicator/net/service.hpp"
#include "replicator/net/sync_jobs.hpp"

namespace ringspan::replicator::net {

/// What a document is made of.
struct SyncReport {
  std::string job;
  std::string state;  ///< "running", "done", "stuck", "cancelled" or "failed".
  const SyncWish& wish;
  SyncedObject object;
  SyncRun run;
  std::string trouble;  ///< Why it failed.
  base::Time started{};
  base::Time now{};  ///< Or when it ended.
};

/// docs/schemas/sync_all.schema.json
Json sync_document(const ServiceGround& ground, const SyncReport& report);

}  // namespace ringspan::replicator::net
