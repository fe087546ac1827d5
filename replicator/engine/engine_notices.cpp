// Whom the engine tells that something is new here, and when.

#include <utility>

#include "replicator/engine/engine.hpp"

namespace ringspan::replicator {

void Engine::take(Transaction& /*store*/, const Subscribed& event, base::Time now,
                  Effects& /*effects*/) {
  subscribers_[event.naming_context].insert(event.destination);
  // It may have woken for a loss: our own standby from it is to know at once.
  pulls_.probe(event.destination, event.naming_context, now);
}

void Engine::take(Transaction& /*store*/, const DestinationDown& event, base::Time /*now*/,
                  Effects& /*effects*/) {
  for (auto& [context, destinations] : subscribers_)
    destinations.erase(event.destination);
}

void Engine::take(Transaction& /*store*/, const OfferedAgain& /*event*/, base::Time now,
                  Effects& /*effects*/) {
  for (const auto& [context, destinations] : subscribers_)
    notices_due_[context] = now;
}

// Whoever pulls from here hears at once that a loss began, came nearer or is over.
void Engine::pass_on(const StepsToLoss& now_said, base::Time now) {
  const StepsToLoss before = std::exchange(said_, now_said);
  for (const NamingContextHead& context : identity_.contexts) {
    const auto steps = [&context](const StepsToLoss& said) {
      const auto found = said.find(context.id);
      return found == said.end() ? 0U : found->second;
    };
    if (steps(before) != steps(now_said)) notices_due_[context.id] = now;
  }
}

void Engine::announce(base::Time now, Effects& effects) {
  for (auto due = notices_due_.begin(); due != notices_due_.end();) {
    if (due->second > now) {
      ++due;
      continue;
    }
    for (const ControllerId destination : subscribers_[due->first]) {
      effects.send.push_back({.to = destination, .message = Notice{.naming_context = due->first}});
    }
    due = notices_due_.erase(due);
  }
}

}  // namespace ringspan::replicator
