#pragma once

// Comparison: what becomes of a topology when another takes its place.
//
//     const Comparison comparison = compare(planned(standing), planned(wanted));
//     if (!comparison.cut_off.empty()) ask_twice();

#include <optional>
#include <vector>

#include "kcc/analyse.hpp"
#include "kcc/plan.hpp"
#include "kcc/topology.hpp"
#include "sites/forest.hpp"

namespace ringspan::kcc {

/// A forest with its plan and what the plan is worth.
struct Planned {
  sites::Forest forest;
  Topology topology;
  Analysis analysis;
};

/// The plan of `forest`, analysed. Sooner done where the replanner has planned nearly the same.
Planned planned(sites::Forest forest);
Planned planned(sites::Forest forest, Replanner& replanner);

/// The same destination, source and kind on both sides, with something else said of it.
struct ChangedConnection {
  Connection before;
  Connection after;
  friend bool operator==(const ChangedConnection&, const ChangedConnection&) = default;
};

struct ComparedContext {
  sites::NamingContextId naming_context;
  std::optional<ContextAnalysis> before;  ///< nullopt: it is not there on that side.
  std::optional<ContextAnalysis> after;
  friend bool operator==(const ComparedContext&, const ComparedContext&) = default;
};

/// A controller that was reached before and is not afterwards.
struct CutOff {
  sites::ControllerId controller;
  bool removed = false;  ///< It is not in the forest any more.
  /// What it holds and no longer hears (or, where it is writable, tells) the others of: the
  /// largest set of writable replicas that hear each other; of equals that of the lowest id.
  std::vector<sites::NamingContextId> naming_contexts;
  friend bool operator==(const CutOff&, const CutOff&) = default;
};

/// Lists are in the order of a plan (topology.hpp), of an analysis, of ids.
struct Comparison {
  std::vector<Connection> added;
  std::vector<Connection> removed;
  std::vector<ChangedConnection> changed;
  std::vector<ComparedContext> naming_contexts;
  std::vector<CutOff> cut_off;
  friend bool operator==(const Comparison&, const Comparison&) = default;
};

/// Judges by primary connections. Whoever was not reached before is not cut off by `after`.
Comparison compare(const Planned& before, const Planned& after);

}  // namespace ringspan::kcc
