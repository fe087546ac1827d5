#pragma once

// read_ldif_forest: the LDIF export of a directory's configuration into a Forest.
//
//     const auto read = sites::read_ldif_forest(bytes, "corp.ldif");
//     if (!read) for (const Fault& fault : read.error()) print(to_string(fault));
//     plan(read->forest);
//
// Sites, links and controllers keep their objectGUID. What an export brings and cannot be right (a
// link to a site that is not in the file, a subnet that is no network) is left out and becomes a
// finding: real directories are full of it. A file that cannot be understood becomes faults.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "base/guid.hpp"
#include "base/time.hpp"
#include "sites/fault.hpp"
#include "sites/forest.hpp"

namespace ringspan::sites {

/// An nTDSConnection as it stands in the directory, made by hand or by its own calculator.
struct ExportedConnection {
  std::optional<base::Guid> guid;
  std::string name;
  ControllerId destination;
  ControllerId source;
  bool generated = false;  ///< The directory's calculator owns it (IS_GENERATED).
  bool enabled = true;
  bool system_volume_only = false;  ///< RODC_TOPOLOGY: replication of objects does not use it.
  Schedule schedule;
  std::optional<base::Time> created;
  friend bool operator==(const ExportedConnection&, const ExportedConnection&) = default;
};

struct LdifForest {
  Forest forest;  ///< Sound; its connections are those made by hand.
  std::vector<Fault> findings;
  std::vector<ExportedConnection> connections;  ///< By destination, then name.
};

/// `bytes` are UTF-8 or UTF-16. Never throws; the time is near linear in the size.
tl::expected<LdifForest, std::vector<Fault>> read_ldif_forest(std::string_view bytes,
                                                              std::string file_name);

}  // namespace ringspan::sites
