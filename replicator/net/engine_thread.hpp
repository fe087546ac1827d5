#pragma once

// EngineThread: drives the engine. Events from anywhere wait in one queue; the thread takes all
// that wait as one step (so eight writers share a commit), hands the effects out, and sleeps until
// the next event or until the engine wants to be woken.
//
//     thread.write(write, [reply](const base::Result<Written>& result) { reply(...); });
//
// Takers are called once, on the engine's thread or the fence's, and must not block. A write that
// needs a role waits for the fence's word, where there is one. Where the store gives way the engine
// is in an unknown state and is driven no more: its owner opens another one once that can write.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "replicator/engine/engine.hpp"

namespace ringspan::replicator::net {

using WriteTaker = std::function<void(const base::Result<Written>&)>;
/// One report for each naming context; Errc::unavailable when they did not all come in time.
using PullsTaker = std::function<void(const base::Result<std::vector<PullReport>>&)>;

struct EngineOutlets {
  std::function<void(const Outgoing&)> send;
  std::function<void(const Finding&)> log;
  /// After each step, before it is told: whom its messages bring here is answered knowing it.
  std::function<void(const Effects&)> stepped;
  /// No step will follow.
  std::function<void(const std::string& reason)> failed;
  /// The store gave way, and no step will follow either. Asked again and again from then on, until
  /// it says that the store takes writes again, or stop().
  std::function<void(const StoreFailure& trouble)> halted;
  std::function<bool()> recovered;
  /// What the fence leaves us now; nullopt: there is none. Asked before each step.
  std::function<std::optional<Leases>()> leases;
  /// Asks the fence whether these are still in force; the taker may be called from any thread.
  std::function<void(Leases, std::function<void(const base::Result<void>&)>)> confirm;
  /// Likewise, and draws these numbers of its counter.
  std::function<void(Draw, Leases, std::function<void(const base::Result<Drawn>&)>)> draw;
};

class EngineThread {
 public:
  /// `engine` must outlive the thread; nobody else may call it.
  EngineThread(Engine& engine, EngineOutlets outlets);
  ~EngineThread();
  EngineThread(const EngineThread&) = delete;
  EngineThread& operator=(const EngineThread&) = delete;

  void start();

  /// Steps through what waits, tells those who still wait for more, and ends.
  void stop();

  /// `then` is called once the step that took the event is committed; not at all after a failure.
  void post(Event event, std::function<void()> then = nullptr);
  void write(Write write, WriteTaker taker);
  /// Has the engine take what another replica holds of objects that diverge (Mend); `written` says
  /// the local USN of the commit.
  void mend(Page page, bool replaces, WriteTaker taker);
  void pull(ControllerId source, const std::vector<NamingContextId>& contexts, bool full,
            base::Duration limit, PullsTaker taker);

 private:
  struct Queued {
    Event event;
    std::function<void()> then;
  };
  struct Waiting {
    std::size_t contexts = 0;
    base::Time give_up_at{};
    std::vector<PullReport> reports;
    PullsTaker taker;
  };

  void ask(WriteTaker taker, const std::function<Event(std::uint64_t id)>& event);
  void run();
  void step_on();
  void wait_for_recovery();
  std::vector<Queued> take_waiting();
  std::vector<Event> events_of(std::vector<Queued>& taken);
  void ask_fence(const Effects& effects, std::vector<Event>& events);
  void ask_fence(const WriteAnswer& answer, Write write);
  void confirmed(WriteAsked again, const base::Result<void>& result);
  base::Result<Written> result_of(const WriteAnswer& answer) const;
  void hand_out(const Effects& effects);
  void collect(const PullReport& report);
  void give_up_late(base::Time now);
  void end_all(const std::string& reason);

  Engine& engine_;
  EngineOutlets outlets_;
  std::mutex mutex_;  // guards all below but the thread
  std::condition_variable changed_;
  std::deque<Queued> queue_;
  std::map<std::uint64_t, WriteTaker> writes_;
  std::map<std::uint64_t, Waiting> pulls_;
  std::uint64_t last_id_ = 0;
  std::optional<base::Time> wake_at_;
  std::optional<Leases> leases_;  // as the engine was told; the thread's own
  bool stopping_ = false;
  std::string ended_;  // why nothing is taken any more; empty: it is
  std::thread thread_;
};

}  // namespace ringspan::replicator::net
