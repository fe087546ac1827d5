#pragma once

#include <optional>
#include <string_view>

namespace ringspan::replicator {

/// What a range of identifiers is set aside for: to be issued by its taker; to be parted by its
/// taker should it seize the rid role; or never, since somebody who is lost may have issued it.
enum class PoolKind { pool, reserve, gap };

std::string_view to_string(PoolKind kind);
std::optional<PoolKind> parse_pool_kind(std::string_view text);

}  // namespace ringspan::replicator
