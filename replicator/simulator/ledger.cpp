#include "replicator/simulator/ledger.hpp"

#include <algorithm>
#include <functional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "replicator/engine/collection.hpp"
#include "replicator/engine/resolve.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator::simulator {
namespace {

// A link's state as the values of a slot.
std::vector<std::string> presence(bool present) {
  return present ? std::vector<std::string>{"present"} : std::vector<std::string>{};
}

// Equal values are no conflict: whoever knew the one knew the other.
const Ledger::Acknowledged* unaccounted(
    const std::vector<Ledger::Acknowledged>& writes,
    const std::function<bool(const Ledger::Acknowledged&)>& accounted_for) {
  for (const Ledger::Acknowledged& write : writes) {
    if (!write.is_expected()) continue;
    const bool known = std::ranges::any_of(writes, [&](const Ledger::Acknowledged& other) {
      return other.values == write.values && accounted_for(other);
    });
    if (!known) return &write;
  }
  return nullptr;
}

bool overwritten(const Ledger::Acknowledged& write,
                 const std::vector<Ledger::Acknowledged>& writes) {
  return std::ranges::any_of(
      writes, [&](const Ledger::Acknowledged& later) { return later.context.covers(write.stamp); });
}

}  // namespace

void Ledger::enter(const std::string& at, Usn before, bool doubtful) {
  const auto snapshot = world_.read(at);
  const InvocationId me = world_.identity(at).invocation;
  const auto fresh = [&](const Stamp& stamp) {
    return stamp.originator == me && stamp.usn > before;
  };
  const auto look = [&](const Snapshot::Changed& changed) {
    if (const auto* link = std::get_if<const Link*>(&changed)) {
      if (!fresh((*link)->stamp) || !among_((*link)->id.source)) return true;
      links_[(*link)->id].push_back({.stamp = (*link)->stamp,
                                     .context = (*link)->context,
                                     .values = presence((*link)->present),
                                     .doubtful = doubtful});
      return true;
    }
    const Object object = stored_object(*std::get<const Row*>(changed));
    if (!among_(object.id)) return true;
    for (const auto& [name, attribute] : object.attributes) {
      if (!fresh(attribute.stamp)) continue;
      values_[{object.id, name}].push_back({.stamp = attribute.stamp,
                                            .context = attribute.context,
                                            .values = attribute.values,
                                            .doubtful = doubtful});
    }
    return true;
  };
  for (const NamingContextHead& context : world_.identity(at).contexts)
    (*snapshot)->all_changed_since(context.id, before, look);
}

std::string Ledger::verdict() {
  drop_lost();
  if (auto lost = vanished(); !lost.empty()) return lost;
  return invented();
}

std::string Ledger::spoken(const Acknowledged& write, const std::string& what,
                           ObjectId object) const {
  return fmt::format("write {} of {} to {} of object {}", write.stamp.usn.value,
                     world_.name_of(write.stamp.originator), what, object.value.to_string());
}

// "; writes: 16 of a1 ["5"], 20 of b1 []"
std::string Ledger::all_of(const std::vector<Acknowledged>& writes) const {
  std::string text = "; writes, each with what its writer had seen:";
  for (const Acknowledged& write : writes) {
    text += fmt::format(" {} of {} {} (", write.stamp.usn.value,
                        world_.name_of(write.stamp.originator), write.values);
    for (const auto& [originator, usn] : write.context.entries())
      text += fmt::format(" {}:{}", world_.name_of(originator), usn.value);
    text += write.doubtful ? ", doubtful)" : ")";
  }
  return text;
}

// A deletion removes values; it is the deletion that is held or lost.
bool Ledger::part_of_deletion(const Slot& slot, const Acknowledged& write) const {
  if (slot.second == kIsDeleted || !write.values.empty()) return false;
  const auto deletions = values_.find({slot.first, std::string(kIsDeleted)});
  return deletions != values_.end() &&
         std::ranges::any_of(deletions->second, [&](const Acknowledged& deletion) {
           return deletion.stamp.same_write(write.stamp);
         });
}

const Ledger::Acknowledged& Ledger::last_of(const std::vector<Acknowledged>& writes) {
  return *std::ranges::max_element(writes, {}, &Acknowledged::stamp);
}

base::Time Ledger::collected_anywhere(const Snapshot& snapshot) const {
  base::Time latest{};
  for (const NamingContextHead& head : world_.identity(world_.controllers().front()).contexts)
    latest = std::max(latest, collected_until(snapshot, head.id));
  return latest;
}

// Its last word is a deletion so old that it was collected with the object.
bool Ledger::was_collected(const Snapshot& snapshot, ObjectId object) const {
  const auto deletions = values_.find({object, std::string(kIsDeleted)});
  if (deletions == values_.end()) return false;
  const Acknowledged& last = last_of(deletions->second);
  return !last.values.empty() && last.stamp.time <= collected_anywhere(snapshot);
}

