#pragma once

// One request and one response of HTTP, as far as the page's rules look at them.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace ringspan::web {

struct Request {
  std::string method;
  std::string path;                          ///< "/api/objects", percent signs undone.
  std::map<std::string, std::string> query;  ///< Percent and plus signs undone.
  std::string host;
  std::optional<std::string> origin;
  std::string cookie;
  std::optional<std::string> authorization{};
  std::string if_none_match;
  std::string body;
};

struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
};

/// Called once, from any thread.
using ResponseTaker = std::function<void(Response)>;

/// Fills `path` and `query`; false for a target that is no path or badly encoded.
bool read_target(std::string_view target, Request& request);

/// The value of a cookie; nullopt if it was not sent.
std::optional<std::string> cookie_of(const Request& request, std::string_view name);

/// The token of "Authorization: Bearer TOKEN"; empty for any other kind of authorization, nullopt
/// without one.
std::optional<std::string> bearer_of(const Request& request);

/// {"error":{"code":...,"message":...}}, as admin requests answer.
Response error_response(unsigned status, std::string_view code, std::string_view message);

/// What an admin answer is over HTTP: 200, or the status that its error means.
Response admin_response(std::string answer);

}  // namespace ringspan::web
