#pragma once

#include <string>

namespace ringspan::replicator {

/// Something an administrator should read: one line of the log.
struct Finding {
  enum class Severity { info, warning, error };
  Severity severity = Severity::info;
  std::string text;
  friend bool operator==(const Finding&, const Finding&) = default;
};

}  // namespace ringspan::replicator
