#include "web/page.hpp"
#include "web/parameters.hpp"

#include <algorithm>
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
  // A browser adds the cookie by itself, whoever's page asks; a token it never adds.
  if (changes && !bearer_of(request) && request.origin && *request.origin != ours) {
    return error_response(
        403, "refused",
        fmt::format("origin {}: only pages of {} may do this", *request.origin, ours));
  }
  if (!route.role) return std::nullopt;
  const auto who = who_asks(request, now);
  if (!who) {
    return error_response(401, "refused",
                          bearer_of(request)
                              ? "the token is not valid here: it is wrong, has expired or was "
                                "revoked, or has not been replicated here yet; an admin makes "
                                "another with ringspan token add"
                              : "not signed in; ringspan page prints a link that signs you in");
  }
  if (who->role >= *route.role) return std::nullopt;
  return error_response(403, "refused",
                        fmt::format("{} {}: takes the role {}, yours is {}", route.method,
                                    route.path, to_string(*route.role), to_string(who->role)));
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
  const Who who = who_asks(request, now).value_or(Who{});  // nobody where the route takes no role
  switch (route->answer) {
    case Answer::ask:
      return ask(*route, request, who, taker);
    case Answer::open_session:
      return taker(open_session(*route, request, now));
    case Answer::session:
      return taker({.body = session_text(who)});
    case Answer::close_session:
      return taker(close_session(request));
    case Answer::topology:
      return topology(who, taker);
    case Answer::what_if:
      return what_if(*route, request, who, taker);
    case Answer::feed:
      return taker(error_response(400, "invalid", "the feed is a WebSocket"));
    case Answer::openapi:
      return taker({.body = openapi_text()});
    case Answer::metrics:
      return metrics(who, taker);
  }
}

std::optional<Response> Page::refuse_feed(const Request& request, base::Time now) const {
  if (auto refused = refuse(request)) return refused;
  return refuse(request, *find_route("GET", "/api/feed"), now);
}

bool Page::may_listen(const Request& request, base::Time now) const {
  return who_asks(request, now).has_value();
}

// ── Who ──────────────────────────────────────────────────────────────────────────────────────────

/// A token decides where one is shown. A session that began with a token ends with it, and never
/// allows more than the token does now.
std::optional<Who> Page::who_asks(const Request& request, base::Time now) const {
  if (const auto token = bearer_of(request)) return settings_.node.person(*token);
  const auto secret = cookie_of(request, cookie_name());
  auto who = secret ? sessions_.who_of(*secret, now) : std::nullopt;
  if (!who || who->token.empty()) return who;
  const auto holder = settings_.node.person(who->token);
  if (!holder) return std::nullopt;
  who->role = std::min(who->role, holder->role);
  return who;
}

std::string Page::cookie(std::string_view secret, std::chrono::seconds life) const {
  return fmt::format("{}={}; HttpOnly; SameSite=Strict; Path=/; Max-Age={}{}", cookie_name(),
                     secret, life.count(), settings_.secure ? "; Secure" : "");
}

std::string Page::session_text(const Who& who) const {
  return nlohmann::ordered_json{{"controller", settings_.node.controller},
                                {"forest", settings_.node.forest},
                                {"person", who.name},
                                {"role", to_string(who.role)}}
      .dump();
}

Response Page::open_session(const Route& route, const Request& request, base::Time now) {
  const auto given = read_parameters(route, request);
  if (!given) return error_response(400, "invalid", given.error().message);
  const bool by_code = given->contains("code");
  if (by_code == given->contains("token")) {
    return error_response(400, "invalid", R"(give either "code" or "token")");
  }
  const auto secret = given->at(by_code ? "code" : "token").get<std::string>();
  std::optional<Sessions::Opened> opened;
  if (by_code) {
    opened = sessions_.redeem(secret, now);
  } else if (auto who = settings_.node.person(secret)) {
    opened = sessions_.open(*std::move(who), now);
  }
  if (!opened) {
    return error_response(401, "refused",
                          by_code ? "this code is not open: it works once and for five minutes; "
                                    "ringspan page makes another"
                                  : "this token is not valid here; an admin makes another with "
                                    "ringspan token add");
  }
  return {.body = session_text(opened->who),
          .headers = {{"Set-Cookie", cookie(opened->secret, Sessions::kLife)}}};
}

Response Page::close_session(const Request& request) {
  if (const auto secret = cookie_of(request, cookie_name())) sessions_.end(*secret);
  return {.status = 204, .headers = {{"Set-Cookie", cookie("", std::chrono::seconds(0))}}};
}

// ── What the controller answers ──────────────────────────────────────────────────────────────────

void Page::ask(const Route& route, const Request& request, const Who& who,
               const ResponseTaker& taker) {
  const auto asked = admin_request(route, request);
  if (!asked) return taker(error_response(400, "invalid", asked.error().message));
  settings_.node.ask(*asked, who,
                     [taker](std::string answer) { taker(admin_response(std::move(answer))); });
}

void Page::topology(const Who& who, const ResponseTaker& taker) {
  ask_topology(settings_.node, who, Certified::yes,
               [taker](std::string answer) { taker(admin_response(std::move(answer))); });
}

/// The controller names every fault of the changes at once, their form's too.
void Page::what_if(const Route& route, const Request& request, const Who& who,
                   const ResponseTaker& taker) {
  auto changes = read_body(request.body);
  if (!changes) return taker(error_response(400, "invalid", changes.error().message));
  const nlohmann::ordered_json asked{{"ask", route.ask}, {"changes", *std::move(changes)}};
  settings_.node.ask(asked.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), who,
                     [taker](std::string answer) { taker(admin_response(std::move(answer))); });
}

void Page::metrics(const Who& who, const ResponseTaker& taker) {
  settings_.node.ask(R"({"ask":"status"})", who, [taker](std::string answer) {
    Response response = admin_response(std::move(answer));
    if (response.status == 200) {
      response.body = metrics_text(nlohmann::json::parse(response.body));
      response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    }
    taker(std::move(response));
  });
}

void ask_topology(const Node& node, const Who& who, Certified certified, AnswerTaker taker) {
  const std::string ask_plan =
      certified == Certified::yes ? R"({"ask":"plan","certificate":true})" : R"({"ask":"plan"})";
  node.ask(R"({"ask":"export"})", who,
           [ask = node.ask, who, ask_plan, taker = std::move(taker)](std::string forest) {
             if (admin_response(forest).status != 200) return taker(std::move(forest));
             ask(ask_plan, who, [forest = std::move(forest), taker](const std::string& plan) {
               if (admin_response(plan).status != 200) return taker(plan);
               taker(fmt::format(R"({{"forest":{},"plan":{}}})", forest, plan));
             });
           });
}

}  // namespace ringspan::web
