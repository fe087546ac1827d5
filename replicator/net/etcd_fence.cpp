#include "replicator/net/etcd_fence.hpp"

#include <charconv>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/net/ask.hpp"
#include "sites/base64.hpp"

namespace ringspan::replicator::net {
namespace {

using base::Errc;
using base::fail;
using nlohmann::json;
using partners::LeaseId;
using partners::Pledge;

constexpr const char* kOwner = "owner";
constexpr const char* kPledge = "pledge";
constexpr const char* kNext = "next";
constexpr std::int64_t kPledgeLasts = 15;  // seconds: longer than it takes the other to look

/// The gateway writes 64 bits as text, and leaves zeros out.
template <typename Number>
Number number_in(const json& part, const char* field) {
  Number number{};
  if (!part.is_object() || !part.contains(field)) return number;
  if (part[field].is_number()) return part[field].get<Number>();
  if (!part[field].is_string()) return number;
  const auto& digits = part[field].get_ref<const std::string&>();
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

std::string bytes_in(const json& part, const char* field) {
  if (!part.contains(field) || !part[field].is_string()) return {};
  return sites::from_base64(part[field].get<std::string>()).value_or("");
}

json has_revision(const std::string& key, std::uint64_t revision) {
  return {{"target", "CREATE"},
          {"result", "EQUAL"},
          {"key", sites::to_base64(key)},
          {"create_revision", std::to_string(revision)}};
}

json put(const std::string& key, const std::string& value, LeaseId lease) {
  return {{"request_put",
           {{"key", sites::to_base64(key)},
            {"value", sites::to_base64(value)},
            {"lease", std::to_string(lease.value)}}}};
}

json remove(const std::string& key) {
  return {{"request_delete_range", {{"key", sites::to_base64(key)}}}};
}

bool succeeded(const json& answer) {
  return answer.contains("succeeded") && answer["succeeded"] == true;
}

std::string text_of(const Pledge& pledge) {
  json text{{"to", pledge.to.value.to_string()},
            {"who", pledge.who},
            {"why", pledge.why},
            {"request", pledge.request}};
  if (pledge.handover) {
    text["giver"] = pledge.handover->giver.value.to_string();
    text["held"] = pledge.handover->usn.value;
  }
  return text.dump();
}

std::optional<Pledge> read_pledge(const std::string& text) {
  const Json parsed = Json::parse(text, nullptr, false);  // Asked keeps a reference to it
  if (!parsed.is_object()) return std::nullopt;
  const Asked asked(parsed);
  const auto to = base::Guid::parse(asked.text("to").value_or(""));
  if (!to) return std::nullopt;
  Pledge pledge{.to = InvocationId(*to),
                .who = asked.text("who").value_or(""),
                .why = asked.text("why").value_or(""),
                .request = asked.text("request").value_or(""),
                .handover = std::nullopt};
  if (const auto giver = base::Guid::parse(asked.text("giver").value_or(""))) {
    pledge.handover = Handover{InvocationId(*giver), Usn(asked.number("held", 0).value_or(0))};
  }
  return pledge;
}

/// Of "owner/schema/<scope>".
std::optional<RoleId> read_role(std::string_view rest, std::string_view& kind) {
  const auto first = rest.find('/');
  const auto second = rest.find('/', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  kind = rest.substr(0, first);
  const auto role = parse_master_role(rest.substr(first + 1, second - first - 1));
  const auto scope = base::Guid::parse(rest.substr(second + 1));
  if (!role || !scope) return std::nullopt;
  return RoleId{*role, NamingContextId(*scope)};
}

}  // namespace

EtcdFence::EtcdFence(Us us, std::vector<std::string> endpoints, TlsContext context)
    : us_(std::move(us)),
      prefix_(fmt::format("/ringspan/{}/", us_.forest.value.to_string())),
      etcd_(std::move(endpoints), std::move(context)) {}

std::string EtcdFence::key(const char* kind, const RoleId& role) const {
  return fmt::format("{}{}/{}/{}", prefix_, kind, to_string(role.role),
                     role.scope.value.to_string());
}

base::Result<LeaseId> EtcdFence::grant(base::Duration lasts) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(lasts).count();
  const auto answer = etcd_.ask("/v3/lease/grant", {{"TTL", std::to_string(seconds)}});
  if (!answer) return fail(answer.error());
  const LeaseId lease(number_in<std::int64_t>(*answer, "ID"));
  if (lease != LeaseId{} && number_in<std::int64_t>(*answer, "TTL") >= seconds) return lease;
  return fail(Errc::unavailable, "etcd gave no lease of the length that was asked for");
}

base::Result<bool> EtcdFence::renew(LeaseId lease) {
  const auto answer = etcd_.ask("/v3/lease/keepalive", {{"ID", std::to_string(lease.value)}});
  if (!answer) return fail(answer.error());
  if (!answer->contains("result")) {
    return fail(Errc::unavailable, "etcd does not say whether it renewed the lease");
  }
  return number_in<std::int64_t>((*answer)["result"], "TTL") > 0;
}

base::Result<partners::Fence::Seen> EtcdFence::look() {
  std::string end = prefix_;
  end.back() = static_cast<char>(end.back() + 1);  // all that begin with the prefix
  const auto answer = etcd_.ask(
      "/v3/kv/range", {{"key", sites::to_base64(prefix_)}, {"range_end", sites::to_base64(end)}});
  if (!answer) return fail(answer.error());
  Seen seen;
  if (!answer->contains("kvs")) return seen;
  for (const json& entry : (*answer)["kvs"]) {
    const std::string key = bytes_in(entry, "key");
    const std::string value = bytes_in(entry, "value");
    if (!key.starts_with(prefix_)) continue;
    std::string_view kind;
    const auto role = read_role(std::string_view(key).substr(prefix_.size()), kind);
    if (!role) continue;
    if (kind == kPledge) {
      if (auto pledge = read_pledge(value)) seen.pledged.emplace(*role, *std::move(pledge));
      continue;
    }
    if (kind != kOwner) continue;
    const Json owner = Json::parse(value, nullptr, false);
    const auto invocation = owner.is_object()
                                ? base::Guid::parse(Asked(owner).text("invocation").value_or(""))
                                : std::nullopt;
    seen.held.emplace(*role, Held{Revision(number_in<std::uint64_t>(entry, "create_revision")),
                                  InvocationId(invocation ? *invocation : base::Guid{}),
                                  LeaseId(number_in<std::int64_t>(entry, "lease"))});
  }
  return seen;
}

base::Result<std::optional<Revision>> EtcdFence::claim(const RoleId& role, LeaseId lease,
                                                       const std::optional<Pledge>& pledged) {
  const std::string owner = key(kOwner, role);
  const std::string pledge = key(kPledge, role);
  json conditions = json::array({has_revision(owner, 0)});
  const json value{{"invocation", us_.invocation.value.to_string()}, {"name", us_.name}};
  json steps = json::array({put(owner, value.dump(), lease)});
  if (pledged) {
    conditions.push_back({{"target", "VALUE"},
                          {"result", "EQUAL"},
                          {"key", sites::to_base64(pledge)},
                          {"value", sites::to_base64(text_of(*pledged))}});
    steps.push_back(remove(pledge));
  } else {
    conditions.push_back(has_revision(pledge, 0));
  }
  const auto answer = etcd_.ask("/v3/kv/txn", {{"compare", conditions}, {"success", steps}});
  if (!answer) return fail(answer.error());
  if (!succeeded(*answer)) return std::optional<Revision>();
  const Revision revision(number_in<std::uint64_t>((*answer)["header"], "revision"));
  if (revision == Revision{}) return fail(Errc::unavailable, "etcd does not say its revision");
  return std::optional(revision);
}

base::Result<bool> EtcdFence::confirm(const Leases& leases) {
  json conditions = json::array();
  for (const auto& [role, revision] : leases)
    conditions.push_back(has_revision(key(kOwner, role), revision.value));
  const auto answer = etcd_.ask("/v3/kv/txn", {{"compare", conditions}});
  if (!answer) return fail(answer.error());
  return succeeded(*answer);
}

base::Result<std::optional<partners::Fence::Counter>> EtcdFence::counter(const RoleId& role) {
  const auto answer = etcd_.ask("/v3/kv/range", {{"key", sites::to_base64(key(kNext, role))}});
  if (!answer) return fail(answer.error());
  if (!answer->contains("kvs") || (*answer)["kvs"].empty()) return std::optional<Counter>();
  const json& entry = (*answer)["kvs"].front();
  const Json value = Json::parse(bytes_in(entry, "value"), nullptr, false);
  if (!value.is_object() || !value.contains("next") || !value["next"].is_number_unsigned() ||
      !value.contains("begun") || !value["begun"].is_number_unsigned()) {
    return fail(Errc::unavailable,
                fmt::format("{}: is no counter of identifiers; remove it there, and it begins anew "
                            "past all that is known",
                            key(kNext, role)));
  }
  return std::optional(Counter{.next = value["next"].get<std::uint64_t>(),
                               .begun = Revision(value["begun"].get<std::uint64_t>()),
                               .changed = number_in<std::uint64_t>(entry, "mod_revision")});
}

base::Result<bool> EtcdFence::advance(const RoleId& role, Revision revision,
                                      const std::optional<Counter>& seen, const Counter& next) {
  const std::string counter = key(kNext, role);
  const json conditions =
      json::array({has_revision(key(kOwner, role), revision.value),
                   {{"target", "MOD"},
                    {"result", "EQUAL"},
                    {"key", sites::to_base64(counter)},
                    {"mod_revision", std::to_string(seen ? seen->changed : 0)}}});
  const json value{{"next", next.next}, {"begun", next.begun.value}};
  const json steps = json::array({put(counter, value.dump(), LeaseId{})});
  const auto answer = etcd_.ask("/v3/kv/txn", {{"compare", conditions}, {"success", steps}});
  if (!answer) return fail(answer.error());
  return succeeded(*answer);
}

base::Result<bool> EtcdFence::give_up(const RoleId& role, Revision revision,
                                      const std::optional<Pledge>& pledge) {
  const std::string owner = key(kOwner, role);
  json steps = json::array({remove(owner)});
  if (pledge) {
    const auto lease = grant(std::chrono::seconds(kPledgeLasts));
    if (!lease) return fail(lease.error());
    steps.push_back(put(key(kPledge, role), text_of(*pledge), *lease));
  }
  const json conditions = json::array({has_revision(owner, revision.value)});
  const auto answer = etcd_.ask("/v3/kv/txn", {{"compare", conditions}, {"success", steps}});
  if (!answer) return fail(answer.error());
  return succeeded(*answer);
}

}  // namespace ringspan::replicator::net
