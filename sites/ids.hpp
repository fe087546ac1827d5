#pragma once

#include "base/guid.hpp"
#include "base/strong.hpp"

namespace ringspan::sites {

// Who is who, for good: names may change, these do not. Ordered by the GUID's wire bytes.
using ForestId = base::Strong<struct ForestIdTag, base::Guid>;
using SiteId = base::Strong<struct SiteIdTag, base::Guid>;
using SiteLinkId = base::Strong<struct SiteLinkIdTag, base::Guid>;
using ControllerId = base::Strong<struct ControllerIdTag, base::Guid>;
using NamingContextId = base::Strong<struct NamingContextIdTag, base::Guid>;

}  // namespace ringspan::sites
