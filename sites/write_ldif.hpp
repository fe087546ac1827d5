#pragma once

#include <string>
#include <vector>

#include "sites/forest.hpp"

namespace ringspan::sites {

/// Which objects are written. Places: what an administrator may create in a running directory, that
/// is sites with their settings, subnets, site links and bridges; without GUIDs, which the
/// directory gives. Everything: controllers, naming contexts and connections as well, with their
/// GUIDs, for tools that read an export, and with keywords for what a directory has no attribute
/// for (ldif_keywords.hpp): read_ldif_forest() gives the same forest, except that a bridge which
/// bears a link's name is called otherwise, since in a directory they lie side by side.
enum class LdifContent { places, everything };

/// As ldifde writes it and ldifde and ldbadd load it (RFC 2849): `changetype: add`, parents first,
/// lines folded at 76 bytes, line ends LF, base64 where a value is no plain text.
std::string write_ldif(const Forest& forest, LdifContent content);

/// What the forest says and LDIF of this content does not, a phrase each: "coordinates of sites".
/// Empty for everything.
std::vector<std::string> losses_in_ldif(const Forest& forest, LdifContent content);

}  // namespace ringspan::sites
