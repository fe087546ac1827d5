#include "kcc/delay.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <queue>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace ringspan::kcc {
namespace {

constexpr std::size_t kWeek = sites::Schedule::kQuarters;
constexpr std::size_t kFar = std::numeric_limits<std::size_t>::max();
constexpr std::uint64_t kMostSteps = 400'000'000;
constexpr auto kQuarter = std::chrono::minutes(15);

/// By the quarter-hour of the week in which a change is there: how many it waits.
using Waits = std::vector<std::size_t>;

std::vector<bool> open_quarters(const sites::Schedule& schedule) {
  std::vector<bool> open;
  const base::Time sunday{std::chrono::days(3)};  // 4 January 1970
  for (std::size_t at = 0; at < kWeek; ++at)
    open.push_back(schedule.open_at(sunday + static_cast<int>(at) * kQuarter));
  return open;
}

/// The next opening that has not begun.
std::size_t until_opening(const std::vector<bool>& open, std::size_t at) {
  for (std::size_t wait = 1; wait <= kWeek; ++wait) {
    if (open[(at + wait) % kWeek] && !open[(at + wait - 1) % kWeek]) return wait;
  }
  return kFar;
}

Waits waits_of(const Connection& connection) {
  const std::vector<bool> open = open_quarters(connection.schedule);
  const auto interval = static_cast<std::size_t>(
      std::max<std::int64_t>(1, (connection.interval + kQuarter - base::Duration(1)) / kQuarter));
  Waits waits;
  for (std::size_t at = 0; at < kWeek; ++at) {
    if (open[at] && connection.notify) {
      waits.push_back(0);
      continue;
    }
    bool stays_open = interval <= kWeek;
    for (std::size_t wait = 0; stays_open && wait <= interval; ++wait)
      stays_open = open[(at + wait) % kWeek];
    waits.push_back(stays_open ? interval : until_opening(open, at));
  }
  return waits;
}

class Timetable {
 public:
  Timetable(const sites::Forest& forest, const Topology& topology) : forest_(forest) {
    for (const Connection& one : topology.connections) {
      if (one.standby) continue;
      const auto key = std::tuple(one.schedule.to_string(), one.interval, one.notify);
      const auto [entry, fresh] = waits_.try_emplace(key);
      if (fresh) entry->second = waits_of(one);
      all_at_once_ = all_at_once_ && one.notify && one.schedule.is_always();
      edges_.push_back({&one, &entry->second});
    }
  }

  std::optional<Delay> worst() const {
    if (all_at_once_) return Delay{};
    const std::uint64_t steps =
        forest_.controllers.size() * kWeek * edges_.size() * forest_.naming_contexts.size();
    if (steps > kMostSteps) return std::nullopt;
    Delay delay;
    for (const auto& context : forest_.naming_contexts) {
      const Edges edges = edges_of(context.id);
      for (std::size_t from = 0; from < forest_.controllers.size(); ++from) {
        const auto kind = sites::replica_kind(forest_.controllers[from], context);
        if (kind != sites::ReplicaKind::writable) continue;
        for (std::size_t start = 0; start < kWeek; ++start)
          note(edges, from, start, delay);
      }
    }
    return delay;
  }

 private:
  struct Edge {
    std::size_t to = 0;
    const Waits* waits = nullptr;
  };
  struct Timed {
    const Connection* connection = nullptr;
    const Waits* waits = nullptr;
  };
  using Edges = std::vector<std::vector<Edge>>;

  std::size_t place(sites::ControllerId id) const {
    const auto found =
        std::ranges::lower_bound(forest_.controllers, id, {}, &sites::Controller::id);
    if (found == forest_.controllers.end() || found->id != id) return kFar;
    return static_cast<std::size_t>(found - forest_.controllers.begin());
  }

  Edges edges_of(sites::NamingContextId context) const {
    Edges edges(forest_.controllers.size());
    for (const Timed& one : edges_) {
      const std::size_t from = place(one.connection->source);
      const std::size_t to = place(one.connection->destination);
      if (from == kFar || to == kFar) continue;
      if (!std::ranges::binary_search(one.connection->naming_contexts, context)) continue;
      edges[from].push_back({to, one.waits});
    }
    return edges;
  }

  /// Whoever has it later never passes it on sooner, so Dijkstra's algorithm is right.
  void note(const Edges& edges, std::size_t from, std::size_t start, Delay& delay) const {
    std::vector<std::size_t> waited(edges.size(), kFar);
    using Arrival = std::pair<std::size_t, std::size_t>;  // waited, controller
    std::priority_queue<Arrival, std::vector<Arrival>, std::greater<>> waiting;
    waited[from] = 0;
    waiting.emplace(0, from);
    while (!waiting.empty()) {
      const auto [so_far, at] = waiting.top();
      waiting.pop();
      if (so_far > waited[at]) continue;
      for (const Edge& edge : edges[at]) {
        const std::size_t wait = (*edge.waits)[(start + so_far) % kWeek];
        if (wait == kFar || so_far + wait >= waited[edge.to]) continue;
        waited[edge.to] = so_far + wait;
        waiting.emplace(so_far + wait, edge.to);
      }
    }
    for (std::size_t to = 0; to < waited.size(); ++to) {
      if (waited[to] == kFar) continue;
      const base::Duration late = static_cast<int>(waited[to]) * kQuarter;
      if (late <= delay.worst) continue;
      delay = {late, forest_.controllers[from].id, forest_.controllers[to].id,
               static_cast<int>(start) * kQuarter};
    }
  }

  const sites::Forest& forest_;
  std::map<std::tuple<std::string, base::Duration, bool>, Waits> waits_;
  std::vector<Timed> edges_;
  bool all_at_once_ = true;
};

}  // namespace

std::optional<Delay> worst_delay(const sites::Forest& forest, const Topology& topology) {
  return Timetable(forest, topology).worst();
}

}  // namespace ringspan::kcc
