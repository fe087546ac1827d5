#include "replicator/net/conflict_journals.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/net/journal_json.hpp"
#include "replicator/net/vector_json.hpp"

namespace ringspan::replicator::net {
namespace {

using ById = std::map<std::string, Conflict>;

void merge(ById& all, Conflict one) {
  const auto at = all.find(one.id);
  if (at == all.end()) {
    std::string id = one.id;
    all.emplace(std::move(id), std::move(one));
    return;
  }
  Conflict& known = at->second;
  auto noticed = known.noticed;
  noticed.push_back(one.noticed.front());
  std::ranges::sort(noticed);
  if (one.noticed.front() < known.noticed.front()) known = std::move(one);
  known.noticed = std::move(noticed);
}

/// Adds what one journal holds; an error where it makes no sense.
base::Result<void> add(ById& all, const std::string& name, const Json& journal) {
  if (!journal.contains("entries") || !journal["entries"].is_array()) {
    return base::fail(base::Errc::damaged, "its answer makes no sense here");
  }
  for (const Json& told : journal["entries"]) {
    auto entry = read_journal_entry(told);
    if (!entry) return base::fail(entry.error());
    Conflict conflict{.id = conflict_id(*entry),
                      .entry = {},
                      .dn = Asked(told).text("dn").value_or(""),
                      .noticed = {{entry->noticed, name}}};
    conflict.entry = *std::move(entry);
    merge(all, std::move(conflict));
  }
  return {};
}

}  // namespace

ConflictJournals merge_journals(const ServiceGround& ground, const AnswersOfAll& answers) {
  ConflictJournals merged;
  ById all;
  for (const auto& [controller, answer] : answers) {
    const std::string name = ground.originators.name_of(controller);
    const auto read = answer.and_then([&](const Json& journal) { return add(all, name, journal); });
    if (!read) {
      merged.missing.emplace_back(name, read.error().message);
      continue;
    }
    merged.truncated = merged.truncated || answer->value("truncated", Json(false)) == true;
    const auto invocation = read_guid(Asked(*answer), "invocation");
    if (invocation) ground.originators.learn(InvocationId(*invocation), controller);
  }
  for (auto& [id, conflict] : all)
    merged.conflicts.push_back(std::move(conflict));
  std::ranges::sort(merged.conflicts, [](const Conflict& one, const Conflict& other) {
    return std::tie(other.noticed.front().first, other.id) <
           std::tie(one.noticed.front().first, one.id);
  });
  std::ranges::sort(merged.missing);
  return merged;
}

}  // namespace ringspan::replicator::net
