#pragma once

// Expiry: that a member was silent for too long. From then on nobody waits for it before what is
// deleted is collected; so nobody who knows answers it, and it joins anew with an empty folder
// (docs/replication.md, R28). An attribute of its object in the configuration, with the key that
// it had: "2024-01-01T14:02:00.000Z KEY admin". A controller that has joined anew has another.

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "replicator/configuration/pause.hpp"
#include "replicator/engine/engine.hpp"
#include "sites/forest.hpp"

namespace ringspan::replicator::configuration {

inline constexpr std::string_view kExpired = "expired";

/// What `text`, a value of the attribute, says of a member with this key; nullopt: nothing.
std::optional<Pause> parse_expiry(std::string_view text, std::string_view key);

/// The write that says so; `key` as in Configuration::keys.
Set expires(ControllerId controller, const std::string& key, const Pause& since);

/// What stands in the configuration of the controller, and its key there; empty: nothing.
std::string expiry_text(const Snapshot& snapshot, ControllerId controller);
std::string key_text(const Snapshot& snapshot, ControllerId controller);

/// What stands there of the controller when it comes with this key, whichever key it has there: who
/// has joined anew is not expired where nobody has heard of that yet, and its former folder is
/// where they have. nullopt: nothing.
std::optional<Pause> expiry_of(const Snapshot& snapshot, ControllerId controller,
                               std::string_view key);

/// "2024-01-01 14:02 UTC by admin, since nobody had heard of it for too long"
std::string spoken(const Pause& expiry);

/// Who holds which naming context, of those in `joined`, as the configuration in `snapshot` says.
MembersChanged members_in(const sites::Forest& joined, const Snapshot& snapshot);

}  // namespace ringspan::replicator::configuration
