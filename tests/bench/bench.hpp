#pragma once

// What the rows of the table share: measuring, and the objects that are measured with.

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/rng.hpp"
#include "replicator/engine/object.hpp"
#include "replicator/engine/row.hpp"

namespace ringspan::bench {

inline constexpr std::size_t kBatch = 256;  ///< Objects a transaction and a page.
inline constexpr int kRuns = 5;

/// One row of the table.
struct Figure {
  std::string name;
  double per_second = 0;
  std::string unit = "objects/s";
  double raw = 0;  ///< What SQLite alone does in the same unit; 0: nothing to compare with.
};

/// Seconds that `work` takes.
inline double seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// What is written how fast, in objects/s.
struct Rates {
  double insert = 0;  ///< kBatch a transaction.
  double update = 0;  ///< Likewise.
  double single = 0;  ///< Updates, each durable by itself.
};

/// Objects of ten attributes and about 1 KB, in random order of ids, below one of the hundred
/// parents: ou=team-0 to ou=team-99 below the head, which comes first.
std::vector<replicator::Object> people(std::size_t count, std::uint64_t seed);
std::vector<replicator::Object> people_parents();
replicator::NamingContextId people_context();
std::vector<replicator::Row> rows_of(const std::vector<replicator::Object>& objects);

/// One round of measuring. All subjects take turns in each round, so that a disk or a neighbour
/// that changes its pace between rounds changes it for all.
Rates raw_round(const std::string& folder);
std::vector<Figure> store_round(const std::string& folder, const Rates& raw);
std::vector<Figure> engine_round(const std::string& folder, const Rates& raw);
std::vector<Figure> codec_round();

}  // namespace ringspan::bench
