#pragma once

// Retelling: what was done to a world, written down as the lines of a scenario, so that the same
// history can be lived through again and read.

#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "replicator/engine/write.hpp"

namespace ringspan::replicator::simulator {

class Retelling {
 public:
  /// A write and what became of it; one that was refused is told as such.
  void wrote(std::string_view at, const Write& write, const base::Result<Written>& result);

  /// Any other statement.
  void happened(std::string_view statement);

  const std::string& text() const { return text_; }

 private:
  std::string name_of(const Target& target) const;
  std::string line(const Write& write) const;

  std::map<ObjectId, std::string> names_;  // "@n7"
  std::string text_;
};

}  // namespace ringspan::replicator::simulator
