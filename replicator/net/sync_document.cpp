#include "replicator/net/sync_document.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/engine/answer.hpp"

namespace ringspan::replicator::net {
namespace {

using MemberState = SyncRun::MemberState;
using ObjectState = SyncRun::ObjectState;
using WayState = SyncRun::WayState;

const char* word(MemberState state) {
  switch (state) {
    case MemberState::complete:
      return "complete";
    case MemberState::lacking:
      return "lacking";
    case MemberState::paused:
      return "paused";
    case MemberState::silent:
      return "silent";
  }
  return "";
}

const char* word(WayState state) {
  switch (state) {
    case WayState::waiting:
      return "waiting";
    case WayState::pulling:
      return "pulling";
    case WayState::done:
      return "done";
    case WayState::failed:
      return "failed";
    case WayState::paused:
      return "paused";
    case WayState::silent:
      return "silent";
  }
  return "";
}

Json word(ObjectState state) {
  switch (state) {
    case ObjectState::unknown:
      return nullptr;
    case ObjectState::missing:
      return "missing";
    case ObjectState::older:
      return "older";
    case ObjectState::same:
      return "same";
    case ObjectState::later:
      return "later";
  }
  return nullptr;
}

Json counts_json(const PullCounts& counts) {
  return {{"objects", counts.objects},
          {"values", counts.values},
          {"bytes", counts.bytes},
          {"pages", counts.pages}};
}

class Writer {
 public:
  Writer(const ServiceGround& ground, const SyncReport& report) : ground_(ground), report_(report) {
    for (const auto& [id, member] : report_.run.members()) {
      if (report_.run.wanted(id)) ids_[report_.run.state_of(id)].push_back(id);
    }
  }

  Json write() const {
    return {{"controller", ground_.name()},
            {"job", report_.job},
            {"state", report_.state},
            {"health", health()},
            {"summary", summary()},
            {"goal", goal()},
            {"started", base::to_string(report_.started)},
            {"milliseconds", (report_.now - report_.started).count()},
            {"hops", hops()},
            {"pulls", pulls()},
            {"carried", counts_json(carried())},
            {"controllers", controllers()},
            {"connections", connections()}};
  }

 private:
  std::string name(ControllerId id) const {
    const auto* found = sites::find_controller(ground_.forest(), id);
    return found == nullptr ? id.value.to_string() : found->name;
  }

  std::string site(ControllerId id) const {
    const auto* found = sites::find_controller(ground_.forest(), id);
    const auto* site = found == nullptr ? nullptr : sites::find_site(ground_.forest(), found->site);
    return site == nullptr ? std::string() : site->name;
  }

  std::string dn(NamingContextId id) const {
    const auto* found = sites::find_naming_context(ground_.forest(), id);
    return found == nullptr ? id.value.to_string() : found->dn;
  }

  std::vector<ControllerId> in(MemberState state) const {
    const auto found = ids_.find(state);
    return found == ids_.end() ? std::vector<ControllerId>{} : found->second;
  }

  std::string names(const std::vector<ControllerId>& ids) const {
    constexpr std::size_t kNamed = 5;
    std::string text;
    for (std::size_t at = 0; at < std::min(ids.size(), kNamed); ++at)
      text += (at == 0 ? "" : ", ") + name(ids[at]);
    if (ids.size() > kNamed) text += fmt::format(" and {} more", ids.size() - kNamed);
    return text;
  }

  bool running() const { return report_.state == "running"; }

  bool any_way_failed() const {
    return std::ranges::any_of(report_.run.ways(), [this](const SyncRun::Way& way) {
      return report_.run.state_of(way) == WayState::failed;
    });
  }

  bool anyone_is_silent() const {
    const auto& from = report_.wish.from;
    return !in(MemberState::silent).empty() ||
           (from && report_.run.state_of(*from) == MemberState::silent);
  }

  std::string_view health() const {
    if (anyone_is_silent() || (!running() && any_way_failed())) return "failing";
    if (report_.state == "failed" || !in(MemberState::lacking).empty()) return "behind";
    return in(MemberState::paused).empty() ? "well" : "paused";
  }

  std::string summary() const {
    if (!report_.trouble.empty()) return report_.trouble;
    const auto complete = in(MemberState::complete).size();
    std::size_t wanted = 0;
    for (const auto& [state, ids] : ids_)
      wanted += ids.size();
    const char* what = report_.object.guid.empty() ? "what existed when it began" : "the object";
    std::string text = complete == wanted && wanted > 1
                           ? fmt::format("All {} controllers have {}", wanted, what)
                           : fmt::format("{} of {} controllers {} {}", complete, wanted,
                                         complete == 1 ? "has" : "have", what);
    if (report_.state == "cancelled") text = "Cancelled: " + text;
    const auto add = [&](const std::vector<ControllerId>& ids, const char* trouble) {
      if (!ids.empty()) text += fmt::format("; {} {}", names(ids), trouble);
    };
    add(in(MemberState::silent), "cannot be asked");
    if (!running()) add(in(MemberState::lacking), "still lacking");
    add(in(MemberState::paused), "held back by a pause");
    return text + ".";
  }

