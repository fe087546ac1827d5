#include "replicator/net/sync_jobs.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/net/clock.hpp"
#include "replicator/net/pause_json.hpp"
#include "replicator/net/secrets.hpp"
#include "replicator/net/sync_document.hpp"
#include "replicator/net/vector_json.hpp"

namespace ringspan::replicator::net {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kTellLimit = 10s;
constexpr std::uint64_t kPullSeconds = 3600;  // who dies is noticed long before, a source too
constexpr base::Duration kPullLimit = std::chrono::seconds(kPullSeconds);

base::Result<MemberTold> read_told(const Json& json) {
  MemberTold told;
  if (!json.contains("naming_contexts")) return base::fail(base::Errc::damaged, "no vectors");
  for (const Json& entry : json["naming_contexts"]) {
    const Asked asked(entry);
    const auto context = read_guid(asked, "naming_context");
    if (!context) return base::fail(context.error());
    auto vector = read_vector(asked.has("cursors") ? entry["cursors"] : Json::array());
    if (!vector) return base::fail(vector.error());
    told.knows.emplace(NamingContextId(*context), *std::move(vector));
  }
  told.pauses = read_pauses(json.value("paused", Json()));
  if (!json.contains("object") || !json["object"].is_object()) return told;
  auto stamps = read_stamps(json["object"].value("stamps", Json::object()));
  if (!stamps) return base::fail(stamps.error());
  told.object = *std::move(stamps);
  return told;
}

SyncOutcome read_outcome(const base::Result<Json>& answer) {
  if (!answer) return {.counts = {}, .error = answer.error().message};
  SyncOutcome outcome;
  for (const Json& pull : answer->value("pulls", Json::array())) {
    const Asked asked(pull);
    outcome.counts += {.pages = asked.number("pages", 0).value_or(0),
                       .objects = asked.number("objects", 0).value_or(0),
                       .values = asked.number("values", 0).value_or(0),
                       .bytes = asked.number("bytes", 0).value_or(0)};
    const auto error = asked.text("error");
    if (!error || !outcome.error.empty()) continue;
    outcome.error =
        fmt::format("{}: {}", asked.text("naming_context").value_or("naming context"), *error);
  }
  return outcome;
}

/// Who has joined, and what each holds.
std::map<ControllerId, std::vector<NamingContextId>> members_of(const ServiceGround& ground,
                                                                const SyncWish& wish) {
  std::map<ControllerId, std::vector<NamingContextId>> members;
  for (const sites::Controller& controller : ground.forest().controllers) {
    const bool joined = ground.in_force->keys.contains(controller.id) ||
                        controller.id == ground.identity.controller;
    if (!joined) continue;
    std::vector<NamingContextId> contexts;
    for (const sites::NamingContext& context : ground.forest().naming_contexts) {
      if (wish.context && *wish.context != context.id) continue;
      if (sites::replica_kind(controller, context) == sites::ReplicaKind::none) continue;
      contexts.push_back(context.id);
    }
    if (!contexts.empty()) members.emplace(controller.id, std::move(contexts));
  }
  return members;
}

/// The connections of the plan, or the one that the wish names.
std::vector<SyncWay> ways_of(const ServiceGround& ground, const SyncWish& wish) {
  const auto members = members_of(ground, wish);
  std::vector<SyncWay> ways;
  const auto add = [&](ControllerId destination, ControllerId source, bool standby,
                       std::vector<NamingContextId> contexts) {
    if (!members.contains(destination) || !members.contains(source)) return;
    if (wish.context) {
      std::erase_if(contexts, [&](NamingContextId context) { return context != *wish.context; });
    }
    if (!contexts.empty()) ways.push_back({destination, source, standby, std::move(contexts)});
  };
  if (wish.to) {
    std::vector<NamingContextId> both;
    const auto ours = members.find(*wish.to);
    const auto theirs = members.find(*wish.from);
    if (ours != members.end() && theirs != members.end()) {
      std::ranges::set_intersection(ours->second, theirs->second, std::back_inserter(both));
    }
    add(*wish.to, *wish.from, false, std::move(both));
    return ways;
  }
  for (const kcc::Connection& connection : ground.plan().connections) {
    add(connection.destination, connection.source, connection.standby, connection.naming_contexts);
  }
  return wish.from ? outward(ways, *wish.from) : ways;
}

std::string name_of(const ServiceGround& ground, ControllerId id) {
  const auto* controller = sites::find_controller(ground.forest(), id);
  return controller == nullptr ? id.value.to_string() : controller->name;
}

}  // namespace

SyncJob::SyncJob(std::string id, const ServiceGround& ground, const SyncWish& wish, base::Time now)
    : id_(std::move(id)),
      ground_(ground),
      wish_(wish),
      started_(now),
      run_(members_of(ground, wish), ways_of(ground, wish), wish.full),
      asked_about_(now) {}

