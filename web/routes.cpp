#include "web/routes.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ringspan::web {
namespace {

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
     "/api/domains",
     Role::reader,
     Answer::ask,
     "domains",
     "domains",
     "Domains, their controllers, and who has their roles",
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
    {"GET",
     "/api/identifiers",
     Role::reader,
     Answer::ask,
     "id_status",
     "identifiers",
     "Who has which identifiers of each domain, and who hands them out",
     {{{"domain", "domain", Kind::text, false}, kAt}}},
    {"POST",
     "/api/identifiers",
     Role::operates,
     Answer::ask,
     "id_new",
     "identifiers-issued",
     "Issue identifiers that nobody in the domain is given twice",
     {{{"count", "count", Kind::number, false},
       {"domain", "domain", Kind::text, false},
       {"request", "request", Kind::text, false},
       {"alone", "alone", Kind::flag, false},
       kAt}}},
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
    {"POST",
     "/api/retire",
     Role::admin,
     Answer::ask,
     "retire",
     "retire",
     "Take a controller out of the forest: what is at stake, or the next step; until done",
     {{{"controller", "controller", Kind::text, true},
       {"to", "to", Kind::text, false},
       {"preview", "preview", Kind::flag, false},
       {"lost", "lost", Kind::flag, false},
       {"cancel", "cancel", Kind::flag, false},
       kAt}}},
    {"POST",
     "/api/lingering",
     Role::admin,
     Answer::ask,
     "lingering",
     "lingering",
     "Objects that live at a controller and that another one has collected; with remove, their end",
     {{{"reference", "reference", Kind::text, true},
       {"naming_context", "naming_context", Kind::text, false},
       {"remove", "remove", Kind::flag, false},
       kAt}}},
    {"POST",
     "/api/expire",
     Role::admin,
     Answer::ask,
     "expire",
     "expire",
     "Declare a controller silent for too long: what is at stake, or done",
     {{{"controller", "controller", Kind::text, true},
       {"preview", "preview", Kind::flag, false},
       kAt}}},
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

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

bool in_path(const Route& route, const Parameter& parameter) {
  const auto parts = parts_of(route.path);
  return std::ranges::find(parts, fmt::format("/{{{}}}", parameter.name)) != parts.end();
}

std::vector<PathValue> path_values(const Route& route, std::string_view path) {
  const auto wanted = parts_of(route.path);
  const auto parts = parts_of(path);
  std::vector<PathValue> values;
  for (std::size_t at = 0; at < std::min(wanted.size(), parts.size()); ++at) {
    if (!is_open(wanted[at])) continue;
    values.push_back({wanted[at].substr(2, wanted[at].size() - 3), parts[at].substr(1)});
  }
  return values;
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

}  // namespace ringspan::web