  Json goal() const {
    const SyncWish& wish = report_.wish;
    Json contexts = Json::array();
    for (const auto& [context, vector] : report_.run.goal().writes)
      contexts.push_back(dn(context));
    Json object = nullptr;
    if (!report_.object.guid.empty()) {
      object = {{"object", report_.object.guid}, {"dn", report_.object.dn}};
    }
    return {{"from", wish.from ? Json(name(*wish.from)) : Json(nullptr)},
            {"to", wish.to ? name(*wish.to) : "all"},
            {"object", std::move(object)},
            {"naming_contexts", std::move(contexts)},
            {"full", wish.full}};
  }

  Json hops() const {
    Json list = Json::array();
    for (const auto& [hop, progress] : report_.run.hops()) {
      list.push_back({{"hop", hop == 0 ? Json(nullptr) : Json(hop)},
                      {"reached", progress.reached},
                      {"all", progress.all}});
    }
    return list;
  }

  /// A standby that stood by has no part in it.
  static bool is_needed(const SyncRun::Way& way) {
    return !way.way.standby || way.running || way.pulls > 0 || !way.error.empty();
  }

  Json pulls() const {
    const auto& ways = report_.run.ways();
    const auto done =
        std::ranges::count_if(ways, [](const SyncRun::Way& way) { return way.pulls > 0; });
    const auto all = std::ranges::count_if(ways, is_needed);
    return {{"done", done}, {"all", all}};
  }

  PullCounts carried() const {
    PullCounts sum;
    for (const SyncRun::Way& way : report_.run.ways())
      sum += way.counts;
    return sum;
  }

  Json controllers() const {
    Json list = Json::array();
    for (const auto& [id, member] : report_.run.members()) {
      const MemberState state = report_.run.state_of(id);
      list.push_back({{"name", name(id)},
                      {"site", site(id)},
                      {"wanted", report_.run.wanted(id)},
                      {"state", word(state)},
                      {"error", error(id, state, member)},
                      {"last_heard", state == MemberState::silent ? last_heard(id) : Json(nullptr)},
                      {"object", word(report_.run.object_at(id))},
                      {"lacks", lacks(id, member)}});
    }
    return list;
  }

  std::string error(ControllerId id, MemberState state, const SyncRun::Member& member) const {
    if (state == MemberState::silent) return member.error;
    if (state != MemberState::paused) return {};
    if (const auto& pause = member.told.pauses.inbound) {
      return configuration::sentence(name(id), configuration::Direction::inbound, *pause);
    }
    return "what it lacks could come by way of a paused controller alone";
  }

  /// Null where nobody knows.
  Json lacks(ControllerId id, const SyncRun::Member& member) const {
    if (!member.was_heard) return nullptr;
    Json list = Json::array();
    for (const auto& [context, originators] : report_.run.lacks(id)) {
      std::set<std::string> writers;
      for (const InvocationId originator : originators)
        writers.insert(ground_.originators.name_of(originator));
      Json line{{"naming_context", dn(context)},
                {"of", std::move(writers)},
                {"objects", nullptr},
                {"values", nullptr}};
      if (!running()) count(line, context, id, member);
      list.push_back(std::move(line));
    }
    return list;
  }

  /// As far as we have it ourselves.
  void count(Json& line, NamingContextId context, ControllerId id,
             const SyncRun::Member& member) const {
    const auto knows = member.told.knows.find(context);
    const bool held = std::ranges::any_of(ground_.contexts(),
                                          [&](const auto& head) { return head.id == context; });
    if (!held || knows == member.told.knows.end()) return;
    const auto audience = audience_of(ground_.forest(), id, context).value_or(Audience{});
    const Lag behind =
        lag(*ground_.store.read(), context, {}, knows->second, ground_.identity, audience);
    line["objects"] = behind.objects;
    line["values"] = behind.values;
  }

  /// When a write, or a sign of life, of its was made that has come here since.
  Json last_heard(ControllerId id) const {
    base::Time last{};
    const auto snapshot = ground_.store.read();
    for (const NamingContextHead& head : ground_.contexts()) {
      const UpToDatenessVector vector = snapshot->vector(head.id);
      for (const auto& [originator, cursor] : vector.cursors()) {
        if (ground_.originators.name_of(originator) == name(id)) last = std::max(last, cursor.time);
      }
    }
    return to_json(last);
  }

  Json connections() const {
    Json list = Json::array();
    for (const SyncRun::Way& way : report_.run.ways()) {
      if (!is_needed(way)) continue;
      Json line{{"destination", name(way.way.destination)},
                {"source", name(way.way.source)},
                {"standby", way.way.standby},
                {"state", word(report_.run.state_of(way))},
                {"pulls", way.pulls}};
      line.update(counts_json(way.counts));
      line["error"] = way.error;
      list.push_back(std::move(line));
    }
    return list;
  }

  const ServiceGround& ground_;
  const SyncReport& report_;
  std::map<MemberState, std::vector<ControllerId>> ids_;
};

}  // namespace

Json sync_document(const ServiceGround& ground, const SyncReport& report) {
  return Writer(ground, report).write();
}

}  // namespace ringspan::replicator::net
