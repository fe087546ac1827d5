#include "replicator/net/caller.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/configuration/item.hpp"
#include "replicator/configuration/person.hpp"
#include "replicator/net/ask.hpp"
#include "replicator/net/person_token.hpp"
#include "replicator/net/secrets.hpp"

namespace ringspan::replicator::net {
namespace {

/// What a controller says of the person for whom it asks.
base::Result<Caller> stated(const Json& as) {
  const Asked asked(as);
  if (auto known = asked.only({"person", "role"}); !known) return base::fail(known.error());
  const auto person = asked.text("person");
  const auto role = asked.text("role");
  if (!person) return base::fail(person.error());
  if (!role) return base::fail(role.error());
  const auto known = configuration::parse_role(*role);
  if (!known) {
    return base::fail(base::Errc::invalid,
                      fmt::format("\"role\": \"{}\" is none of reader, operator, admin", *role));
  }
  return Caller{*person, *known};
}

Role most_of(const Member& member, const sites::Forest& forest) {
  const auto* controller = sites::find_controller(forest, member.controller);
  return controller != nullptr && !controller->read_only ? Role::admin : Role::reader;
}

}  // namespace

base::Result<Caller> caller_with(const Snapshot& snapshot, const sites::Forest& forest,
                                 std::string_view token, base::Time now) {
  const auto shown = PersonToken::parse(token);
  if (!shown) return base::fail(shown.error());
  const auto person =
      configuration::find_person(snapshot, configuration::configuration_of(forest), shown->person);
  if (!person || !equal_secrets(person->hash, sha256(shown->secret))) {
    return base::fail(base::Errc::refused,
                      "the token is not valid here: it is wrong, was revoked, or has not been "
                      "replicated here yet; an admin makes another with ringspan token add");
  }
  if (person->expires <= now) {
    return base::fail(base::Errc::refused,
                      fmt::format("the token of {} expired at {}; an admin makes another with "
                                  "ringspan token add",
                                  person->name, base::to_string(person->expires)));
  }
  return Caller{person->name, person->role, shown->to_string()};
}

base::Result<Caller> caller_of(const Peer& peer, Json& request, const Snapshot& snapshot,
                               const sites::Forest& forest, base::Time now) {
  const auto take = [&request](const char* field) {
    Json value = request.value(field, Json());
    request.erase(field);
    return value;
  };
  const Json token = take("token");
  const Json as = take("as");
  const auto* member = std::get_if<Member>(&peer);
  if (!as.is_null() && member == nullptr) {
    return base::fail(base::Errc::refused,
                      "\"as\": a controller alone says for whom it asks; leave it out");
  }
  const bool by_read_only = member != nullptr && most_of(*member, forest) == Role::reader;
  if (!token.is_null()) {
    if (!token.is_string()) return base::fail(base::Errc::invalid, "\"token\": must be a text");
    auto caller = caller_with(snapshot, forest, token.get_ref<const std::string&>(), now);
    if (caller) caller->by_read_only = by_read_only;
    return caller;
  }
  if (const auto* person = std::get_if<Operator>(&peer)) return Caller{person->name, Role::admin};
  if (member == nullptr) {
    return base::fail(base::Errc::refused, "\"token\": is missing, and there is no certificate");
  }
  auto caller = as.is_null() ? base::Result<Caller>(Caller{"operator", Role::admin}) : stated(as);
  if (caller) {
    caller->role = std::min(caller->role, most_of(*member, forest));
    caller->by_read_only = by_read_only;
  }
  return caller;
}

base::Result<void> may(const Caller& caller, Role role, std::string_view what) {
  if (caller.role >= role) return {};
  return base::fail(base::Errc::refused, fmt::format("{}: takes the role {}, {} has {}", what,
                                                     configuration::to_string(role), caller.name,
                                                     configuration::to_string(caller.role)));
}

Json on_behalf(const Caller& caller, Json request) {
  if (!caller.token.empty()) {
    request["token"] = caller.token;
  } else {
    request["as"] = {{"person", caller.name}, {"role", configuration::to_string(caller.role)}};
  }
  return request;
}

}  // namespace ringspan::replicator::net
