#pragma once

// Node: what the page asks of the controller beside which it is served.

#include <functional>
#include <optional>
#include <string>

#include "replicator/configuration/role.hpp"

namespace ringspan::web {

using replicator::configuration::parse_role;
using replicator::configuration::Role;

/// Who asks.
struct Who {
  std::string name;
  Role role = Role::reader;
  std::string token{};  ///< The person's own, which other controllers check, too; empty: none.
  friend bool operator==(const Who&, const Who&) = default;
};

/// Takes the JSON of an answer; called once, from any thread.
using AnswerTaker = std::function<void(std::string answer)>;

struct Node {
  std::string controller;
  std::string forest;

  /// Hands on an admin request (docs/admin-requests.md). Never blocks.
  std::function<void(std::string request, const Who& who, AnswerTaker taker)> ask;

  /// Who has this token now; nullopt if it is valid no more, or never was. Any thread.
  std::function<std::optional<Who>(const std::string& token)> person;
};

}  // namespace ringspan::web
