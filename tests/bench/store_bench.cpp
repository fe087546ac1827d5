// Rows written: SQLite alone, our stores through put().

#include <algorithm>
#include <filesystem>
#include <memory>

#include "base/contracts.hpp"
#include "replicator/store/memory_store.hpp"
#include "replicator/store/sqlite_store.hpp"
#include "tests/bench/bench.hpp"
#include "tests/bench/raw_sqlite.hpp"

namespace ringspan::bench {
namespace {

using namespace replicator;
using namespace replicator::store;

constexpr std::size_t kObjects = 51'200;
constexpr std::size_t kUpdates = 25'600;
constexpr std::size_t kSingles = 1'000;

enum class Marks { none, each };

std::string fresh_file(const std::string& folder) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder + "/directory.db";
}

/// `write(row)` for rows[from .. from + count), `batch` a transaction.
template <typename Begin, typename Write, typename Commit>
double rate(const std::vector<Row>& rows, std::size_t batch, Begin begin, Write write,
            Commit commit) {
  const double taken = seconds([&] {
    for (std::size_t from = 0; from < rows.size(); from += batch) {
      begin();
      for (std::size_t i = from; i < std::min(from + batch, rows.size()); ++i)
        write(rows[i]);
      commit();
    }
  });
  return static_cast<double>(rows.size()) / taken;
}

/// Three jobs: all rows inserted, some of them at random changed, some changed one by one.
struct Jobs {
  std::vector<Row> inserts;
  std::vector<Row> updates;
  std::vector<Row> singles;
};

Jobs make_jobs() {
  Jobs jobs;
  jobs.inserts = rows_of(people(kObjects, 1));
  base::Rng rng(2);
  std::uint64_t usn = kObjects;
  const auto change = [&] {
    Row row = rng.pick(jobs.inserts);
    row.usn = Usn{++usn};
    row.values.back() = 'X';
    return row;
  };
  std::generate_n(std::back_inserter(jobs.updates), kUpdates, change);
  std::generate_n(std::back_inserter(jobs.singles), kSingles, change);
  return jobs;
}

Rates run_raw(const Jobs& jobs, const std::string& folder) {
  const std::string path = fresh_file(folder);
  SqliteStore{path};
  RawSqlite raw(path);
  const auto begin = [&] { raw.begin(); };
  const auto insert = [&](const Row& row) { raw.insert(row); };
  const auto update = [&](const Row& row) { raw.update(row); };
  const auto commit = [&] { raw.commit(); };
  return {rate(jobs.inserts, kBatch, begin, insert, commit),
          rate(jobs.updates, kBatch, begin, update, commit),
          rate(jobs.singles, 1, begin, update, commit)};
}

Rates run(Store& store, const Jobs& jobs, Marks marks) {
  std::unique_ptr<Transaction> transaction;
  const auto begin = [&] { transaction = store.begin(); };
  const auto put = [&](const Row& row) {
    if (marks == Marks::each) transaction->mark();
    const Usn usn = transaction->next_usn();
    EXPECTS(usn == row.usn);
    transaction->put(row);
  };
  const auto commit = [&] { transaction->commit(); };
  return {rate(jobs.inserts, kBatch, begin, put, commit),
          rate(jobs.updates, kBatch, begin, put, commit),
          rate(jobs.singles, 1, begin, put, commit)};
}

void add(std::vector<Figure>& figures, const std::string& who, const Rates& rates,
         const Rates& raw) {
  figures.push_back({who + ": insert, 256 a transaction", rates.insert, "objects/s", raw.insert});
  figures.push_back({who + ": update, 256 a transaction", rates.update, "objects/s", raw.update});
  figures.push_back(
      {who + ": update, each durable by itself", rates.single, "objects/s", raw.single});
}

}  // namespace

Rates raw_round(const std::string& folder) {
  return run_raw(make_jobs(), folder);
}

std::vector<Figure> store_round(const std::string& folder, const Rates& raw) {
  const Jobs jobs = make_jobs();
  const auto on_sqlite = [&](Marks marks) {
    SqliteStore store(fresh_file(folder));
    return run(store, jobs, marks);
  };
  MemoryStore memory;
  std::vector<Figure> figures;
  add(figures, "SQLite alone", raw, raw);
  add(figures, "SqliteStore", on_sqlite(Marks::none), raw);
  add(figures, "SqliteStore, a mark each", on_sqlite(Marks::each), raw);
  add(figures, "MemoryStore, a mark each", run(memory, jobs, Marks::each), raw);
  return figures;
}

}  // namespace ringspan::bench
