// status: everyone's part, then every source's answer to how far its destinations are behind, then
// one document (docs/schemas/status.schema.json).
//
//   asked ──part──► all members ──► parts ──lag──► all their sources ──► lags ──► document
//
// Two rounds, each in parallel and at most two seconds long; who does not answer is told of as
// such.

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/net/clock.hpp"
#include "replicator/net/service.hpp"
#include "replicator/net/status_document.hpp"

namespace ringspan::replicator::net {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kRoundLimit = 2s;

/// One status being gathered: shared by the answers that are still to come.
class Gathering : public std::enable_shared_from_this<Gathering> {
 public:
  Gathering(const ServiceGround& ground, JsonTaker taker)
      : ground_(ground), taker_(std::move(taker)) {}

  void start() {
    std::map<ControllerId, Json> asks;
    for (const sites::Controller& controller : ground_.forest().controllers)
      asks.emplace(controller.id, Json{{"ask", "part"}});
    round(asks, &StatusFindings::parts, &Gathering::ask_sources);
  }

 private:
  using Next = void (Gathering::*)();

  /// Asks each its own, and goes on when all have answered or run out of time.
  void round(const std::map<ControllerId, Json>& asks, StatusAnswers StatusFindings::* into,
             Next next) {
    {
      const std::lock_guard lock(mutex_);
      waiting_ = asks.size();
    }
    if (asks.empty()) return go_on(next);
    for (const auto& [id, request] : asks) {
      if (id == ground_.identity.controller) {
        taken(id, into, next, answer_myself(request));
        continue;
      }
      ground_.network.ask(id, to_text(request), 0, kRoundLimit,
                          [self = shared_from_this(), to = id, into,
                           next](const base::Result<std::string>& answer) {
                            self->taken(to, into, next, answer.and_then(read_answer));
                          });
    }
  }

  base::Result<Json> answer_myself(const Json& request) {
    return request["ask"] == "part" ? answer_part(ground_, request) : answer_lag(ground_, request);
  }

  void taken(ControllerId from, StatusAnswers StatusFindings::* into, Next next,
             base::Result<Json> answer) {
    bool complete = false;
    {
      const std::lock_guard lock(mutex_);
      (findings_.*into).emplace(from, std::move(answer).map([](Json&& json) {
        return std::make_shared<const Json>(std::move(json));
      }));
      complete = --waiting_ == 0;
    }
    if (complete) go_on(next);
  }

  /// On a reader's thread: the network's must not wait for the database.
  void go_on(Next next) {
    const bool taken =
        ground_.readers.post([self = shared_from_this(), next] { (self.get()->*next)(); });
    if (!taken) taker_(error_text({base::Errc::unavailable, "too many requests wait here"}));
  }

  void ask_sources() {
    learn_originators();
    std::map<ControllerId, Json> asks;
    for (auto& [destination, part] : findings_.parts) {
      if (!part || !(*part)->contains("inbound")) continue;
      for (const Json& record : (*part)->at("inbound"))
        put_question(asks, destination, record);
    }
    round(asks, &StatusFindings::lags, &Gathering::finish);
  }

  void put_question(std::map<ControllerId, Json>& asks, ControllerId destination,
                    const Json& record) {
    const auto source = base::Guid::parse(Asked(record).text("source").value_or(""));
    const auto context = base::Guid::parse(Asked(record).text("naming_context").value_or(""));
    if (!source || !context || !record.contains("after") || !record.contains("known")) return;
    Json& ask =
        asks.try_emplace(ControllerId(*source), Json{{"ask", "lag"}, {"questions", Json::array()}})
            .first->second;
    findings_.questions[ControllerId(*source)].emplace_back(destination, NamingContextId(*context));
    ask["questions"].push_back({{"destination", destination.value.to_string()},
                                {"naming_context", context->to_string()},
                                {"after", record["after"]},
                                {"known", record["known"]}});
  }

  void learn_originators() {
    for (const auto& [id, part] : findings_.parts) {
      if (!part || !(*part)->contains("controller")) continue;
      const auto text = Asked((*part)->at("controller")).text("invocation").value_or("");
      const auto invocation = base::Guid::parse(text);
      if (invocation) ground_.originators.learn(InvocationId(*invocation), id);
    }
  }

  void finish() {
    const StatusGround ground{ground_.name(), ground_.in_force, ground_.originators,
                              ground_.hold_back};
    taker_(to_text(status_document(ground, findings_, wall_clock())));
  }

  const ServiceGround ground_;
  JsonTaker taker_;
  std::mutex mutex_;
  std::size_t waiting_ = 0;
  StatusFindings findings_;
};

}  // namespace

void answer_status(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  if (auto known = Asked(request).only({"ask"}); !known) return taker(error_text(known.error()));
  std::make_shared<Gathering>(ground, std::move(taker))->start();
}

}  // namespace ringspan::replicator::net
