// backup: a copy of this controller into a folder of the machine where it serves, while it serves.

#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <nlohmann/json.hpp>

#include "replicator/net/backup.hpp"
#include "replicator/net/clock.hpp"
#include "replicator/net/service.hpp"

namespace ringspan::replicator::net {

base::Result<Json> answer_backup(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  if (auto known = asked.only({"ask", "to"}); !known) return base::fail(known.error());
  const auto to = asked.text("to");
  if (!to) return base::fail(to.error());
  const std::filesystem::path target(*to);
  if (!target.is_absolute()) {
    return base::fail(base::Errc::invalid,
                      fmt::format("\"to\": {}: must be a whole path, from the root on, on the "
                                  "machine of {}",
                                  *to, ground.name()));
  }
  Home home = ground.home;
  home.forest = ground.forest();
  const auto backup = make_backup(home, target, wall_clock());
  if (!backup) return base::fail(backup.error());
  spdlog::info("{} has made a backup at {}: {} bytes, up to write {}", ground.caller.name, *to,
               backup->bytes(), backup->usn.value);
  Json contexts = Json::array();
  for (const BackupContext& context : backup->contexts)
    contexts.push_back({{"naming_context", context.dn}, {"usn", context.usn.value}});
  return Json{{"controller", backup->controller},
              {"backup", *to},
              {"invocation", backup->invocation},
              {"time", base::to_string(backup->time)},
              {"usn", backup->usn.value},
              {"bytes", backup->bytes()},
              {"naming_contexts", std::move(contexts)}};
}

}  // namespace ringspan::replicator::net
