#include "web/feed.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "web/exchange.hpp"
#include "web/page.hpp"

namespace ringspan::web {
namespace {

/// Who listens may read, and all hear the same.
const Who kFeed{"feed", Role::reader};

/// An answer without its time, to be compared.
std::string without_time(const std::string& answer) {
  auto json = nlohmann::json::parse(answer, nullptr, false);
  if (json.is_object()) json.erase("time");
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::uint64_t Feed::listen(std::optional<std::uint64_t> after, Listener listener, base::Time now) {
  const bool resumes =
      after && !kept_.empty() && *after <= number_ && *after + 1 >= kept_.front().number;
  if (resumes) {
    for (const Kept& message : kept_) {
      if (message.number > *after) listener(message.text);
    }
  }
  if (listeners_.empty()) {  // what was said last is old
    status_.due = topology_.due = true;
  } else if (!resumes) {
    const auto* first = &topology_.last;
    const auto* second = &status_.last;
    if (*first && *second && (*second)->number < (*first)->number) std::swap(first, second);
    for (const auto* last : {first, second}) {
      if (*last) listener((*last)->text);
    }
  }
  const std::uint64_t id = ++listeners_ever_;
  listeners_.emplace(id, std::move(listener));
  if (status_.due) ask_status(now);
  if (topology_.due) ask_for_topology();
  return id;
}

void Feed::leave(std::uint64_t listener) {
  listeners_.erase(listener);
}

void Feed::tick(base::Time now) {
  if (listeners_.empty()) return;
  ask_status(now);
  if (topology_.due || ++ticks_ % kTopologyEvery == 0) ask_for_topology();
}

void Feed::ask_status(base::Time now) {
  if (std::exchange(status_.asking, true)) return;
  node_.ask(R"({"ask":"status"})", kFeed, [this, post = post_, now](std::string answer) {
    post([this, answer = std::move(answer), now] { take(status_, answer, now); });
  });
}

void Feed::ask_for_topology() {
  if (std::exchange(topology_.asking, true)) return;
  ask_topology(node_, kFeed, Certified::no, [this, post = post_](std::string answer) {
    post([this, answer = std::move(answer)] { take(topology_, answer, {}); });
  });
}

void Feed::take(Topic& topic, const std::string& answer, base::Time now) {
  topic.asking = false;
  if (admin_response(answer).status != 200) return;  // the next tick asks again
  std::string said = without_time(answer);
  const bool late = &topic == &status_ && now - topic.sent >= kAtLeastEvery;
  if (!topic.due && !late && said == topic.said) return;
  topic.said = std::move(said);
  topic.due = false;
  topic.sent = now;
  send(topic, answer);
}

void Feed::send(Topic& topic, const std::string& answer) {
  const std::uint64_t number = ++number_;
  topic.last =
      Kept{number, std::make_shared<const std::string>(fmt::format(
                       R"({{"kind":"{0}","number":{1},"{0}":{2}}})", topic.kind, number, answer))};
  kept_.push_back(*topic.last);
  if (kept_.size() > kKept) kept_.pop_front();
  const auto listeners = listeners_;  // one that is dropped leaves the map
  for (const auto& [id, listener] : listeners)
    listener(topic.last->text);
}

}  // namespace ringspan::web
