#include "web/routes.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ringspan::web {
namespace {

using Json = nlohmann::ordered_json;

constexpr Parameter kObject{"dn", "dn", Kind::text, true};
constexpr Parameter kParent{"dn", "dn", Kind::text, false};
constexpr Parameter kAt{"at", "at", Kind::text, false};
constexpr Parameter kId{"id", "id", Kind::text, true};

constexpr Route kRoutes[] = {
    {"POST",
     "/api/session",
     std::nullopt,
     Answer::open_session,
     "",
     "session",
     "Exchange a one-time code, or a person's token, for a cookie",
     {{{"code", "code", Kind::text, false}, {"token", "token", Kind::text, false}}}},
    {"GET", "/api/session", Role::reader, Answer::session, "", "session", "Who am I"},
    {"DELETE", "/api/session", Role::reader, Answer::close_session, "", "", "End the cookie"},
    {"GET", "/api/status", Role::reader, Answer::ask, "status", "status", "The whole forest now"},
    {"GET", "/api/topology", Role::reader, Answer::topology, "", "topology",
     "The forest definition and the plan in force with its certificate"},
    {"GET",
     "/api/explain",
     Role::reader,
     Answer::ask,
     "explain",
     "explain",
     "Why one controller pulls from another, or does not; both directions",
     {{{"destination", "destination", Kind::text, true}, {"source", "source", Kind::text, true}}}},
    {"POST",
     "/api/what_if",
     Role::reader,
     Answer::what_if,
     "what_if",
     "diff",
     "The plan with these changes beside the present one; nothing is applied",
     {{{"without_controllers", "", Kind::texts, false},
       {"without_links", "", Kind::texts, false},
       {"without_sites", "", Kind::texts, false},
       {"add_links", "", Kind::texts, false},
       {"set_costs", "", Kind::texts, false}}}},
    {"GET",
     "/api/conflicts",
     Role::reader,
     Answer::ask,
     "conflicts",
     "conflicts",
     "What lost against what, from all journals",
     {{{"kind", "kind", Kind::text, false},
       {"attribute", "attribute", Kind::text, false},
       {"object", "object", Kind::text, false},
       {"sites", "sites", Kind::texts, false},
       {"since", "since", Kind::text, false},
       {"limit", "limit", Kind::number, false},
       kAt}}},
    {"GET",
     "/api/conflicts/{id}",
     Role::reader,
     Answer::ask,
     "conflict",
     "conflict",
     "One conflict, and what it can be restored to",
     {{kId, kAt}}},
    {"POST",
     "/api/conflicts/{id}/restore",
     Role::operates,
     Answer::ask,
     "conflict_restore",
     "restored",
     "Make the losing value a new write",
     {{kId, kAt}}},
    {"GET", "/api/history", Role::reader, Answer::ask, "history", "history",
     "The forest's definitions, newest first"},
    {"GET",
     "/api/naming-contexts",
     Role::reader,
     Answer::ask,
     "naming_contexts",
     "naming-contexts",
     "Naming contexts, who holds them, and what a controller has of them",
     {{kAt}}},
    {"GET",
     "/api/objects",
     Role::reader,
     Answer::ask,
     "get",
     "object",
     "One object",
     {{kObject, kAt}}},
    {"GET",
     "/api/children",
     Role::reader,
     Answer::ask,
     "list",
     "list",
     "What lies below an object",
     {{kParent, kAt}}},
    {"GET",
     "/api/schema",
     Role::reader,
     Answer::ask,
     "schema",
     "schema",
     "Every attribute that is defined",
     {{kAt}}},
    {"GET",
     "/api/attribute",
     Role::reader,
     Answer::ask,
     "attribute",
     "attribute",
     "One attribute's definition",
     {{{"attribute", "attribute", Kind::text, true}, kAt}}},
    {"GET",
     "/api/roles",
     Role::reader,
     Answer::ask,
     "roles",
     "roles",
     "Who has which single-master role, and whether it acts",
     {{kAt}}},
    {"GET",
     "/api/roles/history",
     Role::reader,
     Answer::ask,
     "role_history",
     "role-history",
     "Every change of ownership, newest first",
     {{{"role", "role", Kind::text, false},
       {"naming_context", "naming_context", Kind::text, false},
       kAt}}},
    {"GET",
     "/api/roles/advise",
     Role::reader,
     Answer::ask,
     "role_advise",
     "role-advice",
     "Where each role should live, and why; or who should take those of a lost controller",
     {{{"lost", "lost", Kind::text, false}, kAt}}},
    {"POST",
     "/api/roles/transfer",
     Role::admin,
     Answer::ask,
     "role_transfer",
     "role-changed",
     "Have the owner give a role to another controller",
     {{{"role", "role", Kind::text, true},
       {"to", "at", Kind::text, true},
       {"naming_context", "naming_context", Kind::text, false},
       {"why", "why", Kind::text, false}}}},
    {"POST",
     "/api/roles/seize",
     Role::admin,
     Answer::ask,
     "role_seize",
     "role-changed",
     "Take a role whose owner is lost; tries a transfer first",
     {{{"role", "role", Kind::text, true},
       {"controller", "at", Kind::text, true},
       {"naming_context", "naming_context", Kind::text, false},
       {"why", "why", Kind::text, false},
       {"preview", "preview", Kind::flag, false}}}},
    {"GET",
     "/api/log",
     Role::reader,
     Answer::ask,
     "log",
     "log",
     "What a controller has logged",
     {{{"after", "after", Kind::number, false},
       {"started", "started", Kind::text, false},
       {"limit", "limit", Kind::number, false},
       {"level", "level", Kind::text, false},
       kAt}}},
    {"POST",
     "/api/sync",
     Role::operates,
     Answer::ask,
     "sync",
     "sync",
     "Have a controller pull from another now",
     {{{"to", "at", Kind::text, true},
       {"from", "from", Kind::text, true},
       {"naming_context", "naming_context", Kind::text, false},
       {"full", "full", Kind::flag, false}}}},
    {"GET", "/api/tokens", Role::admin, Answer::ask, "token_list", "token-list", "Who has a token"},
    {"POST",
     "/api/tokens",
     Role::admin,
     Answer::ask,
     "token_add",
     "token",
     "Give a person a token; it is shown this once",
     {{{"name", "name", Kind::text, true},
       {"role", "role", Kind::text, true},
       {"expires", "expires", Kind::text, false}}}},
    {"DELETE",
     "/api/tokens",
     Role::admin,
     Answer::ask,
     "token_revoke",
     "token-revoked",
     "End a person's token",
     {{{"name", "name", Kind::text, true}}}},
    {"POST",
     "/api/sync_all",
     Role::operates,
     Answer::ask,
     "sync_all",
     "sync_all",
     "Force replication through the forest; gives a job",
     {{{"from", "from", Kind::text, false},
       {"to", "to", Kind::text, false},
       {"naming_context", "naming_context", Kind::text, false},
       {"object", "object", Kind::text, false},
       {"full", "full", Kind::flag, false}}}},
    {"POST",
     "/api/sync_job",
     Role::operates,
     Answer::ask,
     "sync_job",
     "sync_all",
     "How far a job is; or end it",
     {{{"job", "job", Kind::text, true}, {"cancel", "cancel", Kind::flag, false}}}},
    {"POST",
     "/api/pause",
     Role::operates,
     Answer::ask,
     "pause",
     "pause",
     "Stop a controller's replication in one direction",
     {{{"controller", "at", Kind::text, true}, {"direction", "direction", Kind::text, true}}}},
    {"POST",
     "/api/resume",
     Role::operates,
     Answer::ask,
     "resume",
     "pause",
     "End a pause",
     {{{"controller", "at", Kind::text, true}, {"direction", "direction", Kind::text, true}}}},
    {"GET",
     "/api/feed",
     Role::reader,
     Answer::feed,
     "",
     "",
     "WebSocket: status and topology as they change",
     {{{"after", "after", Kind::text, false}}}},
    {"GET", "/api/openapi.json", std::nullopt, Answer::openapi, "", "", "These routes"},
    {"GET", "/metrics", Role::reader, Answer::metrics, "", "", "The status for Prometheus"},
};

/// The path's parts between slashes.
std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const auto slash = path.find('/', 1);
    parts.push_back(path.substr(0, slash));
    path = slash == std::string_view::npos ? "" : path.substr(slash);
  }
  return parts;
}

