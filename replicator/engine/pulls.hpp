#pragma once

// Pulls: which source is asked when. Holds the cycles under way and the reasons for the next ones;
// what must survive a restart (watermark, last success, failures) is in the store's SourceRecord.
//
// One cycle at a time per naming context, so that what one source brought is known before the next is
// asked; a source that keeps us waiting for longer than kPatience no longer holds up the others.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "replicator/engine/messages.hpp"
#include "replicator/engine/source_record.hpp"
#include "replicator/engine/store.hpp"
#include "sites/schedule.hpp"

namespace ringspan::replicator {

/// One source that the topology gives us, and how to deal with it.
struct Partner {
  ControllerId source;
  std::vector<NamingContextId> naming_contexts;
  base::Duration interval = std::chrono::minutes(15);  ///< Poll at least this often.
  sites::Schedule schedule;                            ///< Not outside of it, unless forced.
  bool notify = true;                                  ///< Ask to be told of changes.
  friend bool operator==(const Partner&, const Partner&) = default;
};

/// What came of one cycle.
struct PullReport {
  std::vector<std::uint64_t> forced;  ///< The ids of the PullForced that it serves; often none.
  ControllerId source;
  NamingContextId naming_context;
  PullCounts counts;
  base::Time started{};
  base::Time ended{};
  std::string error;  ///< Empty: well.
  friend bool operator==(const PullReport&, const PullReport&) = default;
};

}  // namespace ringspan::replicator
