// promote: a read-only controller becomes one that takes writes. What is changed is its definition;
// the rest it does by itself (docs/replication.md, rule R24).

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/net/apply_edit.hpp"

namespace ringspan::replicator::net {

void answer_promote(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  const Asked asked(request);
  const auto known = asked.only({"ask", "controller", "preview", "expect", "force"});
  const auto name = asked.text("controller");
  if (!known) return taker(error_text(known.error()));
  if (!name) return taker(error_text(name.error()));
  apply_edit(
      ground, request,
      [name = *name](const sites::Forest& standing) -> base::Result<sites::Forest> {
        const auto* meant = sites::find_controller(standing, name);
        if (meant == nullptr) {
          return base::fail(base::Errc::not_found,
                            fmt::format("controller {}: not in the forest definition", name));
        }
        sites::Forest wanted = standing;
        for (sites::Controller& controller : wanted.controllers) {
          if (controller.id == meant->id) controller.read_only = false;
        }
        return wanted;
      },
      std::move(taker));
}

}  // namespace ringspan::replicator::net
