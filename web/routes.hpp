#pragma once

// The table of routes: who may what, and which admin request it becomes. Routing, the check of
// roles and the OpenAPI file are read from it; what a request gives a route, parameters.hpp reads.

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "web/exchange.hpp"
#include "web/node.hpp"

namespace ringspan::web {

/// Who answers a route: the controller by one admin request, or the page itself.
enum class Answer {
  ask,
  open_session,
  session,
  close_session,
  topology,
  what_if,
  feed,
  openapi,
  metrics
};

/// `texts` in a query: several, with a comma between two.
enum class Kind { text, flag, number, texts };

/// A member of the query (GET), of the body's JSON (POST), or a part of the path: "{id}".
struct Parameter {
  std::string_view name{};   ///< Empty: there is none.
  std::string_view field{};  ///< What the admin request calls it.
  Kind kind = Kind::text;
  bool required = false;
};

struct Route {
  std::string_view method;
  std::string_view path;
  std::optional<Role> role;  ///< nullopt: anybody.
  Answer answer = Answer::ask;
  std::string_view ask{};     ///< The admin request.
  std::string_view schema{};  ///< Of the answer, in docs/schemas; empty: no JSON.
  std::string_view summary{};
  std::array<Parameter, 8> parameters{};
};

std::span<const Route> routes();

/// Is it a part of the route's path?
bool in_path(const Route& route, const Parameter& parameter);

/// What stands in a path for each "{name}" of the route's.
struct PathValue {
  std::string_view name;
  std::string_view value;
};
std::vector<PathValue> path_values(const Route& route, std::string_view path);

/// nullptr if no route has this path and method.
const Route* find_route(std::string_view method, std::string_view path);

/// The methods of a path, as the header Allow names them; empty if no route has it.
std::string allowed_methods(std::string_view path);

}  // namespace ringspan::web