// ── The beginning: what there is ─────────────────────────────────────────────────────────────────

/// Where an object is meant, its source is asked first: the others know it by its GUID.
void SyncJob::start() {
  if (wish_.object.empty()) return ask_the_others();
  ask_what_it_has(*wish_.from, wish_.object, [self = shared_from_this()](const Answer& answer) {
    {
      const std::lock_guard lock(self->mutex_);
      if (answer) {
        self->hear_of_object(answer->value("object", Json()));
      } else {
        self->trouble_ = fmt::format("{}: {}", name_of(self->ground_, *self->wish_.from),
                                     answer.error().message);
        self->run_.is_silent(*self->wish_.from, answer.error().message);
      }
      if (!self->trouble_.empty()) {
        self->ended_ = wall_clock();
        return;
      }
    }
    self->ask_the_others();
  });
}

void SyncJob::hear_of_object(const Json& object) {
  const Asked asked(object);
  const auto context = read_guid(asked, "naming_context");
  auto stamps = read_stamps(asked.has("stamps") ? object["stamps"] : Json::object());
  if (!context || !stamps) {
    trouble_ = fmt::format("{}: {} is not there", name_of(ground_, *wish_.from), wish_.object);
    return;
  }
  object_ = {asked.text("object").value_or(""), asked.text("dn").value_or(""),
             NamingContextId(*context), *std::move(stamps)};
}

void SyncJob::ask_the_others() {
  std::vector<ControllerId> members;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, member] : run_.members())
      members.push_back(id);
    unheard_ = members.size();
  }
  for (const ControllerId id : members) {
    ask_what_it_has(id, object_.guid, [self = shared_from_this(), id](const Answer& answer) {
      {
        const std::lock_guard lock(self->mutex_);
        self->hear(id, answer);
        if (--self->unheard_ > 0) return;
        self->begin();
      }
      self->go_on_later();
    });
  }
}

void SyncJob::ask_what_it_has(ControllerId member, std::string object,
                              std::function<void(const Answer&)> taker) {
  Json request{{"ask", "vector"}};
  if (!object.empty()) request["object"] = std::move(object);
  ask(member, std::move(request), kTellLimit, std::move(taker));
}

void SyncJob::hear(ControllerId member, const Answer& answer) {
  if (!answer) return run_.is_silent(member, answer.error().message);
  auto told = read_told(*answer);
  if (!told) return run_.is_silent(member, told.error().message);
  run_.tells(member, *std::move(told));
}

/// The object's stamps but for what some replica is never sent: those who get that, too, have it
/// once their vector covers it.
Stamps SyncJob::replicated_to_all() const {
  const auto snapshot = ground_.store.read();
  Selection shared;
  for (const auto& [id, member] : run_.members()) {
    const auto audience = audience_of(ground_.forest(), id, object_.context);
    if (!audience) continue;
    shared = both(shared, selection_of(*snapshot, ground_.contexts(), object_.context, *audience));
  }
  Stamps stamps = object_.stamps;
  std::erase_if(stamps, [&](const auto& entry) { return !shared.has(entry.first); });
  return stamps;
}

/// What there is now is the goal.
void SyncJob::begin() {
  begun_ = true;
  SyncRun::Goal goal{.writes = {}, .object = {}, .from = wish_.from, .to = wish_.to};
  if (wish_.from && !run_.members().at(*wish_.from).answers) {
    trouble_ = fmt::format("{} cannot be asked what it has: {}", name_of(ground_, *wish_.from),
                           run_.members().at(*wish_.from).error);
    ended_ = wall_clock();
    return;
  }
  goal.writes = wish_.from ? run_.members().at(*wish_.from).told.knows : run_.everything();
  if (wish_.context) {
    std::erase_if(goal.writes, [&](const auto& entry) { return entry.first != *wish_.context; });
  }
  if (!object_.guid.empty()) {
    UpToDatenessVector writes;
    for (const auto& [name, stamp] : object_.stamps)
      writes.merge(stamp.originator, {.usn = stamp.usn, .time = stamp.time});
    goal.writes = {{object_.context, std::move(writes)}};
    goal.object = replicated_to_all();
  }
  run_.begin(std::move(goal));
}

// ── On and on ────────────────────────────────────────────────────────────────────────────────────

/// On a reader's thread, whoever has called.
void SyncJob::go_on_later() {
  ground_.readers.post([self = shared_from_this()] { self->go_on(); });
}

