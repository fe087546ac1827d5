#pragma once

#include <utility>
#include <vector>

#include "replicator/engine/stamp.hpp"

namespace ringspan::replicator {

/// Context: what the writer of a value had seen of the attribute before, for each originator its
/// highest USN (usually one to three entries).
///
/// Two values conflict exactly when neither context covers the other's stamp (rule R6); contexts
/// decide only what is journaled, never who wins.
class Context {
 public:
  /// True if the writer had seen the write of `stamp`.
  bool covers(const Stamp& stamp) const;

  /// From now on covers `stamp`.
  void note(const Stamp& stamp);

  /// From now on covers all that `other` covers.
  void merge(const Context& other);

  bool empty() const { return seen_.empty(); }

  /// Sorted by originator, each once.
  const std::vector<std::pair<InvocationId, Usn>>& entries() const { return seen_; }

  /// Takes entries in any order; the highest USN of an originator stays.
  static Context of(const std::vector<std::pair<InvocationId, Usn>>& entries);

  friend bool operator==(const Context&, const Context&) = default;

 private:
  void note(InvocationId originator, Usn usn);

  std::vector<std::pair<InvocationId, Usn>> seen_;  // sorted by originator, each once
};

}  // namespace ringspan::replicator
