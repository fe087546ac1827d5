#include "kcc/compare_standing.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace ringspan::kcc {
namespace {

using Ends = std::pair<sites::ControllerId, sites::ControllerId>;

std::set<Ends> ends_in(const Topology& topology) {
  std::set<Ends> ends;
  for (const Connection& one : topology.connections)
    ends.emplace(one.destination, one.source);
  return ends;
}

std::vector<Connection> beyond(const Topology& topology, const std::set<Ends>& others) {
  std::vector<Connection> only;
  for (const Connection& one : topology.connections) {
    if (!others.contains({one.destination, one.source})) only.push_back(one);
  }
  return only;
}

bool crosses(const sites::Forest& forest, const sites::ExportedConnection& one) {
  const auto* destination = sites::find_controller(forest, one.destination);
  const auto* source = sites::find_controller(forest, one.source);
  return destination != nullptr && source != nullptr && destination->site != source->site;
}

void note_manual_faults(StandingComparison& made,
                        const std::vector<sites::ExportedConnection>& connections) {
  for (const CutLoss& cut : made.standing_certificate.cuts) {
    const bool ours_too = std::ranges::find(made.our_certificate.cuts, cut.loss, &CutLoss::loss) !=
                          made.our_certificate.cuts.end();
    if (ours_too || !cut.loss.controller) continue;
    for (const auto& one : connections) {
      const bool holds_on = one.enabled && !one.generated && one.source == *cut.loss.controller;
      if (holds_on && crosses(made.ours.forest, one))
        made.manual_faults.push_back({one.name, one.destination, one.source, cut.apart});
    }
  }
  std::ranges::sort(made.manual_faults, {}, [](const ManualFault& fault) {
    return std::tie(fault.name, fault.destination, fault.source);
  });
}

}  // namespace

StandingComparison compare_standing(sites::Forest forest,
                                    const std::vector<sites::ExportedConnection>& connections) {
  StandingComparison made;
  made.ours = planned(std::move(forest));
  made.standing.forest = made.ours.forest;
  made.standing.topology = standing_topology(made.ours.forest, connections);
  made.standing.analysis = analyse(made.ours.forest, made.standing.topology);
  made.standing_certificate = certify(made.ours.forest, made.standing.topology);
  made.our_certificate = certify(made.ours.forest, made.ours.topology);
  const auto standing = ends_in(made.standing.topology);
  const auto ours = ends_in(made.ours.topology);
  made.only_standing = beyond(made.standing.topology, ours);
  made.only_ours = beyond(made.ours.topology, standing);
  made.in_both = static_cast<std::size_t>(
      std::ranges::count_if(standing, [&](const Ends& ends) { return ours.contains(ends); }));
  made.duplicates = duplicates_among(connections);
  note_manual_faults(made, connections);
  return made;
}

}  // namespace ringspan::kcc
