// log: the last lines of this controller's log, or those after a cursor; waits for the next if
// asked to.

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/net/log.hpp"
#include "replicator/net/service.hpp"

namespace ringspan::replicator::net {
namespace {

base::Result<LogQuestion> read_question(const Asked& asked) {
  auto known = asked.only({"ask", "after", "started", "limit", "level", "wait"});
  if (!known) return base::fail(known.error());
  LogQuestion question;
  const auto after = asked.number("after", 0);
  const auto limit = asked.number("limit", question.limit);
  const auto level = asked.has("level") ? asked.text("level") : base::Result<std::string>("debug");
  const auto wait = asked.flag("wait");
  std::string faults;
  const auto fault = [&faults](const std::string& words) {
    faults += (faults.empty() ? "" : "\n") + words;
  };
  if (!after) fault(after.error().message);
  if (!limit) fault(limit.error().message);
  if (limit && (*limit == 0 || *limit > Log::kKept)) {
    fault(fmt::format("\"limit\": {} is none of 1 to {}", *limit, Log::kKept));
  }
  const auto least = level ? parse_log_level(*level) : std::nullopt;
  if (!least) fault("\"level\": is none of debug, info, warning, error, critical");
  if (!wait) fault(wait.error().message);
  if (asked.has("started") && !asked.text("started")) fault(asked.text("started").error().message);
  if (!faults.empty()) return base::fail(base::Errc::invalid, faults);
  if (asked.has("after")) question.after = *after;
  question.limit = *limit;
  question.least = *least;
  return question;
}

Json to_json(const LogLine& line) {
  return {{"number", line.number},
          {"time", base::to_string(line.time)},
          {"level", to_string(line.level)},
          {"text", line.text}};
}

}  // namespace

void answer_log(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  const Asked asked(request);
  auto question = read_question(asked);
  if (!question) return taker(error_text(question.error()));
  // A cursor of an earlier run means nothing here: the log has begun anew.
  const std::string started = base::to_string(ground.started);
  const bool restarted = question->after && asked.text("started").value_or(started) != started;
  if (restarted) question->after = 0;
  const auto answer = [name = ground.name(), started, restarted,
                       taker = std::move(taker)](const LogPage& page) {
    Json lines = Json::array();
    for (const LogLine& line : page.lines)
      lines.push_back(to_json(line));
    taker(to_text({{"controller", name},
                   {"started", started},
                   {"restarted", restarted},
                   {"lost", page.lost},
                   {"next", page.next},
                   {"lines", std::move(lines)}}));
  };
  const bool waits = asked.flag("wait").value_or(false) && question->after && !restarted;
  if (!waits) return answer(ground.log.read(*question));
  ground.log.ask(*question, answer);
}

}  // namespace ringspan::replicator::net