void SyncJob::go_on() {
  std::vector<SyncRun::Order> orders;
  {
    const std::lock_guard lock(mutex_);
    const base::Time now = wall_clock();
    if (!begun_ || ended_ != base::Time{}) return;
    if (now - asked_about_ > kForgotten) cancelled_ = true;
    if (!cancelled_) orders = run_.next(now);
    if (cancelled_ || (orders.empty() && run_.ended())) ended_ = now;
  }
  for (const SyncRun::Order& order : orders)
    pull(order);
}

void SyncJob::pull(const SyncRun::Order& order) {
  Json contexts = Json::array();
  for (const NamingContextId id : order.contexts) {
    const auto* context = sites::find_naming_context(ground_.forest(), id);
    if (context != nullptr) contexts.push_back(context->dn);
  }
  Json request{{"ask", "sync"},
               {"from", name_of(ground_, order.source)},
               {"naming_contexts", std::move(contexts)},
               {"full", order.full},
               {"seconds", kPullSeconds}};
  ask(order.destination, std::move(request), kPullLimit + kTellLimit,
      [self = shared_from_this(), order](const Answer& answer) {
        const SyncOutcome outcome = read_outcome(answer);
        self->ask_what_it_has(
            order.destination, self->object_.guid,
            [self, order, outcome](const Answer& has) { self->pulled(order, outcome, has); });
      });
}

void SyncJob::pulled(const SyncRun::Order& order, const SyncOutcome& outcome, const Answer& has) {
  {
    const std::lock_guard lock(mutex_);
    hear(order.destination, has);
    run_.pulled(order, outcome, wall_clock());
  }
  go_on_later();
}

/// Never on the caller's thread, and never in our lock.
void SyncJob::ask(ControllerId member, Json request, base::Duration limit,
                  std::function<void(const Answer&)> taker) {
  if (member != ground_.identity.controller) {
    return ground_.network.ask(member, to_text(on_behalf(ground_.caller, std::move(request))), 0,
                               limit,
                               [taker = std::move(taker)](const base::Result<std::string>& text) {
                                 taker(text ? read_answer(*text) : base::fail(text.error()));
                               });
  }
  const bool taken = ground_.readers.post([self = shared_from_this(), request, taker] {
    if (request["ask"] == "vector") return taker(answer_vector(self->ground_, request));
    answer_sync(self->ground_, request,
                [taker](const std::string& text) { taker(read_answer(text)); });
  });
  if (!taken) taker(base::fail(base::Errc::unavailable, "too many requests wait here"));
}

// ── What a person asks ───────────────────────────────────────────────────────────────────────────

Json SyncJob::poll(base::Time now) {
  {
    const std::lock_guard lock(mutex_);
    asked_about_ = std::max(asked_about_, now);
  }
  go_on();
  std::unique_lock lock(mutex_);
  const base::Time until = ended_ == base::Time{} ? std::max(now, started_) : ended_;
  const SyncReport report{.job = id_,
                          .state = state(),
                          .wish = wish_,
                          .object = object_,
                          .run = run_,
                          .trouble = trouble_,
                          .started = started_,
                          .now = until};
  lock.unlock();  // the document reads the database
  return sync_document(ground_, report);
}

std::string SyncJob::state() const {
  if (!trouble_.empty()) return "failed";
  if (ended_ == base::Time{}) return "running";
  if (cancelled_) return "cancelled";
  const bool all = std::ranges::all_of(run_.members(), [this](const auto& entry) {
    const auto state = run_.state_of(entry.first);
    return !run_.wanted(entry.first) || state == SyncRun::MemberState::complete ||
           state == SyncRun::MemberState::silent;
  });
  return all ? "done" : "stuck";
}

void SyncJob::cancel() {
  const std::lock_guard lock(mutex_);
  if (ended_ != base::Time{}) return;
  cancelled_ = true;
  ended_ = wall_clock();
}

bool SyncJob::over() const {
  const std::lock_guard lock(mutex_);
  return ended_ != base::Time{};
}

base::Result<std::shared_ptr<SyncJob>> SyncJobs::make(const ServiceGround& ground,
                                                      const SyncWish& wish, base::Time now) {
  const auto random = random_bytes();
  const std::string id = to_hex({reinterpret_cast<const char*>(random.data()), 8});
  const std::lock_guard lock(mutex_);
  if (jobs_.size() >= kKept) {
    std::erase_if(jobs_, [](const auto& entry) { return entry.second->over(); });
  }
  if (jobs_.size() >= kKept) {
    return base::fail(base::Errc::refused,
                      fmt::format("{}: {} forced replications are under way here; wait for one",
                                  ground.name(), kKept));
  }
  return jobs_.emplace(id, std::make_shared<SyncJob>(id, ground, wish, now)).first->second;
}

std::shared_ptr<SyncJob> SyncJobs::find(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = jobs_.find(id);
  return found == jobs_.end() ? nullptr : found->second;
}

}  // namespace ringspan::replicator::net
