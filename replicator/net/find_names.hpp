#pragma once

// The names of objects that are not held here, asked of those who hold them.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "replicator/engine/phantom.hpp"
#include "replicator/net/service.hpp"

namespace ringspan::replicator::net {

struct NamesFound {
  struct Named {
    ObjectId object;
    Phantom name;
  };
  std::map<std::string, Named> named;  ///< By what was asked for.
  bool everywhere = false;             ///< Every naming context of the forest was looked at.
};

/// Looks for objects by DN or GUID here, and then at members until every naming context was looked
/// at: global catalogs first, one question at a time. `then` is called once, from any thread.
void find_names(const ServiceGround& ground, std::vector<std::string> targets,
                std::function<void(const NamesFound&)> then);

base::Result<Json> answer_names(const ServiceGround& ground, const Json& request);

}  // namespace ringspan::replicator::net
