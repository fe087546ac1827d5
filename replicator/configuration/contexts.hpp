#pragma once

// Contexts: naming contexts that come and go in a forest that runs: domains, with controllers that
// join as theirs, and application contexts, which change hands, too.

#include <optional>
#include <string>
#include <vector>

#include "replicator/configuration/configuration.hpp"
#include "replicator/engine/engine.hpp"

namespace ringspan::replicator::configuration {

/// What becomes of the naming contexts of `me` by `standing`, its configuration in `snapshot`. Held
/// are those of `lasting` that are none of applications, until they are removed, and what it gives
/// this controller: application contexts, and its part of domains that came later. What is kept
/// here besides leaves or, where its entry was deleted, is removed. What has no entry, or one that
/// makes no sense, is left alone.
ContextsChanged contexts_now(const Configuration& standing, const Snapshot& snapshot,
                             const NamingContextHeads& lasting, ControllerId me);

/// Does `wanted` add or remove naming contexts? Then it is for the naming owner.
bool changes_contexts(const sites::Forest& standing, const sites::Forest& wanted);

/// The naming contexts that `wanted` has and `standing` has not: whoever writes the definition
/// writes their first objects with it, and hands them over if it is none of their replicas.
std::vector<sites::NamingContext> new_contexts(const sites::Forest& standing,
                                               const sites::Forest& wanted);

/// Who has the roles of a new naming context first; nullopt: whoever writes its first objects.
/// Those of a domain are of a writable controller of its own: the first in `preferred`, which are
/// names, else the first by name.
std::optional<ControllerId> first_owner(const sites::Forest& wanted,
                                        const sites::NamingContext& context,
                                        const std::vector<std::string>& preferred);

/// Puts their first objects before all else that is written: nobody hears of a naming context
/// before he hears who owns its roles.
void begin_contexts(Together& changes, const std::vector<sites::NamingContext>& contexts,
                    const sites::Forest& wanted, const std::vector<std::string>& preferred = {});

/// `wanted`, where naming contexts mean what they say: one that bears the DN of a standing one is
/// that one, and none bears the GUID of one that was removed. Whoever slept through the removal
/// would otherwise bring the objects of the former one back.
sites::Forest with_lasting_ids(sites::Forest wanted, const sites::Forest& standing,
                               const Snapshot& snapshot);

/// The entry of a naming context in the configuration.
ObjectId entry_of(NamingContextId context);

}  // namespace ringspan::replicator::configuration
