#include "replicator/net/engine_thread.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include "replicator/net/clock.hpp"
#include "replicator/net/failpoint.hpp"

namespace ringspan::replicator::net {
namespace {

constexpr std::size_t kEvents = 256;    // of one step
constexpr std::size_t kObjects = 1024;  // of its pages, so that no write waits for a whole fill
constexpr auto kBetweenAttempts = std::chrono::seconds(1);  // to write where that failed

std::size_t objects_of(const Event& event) {
  const auto* page = std::get_if<PageArrived>(&event);
  return page == nullptr ? 0 : page->page.objects.size();
}

}  // namespace

EngineThread::EngineThread(Engine& engine, EngineOutlets outlets)
    : engine_(engine), outlets_(std::move(outlets)) {}

EngineThread::~EngineThread() {
  stop();
}

void EngineThread::start() {
  thread_ = std::thread(&EngineThread::run, this);
}

void EngineThread::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void EngineThread::post(Event event, std::function<void()> then) {
  {
    const std::lock_guard lock(mutex_);
    if (!ended_.empty()) return;
    queue_.push_back({std::move(event), std::move(then)});
  }
  changed_.notify_one();
}

/// Queues an event that is answered under an id of its own.
void EngineThread::ask(WriteTaker taker, const std::function<Event(std::uint64_t id)>& event) {
  std::unique_lock lock(mutex_);
  if (!ended_.empty()) {
    const std::string reason = ended_;
    lock.unlock();
    return taker(base::fail(base::Errc::unavailable, reason));
  }
  const std::uint64_t id = ++last_id_;
  writes_.emplace(id, std::move(taker));
  queue_.push_back({event(id), nullptr});
  lock.unlock();
  changed_.notify_one();
}

void EngineThread::write(Write write, WriteTaker taker) {
  ask(std::move(taker),
      [&write](std::uint64_t id) { return WriteAsked{.id = id, .write = std::move(write)}; });
}

void EngineThread::mend(Page page, bool replaces, WriteTaker taker) {
  ask(std::move(taker), [&page, replaces](std::uint64_t id) {
    return Mend{.id = id, .page = std::move(page), .replaces = replaces};
  });
}

void EngineThread::pull(ControllerId source, const std::vector<NamingContextId>& contexts,
                        bool full, base::Duration limit, PullsTaker taker) {
  std::unique_lock lock(mutex_);
  if (!ended_.empty()) {
    const std::string reason = ended_;
    lock.unlock();
    return taker(base::fail(base::Errc::unavailable, reason));
  }
  const std::uint64_t id = ++last_id_;
  pulls_.emplace(id, Waiting{contexts.size(), wall_clock() + limit, {}, std::move(taker)});
  for (const NamingContextId context : contexts) {
    queue_.push_back(
        {PullForced{.id = id, .source = source, .naming_context = context, .full = full}, nullptr});
  }
  lock.unlock();
  changed_.notify_one();
}

void EngineThread::run() {
  try {
    step_on();
    end_all("this controller is stopping");
  } catch (const StoreFailure& trouble) {
    end_all(fmt::format("this controller takes no writes: {}", trouble.what()));
    outlets_.halted(trouble);
    wait_for_recovery();
  } catch (const std::exception& trouble) {
    end_all(fmt::format("this controller cannot write any more: {}", trouble.what()));
    outlets_.failed(trouble.what());
  }
}

void EngineThread::step_on() {
  while (true) {
    std::vector<Queued> taken = take_waiting();
    const base::Time now = wall_clock();
    {
      const std::lock_guard lock(mutex_);
      if (stopping_ && taken.empty()) return;
    }
    std::vector<Event> events = events_of(taken);
    const Effects effects = engine_.step(events, now);
    ask_fence(effects, events);
    hand_out(effects);
    for (const Queued& queued : taken) {
      if (queued.then) queued.then();
    }
    give_up_late(now);
  }
}

void EngineThread::wait_for_recovery() {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kBetweenAttempts, [this] { return stopping_; })) {
    lock.unlock();
    if (outlets_.recovered()) return;
    lock.lock();
  }
}

