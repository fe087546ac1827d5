// Urgent changes: the owner of the role pdc is asked to pull them from here at once (rule O9).

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <nlohmann/json.hpp>

#include "replicator/net/ask.hpp"
#include "replicator/net/node.hpp"

namespace ringspan::replicator::net {
namespace {

using namespace std::chrono_literals;

constexpr int kPullSeconds = 10;
constexpr base::Duration kPullLimit = 15s;

/// Why the pull did not go well; empty: it did.
std::string trouble_in(const base::Result<std::string>& answer) {
  if (!answer) return answer.error().message;
  const auto read = read_answer(*answer);
  if (!read) return read.error().message;
  for (const Json& pull : read->value("pulls", Json::array())) {
    if (auto error = pull.value("error", std::string()); !error.empty()) return error;
  }
  return {};
}

}  // namespace

/// On the engine's thread.
void Node::tell_owner(const Urge& urge) {
  {
    const std::lock_guard lock(urging_mutex_);
    if (!urging_.begin(urge)) return;
  }
  have_it_pull(urge);
}

void Node::have_it_pull(const Urge& urge) {
  const InForcePtr in_force = in_force_.get();
  const auto* context = sites::find_naming_context(in_force->forest, urge.naming_context);
  const auto* me = sites::find_controller(in_force->forest, identity_.controller);
  const auto* owner = sites::find_controller(in_force->forest, urge.to);
  const Json request{{"ask", "sync"},
                     {"from", me == nullptr ? std::string() : me->name},
                     {"naming_context", context == nullptr ? std::string() : context->dn},
                     {"seconds", kPullSeconds}};
  network_.ask(urge.to, to_text(request), 0, kPullLimit,
               [this, urge, name = owner == nullptr ? urge.to.value.to_string() : owner->name](
                   const base::Result<std::string>& answer) {
                 if (const auto trouble = trouble_in(answer); !trouble.empty()) {
                   spdlog::warn(
                       "pdc owner {}: has not taken an urgent change from here at once ({}); it "
                       "comes there by replication",
                       name, trouble);
                 }
                 bool again = false;
                 {
                   const std::lock_guard lock(urging_mutex_);
                   again = urging_.ended(urge);
                 }
                 if (again) have_it_pull(urge);
               });
}

}  // namespace ringspan::replicator::net
