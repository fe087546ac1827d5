#include "replicator/net/failpoint.hpp"

#include <cstdlib>

#include <signal.h>
#include <unistd.h>

namespace ringspan::replicator::net {

void stop_here_if_asked(const char* variable) {
  const char* file = std::getenv(variable);
  if (file != nullptr && ::unlink(file) == 0) ::raise(SIGSTOP);
}

}  // namespace ringspan::replicator::net
