// compare: two replicas are compared by what each tells of itself (digest, holds).

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <nlohmann/json.hpp>

#include "replicator/net/clock.hpp"
#include "replicator/net/compare_run.hpp"
#include "replicator/net/divergences.hpp"
#include "replicator/net/service.hpp"

namespace ringspan::replicator::net {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kLimit = 60s;

/// Drives one comparison; shared by the answers that are still to come.
class Comparing : public std::enable_shared_from_this<Comparing> {
 public:
  Comparing(const ServiceGround& ground, ControllerId a, ControllerId b, CompareWish wish,
            JsonTaker taker)
      : ground_(ground),
        a_(a),
        b_(b),
        run_(std::move(wish), wall_clock()),
        taker_(std::move(taker)) {}

  void go_on() {
    const auto questions = run_.next();
    if (!questions && run_.error()) return taker_(error_text(*run_.error()));
    if (!questions) {
      const Json document = run_.document();
      note(document);
      return taker_(to_text(document));
    }
    answers_ = {};
    ask(a_, *questions->a, 0);
    ask(b_, *questions->b, 1);
  }

 private:
  /// What concerns this controller is told with its status from now on.
  void note(const Json& document) {
    const ControllerId me = ground_.identity.controller;
    if (a_ != me && b_ != me) return;
    const auto other = document.at(a_ == me ? "b" : "a").get<std::string>();
    for (const Json& context : document.at("naming_contexts")) {
      if (context.at("state") == "not_compared") continue;
      const auto dn = context.at("dn").get<std::string>();
      const auto objects = context.at("diverging").get<std::uint64_t>();
      if (!ground_.divergences.note(other, dn, objects, wall_clock())) continue;
      spdlog::error(
          "naming context {}: {} of its objects diverge from {}; ringspan compare {} {} "
          "shows which, and --repair mends them",
          dn, objects, other, ground_.name(), other);
    }
  }

  void ask(ControllerId whom, const Json& question, std::size_t side) {
    const auto take = [self = shared_from_this(), side](const base::Result<std::string>& answer) {
      self->taken(side, answer.and_then(read_answer));
    };
    if (whom == ground_.identity.controller) {
      const bool taken = ground_.readers.post([self = shared_from_this(), question, take] {
        const auto answer = question["ask"] == "digest" ? answer_digest(self->ground_, question)
                                                        : answer_holds(self->ground_, question);
        take(answer ? base::Result<std::string>(to_text(*answer)) : base::fail(answer.error()));
      });
      if (!taken) take(base::fail(base::Errc::unavailable, "too many requests wait here"));
      return;
    }
    ground_.network.ask(whom, to_text(question), 0, kLimit, take);
  }

  void taken(std::size_t side, base::Result<Json> answer) {
    {
      const std::lock_guard lock(mutex_);
      answers_[side] = std::move(answer);
      if (!answers_[0] || !answers_[1]) return;
    }
    // The network's thread has other things to do than to compare.
    const bool taken = ground_.readers.post([self = shared_from_this()] {
      self->run_.took(*self->answers_[0], *self->answers_[1]);
      self->go_on();
    });
    if (!taken) taker_(error_text({base::Errc::unavailable, "too many requests wait here"}));
  }

  const ServiceGround ground_;
  const ControllerId a_;
  const ControllerId b_;
  CompareRun run_;
  JsonTaker taker_;
  std::mutex mutex_;
  std::array<std::optional<base::Result<Json>>, 2> answers_;  // under mutex_ until both are there
};

base::Result<const sites::Controller*> controller_asked(const ServiceGround& ground,
                                                        const Asked& asked, const char* field) {
  const auto name = asked.text(field);
  if (!name) return base::fail(name.error());
  const auto* found = sites::find_controller(ground.forest(), *name);
  if (found != nullptr) return found;
  return base::fail(base::Errc::not_found,
                    fmt::format("controller {}: not in the forest definition", *name));
}

}  // namespace

void answer_compare(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  const Asked asked(request);
  auto known = asked.only({"ask", "a", "b", "naming_context", "limit"});
  if (!known) return taker(error_text(known.error()));
  const auto a = controller_asked(ground, asked, "a");
  const auto b = controller_asked(ground, asked, "b");
  const auto limit = asked.number("limit", 1000);
  for (const auto* one : {&a, &b}) {
    if (!*one) return taker(error_text(one->error()));
  }
  if (!limit) return taker(error_text(limit.error()));
  if (ground.caller.by_read_only) {
    return taker(error_text(
        {base::Errc::refused, "a request that a read-only controller brings is not carried on"}));
  }
  if (*a == *b) {
    return taker(error_text({base::Errc::invalid, "\"b\": is \"a\"; name another controller"}));
  }
  CompareWish wish{.a = (*a)->name, .b = (*b)->name, .naming_context = {}, .limit = *limit};
  if (asked.has("naming_context")) {
    const auto dn = asked.dn("naming_context");
    if (!dn) return taker(error_text(dn.error()));
    wish.naming_context = dn->to_string();
  }
  std::make_shared<Comparing>(ground, (*a)->id, (*b)->id, std::move(wish), std::move(taker))
      ->go_on();
}

}  // namespace ringspan::replicator::net
