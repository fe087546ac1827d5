#include "kcc/connections_ldif.hpp"

#include <cstdint>
#include <string_view>

#include <fmt/core.h>

#include "kcc/names.hpp"
#include "sites/ldif_text.hpp"

namespace ringspan::kcc {
namespace {

// nTDSConnection.options (MS-ADTS 6.1.1.2.2.1.2.1.5)
constexpr std::uint32_t kGenerated = 0x1;
constexpr std::uint32_t kOverrideNotify = 0x4;
constexpr std::uint32_t kUseNotify = 0x8;
constexpr std::uint32_t kNoCompression = 0x10;
constexpr std::uint32_t kOwnSchedule = 0x20;

/// Where nothing is overridden, partners in one site announce changes and those in two do not.
std::uint32_t options_of(const Connection& connection) {
  const bool between_sites = !connection.path.empty();
  std::uint32_t options = kGenerated;
  if (between_sites && connection.notify) options |= kOverrideNotify | kUseNotify;
  if (!between_sites && !connection.notify) options |= kOverrideNotify;
  if (between_sites && !connection.compress) options |= kNoCompression;
  if (!connection.schedule.is_always()) options |= kOwnSchedule;
  return options;
}

/// The reason in mS-DS-ReplicatesNCReason.
std::uint32_t reason_of(Rule rule) {
  switch (rule) {
    case Rule::ring:
      return 0x2;
    case Rule::mesh:
      return 0x4;  // fewest hops
    case Rule::second_tree:
    case Rule::mending:
      return 0x200;  // redundancy
    case Rule::site_tree:
    case Rule::manual:
    case Rule::exported:
      break;
  }
  return 0x40;  // between sites
}

/// A generated connection is called by a GUID; the same pair always by the same.
std::string name_of(const sites::Forest& forest, const Connection& connection) {
  return sites::id_from_name(
             forest.id, "connection",
             connection.destination.value.to_string() + connection.source.value.to_string())
      .to_string();
}

}  // namespace

std::string connections_ldif(const sites::Forest& forest, const Topology& topology) {
  const sites::LdifNames places(forest);
  const Names names(forest);
  sites::LdifText text;
  text.end();  // parts it from what it is appended to
  const Connection* before = nullptr;
  for (const Connection& one : topology.connections) {
    const bool beside =
        before != nullptr && before->destination == one.destination && before->source == one.source;
    before = &one;
    if (beside) continue;
    text.begin(name_below(places.agent.at(one.destination), name_of(forest, one)),
               {"leaf", "nTDSConnection"});
    text.put("description",
             fmt::format("{}{}", to_string(one.rule), one.standby ? ", standby" : ""));
    text.put("fromServer", places.agent.at(one.source));
    text.put("enabledConnection", "TRUE");
    text.put("options", std::to_string(options_of(one)));
    if (!one.path.empty()) text.put("transportType", places.transport);
    text.put_schedule(one.schedule);
    for (const auto& id : names.in_order(one.naming_contexts)) {
      text.put("mS-DS-ReplicatesNCReason",
               fmt::format("B:8:{:08X}:{}", reason_of(one.rule), names.dn(id)));
    }
    text.end();
  }
  return text.take();
}

}  // namespace ringspan::kcc
