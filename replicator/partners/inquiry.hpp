#pragma once

#include <optional>

#include "base/time.hpp"
#include "sites/forest.hpp"

namespace ringspan::replicator::partners {

/// A controller knocks that our authority certified, and the configuration here does not know it:
/// then something was decided that we have not heard of, and maybe cannot hear of over the
/// connections that we have, since these are planned without it. So the members are asked for their
/// configuration, one after the other.
class Inquiry {
 public:
  /// However often somebody knocks, members are asked no oftener than this.
  static constexpr base::Duration kRest{std::chrono::seconds(10)};

  /// Whom of the writable controllers of `joined` to ask now, in turn and never `me`; nullopt
  /// within kRest of the last, or with nobody else.
  std::optional<sites::ControllerId> next(const sites::Forest& joined, sites::ControllerId me,
                                          base::Time now);

 private:
  std::optional<sites::ControllerId> last_;
  std::optional<base::Time> asked_;
};

}  // namespace ringspan::replicator::partners
