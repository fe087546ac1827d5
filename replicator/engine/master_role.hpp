#pragma once

#include <compare>
#include <optional>
#include <string_view>

#include "replicator/engine/naming_context.hpp"

namespace ringspan::replicator {

/// The roles that one controller has alone (MS-ADTS 3.1.1.1.11). Schema and naming are the
/// forest's, pdc and rid a domain's, infrastructure that of a domain or an application context.
enum class MasterRole { schema, naming, pdc, rid, infrastructure };

inline constexpr MasterRole kMasterRoles[] = {MasterRole::schema, MasterRole::naming,
                                              MasterRole::pdc, MasterRole::rid,
                                              MasterRole::infrastructure};

std::string_view to_string(MasterRole role);
std::optional<MasterRole> parse_master_role(std::string_view text);

/// One role in its place. The scope of schema is the schema naming context, that of naming the
/// configuration, of the others the domain or application context itself.
struct RoleId {
  MasterRole role = MasterRole::schema;
  NamingContextId scope;
  friend auto operator<=>(const RoleId&, const RoleId&) = default;
};

/// Is there such a role in a naming context of this kind?
bool has_role(sites::NamingContextKind kind, MasterRole role);

/// The one role of its name in the forest; nullopt without the context that it is about.
std::optional<RoleId> schema_role(const NamingContextHeads& contexts);
std::optional<RoleId> naming_role(const NamingContextHeads& contexts);

/// The class of the objects that list the forest's naming contexts: the naming owner alone adds
/// and removes them.
inline constexpr std::string_view kNamingContextClass = "namingcontext";

}  // namespace ringspan::replicator
