// plan, page_code: what the page wants beside the rest.

#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "kcc/analyse.hpp"
#include "kcc/certify.hpp"
#include "kcc/topology_json.hpp"
#include "replicator/net/service.hpp"

namespace ringspan::replicator::net {

base::Result<Json> answer_plan(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  if (auto known = asked.only({"ask", "certificate"}); !known) return base::fail(known.error());
  const auto certified = asked.flag("certificate");
  if (!certified) return base::fail(certified.error());
  const sites::Forest& forest = ground.forest();
  std::optional<kcc::Certificate> certificate;
  if (*certified) certificate = kcc::certify(ground.in_force->joined, ground.plan());
  return Json::parse(kcc::topology_json(forest, ground.plan(), kcc::analyse(forest, ground.plan()),
                                        certificate ? &*certificate : nullptr));
}

base::Result<Json> answer_page_code(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  if (auto known = asked.only({"ask", "role"}); !known) return base::fail(known.error());
  if (!ground.page_codes) {
    return base::fail(base::Errc::unavailable,
                      fmt::format("{}: serves no page; start it with ringspan serve --page "
                                  "127.0.0.1:8001",
                                  ground.name()));
  }
  const auto word = asked.has("role") ? asked.text("role")
                                      : std::string(configuration::to_string(ground.caller.role));
  if (!word) return base::fail(word.error());
  const auto role = configuration::parse_role(*word);
  if (!role) {
    return base::fail(base::Errc::invalid,
                      fmt::format("\"role\": \"{}\" is none of reader, operator, admin", *word));
  }
  if (auto allowed = may(ground.caller, *role, "a page for the role " + *word); !allowed) {
    return base::fail(allowed.error());
  }
  const auto answer = ground.page_codes(ground.caller, *role);
  if (!answer) return base::fail(answer.error());
  return Json::parse(*answer);
}

}  // namespace ringspan::replicator::net
