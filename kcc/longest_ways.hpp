#pragma once

// The longest of the shortest ways after a loss. Each loss needs a few searches: two from the
// middle bound how far everyone can be, and only who might exceed the worst so far is searched
// from.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kcc/losses.hpp"

namespace ringspan::kcc {

struct LongestWay {
  std::size_t hops = 0;
  std::size_t from = 0;  ///< Places.
  std::size_t to = 0;
};

class LongestWays {
 public:
  /// `graph` must outlive it.
  LongestWays(const ReplicaGraph& graph, std::size_t connections);

  /// Puts a longer one in the place of `longest`, from the first writable replica and to the first
  /// controller in order; says whether there was one.
  bool lengthen(const Fallen& fallen, LongestWay& longest);

  /// Edges walked so far.
  std::uint64_t steps() const { return steps_; }

 private:
  struct Search {
    std::vector<std::size_t> hops;     // by place
    std::vector<std::size_t> reached;  // in the order of their hops
  };
  void search(const ReplicaGraph::Edges& edges, std::size_t start, Search& search);
  void bound(std::size_t middle);
  std::size_t middle();

  const ReplicaGraph& graph_;
  std::vector<bool> gone_;  // controllers
  std::vector<bool> cut_;   // connections
  Search told_;
  Search heard_;
  std::vector<std::size_t> most_;  // hops from each, at most
  std::size_t middle_ = 0;
  std::uint64_t steps_ = 0;
};

}  // namespace ringspan::kcc
