#pragma once

namespace ringspan::replicator::net {

/// After the fence has confirmed a write and its lease was looked at, before the write is
/// committed.
inline constexpr const char* kBetweenCheckAndCommit = "RINGSPAN_STOP_BEFORE_ROLE_COMMIT";

/// For tests of what cannot be timed from outside: where the environment variable names a file that
/// is there, removes the file and stops the whole process by SIGSTOP, until somebody continues it.
void stop_here_if_asked(const char* variable);

}  // namespace ringspan::replicator::net
