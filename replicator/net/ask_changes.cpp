// changes: what was written since a cookie, for other software (rule R33).

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/engine/directory.hpp"
#include "replicator/net/change_cookie.hpp"
#include "replicator/net/clock.hpp"
#include "replicator/net/commit_bell.hpp"
#include "replicator/net/journal_json.hpp"
#include "replicator/net/service.hpp"

namespace ringspan::replicator::net {
namespace {

constexpr std::uint64_t kMostSeconds = 60;
constexpr std::uint64_t kMostChanges = 10'000;
constexpr std::size_t kMostBytes = 4U << 20U;

struct Wanted {
  NamingContextHeads contexts;
  std::optional<ObjectId> below;
  std::uint64_t limit = 1000;
  ChangeCookie cookie;
  base::Time until{};  ///< So long it waits for something to tell.
};

std::string_view word_of(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::added:
      return "added";
    case ChangeKind::changed:
      return "changed";
    case ChangeKind::moved:
      return "moved";
    case ChangeKind::deleted:
      return "deleted";
    case ChangeKind::undeleted:
      return "undeleted";
  }
  return "";
}

Audience audience_of(const ServiceGround& ground) {
  return {.read_only = ground.caller.by_read_only};
}

/// Those that are held here whole, or the one that is asked for.
base::Result<NamingContextHeads> contexts_meant(const ServiceGround& ground, const Asked& asked) {
  if (!asked.has("naming_context")) {
    NamingContextHeads held = ground.contexts();
    std::erase_if(held, [&](const auto& head) { return !held_here(ground, head.id); });
    return held;
  }
  auto one = context_named(ground, asked, "naming_context");
  if (!one) return base::fail(one.error());
  if (auto held = held_here(ground, one->id); !held) return base::fail(held.error());
  return NamingContextHeads{*std::move(one)};
}

/// What was deleted and forgotten since is in no change any more (rule R33).
base::Result<void> young_enough(const ServiceGround& ground, const Wanted& wanted, base::Time now) {
  const base::Duration lifetime = ground.forest().policy.tombstone_lifetime;
  for (const NamingContextHead& head : wanted.contexts) {
    const auto reading = wanted.cookie.find(head.id);
    if (reading == wanted.cookie.end() || now - reading->second.time <= lifetime) continue;
    return base::fail(
        base::Errc::refused,
        fmt::format("the cookie is of {}, older than the tombstone lifetime of {}: "
                    "deletions since may be forgotten; read everything anew, without "
                    "a cookie",
                    base::to_string(reading->second.time), base::to_string(lifetime)));
  }
  return {};
}

base::Result<ChangeCookie> cookie_asked(const ServiceGround& ground, const Asked& asked,
                                        const NamingContextHeads& contexts, base::Time now) {
  if (!asked.has("since")) return ChangeCookie{};
  const auto text = asked.text("since");
  if (!text) return base::fail(text.error());
  if (*text != "now") return read_cookie(*text);
  const auto snapshot = ground.store.read();
  ChangeCookie cookie;
  for (const NamingContextHead& head : contexts) {
    cookie[head.id] =
        reading_now(*snapshot, head.id, ground.identity_now(), audience_of(ground), now);
  }
  return cookie;
}

base::Result<Wanted> read_wanted(const ServiceGround& ground, const Asked& asked, base::Time now) {
  auto known = asked.only({"ask", "since", "naming_context", "below", "limit", "wait"});
  if (!known) return base::fail(known.error());
  Wanted wanted;
  const auto limit = asked.number("limit", wanted.limit);
  const auto wait = asked.number("wait", 0);
  if (!limit) return base::fail(limit.error());
  if (!wait) return base::fail(wait.error());
  if (*limit == 0 || *limit > kMostChanges) {
    return base::fail(base::Errc::invalid,
                      fmt::format("\"limit\": {} is none of 1 to {}", *limit, kMostChanges));
  }
  wanted.limit = *limit;
  wanted.until = now + std::chrono::seconds(std::min(*wait, kMostSeconds));
  auto contexts = contexts_meant(ground, asked);
  if (!contexts) return base::fail(contexts.error());
  wanted.contexts = *std::move(contexts);
  auto cookie = cookie_asked(ground, asked, wanted.contexts, now);
  if (!cookie) return base::fail(cookie.error());
  wanted.cookie = *std::move(cookie);
  if (auto young = young_enough(ground, wanted, now); !young) return base::fail(young.error());
  if (!asked.has("below")) return wanted;
  const auto target = asked.target("below");
  if (!target) return base::fail(target.error());
  const auto snapshot = ground.store.read();
  const auto object = living_or_deleted(Directory(*snapshot, ground.contexts()), *target);
  if (!object) return base::fail(object.error());
  wanted.below = object->id;
  std::erase_if(wanted.contexts,
                [&](const auto& head) { return head.id != object->naming_context; });
  return wanted;
}

/// Reads on from a cookie in one snapshot.
class Reader {
 public:
  Reader(const ServiceGround& ground, Wanted& wanted, base::Time now)
      : ground_(ground),
        wanted_(wanted),
        now_(now),
        me_(ground.identity_now()),
        snapshot_(ground.store.read()),
        directory_(*snapshot_, me_.contexts) {}

