#pragma once

// Pause: that somebody has stopped the replication of one controller in one direction. Two
// attributes of its object in the configuration, each "2024-01-01T14:02:00.000Z admin":
//
//     inboundpaused     it pulls from nobody
//     outboundpaused    it lets nobody pull
//
// and a third, "retiring": it takes no writes any more, since it leaves the forest (docs/roles.md).
//
// A controller writes its own, so that it can be paused and resumed although it hears of nobody.
// A new definition of the forest leaves both alone.

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "replicator/engine/write.hpp"

namespace ringspan::replicator::configuration {

enum class Direction { inbound, outbound };

/// "inbound", "outbound".
std::string_view to_string(Direction direction);

struct Pause {
  std::string by;      ///< A person's name, never empty.
  base::Time since{};  ///< As the controller's own clock says.
  friend bool operator==(const Pause&, const Pause&) = default;
};

/// Of one controller.
struct Pauses {
  std::optional<Pause> inbound;
  std::optional<Pause> outbound;
  std::optional<Pause> retiring;  ///< It takes no writes, since it leaves the forest.
  std::optional<Pause> expired;   ///< It was silent too long, and is no member (expiry.hpp).

  const std::optional<Pause>& of(Direction direction) const {
    return direction == Direction::inbound ? inbound : outbound;
  }
  friend bool operator==(const Pauses&, const Pauses&) = default;
};

/// Who is not in it is not paused.
using PausesByController = std::map<ControllerId, Pauses>;

/// The name of the attribute.
std::string_view attribute_of(Direction direction);

/// What `text`, a value of the attribute, says; nullopt if it says nothing.
std::optional<Pause> parse_pause(std::string_view text);

/// "inbound replication of nuuk-1 is paused by admin since 2024-01-01 14:02 UTC; `ringspan resume
/// nuuk-1 inbound` ends it"
std::string sentence(std::string_view controller, Direction direction, const Pause& pause);

/// "2024-01-01 14:02 UTC"
std::string minute_text(base::Time time);

/// The writes, each at the controller itself.
Set paused(ControllerId controller, Direction direction, const Pause& pause);
Unset resumed(ControllerId controller, Direction direction);

/// The attribute that says "retiring", and likewise the writes.
inline constexpr std::string_view kRetiring = "retiring";
Set retires(ControllerId controller, const Pause& since);
Unset stays(ControllerId controller);

}  // namespace ringspan::replicator::configuration
