#pragma once

// Blocks: the parts of a graph that no single vertex tears apart. They hang together as a tree, so
// what a question costs is paid in each block alone: every way between two vertices enters and
// leaves the blocks between them by the same vertices. A plan is small blocks, rings of sites and
// the connections between these; all pairs are counted in nearly linear time.
//
//     const Blocks blocks(graph.out);
//     const Outlooks ahead(graph.out, replicas, blocks);
//     ahead.of(controller).farthest

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kcc/replica_graph.hpp"

namespace ringspan::kcc {

struct Blocks {
  /// Whoever an edge joins, in either direction, is in one block.
  explicit Blocks(const ReplicaGraph::Edges& edges);

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  std::vector<std::vector<std::size_t>> members;  ///< By block; sorted.
  std::vector<std::size_t> roots;  ///< By block: the member towards the first vertex of the tree.
  std::vector<std::size_t> order;  ///< Of blocks: each after the one that its root belongs to.
};

/// One block by itself.
class Block {
 public:
  /// `members` must outlive it.
  Block(const ReplicaGraph::Edges& edges, const std::vector<std::size_t>& members);

  std::size_t size() const { return out_.size(); }
  std::size_t vertex(std::size_t local) const { return members_[local]; }
  std::size_t local(std::size_t vertex) const;

  /// The first step that breadth-first search takes to a member; the order in which it takes them.
  struct Step {
    std::size_t to = 0;  ///< Local, like `from`.
    std::size_t from = 0;
    std::size_t over = 0;  ///< Place in the topology's connections.
    std::size_t hops = 0;
  };
  std::vector<Step> steps(std::size_t from) const;

 private:
  const std::vector<std::size_t>& members_;
  ReplicaGraph::Edges out_;  // local
};

/// What a vertex reaches of those that count: how many, and how many hops the farthest is away.
struct Outlook {
  std::uint64_t count = 0;
  std::size_t farthest = 0;
};

/// Invariant: what a vertex sees through its blocks is told apart by block.
class Outlooks {
 public:
  Outlooks(const ReplicaGraph::Edges& edges, const std::vector<bool>& counts, const Blocks& blocks);

  /// Itself included.
  const Outlook& of(std::size_t vertex) const { return seen_[vertex].all; }
  /// Without the ways into that block.
  Outlook beyond(std::size_t vertex, std::size_t block) const;

 private:
  struct Seen {
    Outlook all;                          // itself and through every block
    std::size_t through = Blocks::kNone;  // the block that leads farthest
    std::size_t second = 0;               // how far the others lead
  };
  void add(std::size_t vertex, std::size_t block, const Outlook& outlook);

  const Blocks& blocks_;
  std::vector<Seen> seen_;
  std::vector<std::vector<Outlook>> through_;  // by block and member: what it sees through it
};

}  // namespace ringspan::kcc
