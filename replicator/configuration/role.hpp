#pragma once

#include <optional>
#include <string_view>

namespace ringspan::replicator::configuration {

/// What a person may do; a greater one may all that a lesser one may.
enum class Role { reader, operates, admin };

/// "reader", "operator", "admin".
std::string_view to_string(Role role);
std::optional<Role> parse_role(std::string_view text);

}  // namespace ringspan::replicator::configuration
