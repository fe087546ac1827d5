#include "replicator/engine/master_role.hpp"

#include <algorithm>

namespace ringspan::replicator {
namespace {

using sites::NamingContextKind;

std::optional<RoleId> role_of_forest(const NamingContextHeads& contexts, NamingContextKind kind,
                                     MasterRole role) {
  const auto head = std::ranges::find(contexts, kind, &NamingContextHead::kind);
  if (head == contexts.end()) return std::nullopt;
  return RoleId{role, head->id};
}

}  // namespace

std::string_view to_string(MasterRole role) {
  switch (role) {
    case MasterRole::schema:
      return "schema";
    case MasterRole::naming:
      return "naming";
    case MasterRole::pdc:
      return "pdc";
    case MasterRole::rid:
      return "rid";
    case MasterRole::infrastructure:
      return "infrastructure";
  }
  return "";
}

std::optional<MasterRole> parse_master_role(std::string_view text) {
  for (const MasterRole role : kMasterRoles) {
    if (to_string(role) == text) return role;
  }
  return std::nullopt;
}

bool has_role(NamingContextKind kind, MasterRole role) {
  switch (role) {
    case MasterRole::schema:
      return kind == NamingContextKind::schema;
    case MasterRole::naming:
      return kind == NamingContextKind::configuration;
    case MasterRole::pdc:
    case MasterRole::rid:
      return kind == NamingContextKind::domain;
    case MasterRole::infrastructure:
      return kind == NamingContextKind::domain || kind == NamingContextKind::application;
  }
  return false;
}

std::optional<RoleId> schema_role(const NamingContextHeads& contexts) {
  return role_of_forest(contexts, NamingContextKind::schema, MasterRole::schema);
}

std::optional<RoleId> naming_role(const NamingContextHeads& contexts) {
  return role_of_forest(contexts, NamingContextKind::configuration, MasterRole::naming);
}

}  // namespace ringspan::replicator
