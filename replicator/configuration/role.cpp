#include "replicator/configuration/role.hpp"

namespace ringspan::replicator::configuration {

std::string_view to_string(Role role) {
  switch (role) {
    case Role::reader:
      return "reader";
    case Role::operates:
      return "operator";
    case Role::admin:
      return "admin";
  }
  return "";
}

std::optional<Role> parse_role(std::string_view text) {
  for (const Role role : {Role::reader, Role::operates, Role::admin}) {
    if (to_string(role) == text) return role;
  }
  return std::nullopt;
}

}  // namespace ringspan::replicator::configuration
