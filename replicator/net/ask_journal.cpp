// journal: what one controller has noticed of conflicts, raw, for whoever merges all journals.

#include <deque>
#include <utility>

#include <nlohmann/json.hpp>

#include "replicator/engine/directory.hpp"
#include "replicator/net/conflict_filter.hpp"
#include "replicator/net/journal_json.hpp"
#include "replicator/net/service.hpp"

namespace ringspan::replicator::net {

base::Result<Json> answer_journal(const ServiceGround& ground, const Json& request) {
  constexpr std::size_t kBytes = 4U << 20U;  // far below what a frame takes
  const auto filter = read_journal_filter(Asked(request));
  if (!filter) return base::fail(filter.error());
  const auto snapshot = ground.store.read();
  const Directory directory(*snapshot, ground.contexts());
  const Selection shown = shown_to_caller(ground, *snapshot);
  std::deque<JournalEntry> latest;
  bool truncated = false;
  snapshot->journal([&](const JournalEntry& entry) {
    if (!filter->takes(entry) || !shown.has(entry.attribute)) return true;
    latest.push_back(entry);
    if (latest.size() > filter->limit) {
      latest.pop_front();
      truncated = true;
    }
    return true;
  });
  Json entries = Json::array();
  std::size_t bytes = 0;
  for (auto entry = latest.rbegin(); entry != latest.rend(); ++entry) {
    Json told = journal_json(*entry);
    const auto object = directory.object(entry->object);
    told["dn"] = object ? directory.dn_of(*object) : std::string();
    bytes += to_text(told).size();
    truncated = truncated || bytes > kBytes;
    if (bytes > kBytes) break;
    entries.push_back(std::move(told));
  }
  return Json{{"controller", ground.name()},
              {"invocation", ground.identity.invocation.value.to_string()},
              {"entries", std::move(entries)},
              {"truncated", truncated}};
}

}  // namespace ringspan::replicator::net