/// Waits for events or for the time that the engine, or someone who waits for a pull, has named.
std::vector<EngineThread::Queued> EngineThread::take_waiting() {
  std::unique_lock lock(mutex_);
  const auto ready = [this] { return stopping_ || !queue_.empty(); };
  auto wake = wake_at_;
  for (const auto& [id, waiting] : pulls_) {
    if (!wake || waiting.give_up_at < *wake) wake = waiting.give_up_at;
  }
  if (wake) {
    changed_.wait_until(lock, *wake, ready);
  } else {
    changed_.wait(lock, ready);
  }
  std::vector<Queued> taken;
  std::size_t objects = 0;
  while (!queue_.empty() && taken.size() < kEvents && objects < kObjects) {
    objects += objects_of(queue_.front().event);
    taken.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return taken;
}

/// Begins with what the fence says at this moment, where that is something new.
std::vector<Event> EngineThread::events_of(std::vector<Queued>& taken) {
  std::vector<Event> events;
  auto leases = outlets_.leases();
  if (leases != leases_) {
    leases_ = leases;
    events.emplace_back(FenceSaid{std::move(leases)});
  }
  bool checked = false;
  for (Queued& queued : taken) {
    const auto* asked = std::get_if<WriteAsked>(&queued.event);
    checked = checked || (asked != nullptr && !asked->passes.empty());
    events.push_back(std::move(queued.event));
  }
  if (checked) stop_here_if_asked(kBetweenCheckAndCommit);
  return events;
}

/// What needs the fence's word first is written again when that has come (rule F4).
void EngineThread::ask_fence(const Effects& effects, std::vector<Event>& events) {
  for (const WriteAnswer& answer : effects.answers) {
    if (answer.needs.empty()) continue;
    for (Event& event : events) {
      auto* asked = std::get_if<WriteAsked>(&event);
      if (asked == nullptr || asked->id != answer.id) continue;
      ask_fence(answer, std::move(asked->write));
      break;
    }
  }
}

void EngineThread::ask_fence(const WriteAnswer& answer, Write write) {
  WriteAsked again{.id = answer.id, .write = std::move(write), .passes = answer.needs};
  if (answer.draw) {
    return outlets_.draw(*answer.draw, answer.needs,
                         [this, again = std::move(again)](const base::Result<Drawn>& drawn) {
                           WriteAsked with = again;
                           if (!drawn) return confirmed(std::move(with), base::fail(drawn.error()));
                           with.drawn = *drawn;
                           confirmed(std::move(with), {});
                         });
  }
  outlets_.confirm(answer.needs, [this, again = std::move(again)](const base::Result<void>& said) {
    confirmed(again, said);
  });
}

void EngineThread::confirmed(WriteAsked again, const base::Result<void>& result) {
  std::unique_lock lock(mutex_);
  if (result && ended_.empty()) {
    queue_.push_back({std::move(again), nullptr});
    lock.unlock();
    return changed_.notify_one();
  }
  const auto taker = writes_.extract(again.id);
  lock.unlock();
  if (taker) taker.mapped()(base::fail(result.error()));
}

/// What was written when the lease had ended may be void, whatever the engine took it for.
base::Result<Written> EngineThread::result_of(const WriteAnswer& answer) const {
  if (!answer.result || answer.under.empty()) return answer.result;
  const auto now = outlets_.leases();
  for (const auto& [role, revision] : answer.under) {
    const auto lease = now ? now->find(role) : Leases::const_iterator{};
    if (now && lease != now->end() && lease->second == revision) continue;
    return base::fail(
        base::Errc::unavailable,
        fmt::format("{} role: its lease ended while this was written; it holds only if nobody has "
                    "taken the role since; look before you ask again",
                    to_string(role.role)));
  }
  return answer.result;
}

void EngineThread::hand_out(const Effects& effects) {
  std::vector<std::pair<WriteTaker, base::Result<Written>>> written;
  {
    const std::lock_guard lock(mutex_);
    wake_at_ = effects.wake_at;
    for (const WriteAnswer& answer : effects.answers) {
      if (!answer.needs.empty()) continue;
      auto taker = writes_.extract(answer.id);
      if (taker) written.emplace_back(std::move(taker.mapped()), result_of(answer));
    }
  }
  outlets_.stepped(effects);
  for (const auto& [taker, result] : written)
    taker(result);
  for (const Outgoing& outgoing : effects.send)
    outlets_.send(outgoing);
  for (const PullReport& report : effects.pulls)
    collect(report);
  for (const Finding& finding : effects.findings)
    outlets_.log(finding);
}

void EngineThread::collect(const PullReport& report) {
  std::vector<Waiting> complete;
  {
    const std::lock_guard lock(mutex_);
    for (const std::uint64_t id : report.forced) {
      const auto waiting = pulls_.find(id);
      if (waiting == pulls_.end()) continue;
      waiting->second.reports.push_back(report);
      if (waiting->second.reports.size() < waiting->second.contexts) continue;
      complete.push_back(std::move(waiting->second));
      pulls_.erase(waiting);
    }
  }
  for (const Waiting& waiting : complete)
    waiting.taker(waiting.reports);
}

void EngineThread::give_up_late(base::Time now) {
  std::vector<PullsTaker> late;
  {
    const std::lock_guard lock(mutex_);
    for (auto waiting = pulls_.begin(); waiting != pulls_.end();) {
      if (waiting->second.give_up_at > now) {
        ++waiting;
        continue;
      }
      late.push_back(std::move(waiting->second.taker));
      waiting = pulls_.erase(waiting);
    }
  }
  for (const PullsTaker& taker : late) {
    taker(base::fail(base::Errc::unavailable,
                     "the pull has not ended in time; it goes on: see ringspan status"));
  }
}

void EngineThread::end_all(const std::string& reason) {
  std::map<std::uint64_t, WriteTaker> writes;
  std::map<std::uint64_t, Waiting> pulls;
  {
    const std::lock_guard lock(mutex_);
    ended_ = reason;
    queue_.clear();
    writes.swap(writes_);
    pulls.swap(pulls_);
  }
  for (const auto& [id, taker] : writes)
    taker(base::fail(base::Errc::unavailable, reason));
  for (const auto& [id, waiting] : pulls)
    waiting.taker(base::fail(base::Errc::unavailable, reason));
}

}  // namespace ringspan::replicator::net
