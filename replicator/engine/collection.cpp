#include "replicator/engine/collection.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include "replicator/engine/phantom.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {
namespace {

constexpr std::size_t kLookedAt = 2000;  // in one slice
constexpr std::size_t kErased = 200;
constexpr base::Duration kLookedAgain = std::chrono::hours(12);

std::string collected_fact(NamingContextId context) {
  return "collected " + context.value.to_string();
}

void note_collected(Transaction& store, NamingContextId context, base::Time until) {
  if (collected_until(store, context) >= until) return;
  store.set_fact(collected_fact(context), std::to_string(until.time_since_epoch().count()));
}

// A phantom that is needed again bears the same id.
bool may_live_again(const Row& row) {
  const ObjectId container = phantoms_container(row.naming_context);
  return row.id == container || row.parent == container;
}

bool has_living_children(const Snapshot& snapshot, ObjectId id) {
  bool found = false;
  snapshot.children(id, [&found](const Row& row) {
    found = !row.deleted;
    return !found;
  });
  return found;
}

std::vector<LinkId> links_of(const Snapshot& snapshot, ObjectId id, NamingContextId context) {
  std::vector<LinkId> found;
  const auto look = [&](const Link& link) {
    if (link.naming_context == context) found.push_back(link.id);
    return true;
  };
  snapshot.links_from(id, look);
  snapshot.links_to(id, look);
  return found;
}

}  // namespace

void Collection::want(NamingContextId context, base::Time until, base::Time now) {
  const bool wanted =
      std::ranges::any_of(rounds_, [&](const Round& round) { return round.context == context; });
  const auto looked = looked_.find(context);
  const bool again = looked == looked_.end() || now - looked->second.at >= kLookedAgain ||
                     now < looked->second.at || looked->second.oldest <= until;
  if (!wanted && again) rounds_.push_back({.context = context, .until = until, .began = now});
}

Collected Collection::go_on(Transaction& store) {
  Collected collected;
  if (rounds_.empty()) return collected;
  Round& round = rounds_.front();
  std::vector<ObjectId> objects;
  std::vector<LinkId> links;
  std::size_t looked_at = 0;
  bool more = false;
  store.dead_since(round.context, round.after, [&](const Snapshot::Changed& changed) {
    more = ++looked_at > kLookedAt || objects.size() + links.size() >= kErased;
    if (more) return false;
    const auto* link = std::get_if<const Link*>(&changed);
    const Row* row = link == nullptr ? std::get<const Row*>(changed) : nullptr;
    const base::Time died = link != nullptr ? (*link)->stamp.time : died_at(*row);
    round.after = link != nullptr ? (*link)->usn : row->usn;
    if (row != nullptr && may_live_again(*row)) return true;
    if (died > round.until || (row != nullptr && (row->unplaced || row->links_unsettled))) {
      round.oldest = std::min(round.oldest, died);
    } else if (link != nullptr) {
      links.push_back((*link)->id);
    } else {
      objects.push_back(row->id);
    }
    return true;
  });
  for (const LinkId& link : links)
    store.erase(link);
  collected.links = links.size();
  collected.objects = expunge(store, round.context, {objects.begin(), objects.end()});
  if (collected.objects + collected.links > 0) note_collected(store, round.context, round.until);
  if (!more) {
    looked_[round.context] = {.at = round.began, .oldest = std::min(round.oldest, round.began)};
    rounds_.erase(rounds_.begin());
  }
  return collected;
}

// Children before their parents, in whatever order they come.
std::uint64_t expunge(Transaction& store, NamingContextId context, std::set<ObjectId> objects) {
  std::uint64_t gone = 0;
  for (bool more = true; more;) {
    const std::uint64_t before = gone;
    for (auto object = objects.begin(); object != objects.end();) {
      if (has_living_children(store, *object)) {
        ++object;
        continue;
      }
      for (const LinkId& link : links_of(store, *object, context))
        store.erase(link);
      store.erase(*object);
      object = objects.erase(object);
      ++gone;
    }
    more = gone > before && !objects.empty();
  }
  return gone;
}

base::Time collected_until(const Snapshot& snapshot, NamingContextId context) {
  const std::string text = snapshot.fact(collected_fact(context));
  std::int64_t milliseconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), milliseconds);
  return base::Time(base::Duration(milliseconds));
}

base::Time died_at(const Row& row) {
  const auto stamps = read_stamps(row);
  if (!stamps) {
    throw StoreFailure("object " + row.id.value.to_string() +
                       " is damaged in the database: " + stamps.error().message);
  }
  const auto deletion = std::ranges::find(*stamps, kIsDeleted, &StampedName::name);
  return deletion == stamps->end() ? base::Time::max() : deletion->stamp.time;
}

}  // namespace ringspan::replicator
