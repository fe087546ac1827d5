#include "web/page.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "web/files.hpp"
#include "web/metrics.hpp"
#include "web/openapi.hpp"

namespace ringspan::web {
namespace {

/// "localhost" of "localhost:8001", "::1" of "[::1]:8001".
std::string name_of(std::string_view host) {
  if (host.starts_with('[')) return std::string(host.substr(1, host.find(']') - 1));
  return std::string(host.substr(0, host.find(':')));
}

}  // namespace

std::optional<Response> Page::refuse(const Request& request) const {
  if (request.host.empty() || !settings_.is_ours(name_of(request.host))) {
    return error_response(421, "refused",
                          fmt::format("host {}: is not a name of {}; use the address that it was "
                                      "told to serve on",
                                      request.host, settings_.node.controller));
  }
  return std::nullopt;
}

std::optional<Response> Page::refuse(const Request& request, const Route& route,
                                     base::Time now) const {
  const std::string ours = (settings_.secure ? "https://" : "http://") + request.host;
  const bool changes = route.method != "GET" || route.answer == Answer::feed;
  if (changes && request.origin && *request.origin != ours) {
    return error_response(
        403, "refused",
        fmt::format("origin {}: only pages of {} may do this", *request.origin, ours));
  }
  if (!route.role) return std::nullopt;
  const auto role = role_of(request, now);
  if (!role) {
    return error_response(401, "refused",
                          "not signed in; ringspan page prints a link that signs you in");
  }
  if (*role >= *route.role) return std::nullopt;
  return error_response(403, "refused",
                        fmt::format("{} {}: takes the role {}, yours is {}", route.method,
                                    route.path, to_string(*route.role), to_string(*role)));
}

void Page::answer(const Request& request, base::Time now, const ResponseTaker& taker) {
  if (auto refused = refuse(request)) return taker(*std::move(refused));
  const Route* route = find_route(request.method, request.path);
  if (route == nullptr) {
    const std::string allowed = request.path.starts_with("/api/") || request.method == "GET"
                                    ? allowed_methods(request.path)
                                    : "GET";
    if (allowed.empty()) return taker(file_response(request));
    Response response = error_response(
        405, "invalid",
        fmt::format("{} {}: the methods here are {}", request.method, request.path, allowed));
    response.headers.emplace_back("Allow", allowed);
    return taker(std::move(response));
  }
  if (auto refused = refuse(request, *route, now)) return taker(*std::move(refused));
  switch (route->answer) {
    case Answer::ask:
      return ask(*route, request, taker);
    case Answer::open_session:
      return taker(open_session(*route, request, now));
    case Answer::session:
      return taker({.body = session_text(*role_of(request, now))});
    case Answer::close_session:
      return taker(close_session(request));
    case Answer::topology:
      return topology(taker);
    case Answer::feed:
      return taker(error_response(400, "invalid", "the feed is a WebSocket"));
    case Answer::openapi:
      return taker({.body = openapi_text()});
    case Answer::metrics:
      return metrics(taker);
  }
}

std::optional<Response> Page::refuse_feed(const Request& request, base::Time now) const {
  if (auto refused = refuse(request)) return refused;
  return refuse(request, *find_route("GET", "/api/feed"), now);
}

bool Page::may_listen(const Request& request, base::Time now) const {
  return role_of(request, now).has_value();
}

// ── Who ──────────────────────────────────────────────────────────────────────────────────────────

std::optional<Role> Page::role_of(const Request& request, base::Time now) const {
  const auto token = cookie_of(request, cookie_name());
  return token ? sessions_.role_of(*token, now) : std::nullopt;
}

std::string Page::cookie(std::string_view token, std::chrono::seconds life) const {
  return fmt::format("{}={}; HttpOnly; SameSite=Strict; Path=/; Max-Age={}{}", cookie_name(), token,
                     life.count(), settings_.secure ? "; Secure" : "");
}

std::string Page::session_text(Role role) const {
  return nlohmann::ordered_json{{"controller", settings_.node.controller},
                                {"forest", settings_.node.forest},
                                {"person", "page"},
                                {"role", to_string(role)}}
      .dump();
}

Response Page::open_session(const Route& route, const Request& request, base::Time now) {
  const auto given = read_parameters(route, request);
  if (!given) return error_response(400, "invalid", given.error().message);
  const auto opened = sessions_.redeem(given->at("code").get<std::string>(), now);
  if (!opened) {
    return error_response(401, "refused",
                          "this code is not open: it works once and for five minutes; ringspan "
                          "page makes another");
  }
  return {.body = session_text(opened->role),
          .headers = {{"Set-Cookie", cookie(opened->token, Sessions::kLife)}}};
}

Response Page::close_session(const Request& request) {
  if (const auto token = cookie_of(request, cookie_name())) sessions_.end(*token);
  return {.status = 204, .headers = {{"Set-Cookie", cookie("", std::chrono::seconds(0))}}};
}

// ── What the controller answers ──────────────────────────────────────────────────────────────────

void Page::ask(const Route& route, const Request& request, const ResponseTaker& taker) {
  const auto asked = admin_request(route, request);
  if (!asked) return taker(error_response(400, "invalid", asked.error().message));
  settings_.node.ask(*asked,
                     [taker](std::string answer) { taker(admin_response(std::move(answer))); });
}

void Page::topology(const ResponseTaker& taker) {
  ask_topology(settings_.node,
               [taker](std::string answer) { taker(admin_response(std::move(answer))); });
}

void Page::metrics(const ResponseTaker& taker) {
  settings_.node.ask(R"({"ask":"status"})", [taker](std::string answer) {
    Response response = admin_response(std::move(answer));
    if (response.status == 200) {
      response.body = metrics_text(nlohmann::json::parse(response.body));
      response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    }
    taker(std::move(response));
  });
}

void ask_topology(const Node& node, AnswerTaker taker) {
  node.ask(R"({"ask":"export"})", [ask = node.ask, taker = std::move(taker)](std::string forest) {
    if (admin_response(forest).status != 200) return taker(std::move(forest));
    ask(R"({"ask":"plan"})", [forest = std::move(forest), taker](const std::string& plan) {
      if (admin_response(plan).status != 200) return taker(plan);
      taker(fmt::format(R"({{"forest":{},"plan":{}}})", forest, plan));
    });
  });
}

}  // namespace ringspan::web