bool is_open(std::string_view part) {
  return part.starts_with("/{") && part.ends_with('}');
}

bool fits(const Route& route, std::string_view path) {
  return std::ranges::equal(parts_of(route.path), parts_of(path),
                            [](std::string_view wanted, std::string_view part) {
                              return wanted == part || (is_open(wanted) && part.size() > 1);
                            });
}

/// What stands for each "{name}".
void read_path(const Route& route, std::string_view path, Json& given) {
  const auto wanted = parts_of(route.path);
  const auto parts = parts_of(path);
  for (std::size_t i = 0; i < std::min(wanted.size(), parts.size()); ++i) {
    if (!is_open(wanted[i])) continue;
    given[std::string(wanted[i].substr(2, wanted[i].size() - 3))] = parts[i].substr(1);
  }
}

Json split_at_commas(std::string_view text) {
  Json texts = Json::array();
  while (true) {
    const auto comma = text.find(',');
    texts.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return texts;
    text.remove_prefix(comma + 1);
  }
}

base::Result<Json> read_given(const Route& route, const Request& request) {
  base::Result<Json> given = Json::object();
  if (request.method == "POST") {
    given = read_body(request.body);
    if (!given) return given;
  } else {
    for (const auto& [name, value] : request.query)
      (*given)[name] = value;
  }
  for (const Parameter& parameter : route.parameters) {
    const auto name = std::string(parameter.name);
    if (parameter.name.empty() || !given->contains(name)) continue;
    if (in_path(route, parameter)) {
      return base::fail(base::Errc::invalid,
                        fmt::format("\"{}\": the path says it; leave it out", name));
    }
    if (parameter.kind == Kind::texts && (*given)[name].is_string()) {
      (*given)[name] = split_at_commas((*given)[name].get<std::string>());
    }
  }
  read_path(route, request.path, *given);
  return given;
}

