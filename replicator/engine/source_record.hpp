#pragma once

#include <cstdint>
#include <string>

#include "replicator/engine/vector.hpp"

namespace ringspan::replicator {

/// What one cycle carried: stamps sent are values (a removal is one), objects those with any.
struct PullCounts {
  std::uint64_t pages = 0;
  std::uint64_t objects = 0;
  std::uint64_t values = 0;
  std::uint64_t bytes = 0;  ///< As framed on the wire, compressed.

  PullCounts& operator+=(const PullCounts& other) {
    pages += other.pages;
    objects += other.objects;
    values += other.values;
    bytes += other.bytes;
    return *this;
  }
  friend bool operator==(const PullCounts&, const PullCounts&) = default;
};

/// What a destination keeps of one source and naming context (MS-ADTS 3.1.1.1.13 repsFrom).
struct SourceRecord {
  ControllerId source;
  NamingContextId naming_context;
  HighWatermark watermark;
  base::Time last_attempt{};   ///< Zero: never.
  base::Time last_success{};   ///< Zero: never. End of the last whole cycle.
  std::uint32_t failures = 0;  ///< In a row.
  std::string error;           ///< Of the last attempt; empty when it went well.
  PullCounts last_pull;        ///< Of the last cycle that ended or the one under way.
  PullCounts total;            ///< Since this controller was born.
  friend bool operator==(const SourceRecord&, const SourceRecord&) = default;
};

}  // namespace ringspan::replicator
