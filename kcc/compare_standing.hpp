#pragma once

// What stands in a directory beside what would be planned for the same forest.

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "kcc/certify.hpp"
#include "kcc/compare.hpp"
#include "kcc/standing.hpp"
#include "sites/read_ldif_forest.hpp"

namespace ringspan::kcc {

/// A manual connection from another site whose source may not fail, where the plan survives that:
/// the connection holds on to it, and nothing else joins the two parts.
struct ManualFault {
  std::string name;  ///< Of the connection.
  sites::ControllerId destination;
  sites::ControllerId source;  ///< Its loss is the one.
  std::vector<sites::ControllerId> apart;
  friend bool operator==(const ManualFault&, const ManualFault&) = default;
};

struct StandingComparison {
  Planned standing;
  Planned ours;
  Certificate standing_certificate;
  Certificate our_certificate;
  std::vector<Connection> only_standing;  ///< In the order of a plan.
  std::vector<Connection> only_ours;      ///< Standby ones, too.
  std::size_t in_both = 0;                ///< Standby of ours counted.
  std::vector<DuplicateConnections> duplicates;
  std::vector<ManualFault> manual_faults;  ///< By name.
};

StandingComparison compare_standing(sites::Forest forest,
                                    const std::vector<sites::ExportedConnection>& connections);

/// The answer of `ringspan plan --compare --json`, described in docs/schemas/compare.schema.json.
nlohmann::ordered_json standing_json(const StandingComparison& comparison);

/// The same for people: both in one table, then what only one of them survives.
std::string standing_report(const StandingComparison& comparison);

}  // namespace ringspan::kcc
