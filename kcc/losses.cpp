#include "kcc/losses.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

namespace ringspan::kcc {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

}  // namespace

Losses::Losses(const ReplicaGraph& graph, const Topology& topology)
    : graph_(graph),
      topology_(topology),
      ends_(topology.connections.size()),
      seen_by_(graph.size()) {
  for (Marks* marks : {&gone_, &told_, &heard_, &looked_})
    marks->of.resize(graph.size());
  cut_.of.resize(ends_.size());
  for (std::size_t from = 0; from < graph.size(); ++from) {
    for (const Edge& edge : graph.out[from])
      ends_[edge.over] = std::pair(from, edge.to);
  }
  fell({});
  core_ = core();
  told_by_core_.resize(graph.size());
  if (core_.writable == 0) return;
  for (const std::size_t at : flood(graph.out, {core_.part}, told_))
    told_by_core_[at] = true;
  for (const Plane plane : {Plane::primary, Plane::standby})
    if (spans(plane)) proofs_.push_back(plane);
}

bool Losses::is_in(Plane plane, const Edge& edge) const {
  if (plane == Plane::all) return true;
  const Connection& connection = topology_.connections[edge.over];
  return connection.path.empty() || connection.standby == (plane == Plane::standby);
}

/// Whether it joins all of the core, and whom that reaches, while all is well.
bool Losses::spans(Plane plane) {
  flood(graph_.out, {core_.part}, told_, plane);
  flood(graph_.in, {core_.part}, heard_, plane);
  for (std::size_t at = 0; at < graph_.size(); ++at) {
    if (told_by_core_[at] && !told_.has(at)) return false;
    if (is_inner(at) && !heard_.has(at)) return false;
  }
  return true;
}

void Losses::fell(const Fallen& fallen) {
  ++gone_.now;
  ++cut_.now;
  for (const std::size_t at : fallen.controllers)
    gone_.set(at);
  for (const std::size_t over : fallen.connections)
    cut_.set(over);
}

/// Who is reached from `front`, that included.
Losses::Places Losses::flood(const Edges& edges, Places front, Marks& marks, Plane plane) {
  ++marks.now;
  for (const std::size_t at : front)
    marks.set(at);
  for (std::size_t next = 0; next < front.size(); ++next) {
    for (const Edge& edge : edges[front[next]]) {
      ++steps_;
      if (!is_gone(edge) && is_in(plane, edge) && marks.set(edge.to)) front.push_back(edge.to);
    }
  }
  return front;
}

/// Kosaraju's algorithm: a part is named by its lowest place. What fell is in none.
Losses::Places Losses::parts() {
  Places finished;
  ++told_.now;
  for (std::size_t start = 0; start < graph_.size(); ++start) {
    if (is_gone(start) || !told_.set(start)) continue;
    std::vector<std::pair<std::size_t, std::size_t>> way{{start, 0}};  // place, next edge
    while (!way.empty()) {
      auto& [at, next] = way.back();
      if (next == graph_.out[at].size()) {
        finished.push_back(at);
        way.pop_back();
        continue;
      }
      const Edge& edge = graph_.out[at][next++];
      ++steps_;
      if (!is_gone(edge) && told_.set(edge.to)) way.emplace_back(edge.to, 0);
    }
  }
  Places parts(graph_.size(), kNone);
  for (auto start = finished.rbegin(); start != finished.rend(); ++start) {
    if (parts[*start] != kNone) continue;
    Places part{*start};
    parts[*start] = *start;
    for (std::size_t next = 0; next < part.size(); ++next) {
      for (const Edge& edge : graph_.in[part[next]]) {
        ++steps_;
        if (is_gone(edge) || parts[edge.to] != kNone) continue;
        parts[edge.to] = *start;
        part.push_back(edge.to);
      }
    }
    const std::size_t lowest = std::ranges::min(part);
    for (const std::size_t at : part)
      parts[at] = lowest;
  }
  return parts;
}

Losses::Core Losses::core() {
  Core core{std::vector<bool>(graph_.size()), parts(), kNone - 1, 0, 0};
  struct Part {
    std::size_t writable = 0;
    std::size_t head = 0;
  };
  std::map<std::size_t, Part> found;
  for (std::size_t at = 0; at < graph_.size(); ++at) {
    if (is_gone(at) || !graph_.is_writable(at)) continue;
    ++found.try_emplace(core.parts[at], Part{0, at}).first->second.writable;
  }
  std::size_t head = kNone;
  for (const auto& [part, one] : found) {
    if (one.writable > core.writable || (one.writable == core.writable && one.head < head)) {
      core.runner_up = core.writable;
      core.part = part;
      core.writable = one.writable;
      head = one.head;
    } else {
      core.runner_up = std::max(core.runner_up, one.writable);
    }
  }
  if (head == kNone) return core;
  for (const std::size_t at : flood(graph_.out, {head}, told_))
    core.members[at] = !graph_.is_writable(at) || core.parts[at] == core.part;
  return core;
}

std::vector<std::size_t> Losses::apart_by_flood(const Fallen& fallen) {
  fell(fallen);
  const Core left = core();
  Places apart;
  for (std::size_t at = 0; at < graph_.size(); ++at) {
    if (core_.members[at] && !left.members[at] && !is_gone(at)) apart.push_back(at);
  }
  return apart;
}

std::vector<std::size_t> Losses::apart(const Fallen& fallen) {
  if (core_.writable == 0) return {};
  fell(fallen);
  if (auto nearby = apart_nearby(fallen)) return *std::move(nearby);
  return apart_by_flood(fallen);
}

}  // namespace ringspan::kcc
