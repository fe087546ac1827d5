#pragma once

// Caller: who asks, and what that person may (docs/trust.md).
//
// A token decides wherever one is shown. Without one the peer's certificate does: an operator's is
// an admin's; a controller says for whom it asks, and what it says counts as far as it could have
// written itself by replication: all of it from a writable one, a reader's rights from a read-only
// one.

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/result.hpp"
#include "base/time.hpp"
#include "replicator/configuration/role.hpp"
#include "replicator/engine/store.hpp"
#include "replicator/net/tls.hpp"
#include "sites/forest.hpp"

namespace ringspan::replicator::net {

using configuration::Role;

struct Caller {
  std::string name;  ///< Of the person, for the history and for "paused by".
  Role role = Role::reader;
  /// The person's own proof, which goes along with what is carried on; empty: there is none.
  std::string token{};
  /// A read-only controller brings the question and takes the answer back.
  bool by_read_only = false;
};

/// Who has this token. Errc::refused if it is wrong, has expired or was revoked, or has not been
/// replicated here; Errc::invalid if it is no token.
base::Result<Caller> caller_with(const Snapshot& snapshot, const sites::Forest& forest,
                                 std::string_view token, base::Time now);

/// Who asks by `request`; its fields "token" and "as", which say so, are taken out.
base::Result<Caller> caller_of(const Peer& peer, nlohmann::ordered_json& request,
                               const Snapshot& snapshot, const sites::Forest& forest,
                               base::Time now);

/// Errc::refused, naming `what`, where the caller has not the role that it takes.
base::Result<void> may(const Caller& caller, Role role, std::string_view what);

/// `request` as another controller must get it to answer it with the rights of `caller`.
nlohmann::ordered_json on_behalf(const Caller& caller, nlohmann::ordered_json request);

}  // namespace ringspan::replicator::net
