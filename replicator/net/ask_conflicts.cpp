// conflicts, conflict, conflict_restore: what was overwritten by a write that had not seen it,
// merged from the journals of all who can be asked.
//
//   asked ──journal──► all members ──► ConflictJournals ──► document | restoration ──► engine

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/engine/restore.hpp"
#include "replicator/net/conflict_document.hpp"
#include "replicator/net/conflict_filter.hpp"
#include "replicator/net/conflict_journals.hpp"

namespace ringspan::replicator::net {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kLimit = 5s;

using JournalsTaker = std::function<void(const ServiceGround&, const ConflictJournals&)>;

void gather(const ServiceGround& ground, const JournalFilter& filter, const JsonTaker& refused,
            JournalsTaker taker) {
  ask_all(
      ground, journal_request(filter), kLimit, answer_journal,
      [ground, taker = std::move(taker)](const AnswersOfAll& answers) {
        ConflictJournals journals = merge_journals(ground, answers);
        const Selection shown = shown_to_caller(ground, *ground.store.read());
        std::erase_if(journals.conflicts, [&](const Conflict& conflict) {
          return !shown.has(conflict.entry.attribute);
        });
        taker(ground, journals);
      },
      [refused] { refused(error_text({base::Errc::unavailable, "too many requests wait here"})); });
}

Json missing_json(const ConflictJournals& journals) {
  Json missing = Json::array();
  for (const auto& [controller, error] : journals.missing)
    missing.push_back({{"controller", controller}, {"error", error}});
  return missing;
}

ConflictGround words_for(const ServiceGround& ground, const Snapshot& snapshot) {
  return {snapshot, ground.contexts(), ground.forest(), ground.originators};
}

/// What a person asks for: of which entries, and between which sites.
struct Wanted {
  JournalFilter filter;
  std::optional<std::pair<std::string, std::string>> sites;  ///< In alphabetical order.
};

/// The site's name as the forest writes it.
base::Result<std::string> site_named(const ServiceGround& ground, const std::string& name) {
  const auto& sites = ground.forest().sites;
  const auto at = std::ranges::find(sites, name, &sites::Site::name);
  if (at != sites.end()) return at->name;
  return base::fail(base::Errc::not_found,
                    fmt::format("site {}: not in the forest definition", name));
}

base::Result<std::optional<std::pair<std::string, std::string>>> read_sites(
    const ServiceGround& ground, const Asked& asked) {
  if (!asked.has("sites")) return std::optional<std::pair<std::string, std::string>>();
  const auto names = asked.texts("sites");
  if (!names) return base::fail(names.error());
  if (names->size() != 2) {
    return base::fail(base::Errc::invalid,
                      "\"sites\": takes two, between which the conflict is; one twice for one "
                      "within it");
  }
  auto one = site_named(ground, names->front());
  auto other = site_named(ground, names->back());
  if (!one) return base::fail(one.error());
  if (!other) return base::fail(other.error());
  if (*other < *one) std::swap(*one, *other);
  return std::optional(std::pair(*std::move(one), *std::move(other)));
}

/// The object is named as people name it; all else is for `journal`.
base::Result<Wanted> read_wanted(const ServiceGround& ground, const Json& request) {
  Json rest = request;
  rest.erase("sites");
  const Asked asked(request);
  const auto sites = read_sites(ground, asked);
  if (!sites) return base::fail(sites.error());
  if (asked.has("object")) {
    const auto target = asked.target("object");
    if (!target) return base::fail(target.error());
    if (std::holds_alternative<sites::Dn>(*target)) {
      const auto snapshot = ground.store.read();
      const auto object = living_or_deleted(Directory(*snapshot, ground.contexts()), *target);
      if (!object) return base::fail(object.error());
      rest["object"] = object->id.value.to_string();
    }
  }
  const auto filter = read_journal_filter(Asked(rest));
  if (!filter) return base::fail(filter.error());
  return Wanted{*filter, *sites};
}

std::string conflicts_document(const ServiceGround& ground, const Wanted& wanted,
                               ConflictJournals journals) {
  const auto snapshot = ground.store.read();
  const ConflictGround words = words_for(ground, *snapshot);
  if (wanted.sites) {
    std::erase_if(journals.conflicts, [&](const Conflict& conflict) {
      return sites_of(words, conflict.entry) != *wanted.sites;
    });
  }
  Json conflicts = Json::array();
  for (const Conflict& conflict : journals.conflicts) {
    if (conflicts.size() >= wanted.filter.limit) break;
    conflicts.push_back(conflict_json(words, conflict));
  }
  const bool truncated = journals.truncated || conflicts.size() < journals.conflicts.size();
  return to_text(Json{{"controller", ground.name()},
                      {"missing", missing_json(journals)},
                      {"truncated", truncated},
                      {"conflicts", std::move(conflicts)},
                      {"hot", hot_json(words, journals.conflicts)}});
}

/// The one conflict that an id means.
base::Result<Conflict> only_one(const ConflictJournals& journals, const std::string& id) {
  const auto& found = journals.conflicts;
  if (found.size() == 1) return found.front();
  std::string names;
  if (!found.empty()) {
    for (const Conflict& conflict : found)
      names += (names.empty() ? "" : ", ") + conflict.id;
    return base::fail(base::Errc::invalid,
                      fmt::format("conflict {}: may be {}; give more of it", id, names));
  }
  for (const auto& [controller, error] : journals.missing)
    names += (names.empty() ? "; could not be asked: " : ", ") + controller;
  return base::fail(base::Errc::not_found,
                    fmt::format("conflict {}: in no journal that could be read{}", id, names));
}

/// Finds the conflict that the request names, and goes on with it.
void with_conflict(
    const ServiceGround& ground, const Json& request, const JsonTaker& taker,
    std::function<void(const ServiceGround&, const ConflictJournals&, const Conflict&)> then) {
  const Asked asked(request);
  if (auto known = asked.only({"ask", "id"}); !known) return taker(error_text(known.error()));
  const auto id = read_conflict_id(asked);
  if (!id) return taker(error_text(id.error()));
  JournalFilter filter;
  filter.id = *id;
  gather(ground, filter, taker,
         [taker, id = *id, then = std::move(then)](const ServiceGround& here,
                                                   const ConflictJournals& journals) {
           const auto conflict = only_one(journals, id);
           if (!conflict) return taker(error_text(conflict.error()));
           then(here, journals, *conflict);
         });
}

std::string conflict_document(const ServiceGround& ground, const ConflictJournals& journals,
                              const Conflict& conflict) {
  const auto snapshot = ground.store.read();
  const ConflictGround words = words_for(ground, *snapshot);
  const auto way = restoration(*snapshot, ground.contexts(), conflict.entry);
  Json document = conflict_json(words, conflict);
  document["present"] = present_json(words, conflict.entry);
  document["restore"] = {{"possible", way.has_value()},
                         {"what", way ? restoration_text(words, *way) : std::string()},
                         {"reason", way ? std::string() : way.error().message}};
  document["controller"] = ground.name();
  document["missing"] = missing_json(journals);
  return to_text(document);
}

void restore(const ServiceGround& ground, const Conflict& conflict, const JsonTaker& taker) {
  if (auto allowed = may_write(ground, conflict.entry.naming_context); !allowed) {
    return taker(error_text(allowed.error()));
  }
  const auto snapshot = ground.store.read();
  auto way = restoration(*snapshot, ground.contexts(), conflict.entry);
  if (!way) return taker(error_text(way.error()));
  std::string what = restoration_text(words_for(ground, *snapshot), *way);
  ground.engine.write(*std::move(way),
                      [name = ground.name(), id = conflict.id, what = std::move(what),
                       taker](const base::Result<Written>& result) {
                        if (!result) return taker(error_text(result.error()));
                        taker(to_text(Json{{"id", id},
                                           {"what", what},
                                           {"object", result->object.value.to_string()},
                                           {"dn", result->dn},
                                           {"usn", result->usn.value},
                                           {"controller", name}}));
                      });
}

}  // namespace

void answer_conflicts(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  const auto wanted = read_wanted(ground, request);
  if (!wanted) return taker(error_text(wanted.error()));
  JournalFilter asked = wanted->filter;
  if (wanted->sites) asked.limit = kMostConflicts;  // which sites they are is known here alone
  gather(ground, asked, taker,
         [taker, wanted = *wanted](const ServiceGround& here, const ConflictJournals& journals) {
           taker(conflicts_document(here, wanted, journals));
         });
}

void answer_conflict(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  with_conflict(
      ground, request, taker,
      [taker](const ServiceGround& here, const ConflictJournals& journals,
              const Conflict& conflict) { taker(conflict_document(here, journals, conflict)); });
}

void answer_conflict_restore(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  with_conflict(ground, request, taker,
                [taker](const ServiceGround& here, const ConflictJournals&,
                        const Conflict& conflict) { restore(here, conflict, taker); });
}

}  // namespace ringspan::replicator::net
