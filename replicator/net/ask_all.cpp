#include "replicator/net/ask_all.hpp"

#include <mutex>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace ringspan::replicator::net {
namespace {

/// Answers as they come in; shared by those that are still to come.
class Round : public std::enable_shared_from_this<Round> {
 public:
  Round(const ServiceGround& ground, std::size_t waiting,
        std::function<void(const AnswersOfAll&)> then, std::function<void()> nobody)
      : readers_(ground.readers),
        waiting_(waiting),
        then_(std::move(then)),
        nobody_(std::move(nobody)) {}

  void taken(ControllerId from, base::Result<Json> answer) {
    {
      const std::lock_guard lock(mutex_);
      answers_.emplace(from, std::move(answer));
      if (--waiting_ > 0) return;
    }
    // The network's thread must not wait for the database.
    if (!readers_.post([self = shared_from_this()] { self->then_(self->answers_); })) nobody_();
  }

 private:
  Readers& readers_;
  std::mutex mutex_;
  std::size_t waiting_;
  AnswersOfAll answers_;
  std::function<void(const AnswersOfAll&)> then_;
  std::function<void()> nobody_;
};

}  // namespace

void ask_all(const ServiceGround& ground, const Json& request, base::Duration limit,
             base::Result<Json> (*myself)(const ServiceGround&, const Json&),
             std::function<void(const AnswersOfAll&)> then, std::function<void()> nobody) {
  const ControllerId me = ground.identity.controller;
  std::vector<ControllerId> others;
  for (const sites::Controller& controller : ground.forest().controllers) {
    if (controller.id != me && ground.in_force->keys.contains(controller.id)) {
      others.push_back(controller.id);
    }
  }
  const auto round =
      std::make_shared<Round>(ground, others.size() + 1, std::move(then), std::move(nobody));
  for (const ControllerId to : others) {
    ground.network.ask(to, to_text(request), 0, limit,
                       [round, to](const base::Result<std::string>& answer) {
                         round->taken(to, answer.and_then(read_answer));
                       });
  }
  round->taken(me, myself(ground, request));
}

}  // namespace ringspan::replicator::net
