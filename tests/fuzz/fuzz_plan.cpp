// Any forest, sound or not, and all that is said of its plan: nothing crashes, every promise of
// topology.hpp, analyse.hpp and plan.hpp holds, and the order of the parts changes nothing.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "base/contracts.hpp"
#include "kcc/analyse.hpp"
#include "kcc/certificate_report.hpp"
#include "kcc/certify.hpp"
#include "kcc/check.hpp"
#include "kcc/compare.hpp"
#include "kcc/connections_csv.hpp"
#include "kcc/connections_graphml.hpp"
#include "kcc/connections_ldif.hpp"
#include "kcc/draw.hpp"
#include "kcc/explain.hpp"
#include "kcc/mine.hpp"
#include "kcc/plan.hpp"
#include "kcc/report.hpp"
#include "kcc/sound.hpp"
#include "tests/fuzz/forest_of_bytes.hpp"

using namespace ringspan;

namespace {

void expect_in_order(const sites::Forest& sound, const kcc::Topology& topology) {
  const kcc::Connection* before = nullptr;
  for (const kcc::Connection& one : topology.connections) {
    const auto rank = [](const kcc::Connection& connection) {
      return std::tuple(connection.destination, connection.source, connection.standby);
    };
    EXPECTS(before == nullptr || rank(*before) < rank(one));
    before = &one;
    EXPECTS(one.source != one.destination);
    const auto* source = sites::find_controller(sound, one.source);
    EXPECTS(source != nullptr && !source->read_only);
    EXPECTS(sites::find_controller(sound, one.destination) != nullptr);
    EXPECTS(!one.naming_contexts.empty());
    EXPECTS(std::ranges::adjacent_find(one.naming_contexts, std::ranges::greater_equal{}) ==
            one.naming_contexts.end());
    EXPECTS(!one.schedule.is_never());
    EXPECTS(one.standby == kcc::is_standby(one.rule));
  }
  for (const kcc::Islands& islands : topology.islands) {
    EXPECTS(islands.islands.size() >= 2);
    for (const auto& island : islands.islands)
      EXPECTS(!island.empty() && std::ranges::is_sorted(island));
  }
}

/// Who hears whom, worked out without analyse().
std::size_t unreached(const sites::Forest& sound, const kcc::Topology& topology,
                      const sites::NamingContext& context) {
  std::map<sites::ControllerId, std::vector<sites::ControllerId>> out;
  for (const kcc::Connection& one : topology.connections) {
    if (!one.standby && std::ranges::binary_search(one.naming_contexts, context.id)) {
      out[one.source].push_back(one.destination);
    }
  }
  std::size_t replicas = 0;
  for (const auto& one : sound.controllers) {
    replicas += replica_kind(one, context) == sites::ReplicaKind::none ? 0 : 1;
  }
  std::size_t lacking = 0;
  for (const auto& writer : sound.controllers) {
    if (replica_kind(writer, context) != sites::ReplicaKind::writable) continue;
    std::set<sites::ControllerId> heard{writer.id};
    std::vector<sites::ControllerId> front{writer.id};
    while (!front.empty()) {
      const auto at = front.back();
      front.pop_back();
      for (const auto& next : out[at]) {
        if (heard.insert(next).second) front.push_back(next);
      }
    }
    lacking += replicas - heard.size();
  }
  return lacking;
}

void expect_parts(const sites::Forest& sound, const kcc::Topology& topology) {
  std::vector<kcc::Connection> together;
  for (const auto& controller : sound.controllers) {
    std::ranges::copy(kcc::mine(topology, controller.id), std::back_inserter(together));
  }
  EXPECTS(together == topology.connections);
}

void say_all(const sites::Forest& forest, const kcc::Topology& topology,
             const kcc::Analysis& analysis, const kcc::Certificate& certificate) {
  EXPECTS(!kcc::report(forest, topology, analysis).empty());
  EXPECTS(!kcc::certificate_report(forest, certificate).empty());
  EXPECTS(!kcc::draw(forest, topology).empty());
  EXPECTS(!kcc::connections_csv(forest, topology).empty());
  EXPECTS(!kcc::connections_graphml(forest, topology).empty());
  EXPECTS(!kcc::connections_ldif(forest, topology).empty());
}

}  // namespace

// Input: forest_of_bytes.hpp, then which two are explained.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Bytes bytes(data, size);
  const std::size_t step = bytes.next();
  const sites::Forest forest = fuzz::forest_of(bytes);
  const auto planned = kcc::planned(forest);
  const sites::Forest sound = kcc::sound_part(forest);
  expect_in_order(sound, planned.topology);
  expect_parts(sound, planned.topology);
  for (const auto& result : planned.analysis.naming_contexts) {
    const auto* context = find_naming_context(sound, result.naming_context);
    EXPECTS(context != nullptr);
    EXPECTS(result.unreached == unreached(sound, planned.topology, *context));
  }
  const auto certificate = kcc::certify(forest, planned.topology);
  const auto findings = kcc::check(forest, planned.topology);
  say_all(forest, planned.topology, planned.analysis, certificate);

  const sites::Forest other = fuzz::shuffled(forest, step);
  const auto again = kcc::planned(other);
  EXPECTS(again.topology == planned.topology);
  EXPECTS(again.analysis == planned.analysis);
  EXPECTS(kcc::certify(other, again.topology) == certificate);
  EXPECTS(kcc::check(other, again.topology) == findings);

  const auto& controllers = forest.controllers;
  const auto destination = controllers[bytes.below(controllers.size())].id;
  const auto source = controllers[bytes.below(controllers.size())].id;
  if (destination != source) {
    const auto why = kcc::explain(planned, destination, source);
    EXPECTS(why.destination == destination && why.source == source);
    EXPECTS(why.cut_off_for_good.size() <= why.cut_off.size());
    kcc::detours(forest, planned.topology, destination, {source});
    kcc::pull_from(forest, source, destination);
  }
  return 0;
}
