#include "replicator/net/role_fence.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "replicator/net/clock.hpp"

namespace ringspan::replicator::net {
namespace {

using namespace std::chrono_literals;
using base::Errc;
using base::fail;
using partners::LeaseKeeper;

constexpr base::Duration kLook = 1s;
constexpr base::Duration kPatience = 15s;
constexpr base::Duration kLookOfMember =
    10ms;  // so that all together look a hundred times a second

}  // namespace

RoleFence::Fenced::Fenced(const EtcdFence::Us& us, std::vector<std::string> endpoints,
                          TlsContext context, base::Duration turn)
    : fence(us, std::move(endpoints), std::move(context)), keeper(fence, us.invocation, turn) {}

RoleFence::RoleFence(EtcdFence::Us us, TlsContext context, RoleFenceGround ground)
    : us_(std::move(us)), context_(std::move(context)), ground_(std::move(ground)) {}

RoleFence::~RoleFence() {
  stop();
}

void RoleFence::start() {
  thread_ = std::thread(&RoleFence::run, this);
}

void RoleFence::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void RoleFence::use(std::vector<std::string> endpoints, std::size_t members) {
  {
    const std::lock_guard lock(mutex_);
    pace_ = kLook + kLookOfMember * static_cast<std::int64_t>(members);
    if (endpoints == endpoints_) return;
    endpoints_ = std::move(endpoints);
    changed_use_ = true;
    view_ = {.fenced = !endpoints_.empty()};
    hold_ = {};
  }
  changed_.notify_one();
}

std::optional<Leases> RoleFence::leases() const {
  const std::lock_guard lock(mutex_);
  if (!view_.fenced) return std::nullopt;
  return hold_.at(time_since_boot());
}

void RoleFence::confirm(Leases leases, Taker taker) {
  post([leases = std::move(leases), taker = std::move(taker)](Fenced* fenced) {
    if (fenced == nullptr) return taker(fail(Errc::unavailable, "the fence has gone; try again"));
    taker(fenced->keeper.confirm(leases, time_since_boot()));
  });
}

void RoleFence::draw(Draw wanted, Leases leases,
                     std::function<void(const base::Result<Drawn>&)> taker) {
  post([wanted = std::move(wanted), leases = std::move(leases),
        taker = std::move(taker)](Fenced* fenced) {
    if (fenced == nullptr) return taker(fail(Errc::unavailable, "the fence has gone; try again"));
    taker(fenced->keeper.draw(wanted, leases, time_since_boot()));
  });
}

// What the engine has begun under the lease is over after the step; only then the key goes.
void RoleFence::give_up(const RoleId& role, partners::Pledge pledge, Taker taker) {
  post([this, role, pledge = std::move(pledge), taker = std::move(taker)](Fenced* fenced) mutable {
    const Leases held = fenced == nullptr ? Leases{} : fenced->keeper.hold().at(time_since_boot());
    const auto lease = held.find(role);
    if (lease == held.end()) return taker(fail(Errc::refused, "it has no lease of the fence"));
    const Revision revision = lease->second;
    fenced->keeper.let_go(role);
    publish(fenced);
    ground_.step([this, role, revision, pledge = std::move(pledge), taker = std::move(taker)] {
      post([this, role, revision, pledge, taker](Fenced* now) mutable {
        pledge.handover = ground_.handover(role);
        if (now == nullptr) return taker(fail(Errc::unavailable, "the fence has gone"));
        taker(now->keeper.give_up(role, revision, pledge));
      });
    });
  });
}

void RoleFence::want(const TakeRole& wish, Taker taker) {
  post([this, wish, taker = std::move(taker)](Fenced* fenced) {
    if (fenced == nullptr) return taker(fail(Errc::unavailable, "the fence has gone; try again"));
    fenced->keeper.want(wish);
    end_wait(wish.role, fail(Errc::unavailable, "asked for anew"));
    waiting_.insert_or_assign(wish.role, Waiting{taker, time_since_boot() + kPatience});
    const std::lock_guard lock(mutex_);
    look_now_ = true;
  });
}

void RoleFence::end_wait(const RoleId& role, const base::Result<void>& result) {
  const auto waiting = waiting_.extract(role);
  if (waiting) waiting.mapped().taker(result);
}

void RoleFence::give_up_late() {
  const base::Duration now = time_since_boot();
  std::vector<RoleId> late;
  for (const auto& [role, waiting] : waiting_) {
    if (waiting.give_up_at <= now) late.push_back(role);
  }
  for (const RoleId& role : late)
    end_wait(role, fail(Errc::unavailable, "the fence has not given it to us in time"));
}

RoleFenceView RoleFence::view() const {
  const std::lock_guard lock(mutex_);
  RoleFenceView view = view_;
  const base::Duration now = time_since_boot();
  view.leases = hold_.at(now);
  view.left = std::max(hold_.until - now, base::Duration::zero());
  return view;
}

void RoleFence::post(Job job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  changed_.notify_one();
}

void RoleFence::run() {
  std::unique_ptr<Fenced> fenced;
  const base::Duration turn{us_.invocation.value.to_bytes().back() * 2};  // below a second
  base::Duration look_at{};
  while (true) {
    std::deque<Job> jobs;
    {
      std::unique_lock lock(mutex_);
      const auto ready = [this] {
        return stopping_ || !jobs_.empty() || changed_use_ || look_now_;
      };
      if (fenced) {
        changed_.wait_for(lock, due(*fenced, look_at) - time_since_boot(), ready);
      } else {
        changed_.wait(lock, ready);
      }
      jobs.swap(jobs_);
      if (stopping_ && jobs.empty()) return;
      if (std::exchange(changed_use_, false)) {
        fenced.reset();
        if (!endpoints_.empty()) {
          fenced = std::make_unique<Fenced>(us_, endpoints_, context_, turn);
        }
        look_at = {};
      }
      if (std::exchange(look_now_, false)) look_at = {};
    }
    for (const Job& job : jobs)
      job(fenced.get());
    give_up_late();
    if (fenced && time_since_boot() >= std::min(look_at, fenced->keeper.renewal_due())) {
      const std::vector<TakeRole> writes = round(*fenced);
      look_at = time_since_boot() + pace();
      publish(fenced.get());
      for (const TakeRole& take : writes)
        write(take);
    } else {
      publish(fenced.get());
    }
  }
}

/// When something is to be done next: a look, a renewal, or to say that the lease has ended here.
base::Duration RoleFence::due(const Fenced& fenced, base::Duration look_at) const {
  const LeaseKeeper& keeper = fenced.keeper;
  base::Duration wake = look_at;
  if (keeper.renewal_due() != base::Duration{}) wake = std::min(wake, keeper.renewal_due());
  if (!told_.empty()) wake = std::min(wake, keeper.hold().until);
  return wake;
}

std::vector<TakeRole> RoleFence::round(Fenced& fenced) {
  const std::string before = fenced.keeper.trouble();
  auto writes = fenced.keeper.round(ground_.stakes(), ground_.holds, time_since_boot());
  const std::string& now = fenced.keeper.trouble();
  if (before.empty() && !now.empty()) spdlog::warn("the fence of the roles: {}", now);
  if (!before.empty() && now.empty()) spdlog::info("the fence of the roles answers again");
  return writes;
}

void RoleFence::write(const TakeRole& take) {
  ground_.write(take, [this, take](const base::Result<Written>& result) {
    if (result) {
      spdlog::info("the fence gives {} the role {} (revision {})", us_.name,
                   to_string(take.role.role), take.revision.value);
    } else {
      spdlog::warn("{}", result.error().message);
    }
    post([this, take, result](Fenced* fenced) {
      if (fenced != nullptr) fenced->keeper.wrote(take, result, time_since_boot());
      if (result) return end_wait(take.role, {});
      end_wait(take.role, fail(result.error()));
    });
  });
}

base::Duration RoleFence::pace() const {
  const std::lock_guard lock(mutex_);
  return pace_;
}

/// What others see of it, and the engine when that has changed.
void RoleFence::publish(const Fenced* fenced) {
  Leases now;
  {
    const std::lock_guard lock(mutex_);
    if (fenced != nullptr && !changed_use_) {
      hold_ = fenced->keeper.hold();
      view_.endpoint = fenced->fence.endpoint();
      view_.trouble = fenced->keeper.trouble();
    }
    now = hold_.at(time_since_boot());
  }
  if (std::exchange(told_, now) != now) ground_.step(nullptr);
}

}  // namespace ringspan::replicator::net