  /// True where something is left to be read.
  bool read() {
    for (const NamingContextHead& head : wanted_.contexts) {
      Reading& reading = wanted_.cookie.try_emplace(head.id, Reading{.time = now_}).first->second;
      while (true) {
        if (changes_.size() >= wanted_.limit || bytes_ >= kMostBytes) return true;
        const auto change =
            next_change(*snapshot_, head.id, reading, me_, audience_of(ground_), now_);
        if (!change) break;
        take(head, *change);
      }
    }
    return false;
  }

  Json&& changes() { return std::move(changes_); }
  bool empty() const { return changes_.empty(); }

 private:
  void take(const NamingContextHead& head, const ReportedChange& change) {
    const auto object = directory_.object(change.object);
    const bool inside = !wanted_.below || lies_below(change.object);
    // What has left the subtree is told once more, and that it has left; nobody here knows whether
    // it ever was there.
    if (!inside && (!change.placed || change.kind == ChangeKind::added)) return;
    Json json{{"naming_context", head.dn.to_string()},
              {"object", change.object.value.to_string()},
              {"dn", object ? directory_.dn_of(*object) : std::string()},
              {"kind", word_of(change.kind)},
              {"inside", inside},
              {"attributes", attributes_json(change)},
              {"links", links_json(change)},
              {"cookie", to_text(wanted_.cookie)}};
    bytes_ += to_text(json).size();
    changes_.push_back(std::move(json));
  }

  bool lies_below(ObjectId id) const {
    for (int depth = 0; depth < 1000; ++depth) {
      if (id == *wanted_.below) return true;
      const auto row = snapshot_->find(id);
      if (!row || row->parent == id) return false;
      id = row->parent;
    }
    return false;
  }

  Json attributes_json(const ReportedChange& change) const {
    Json list = Json::array();
    for (const AttributeChange& one : change.attributes) {
      Json json{{"attribute", one.name}, {"values", shown_values(one.name, one.values)}};
      json.update(net::to_json(one.stamp, ground_.originators));
      list.push_back(std::move(json));
    }
    return list;
  }

  Json links_json(const ReportedChange& change) const {
    if (!change.link) return Json::array();
    const LinkChange& link = *change.link;
    const auto target = directory_.object(link.id.target);
    Json json{{"attribute", link.id.attribute},
              {"target", link.id.target.value.to_string()},
              {"dn", target ? directory_.dn_of(*target) : std::string()},
              {"present", link.present}};
    json.update(net::to_json(link.stamp, ground_.originators));
    return Json::array({std::move(json)});
  }

  const ServiceGround& ground_;
  Wanted& wanted_;
  base::Time now_;
  Identity me_;
  std::unique_ptr<Snapshot> snapshot_;
  Directory directory_;
  Json changes_ = Json::array();
  std::size_t bytes_ = 0;
};

void read_or_wait(const ServiceGround& ground, Wanted wanted, JsonTaker taker) {
  const base::Time now = wall_clock();
  const std::uint64_t heard = ground.bell.rings();
  Reader reader(ground, wanted, now);
  const bool more = reader.read();
  if (reader.empty() && now < wanted.until) {
    const bool waits = ground.bell.wait(heard, wanted.until - now, [ground, wanted, taker] {
      const bool taken =
          ground.readers.post([ground, wanted, taker] { read_or_wait(ground, wanted, taker); });
      if (!taken) taker(error_text({base::Errc::unavailable, "too many requests wait here"}));
    });
    if (waits) return;
  }
  taker(to_text(Json{{"controller", ground.name()},
                     {"changes", reader.changes()},
                     {"more", more},
                     {"cookie", to_text(wanted.cookie)}}));
}

}  // namespace

void answer_changes(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  auto wanted = read_wanted(ground, Asked(request), wall_clock());
  if (!wanted) return taker(error_text(wanted.error()));
  read_or_wait(ground, *std::move(wanted), std::move(taker));
}

}  // namespace ringspan::replicator::net
