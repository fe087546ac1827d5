#pragma once

// What is for the owner of a role alone, asked elsewhere.

#include "replicator/net/ask.hpp"
#include "replicator/net/service.hpp"

namespace ringspan::replicator::net {

/// The field of a request that is carried to the owner of a role; it goes no further.
inline constexpr const char* kToOwner = "to_owner";

/// True: the owner answers `taker`, with the rights of who asked. False: this controller is the
/// owner, or must say itself why nobody is to be asked (rule O8).
bool owner_answers(const ServiceGround& ground, const RoleId& role, const Json& request,
                   const JsonTaker& taker);

/// The role that fields "role" and "naming_context" mean; without the latter the one of the forest,
/// or of the home domain.
base::Result<RoleId> role_asked(const ServiceGround& ground, const Asked& asked);

/// Could this controller of the forest own the role whose scope that is?
bool could_own(const sites::Controller& controller, const sites::NamingContext& scope,
               const RoleId& role);

/// May this controller own it? Errc::refused says which may.
base::Result<void> may_own(const sites::Forest& forest, const RoleId& role,
                           ControllerId controller);

/// "rid of dc=corp,dc=example"; of the forest's roles the name alone.
std::string in_words(const sites::Forest& forest, const RoleId& role);

}  // namespace ringspan::replicator::net
