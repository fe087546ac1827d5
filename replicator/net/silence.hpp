#pragma once

// Silence: since when a controller has heard nothing of a member, and how long that may last.
//
//   heard ──half of the tombstone lifetime──► noticed ──at 1.5 of it──► expired (rule R28)

#include <optional>

#include "replicator/net/service.hpp"

namespace ringspan::replicator::net {

struct Silence {
  base::Time heard{};
  base::Time expires{};  ///< Not before; it is not waited for any more then.
};

/// Of a member, as the configuration here tells it; nullopt: it is none.
std::optional<Silence> silence_of(const ServiceGround& ground, const Snapshot& snapshot,
                                  ControllerId id);

/// Of each other member in each naming context that is held here: a list of {controller,
/// naming_context, heard, expires, share}, the longest first; share: of the tombstone lifetime.
Json silences_json(const ServiceGround& ground, const Snapshot& snapshot, base::Time now);

}  // namespace ringspan::replicator::net
