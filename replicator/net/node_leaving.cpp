// Naming contexts that leave: offered to those who hold them from now on (engine/leaving.hpp).

#include <utility>

#include <nlohmann/json.hpp>

#include "replicator/net/ask.hpp"
#include "replicator/net/node.hpp"
#include "replicator/net/vector_json.hpp"

namespace ringspan::replicator::net {
namespace {

using namespace std::chrono_literals;

constexpr int kPullSeconds = 30;
constexpr base::Duration kPullLimit = 40s;
constexpr base::Duration kVectorLimit = 10s;

/// What it holds, by its answer to `vector`; nullopt where it does not hold the context.
std::optional<OfferAnswered> answer_in(const std::string& answer, const Offer& offer) {
  const Json json = Json::parse(answer, nullptr, false);
  if (!json.is_object() || !json.contains("naming_contexts")) return std::nullopt;
  for (const Json& entry : json["naming_contexts"]) {
    const Asked asked(entry);
    const auto id = read_guid(asked, "naming_context");
    const auto meant_of = asked.text("meant_of");
    if (!id || NamingContextId(*id) != offer.naming_context || !entry.contains("cursors")) continue;
    const auto vector = read_vector(entry["cursors"]);
    if (!vector || !meant_of) return std::nullopt;
    return OfferAnswered{.offer = offer.id,
                         .naming_context = offer.naming_context,
                         .holds = *vector,
                         .meant_of = to_selection(*meant_of)};
  }
  return std::nullopt;
}

}  // namespace

/// On the engine's thread.
void Node::make_offer(const Offer& offer) {
  const InForcePtr in_force = in_force_.get();
  const auto* context = sites::find_naming_context(in_force->forest, offer.naming_context);
  const auto* me = sites::find_controller(in_force->forest, identity_.controller);
  if (context == nullptr || me == nullptr) return;
  const Json request{{"ask", "sync"},
                     {"from", me->name},
                     {"naming_context", context->dn},
                     {"seconds", kPullSeconds}};
  network_.ask(offer.to, to_text(request), 0, kPullLimit,
               [this, offer](const auto&) { offer_was_taken(offer); });
}

/// It may hold all that we have although it could not pull just now.
void Node::offer_was_taken(const Offer& offer) {
  network_.ask(offer.to, to_text(Json{{"ask", "vector"}}), 0, kVectorLimit,
               [this, offer](const base::Result<std::string>& answer) {
                 auto holds = answer ? answer_in(*answer, offer) : std::nullopt;
                 if (holds) engine_thread_.post(*std::move(holds));
               });
}

}  // namespace ringspan::replicator::net
