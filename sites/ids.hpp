#pragma once

#include <string_view>

#include "base/guid.hpp"
#include "base/strong.hpp"

namespace ringspan::sites {

// Who is who, for good: names may change, these do not. Ordered by the GUID's wire bytes.
using ForestId = base::Strong<struct ForestIdTag, base::Guid>;
using SiteId = base::Strong<struct SiteIdTag, base::Guid>;
using SiteLinkId = base::Strong<struct SiteLinkIdTag, base::Guid>;
using ControllerId = base::Strong<struct ControllerIdTag, base::Guid>;
using NamingContextId = base::Strong<struct NamingContextIdTag, base::Guid>;

/// The id of a forest that brings none: it follows from the name, in any case of letters.
ForestId forest_id_from_name(std::string_view name);

/// The id of a part that brings none: UUIDv5 of the forest's id, the kind ("site", "site-link",
/// "controller", "naming-context") and the folded first name. Renames keep it.
base::Guid id_from_name(ForestId forest, std::string_view kind, std::string_view name);

}  // namespace ringspan::sites
