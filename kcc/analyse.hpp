#pragma once

// Analysis: what a topology is worth, in numbers that an administrator asks for.
//
//     const Analysis analysis = analyse(forest, plan(forest));
//     analysis.naming_contexts.front().hops.worst      // and between whom

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kcc/topology.hpp"
#include "sites/forest.hpp"

namespace ringspan::kcc {

/// A longest of the shortest ways over primary connections; of equals the lowest ids.
struct Hops {
  std::size_t worst = 0;     ///< 0: there is no pair.
  sites::ControllerId from;  ///< A writable replica.
  sites::ControllerId to;
  friend bool operator==(const Hops&, const Hops&) = default;
};

struct ContextAnalysis {
  sites::NamingContextId naming_context;
  std::size_t replicas = 0;
  std::size_t connections = 0;  ///< Primary ones that carry it.
  std::size_t standby = 0;
  Hops hops;
  std::size_t unreached = 0;     ///< Pairs of a writable replica and one that never hears it.
  std::uint64_t tree_cost = 0;   ///< Of the pairs of sites that primary connections join.
  std::uint64_t least_cost = 0;  ///< Of a least tree between the same sites.
  std::size_t full_mesh = 0;     ///< Connections if everyone pulled from every writable replica.
  friend bool operator==(const ContextAnalysis&, const ContextAnalysis&) = default;
};

struct Analysis {
  std::vector<ContextAnalysis> naming_contexts;  ///< Configuration, schema, domains, applications.
  std::size_t connections = 0;                   ///< Primary ones.
  std::size_t standby = 0;
  std::size_t full_mesh = 0;     ///< One connection for each pair that shares a naming context.
  std::size_t most_inbound = 0;  ///< Standby counted.
  sites::ControllerId busiest;   ///< Who has that many; the lowest id of equals.

  std::size_t unreached() const;  ///< Pairs, of all naming contexts.

  friend bool operator==(const Analysis&, const Analysis&) = default;
};

Analysis analyse(const sites::Forest& forest, const Topology& topology);

}  // namespace ringspan::kcc
