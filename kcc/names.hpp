#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "sites/forest.hpp"

namespace ringspan::kcc {

/// The names behind ids, for everything that people read. What the forest does not know keeps its
/// GUID for a name.
class Names {
 public:
  explicit Names(const sites::Forest& forest);

  std::string site(sites::SiteId id) const;
  std::string link(sites::SiteLinkId id) const;
  std::string controller(sites::ControllerId id) const;
  std::string site_of(sites::ControllerId id) const;
  std::string dn(sites::NamingContextId id) const;

  /// "nuuk-1, nuuk-2 and 7 more": in alphabetical order, at most so many by name.
  std::string listed(const std::vector<sites::ControllerId>& ids, std::size_t most) const;
  std::string listed(const std::vector<sites::SiteId>& ids, std::size_t most) const;

  /// "configuration", "schema", or the leaf of the DN: "corp".
  std::string nickname(sites::NamingContextId id) const;

  /// Configuration and schema first, then domains, then applications, each by DN.
  std::vector<sites::NamingContextId> in_order(std::vector<sites::NamingContextId> ids) const;

 private:
  std::map<sites::SiteId, std::string> sites_;
  std::map<sites::SiteLinkId, std::string> links_;
  std::map<sites::ControllerId, const sites::Controller*> controllers_;
  std::map<sites::NamingContextId, const sites::NamingContext*> contexts_;
};

}  // namespace ringspan::kcc
