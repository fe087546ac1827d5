#pragma once

// What the contract tests share: small values of everything, visits as vectors, and a test that
// runs on each store.

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "replicator/store/memory_store.hpp"
#include "replicator/store/sqlite_store.hpp"
#include "tests/contract/scratch.hpp"

namespace ringspan::replicator::store {

inline base::Guid guid(std::uint8_t number) {
  base::Guid guid;
  guid.bytes[0] = number;
  return guid;
}

inline const NamingContextId kCorp{guid(0xC0)};
inline const NamingContextId kOther{guid(0xC1)};
inline const ObjectId kTop{guid(0xF0)};

inline Row row_of(std::uint8_t number, std::string name_key, Usn usn) {
  return {.id = ObjectId{guid(number)},
          .naming_context = kCorp,
          .parent = kTop,
          .name_key = std::move(name_key),
          .usn = usn,
          .deleted = false,
          .unplaced = false,
          .stamps = std::string("\1stamps\0", 8),
          .values = std::string("\1values\0", 8)};
}

inline Stamp stamp_of(std::uint8_t originator, std::uint64_t usn) {
  return {.version = 3,
          .time = base::Time{base::Duration{1'700'000'000'123}},
          .originator = InvocationId{guid(originator)},
          .usn = Usn{usn}};
}

inline JournalEntry entry_of(std::uint8_t object, std::string attribute, std::uint64_t lost_usn) {
  return {.kind = ConflictKind::orphan,
          .naming_context = kCorp,
          .object = ObjectId{guid(object)},
          .attribute = std::move(attribute),
          .lost = stamp_of(1, lost_usn),
          .lost_values = {std::string("a\0b", 3), ""},
          .kept = stamp_of(2, 77),
          .kept_values = {},
          .noticed = base::Time{base::Duration{1'700'000'000'456}}};
}

inline SourceRecord source_of(std::uint8_t source, NamingContextId context) {
  return {.source = ControllerId{guid(source)},
          .naming_context = context,
          .watermark = {InvocationId{guid(9)}, Usn{41}, Usn{40}, Mark{3, 77, Usn{12}}},
          .last_attempt = base::Time{base::Duration{10}},
          .last_success = base::Time{base::Duration{-20}},
          .failures = 3,
          .error = "no way to Nuuk",
          .last_pull = {1, 2, 3, 4},
          .total = {5, 6, 7, 8}};
}

inline UpToDatenessVector vector_of(
    const std::vector<std::pair<std::uint8_t, std::uint64_t>>& originators) {
  UpToDatenessVector vector;
  for (const auto& [originator, usn] : originators) {
    vector.merge(
        InvocationId{guid(originator)},
        {.usn = Usn{usn},
         .time = base::Time{base::Duration{usn * 10}},
         .mark = {.ordinal = originator, .word = originator + 1000U, .start = Usn{usn / 2}},
         .cut = originator == 3});
  }
  return vector;
}

// A visit as a vector.
inline std::vector<Row> changed_since(const Snapshot& snapshot, NamingContextId context,
                                      Usn after) {
  std::vector<Row> rows;
  snapshot.changed_since(context, after, [&](const Row& row) {
    rows.push_back(row);
    return true;
  });
  return rows;
}

inline std::vector<Row> children(const Snapshot& snapshot, ObjectId parent) {
  std::vector<Row> rows;
  snapshot.children(parent, [&](const Row& row) {
    rows.push_back(row);
    return true;
  });
  return rows;
}

inline std::vector<Row> links_unsettled(const Snapshot& snapshot, NamingContextId context) {
  std::vector<Row> rows;
  snapshot.links_unsettled(context, [&](const Row& row) {
    rows.push_back(row);
    return true;
  });
  return rows;
}

inline Link link_of(std::uint8_t source, std::string attribute, std::uint8_t target, Usn usn) {
  return {.id = {ObjectId{guid(source)}, std::move(attribute), ObjectId{guid(target)}},
          .naming_context = kCorp,
          .present = true,
          .created = base::Time{base::Duration{1'600'000'000'000}},
          .stamp = stamp_of(source, 5),
          .context = Context::of({{InvocationId{guid(1)}, Usn{3}}}),
          .beside = Context::of({{InvocationId{guid(2)}, Usn{4}}}),
          .usn = usn};
}

inline std::vector<Link> links_from(const Snapshot& snapshot, ObjectId source) {
  std::vector<Link> links;
  snapshot.links_from(source, [&](const Link& link) {
    links.push_back(link);
    return true;
  });
  return links;
}

inline std::vector<Link> links_to(const Snapshot& snapshot, ObjectId target) {
  std::vector<Link> links;
  snapshot.links_to(target, [&](const Link& link) {
    links.push_back(link);
    return true;
  });
  return links;
}

/// Rows and links with their USNs, in the order of the visit: "7 row", "8 link".
inline std::vector<std::string> all_changed_since(const Snapshot& snapshot, NamingContextId context,
                                                  Usn after) {
  std::vector<std::string> seen;
  snapshot.all_changed_since(context, after, [&](const Snapshot::Changed& changed) {
    const Usn usn = std::visit([](const auto* one) { return one->usn; }, changed);
    seen.push_back(std::to_string(usn.value) + (changed.index() == 0 ? " row" : " link"));
    return true;
  });
  return seen;
}

inline std::vector<Row> unplaced(const Snapshot& snapshot, NamingContextId context) {
  std::vector<Row> rows;
  snapshot.unplaced(context, [&](const Row& row) {
    rows.push_back(row);
    return true;
  });
  return rows;
}

inline std::vector<JournalEntry> journal(const Snapshot& snapshot) {
  std::vector<JournalEntry> entries;
  snapshot.journal([&](const JournalEntry& entry) {
    entries.push_back(entry);
    return true;
  });
  return entries;
}

inline std::unique_ptr<Store> open(MemoryStore*, const std::string&) {
  return std::make_unique<MemoryStore>();
}
inline std::unique_ptr<Store> open(SqliteStore*, const std::string& path) {
  return std::make_unique<SqliteStore>(path);
}

template <typename Kind>
class StoreContract : public testing::Test {
 protected:
  StoreContract() { testing::FLAGS_gtest_death_test_style = "threadsafe"; }

  tests::Scratch scratch_;
  std::unique_ptr<Store> store_ = open(static_cast<Kind*>(nullptr), scratch_.file("directory.db"));

  void put(Row row) {
    auto transaction = store_->begin();
    row.usn = transaction->next_usn();
    transaction->put(row);
    transaction->commit();
  }
};

struct KindNames {
  template <typename Kind>
  static std::string GetName(int) {
    return std::is_same_v<Kind, MemoryStore> ? "memory" : "sqlite";
  }
};
using Kinds = testing::Types<MemoryStore, SqliteStore>;
TYPED_TEST_SUITE(StoreContract, Kinds, KindNames);

}  // namespace ringspan::replicator::store
