#pragma once

// World: everything outside that a command may touch, brought as values. main.cpp brings the
// terminal and the network; a test brings strings and canned answers.

#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "cli/place.hpp"
#include "cli/style.hpp"

namespace ringspan::cli {

struct World {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  Style style{};  ///< Of `out`.
  std::function<base::Time()> now;
  std::function<std::optional<std::string>(const std::string& name)> environment;

  /// Sends one admin request (docs/admin-requests.md) to the controller meant and returns its
  /// answer. An error here means that there is no answer.
  std::function<base::Result<std::string>(const Place&, const std::string& request)> ask;

  /// Waits; false once the person wants to end.
  std::function<bool(base::Duration)> wait;

  bool interactive = false;  ///< A person sits at `in` and can be asked.
  /// While what it gives lives, Ctrl-C ends nothing but the next or running wait(). May be empty.
  std::function<std::shared_ptr<void>()> attend{};
};

}  // namespace ringspan::cli
