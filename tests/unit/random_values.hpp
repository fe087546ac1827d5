#pragma once

// Random values of the replica, for property tests: everything that is allowed, nothing that is
// not.

#include <string>
#include <vector>

#include "base/rng.hpp"
#include "replicator/engine/messages.hpp"
#include "replicator/engine/object.hpp"

namespace ringspan::tests {

std::string random_bytes(base::Rng& rng, std::size_t most);

/// Lower-case letters and digits, not empty.
std::string random_word(base::Rng& rng, std::size_t most);

/// Often the same few, as in life, so that contexts and pages name one originator many times.
replicator::InvocationId random_originator(base::Rng& rng);
replicator::Stamp random_stamp(base::Rng& rng);
replicator::Context random_context(base::Rng& rng);
replicator::UpToDatenessVector random_vector(base::Rng& rng);

replicator::Object random_object(base::Rng& rng);
replicator::Page random_page(base::Rng& rng, std::size_t most_objects);

/// One to four flipped bits, cut or repeated pieces, or bytes of chance.
std::string corrupted(base::Rng& rng, std::string bytes);

}  // namespace ringspan::tests
