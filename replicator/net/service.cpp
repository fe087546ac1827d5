#include "replicator/net/service.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/contracts.hpp"
#include "replicator/net/clock.hpp"

namespace ringspan::replicator::net {
namespace {

using namespace std::chrono_literals;

using ReadAnswer = base::Result<Json> (*)(const ServiceGround&, const Json&);
using WaitAnswer = void (*)(const ServiceGround&, const Json&, JsonTaker);

const std::map<std::string_view, ReadAnswer>& read_answers() {
  static const std::map<std::string_view, ReadAnswer> answers{
      {"get", answer_get},          {"list", answer_list},           {"find", answer_find},
      {"dump", answer_dump},        {"conflicts", answer_conflicts}, {"export", answer_export},
      {"invite", answer_invite},    {"part", answer_part},           {"lag", answer_lag},
      {"plan", answer_plan},        {"page_code", answer_page_code}, {"vector", answer_vector},
      {"sync_job", answer_sync_job}};
  return answers;
}

const std::map<std::string_view, WaitAnswer>& wait_answers() {
  static const std::map<std::string_view, WaitAnswer> answers{
      {"add", answer_write},     {"set", answer_write},        {"unset", answer_write},
      {"rename", answer_write},  {"move", answer_write},       {"delete", answer_write},
      {"sync", answer_sync},     {"status", answer_status},    {"pause", answer_pause},
      {"resume", answer_resume}, {"sync_all", answer_sync_all}};
  return answers;
}

std::string ask_of(const Json& request) {
  return Asked(request).text("ask").value_or("");
}

void answer_here(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  const std::string ask = ask_of(request);
  if (const auto read = read_answers().find(ask); read != read_answers().end()) {
    const auto answer = read->second(ground, request);
    return taker(answer ? to_text(*answer) : error_text(answer.error()));
  }
  if (const auto wait = wait_answers().find(ask); wait != wait_answers().end()) {
    return wait->second(ground, request, std::move(taker));
  }
  taker(error_text({base::Errc::invalid,
                    fmt::format("\"ask\": \"{}\" is none of add, set, unset, rename, move, delete, "
                                "get, list, find, sync, status, conflicts, export, plan, dump, "
                                "invite, page_code, pause, resume, sync_all, sync_job",
                                ask)}));
}

void carry(const ServiceGround& ground, const std::string& at, Json request, JsonTaker taker) {
  const auto* to = sites::find_controller(ground.forest(), at);
  const base::Duration limit = ask_of(request) == "sync" ? 70s : 15s;
  ground.network.ask(
      to->id, to_text(request), 0, limit,
      [at, taker = std::move(taker)](const base::Result<std::string>& answer) {
        if (answer) return taker(*answer);
        taker(error_text({answer.error().code, fmt::format("{}: {}", at, answer.error().message)}));
      });
}

}  // namespace

const sites::Controller& ServiceGround::me() const {
  const auto* found = sites::find_controller(forest(), identity.controller);
  ENSURES(found != nullptr);  // no other forest comes into force
  return *found;
}

ServiceGround ServiceGround::in_force_anew() const {
  ServiceGround anew = *this;
  renew(anew.in_force);
  return anew;
}

void Service::ask(const std::string& json, const Caller& caller, std::uint32_t hops,
                  JsonTaker taker) {
  auto request = parse_request(json);
  if (!request) return taker(error_text(request.error()));
  ServiceGround ground = ground_();
  ground.caller = caller;
  if (!request->contains("at")) return answer_here(ground, *request, std::move(taker));

  const auto at = Asked(*request).text("at");
  if (!at) return taker(error_text(at.error()));
  request->erase("at");
  const auto* wanted = sites::find_controller(ground.forest(), *at);
  if (wanted != nullptr && wanted->id == ground.identity.controller) {
    return answer_here(ground, *request, std::move(taker));
  }
  if (wanted == nullptr) {
    return taker(error_text(
        {base::Errc::not_found, fmt::format("controller {}: not in the forest definition", *at)}));
  }
  if (hops == 0) {
    return taker(
        error_text({base::Errc::refused, fmt::format("{}: a request that was carried here is "
                                                     "not carried on",
                                                     ground.name())}));
  }
  carry(ground, wanted->name, *std::move(request), std::move(taker));
}

void Service::join(const wire::JoinRequest& request, const std::string& remote, JoinTaker taker) {
  admit(ground_(), request, remote, wall_clock(), std::move(taker));
}

base::Result<NamingContextHead> context_named(const ServiceGround& ground, const Asked& asked,
                                              const char* field) {
  const auto dn = asked.dn(field);
  if (!dn) return base::fail(dn.error());
  std::string held;
  for (const NamingContextHead& head : ground.identity.contexts) {
    if (head.dn.key() == dn->key()) return head;
    held += (held.empty() ? "" : "; ") + head.dn.to_string();
  }
  return base::fail(base::Errc::not_found,
                    fmt::format("naming context {}: {} does not hold it; it holds {}",
                                dn->to_string(), ground.name(), held));
}

}  // namespace ringspan::replicator::net
