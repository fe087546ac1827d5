#pragma once

// What a MemoryStore is made of: its state, and how a write is taken back.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "base/contracts.hpp"
#include "replicator/store/memory_store.hpp"

namespace ringspan::replicator::store {

using SharedRow = std::shared_ptr<const Row>;  ///< Shared by the states that are copies.
using SharedLink = std::shared_ptr<const Link>;
using Either = std::variant<SharedRow, SharedLink>;
using SourceKey = std::pair<ControllerId, NamingContextId>;
using EntryKey = std::tuple<ObjectId, std::string, InvocationId, Usn>;

/// The children of one parent.
struct Family {
  std::set<ObjectId> children;
  std::map<std::string, ObjectId, std::less<>> names;  ///< Only those that claim one.
};

/// What a store holds, with what finds it.
struct MemoryStore::State {
  std::unordered_map<ObjectId, SharedRow> rows;
  std::unordered_map<ObjectId, Family> families;
  std::map<LinkId, SharedLink> links;
  std::map<ObjectId, std::set<std::pair<ObjectId, std::string>>> linked_from;  ///< By target.
  std::map<NamingContextId, std::map<Usn, Either>> changes;
  std::map<NamingContextId, std::map<Usn, Either>> dead;  ///< Those of them that are.
  std::map<NamingContextId, std::map<ObjectId, SharedRow>> unplaced;
  std::map<NamingContextId, std::map<ObjectId, SharedRow>> links_unsettled;
  Usn highest_usn;
  std::map<NamingContextId, UpToDatenessVector> vectors;
  std::map<SourceKey, SourceRecord> sources;
  std::vector<JournalEntry> journal;
  std::set<EntryKey> journaled;
  std::map<std::string, std::string, std::less<>> facts;

  /// Puts `next` (none: nothing) in the place of the row of `id`; returns what was there.
  SharedRow replace(ObjectId id, const SharedRow& next) {
    SharedRow last;
    if (const auto at = rows.find(id); at != rows.end()) {
      last = std::move(at->second);
      forget(*last);
      if (!next) rows.erase(at);
    }
    if (next) {
      note(next);
      rows[id] = next;
    }
    return last;
  }

  SharedLink replace(const LinkId& id, const SharedLink& next) {
    SharedLink last;
    if (const auto at = links.find(id); at != links.end()) {
      last = std::move(at->second);
      changes[last->naming_context].erase(last->usn);
      if (!last->present) dead[last->naming_context].erase(last->usn);
      if (!next) links.erase(at);
    }
    if (next) {
      const bool alone = changes[next->naming_context].emplace(next->usn, next).second;
      EXPECTS(alone);
      if (!next->present) dead[next->naming_context].emplace(next->usn, next);
      links[id] = next;
      linked_from[id.target].emplace(id.source, id.attribute);
    } else if (last) {
      linked_from[id.target].erase({id.source, id.attribute});
    }
    return last;
  }

 private:
  void note(const SharedRow& row) {
    Family& family = families[row->parent];
    family.children.insert(row->id);
    if (!row->name_key.empty()) {
      const bool free = family.names.emplace(row->name_key, row->id).second;
      EXPECTS(free);
    }
    const bool alone = changes[row->naming_context].emplace(row->usn, row).second;
    EXPECTS(alone);
    if (row->deleted) dead[row->naming_context].emplace(row->usn, row);
    if (row->unplaced) unplaced[row->naming_context].emplace(row->id, row);
    if (row->links_unsettled) links_unsettled[row->naming_context].emplace(row->id, row);
  }

  void forget(const Row& row) {
    const auto family = families.find(row.parent);
    family->second.children.erase(row.id);
    if (!row.name_key.empty()) family->second.names.erase(row.name_key);
    if (family->second.children.empty()) families.erase(family);
    changes[row.naming_context].erase(row.usn);
    if (row.deleted) dead[row.naming_context].erase(row.usn);
    if (row.unplaced) unplaced[row.naming_context].erase(row.id);
    if (row.links_unsettled) links_unsettled[row.naming_context].erase(row.id);
  }
};

/// What a write replaced.
struct MemoryStore::Change {
  struct OfRow {
    ObjectId id;
    SharedRow before;
  };
  struct OfLink {
    LinkId id;
    SharedLink before;
  };
  struct OfUsn {
    Usn before;
  };
  struct OfVector {
    NamingContextId context;
    UpToDatenessVector before;
  };
  struct OfSource {
    SourceKey key;
    std::optional<SourceRecord> before;
  };
  struct OfJournal {};
  struct OfFact {
    std::string name;
    std::string before;
  };
  std::variant<OfRow, OfLink, OfUsn, OfVector, OfSource, OfJournal, OfFact> what;
};

}  // namespace ringspan::replicator::store
