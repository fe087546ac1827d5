#include "kcc/compare.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "kcc/plan.hpp"

namespace ringspan::kcc {
namespace {

using Controllers = std::set<sites::ControllerId>;
using Edges = std::map<sites::ControllerId, std::vector<sites::ControllerId>>;

auto key_of(const Connection& connection) {
  return std::tuple(connection.destination, connection.source, connection.standby);
}

void compare_connections(const Topology& before, const Topology& after, Comparison& comparison) {
  std::map<decltype(key_of(Connection{})), const Connection*> were;
  for (const Connection& connection : before.connections)
    were.emplace(key_of(connection), &connection);
  for (const Connection& connection : after.connections) {
    const auto was = were.find(key_of(connection));
    if (was == were.end()) {
      comparison.added.push_back(connection);
      continue;
    }
    if (*was->second != connection) comparison.changed.push_back({*was->second, connection});
    were.erase(was);
  }
  for (const auto& [key, connection] : were)
    comparison.removed.push_back(*connection);
}

void compare_contexts(const Analysis& before, const Analysis& after, Comparison& comparison) {
  const auto of = [](const Analysis& analysis,
                     sites::NamingContextId id) -> std::optional<ContextAnalysis> {
    const auto found =
        std::ranges::find(analysis.naming_contexts, id, &ContextAnalysis::naming_context);
    if (found == analysis.naming_contexts.end()) return std::nullopt;
    return *found;
  };
  for (const ContextAnalysis& is : after.naming_contexts) {
    const auto id = is.naming_context;
    comparison.naming_contexts.push_back({id, of(before, id), is});
  }
  for (const ContextAnalysis& was : before.naming_contexts) {
    if (of(after, was.naming_context)) continue;
    comparison.naming_contexts.push_back({was.naming_context, was, std::nullopt});
  }
}

Controllers reached_from(sites::ControllerId start, const Edges& edges) {
  Controllers reached{start};
  std::vector<sites::ControllerId> front{start};
  while (!front.empty()) {
    const sites::ControllerId at = front.back();
    front.pop_back();
    const auto next = edges.find(at);
    if (next == edges.end()) continue;
    for (const sites::ControllerId one : next->second) {
      if (reached.insert(one).second) front.push_back(one);
    }
  }
  return reached;
}

/// Who holds one naming context, and who of them is in step with the others.
class Reach {
 public:
  Reach(const Planned& planned, const sites::NamingContext& context) {
    for (const sites::Controller& controller : planned.forest.controllers) {
      const auto kind = sites::replica_kind(controller, context);
      if (kind != sites::ReplicaKind::none) replicas_.insert(controller.id);
      if (kind == sites::ReplicaKind::writable) writable_.insert(controller.id);
    }
    for (const Connection& connection : planned.topology.connections) {
      if (connection.standby) continue;
      if (!std::ranges::binary_search(connection.naming_contexts, context.id)) continue;
      forth_[connection.source].push_back(connection.destination);
      back_[connection.destination].push_back(connection.source);
    }
    find_core();
  }

  /// Holds it, and hears or tells too little.
  Controllers unreached() const {
    Controllers found;
    for (const sites::ControllerId one : replicas_) {
      const bool hears = hears_.contains(one);
      const bool tells = !writable_.contains(one) || tells_.contains(one);
      if (!hears || !tells) found.insert(one);
    }
    return found;
  }

  const Controllers& replicas() const { return replicas_; }

 private:
  /// The largest set of writable replicas that hear each other.
  void find_core() {
    std::size_t largest = 0;
    Controllers left = writable_;
    while (!left.empty()) {
      const sites::ControllerId start = *left.begin();
      Controllers hear = reached_from(start, forth_);
      Controllers tell = reached_from(start, back_);
      std::size_t size = 0;
      for (const sites::ControllerId one : writable_) {
        if (!hear.contains(one) || !tell.contains(one)) continue;
        ++size;
        left.erase(one);
      }
      if (size <= largest) continue;
      largest = size;
      hears_ = std::move(hear);
      tells_ = std::move(tell);
    }
  }

  Controllers replicas_;
  Controllers writable_;
  Edges forth_;  // from a source to its destinations
  Edges back_;
  Controllers hears_;  // the core, and whoever hears it
  Controllers tells_;  // the core, and whoever it hears
};

void find_cut_off(const Planned& before, const Planned& after, Comparison& comparison) {
  std::map<sites::ControllerId, CutOff> cut_off;
  for (const sites::Controller& controller : before.forest.controllers) {
    if (sites::find_controller(after.forest, controller.id) != nullptr) continue;
    cut_off[controller.id] = {controller.id, true, {}};
  }
  for (const sites::NamingContext& context : after.forest.naming_contexts) {
    const auto* former = sites::find_naming_context(before.forest, context.id);
    if (former == nullptr) continue;
    const Reach was(before, *former);
    const Controllers lost_before = was.unreached();
    for (const sites::ControllerId one : Reach(after, context).unreached()) {
      if (!was.replicas().contains(one) || lost_before.contains(one)) continue;
      cut_off[one].controller = one;
      cut_off[one].naming_contexts.push_back(context.id);
    }
  }
  for (auto& [id, one] : cut_off)
    comparison.cut_off.push_back(std::move(one));
}

}  // namespace

Planned planned(sites::Forest forest) {
  Replanner replanner;
  return planned(std::move(forest), replanner);
}

Planned planned(sites::Forest forest, Replanner& replanner) {
  Planned made{std::move(forest), {}, {}};
  made.topology = replanner.plan(made.forest);
  made.analysis = analyse(made.forest, made.topology);
  return made;
}

Comparison compare(const Planned& before, const Planned& after) {
  Comparison comparison;
  compare_connections(before.topology, after.topology, comparison);
  compare_contexts(before.analysis, after.analysis, comparison);
  find_cut_off(before, after, comparison);
  return comparison;
}

}  // namespace ringspan::kcc
