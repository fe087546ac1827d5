#pragma once

#include <cstddef>
#include <string_view>

namespace ringspan::replicator::wire {

/// The most parts (objects, attributes, values, cursors) of one message. An empty part takes two
/// bytes on the wire and a hundred in memory; without this bound a frame of 16 MiB, compressed to
/// much less, would take gigabytes before its content could be judged.
inline constexpr std::size_t kMostParts = 1'000'000;

/// True if `envelope` looks like protobuf and has no more parts than that; takes no memory.
bool within_bounds(std::string_view envelope);

}  // namespace ringspan::replicator::wire
