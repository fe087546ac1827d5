// Every controller compares itself with the sources that the plan gives it, each naming context
// once a day (rule R32).

#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

#include "kcc/mine.hpp"
#include "replicator/net/clock.hpp"
#include "replicator/net/node.hpp"
#include "replicator/partners/comparing.hpp"

namespace ringspan::replicator::net {

/// On the engine's thread, after each step.
void Node::compare_if_due() {
  const base::Time now = wall_clock();
  if (!complete_ || now < compare_at_) return;
  const InForcePtr in_force = in_force_.get();
  base::Time next = now + std::chrono::days(1);
  for (const auto& connection : kcc::mine(in_force->plan, identity_.controller)) {
    const auto* partner = sites::find_controller(in_force->forest, connection.source);
    if (partner == nullptr) continue;
    for (const NamingContextId context : connection.naming_contexts) {
      const auto due =
          partners::next_comparison(identity_.controller, partner->id, context,
                                    compared_until_ == base::Time{} ? now : compared_until_);
      const auto* held = sites::find_naming_context(in_force->forest, context);
      if (due <= now && held != nullptr) {
        readers_.post([this, other = partner->name, dn = held->dn] { compare_with(other, dn); });
      }
      next = std::min(next, due > now ? due
                                      : partners::next_comparison(identity_.controller, partner->id,
                                                                  context, now));
    }
  }
  compared_until_ = now;
  compare_at_ = std::min(next, now + std::chrono::minutes(10));  // the plan may change meanwhile
}

void Node::compare_with(const std::string& other, const std::string& context) {
  answer_compare(service_ground(),
                 Json{{"ask", "compare"},
                      {"a", home_.controller.name},
                      {"b", other},
                      {"naming_context", context},
                      {"limit", 1U}},
                 [other, context](const std::string& answer) {
                   const Json told = Json::parse(answer, nullptr, false);
                   if (!told.is_object() || !told.contains("error")) return;
                   spdlog::info("naming context {}: could not be compared with {}: {}", context,
                                other, told["error"].value("message", ""));
                 });
}

}  // namespace ringspan::replicator::net