/// A query has text alone; nullopt is no number.
std::optional<std::uint64_t> number_in(const Json& value) {
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  std::uint64_t number = 0;
  const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (trouble != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool fits(const Parameter& parameter, const Json& value) {
  if (parameter.kind == Kind::number) return number_in(value).has_value();
  if (parameter.kind == Kind::texts) {
    return value.is_array() &&
           std::ranges::all_of(value, [](const Json& one) { return one.is_string(); });
  }
  return parameter.kind == Kind::flag ? value.is_boolean() : value.is_string();
}

std::string_view words_for(Kind kind) {
  if (kind == Kind::number) return "a number";
  if (kind == Kind::texts) return "texts";
  return kind == Kind::flag ? "true or false" : "a text";
}

base::Result<void> check(const Parameter& parameter, const Json& given) {
  const bool there = given.contains(parameter.name) && !given[parameter.name].is_null();
  if (!there) {
    if (!parameter.required) return {};
    return base::fail(base::Errc::invalid, fmt::format("\"{}\": is missing", parameter.name));
  }
  if (fits(parameter, given[parameter.name])) return {};
  return base::fail(base::Errc::invalid,
                    fmt::format("\"{}\": must be {}", parameter.name, words_for(parameter.kind)));
}

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

bool in_path(const Route& route, const Parameter& parameter) {
  const auto parts = parts_of(route.path);
  return std::ranges::find(parts, fmt::format("/{{{}}}", parameter.name)) != parts.end();
}

const Route* find_route(std::string_view method, std::string_view path) {
  const auto* found = std::ranges::find_if(
      kRoutes, [&](const Route& route) { return route.method == method && fits(route, path); });
  return found == std::end(kRoutes) ? nullptr : found;
}

std::string allowed_methods(std::string_view path) {
  std::string methods;
  for (const Route& route : kRoutes) {
    if (!fits(route, path)) continue;
    if (!methods.empty()) methods += ", ";
    methods += route.method;
  }
  return methods;
}

base::Result<Json> read_body(const std::string& body) {
  constexpr int kDepth = 4;  // no parameter is deeper than one
  bool deep = false;
  const auto check = [&deep](int depth, Json::parse_event_t, Json&) {
    deep = deep || depth > kDepth;
    return !deep;
  };
  Json given = Json::parse(body, check, false);
  if (deep || !given.is_object()) {
    return base::fail(base::Errc::invalid, "the body is not a JSON object of parameters");
  }
  return given;
}

base::Result<Json> read_parameters(const Route& route, const Request& request) {
  auto given = read_given(route, request);
  if (!given) return base::fail(given.error());
  for (const Parameter& parameter : route.parameters) {
    if (parameter.name.empty()) continue;
    if (const auto good = check(parameter, *given); !good) return base::fail(good.error());
  }
  for (const auto& [name, value] : given->items()) {
    const bool known = std::ranges::any_of(route.parameters, [&name = name](const Parameter& one) {
      return !one.name.empty() && one.name == name;
    });
    if (!known) {
      return base::fail(base::Errc::invalid, fmt::format("\"{}\": no such parameter here", name));
    }
  }
  return given;
}

base::Result<std::string> admin_request(const Route& route, const Request& request) {
  const auto given = read_parameters(route, request);
  if (!given) return base::fail(given.error());
  Json ask{{"ask", route.ask}};
  for (const Parameter& parameter : route.parameters) {
    if (parameter.name.empty() || !given->contains(parameter.name)) continue;
    const Json& value = (*given)[parameter.name];
    if (value.is_null()) continue;
    const bool number = parameter.kind == Kind::number;
    ask[std::string(parameter.field)] = number ? Json(number_in(value).value_or(0)) : value;
  }
  return ask.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ringspan::web
