#pragma once

// Node: what the page asks of the controller beside which it is served.

#include <functional>
#include <string>

namespace ringspan::web {

/// Takes the JSON of an answer; called once, from any thread.
using AnswerTaker = std::function<void(std::string answer)>;

struct Node {
  std::string controller;
  std::string forest;

  /// Hands on an admin request (docs/admin-requests.md). Never blocks.
  std::function<void(std::string request, AnswerTaker taker)> ask;
};

}  // namespace ringspan::web