std::string Ledger::vanished() const {
  const auto snapshot = world_.read(world_.controllers().front());
  const auto journaled = losers();
  for (const auto& [slot, writes] : values_) {
    if (std::ranges::none_of(writes, &Acknowledged::is_expected)) continue;
    if (slot.second == kName) continue;  // remedies write names too; scenarios judge those
    const auto row = (*snapshot)->find(slot.first);
    if (!row && was_collected(**snapshot, slot.first)) continue;
    if (!row) return fmt::format("object {} vanished", slot.first.value.to_string());
    const Object object = stored_object(*row);
    const auto held = object.attributes.find(slot.second);
    if (held == object.attributes.end()) return fmt::format("attribute {} vanished", slot.second);
    const auto* lost = unaccounted(writes, [&](const Acknowledged& write) {
      return overwritten(write, writes) || part_of_deletion(slot, write) ||
             (object.deleted() && write.values.empty()) || held->second.values == write.values ||
             journaled.contains({slot.first, slot.second, write.stamp});
    });
    if (lost == nullptr) continue;
    return spoken(*lost, slot.second, slot.first) + " vanished without a journal entry; held is " +
           fmt::format("{} by write {} of {}", held->second.values, held->second.stamp.usn.value,
                       world_.name_of(held->second.stamp.originator)) +
           all_of(writes);
  }
  return vanished_links(**snapshot);
}

// A link that is present is held; with an end that was deleted for good, it must have been deleted
// knowingly.
std::string Ledger::vanished_links(const Snapshot& snapshot) const {
  const auto journaled = losers();
  for (const auto& [id, writes] : links_) {
    if (std::ranges::none_of(writes, &Acknowledged::is_expected)) continue;
    const auto link = snapshot.link(id);
    const bool over = last_of(writes).values.empty() &&
                      last_of(writes).stamp.time <= collected_anywhere(snapshot);
    if (!link && (over || was_collected(snapshot, id.source) || was_collected(snapshot, id.target)))
      continue;
    if (!link) return fmt::format("a link {} vanished", id.attribute);
    const auto* lost = unaccounted(writes, [&](const Acknowledged& write) {
      if (overwritten(write, writes)) return true;
      if (journaled.contains({id.source, id.attribute, write.stamp})) return true;
      if (presence(link->present) != write.values) return false;
      return !link->present ||
             (survives(snapshot, id.source, write) && survives(snapshot, id.target, write));
    });
    if (lost == nullptr) continue;
    return spoken(*lost, "link " + id.attribute, id.source) + " vanished without a journal entry" +
           all_of(writes);
  }
  return {};
}

// What a deletion had seen of it is with that deletion, even where another deletion has won.
bool Ledger::survives(const Snapshot& snapshot, ObjectId end, const Acknowledged& link) const {
  const auto row = snapshot.find(end);
  if (!row) return false;
  const Object object = stored_object(*row);
  if (!object.deleted() || object.kept()) return true;
  if (context_of_successor(object.attributes.find(kIsDeleted)->second).covers(link.stamp)) {
    return true;
  }
  const auto deletions = values_.find({end, std::string(kIsDeleted)});
  return deletions != values_.end() &&
         std::ranges::any_of(deletions->second, [&](const Acknowledged& deletion) {
           return !deletion.values.empty() && deletion.context.covers(link.stamp);
         });
}

// An entry whose two writers knew of each other is no conflict.
std::string Ledger::invented() const {
  for (const JournalEntry& entry : world_.conflicts()) {
    const auto writes = values_.find({entry.object, entry.attribute});
    if (entry.kind != ConflictKind::attribute || writes == values_.end()) continue;
    const auto find = [&](const Stamp& stamp) {
      return std::ranges::find_if(writes->second, [&](const Acknowledged& write) {
        return !write.doubtful && write.stamp.same_write(stamp);
      });
    };
    const auto lost = find(entry.lost);
    const auto kept = find(entry.kept);
    if (lost == writes->second.end() || kept == writes->second.end()) continue;
    if (kept->context.covers(lost->stamp) || lost->context.covers(kept->stamp)) {
      return spoken(*lost, entry.attribute, entry.object) + " is journaled, but was overwritten";
    }
  }
  return {};
}

std::set<Ledger::Loser> Ledger::losers() const {
  std::set<Loser> losers;
  for (const std::string& name : world_.controllers()) {
    (*world_.read(name))->journal([&](const JournalEntry& entry) {
      losers.emplace(entry.object, entry.attribute, entry.lost);
      return true;
    });
  }
  return losers;
}

}  // namespace ringspan::replicator::simulator
