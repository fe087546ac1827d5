#pragma once

// Keywords: what a forest says and a directory has no attribute for. In LDIF it stands in one
// object of our own, a line each, so that a forest that was written as LDIF comes back whole:
//
//     dn: CN=Ringspan,CN=Services,CN=Configuration,DC=corp
//     objectClass: serviceConnectionPoint
//     keywords: forest <its GUID> <its name>
//     keywords: policy <key of forest.json> <value>
//     keywords: coordinates <GUID of the site> <latitude> <longitude>
//     keywords: interval <GUID of the link> <duration, where it is not whole minutes>
//     keywords: address <GUID of the controller> <host:port>
//     keywords: bridgehead <GUID of the controller> <name of one naming context>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sites/dn.hpp"
#include "sites/forest.hpp"

namespace ringspan::sites {

/// Never empty: the forest's name is always there.
std::vector<std::string> keywords_of(const Forest& forest);

/// What the forest is called where no keyword says it: "corp.example" of dc=corp,dc=example.
std::string dns_name(const Dn& root_domain);

struct ForestIdentity {
  ForestId id;
  std::string name;
};

/// Of "forest ..."; everything else has none.
std::optional<ForestIdentity> forest_of_keyword(std::string_view keyword);

/// Puts all else that keywords_of() wrote back into `forest`, which must be sound and stays so.
/// False if this is no keyword, or speaks of what is not there.
bool apply_keyword(Forest& forest, std::string_view keyword);

}  // namespace ringspan::sites
