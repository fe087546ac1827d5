#include "replicator/net/status_document.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/net/pause_json.hpp"
#include "replicator/net/roles_document.hpp"

namespace ringspan::replicator::net {
namespace {

using namespace std::chrono_literals;

/// Younger than the hold-back and this: not late, only on its way.
constexpr base::Duration kOnItsWay = 5s;

struct Behind {
  std::uint64_t objects = 0;
  std::uint64_t values = 0;
  base::Duration age{};
};

/// What was said of one inbound connection and naming context.
struct Judged {
  ControllerId source;
  NamingContextId context;
  std::string state;
};

/// The document while it is written: who is who, and the worst that was met.
class Document {
 public:
  Document(const StatusGround& ground, const StatusFindings& findings, base::Time now)
      : ground_(ground), findings_(findings), now_(now) {}

  Json write() {
    for (const sites::Controller& controller : ground_.forest().controllers)
      add_controller(controller);
    for (const sites::Controller& controller : ground_.forest().controllers)
      add_inbound(controller);
    judge_algorithms();
    add_roles();
    add_silences();
    const std::string_view health = !failing_.empty()  ? "failing"
                                    : !behind_.empty() ? "behind"
                                    : !paused_.empty() ? "paused"
                                                       : "well";
    return {{"controller", ground_.controller},
            {"time", base::to_string(now_)},
            {"health", health},
            {"summary", summary()},
            {"controllers", std::move(controllers_)},
            {"connections", std::move(connections_)},
            {"roles", std::move(roles_)},
            {"silences", std::move(silences_)}};
  }

 private:
  /// By the word of all who can be asked.
  void add_roles() {
    RoleViews views;
    for (const auto& [id, part] : findings_.parts) {
      if (part && (*part)->contains("roles")) {
        views.emplace(id, std::make_shared<const Json>((*part)->at("roles")));
      }
    }
    roles_ = roles_json(ground_.forest(), ground_.originators, views);
    const RoleFaults faults = role_faults(roles_, now_);
    failing_.insert(failing_.end(), faults.failing.begin(), faults.failing.end());
    behind_.insert(behind_.end(), faults.late.begin(), faults.late.end());
  }

  /// Of each member in each naming context by the word of who heard it last.
  void add_silences() {
    std::map<std::pair<std::string, std::string>, Json> latest;
    for (const auto& [id, part] : findings_.parts) {
      if (!part || !(*part)->contains("silences")) continue;
      for (const Json& silence : (*part)->at("silences")) {
        const std::pair key{silence.at("controller").get<std::string>(),
                            silence.at("naming_context").get<std::string>()};
        const auto [known, fresh] = latest.try_emplace(key, silence);
        if (!fresh && known->second.at("share") > silence.at("share")) known->second = silence;
      }
    }
    std::map<std::string, Json> longest;  // one sentence a controller
    for (const auto& [key, silence] : latest) {
      silences_.push_back(silence);
      const auto [known, fresh] = longest.try_emplace(key.first, silence);
      if (!fresh && known->second.at("share") < silence.at("share")) known->second = silence;
    }
    for (const auto& [controller, silence] : longest)
      judge_silence(controller, silence);
  }

  void judge_silence(const std::string& controller, const Json& silence) {
    constexpr double kNoticed = 0.5;  // of the tombstone lifetime
    constexpr double kPressing = 0.9;
    const double share = silence.at("share").get<double>();
    if (share < kNoticed) return;
    const auto minute = [&silence](const char* field) {
      const auto time = base::parse_time(silence.at(field).get<std::string>());
      return configuration::minute_text(time.value_or(base::Time{}));
    };
    (share < kPressing ? behind_ : failing_)
        .push_back(fmt::format(
            "nobody has heard of {} in {} since {}: what is deleted meanwhile cannot be collected; "
            "bring it back, or it is expired on {} and has to join anew",
            controller, silence.at("naming_context").get<std::string>(), minute("heard"),
            minute("expires")));
  }

  const Json* part_of(ControllerId id) const {
    const auto found = findings_.parts.find(id);
    return found == findings_.parts.end() || !found->second ? nullptr : found->second->get();
  }

  std::string site_of(const sites::Controller& controller) const {
    const auto* site = sites::find_site(ground_.forest(), controller.site);
    return site == nullptr ? std::string() : site->name;
  }

  bool is_in_forest(ControllerId id) const {
    return sites::find_controller(ground_.forest(), id) != nullptr;
  }

  bool has_joined(ControllerId id) const {
    return part_of(id) != nullptr || ground_.originators.knows(id);
  }

  /// What it says itself, or what the configuration says of one that cannot be asked.
  configuration::Pauses pauses_of(ControllerId id) const {
    const Json* part = part_of(id);
    if (part == nullptr || !part->at("controller").contains("paused")) {
      return ground_.in_force->pauses_of(id);
    }
    return read_pauses(part->at("controller")["paused"]);
  }

  void add_pauses(const sites::Controller& controller) {
    using configuration::Direction;
    const auto pauses = pauses_of(controller.id);
    for (const Direction direction : {Direction::inbound, Direction::outbound}) {
      const auto& pause = pauses.of(direction);
      if (!pause) continue;
      paused_.push_back(fmt::format("{} {} by {} since {}", controller.name, to_string(direction),
                                    pause->by, configuration::minute_text(pause->since)));
    }
  }

  void judge_divergences(const std::string& name, const Json& divergences) {
    for (const Json& one : divergences) {
      const auto other = one.value("with", "");
      failing_.push_back(fmt::format(
          "{0} and {1} diverge in {2} of {3}: ringspan compare {0} {1} shows where", name, other,
          one.value("objects", 0) == 1 ? "1 object"
                                       : fmt::format("{} objects", one.value("objects", 0)),
          one.value("naming_context", "")));
    }
  }

  void add_controller(const sites::Controller& controller) {
    add_pauses(controller);
    if (const Json* part = part_of(controller.id)) {
      Json line = part->at("controller");
      line.emplace("algorithm", nullptr);
      line.emplace("writable", nullptr);
      line.emplace("divergences", Json::array());
      judge_divergences(controller.name, line["divergences"]);
      if (line["state"] == "halted") {
        failing_.push_back(fmt::format("{} does not take writes, or cannot read: {}",
                                       controller.name, line["error"].get<std::string>()));
      } else if (line["state"] == "quarantined") {
        failing_.push_back(line["error"].get<std::string>());
      } else if (line["state"] == "promoting") {
        behind_.push_back(
            controller.name +
            " is being promoted: it takes writes once it holds what was kept from it");
      } else if (line["state"] == "retiring") {
        behind_.push_back(
            fmt::format("{0} is being retired: ringspan retire {0} goes on with it, "
                        "and with --cancel it stays",
                        controller.name));
      }
      planning_by_[line["algorithm"]].push_back(controller.name);
      controllers_.push_back(std::move(line));
      return;
    }
    const auto found = findings_.parts.find(controller.id);
    const std::string error =
        found == findings_.parts.end() ? "not asked" : found->second.error().message;
    const auto expired = ground_.in_force->pauses_of(controller.id).expired;
    const bool joined = has_joined(controller.id) && !expired;
    if (expired) {
      ++not_joined_;
      behind_.push_back(
          fmt::format("{0} is expired since {1}: nobody had heard of it for too "
                      "long; invite it to join anew (ringspan invite {0}), or "
                      "retire it",
                      controller.name, configuration::minute_text(expired->since)));
    } else if (joined) {
      failing_.push_back(fmt::format("{} cannot be asked: {}", controller.name, error));
    } else {
      ++not_joined_;
    }
    controllers_.push_back({{"name", controller.name},
                            {"site", site_of(controller)},
                            {"state", joined ? "silent" : "not_joined"},
                            {"error", joined    ? error
                                      : expired ? "expired"
                                                : ""},
                            {"address", controller.address},
                            {"invocation", nullptr},
                            {"highest_usn", nullptr},
                            {"objects", nullptr},
                            {"divergences", Json::array()},
                            {"started", nullptr},
                            {"algorithm", nullptr},
                            {"writable", nullptr},
                            {"paused", to_json(pauses_of(controller.id))}});
  }

  /// Whoever plans by another version may leave out what the others count on.
  void judge_algorithms() {
    if (planning_by_.size() < 2) return;
    std::vector<std::string> groups;
    for (const auto& [version, names] : planning_by_) {
      groups.push_back(fmt::format("{} by version {}", fmt::join(names, ", "),
                                   version.is_null() ? "unknown" : version.dump()));
    }
    failing_.push_back(
        fmt::format("controllers plan by different algorithms, so their connections may not fit "
                    "together: {}; run the same program everywhere",
                    fmt::join(groups, "; ")));
  }

  void add_inbound(const sites::Controller& destination) {
    if (const Json* part = part_of(destination.id)) {
      judged_.clear();
      for (const Json& record : part->at("inbound"))
        add_record(destination, record);
      return judge_sources(destination);
    }
    if (!has_joined(destination.id)) return;
    for (const kcc::Connection& connection : ground_.plan().connections) {
      if (connection.destination != destination.id) continue;
      for (const NamingContextId context : connection.naming_contexts)
        add_silent(destination, connection, context);
    }
  }

  Json ends(const sites::Controller& destination, ControllerId source_id, NamingContextId context,
            bool standby) const {
    const auto* source = sites::find_controller(ground_.forest(), source_id);
    const auto* held = sites::find_naming_context(ground_.forest(), context);
    return {{"destination", destination.name},
            {"destination_site", site_of(destination)},
            {"source", ground_.originators.name_of(source_id)},
            {"source_site", source == nullptr ? std::string() : site_of(*source)},
            {"naming_context", held == nullptr ? context.value.to_string() : held->dn},
            {"standby", standby}};
  }

  void add_silent(const sites::Controller& destination, const kcc::Connection& connection,
                  NamingContextId context) {
    Json line = ends(destination, connection.source, context, connection.standby);
    line.update({{"state", "silent"},
                 {"behind_changes", nullptr},
                 {"behind_objects", nullptr},
                 {"behind_seconds", nullptr},
                 {"last_attempt", nullptr},
                 {"last_success", nullptr},
                 {"failures", 0},
                 {"error", ""},
                 {"takeover", nullptr},
                 {"last_pull", nullptr},
                 {"total", nullptr}});
    connections_.push_back(std::move(line));
  }

  void add_record(const sites::Controller& destination, const Json& record) {
    const auto source = base::Guid::parse(Asked(record).text("source").value_or(""));
    const auto context = base::Guid::parse(Asked(record).text("naming_context").value_or(""));
    if (!source || !context) return;
    const auto behind = behind_of(destination.id, ControllerId(*source), NamingContextId(*context));
    Json line = ends(destination, ControllerId(*source), NamingContextId(*context),
                     record.value("standby", false));
    const bool paused =
        pauses_of(destination.id).inbound || pauses_of(ControllerId(*source)).outbound;
    const std::string state = paused ? "paused" : state_of(record, ControllerId(*source), behind);
    line.update({{"state", state},
                 {"behind_changes", behind ? Json(behind->values) : Json(nullptr)},
                 {"behind_objects", behind ? Json(behind->objects) : Json(nullptr)},
                 {"behind_seconds", behind ? Json(seconds(behind->age)) : Json(nullptr)}});
    for (const char* name :
         {"last_attempt", "last_success", "failures", "error", "takeover", "last_pull", "total"})
      line[name] = record.at(name);
    judge(line, state);
    judged_.push_back({ControllerId(*source), NamingContextId(*context), state});
    connections_.push_back(std::move(line));
  }

  static double seconds(base::Duration age) { return static_cast<double>(age.count()) / 1000.0; }

  /// What the source answered to the question for this destination; nullopt if it did not.
  std::optional<Behind> behind_of(ControllerId destination, ControllerId source,
                                  NamingContextId context) const {
    const auto asked = findings_.questions.find(source);
    const auto answered = findings_.lags.find(source);
    if (asked == findings_.questions.end() || answered == findings_.lags.end()) return {};
    if (!answered->second || !(*answered->second)->contains("answers")) return {};
    const auto at = std::ranges::find(asked->second, std::pair(destination, context));
    const auto index = static_cast<std::size_t>(at - asked->second.begin());
    const Json& answers = (*answered->second)->at("answers");
    if (at == asked->second.end() || index >= answers.size()) return {};
    const Asked answer(answers[index]);
    const auto oldest = base::parse_time(answer.text("oldest").value_or(""));
    const base::Duration age = oldest && *oldest < now_ ? now_ - *oldest : base::Duration{};
    return Behind{answer.number("objects", 0).value_or(0), answer.number("values", 0).value_or(0),
                  age};
  }

  std::string state_of(const Json& record, ControllerId source,
                       const std::optional<Behind>& behind) const {
    if (is_in_forest(source) && !has_joined(source)) return "unknown";
    if (Asked(record).number("failures", 0).value_or(0) > 0) return "failing";
    if (!behind) return "unknown";
    if (behind->values == 0) return "in_step";
    return behind->age < ground_.hold_back + kOnItsWay ? "catching_up" : "behind";
  }

  void judge(const Json& line, const std::string& state) {
    const auto text = [&line](const char* name) { return line.at(name).get<std::string>(); };
    if (state == "failing") {
      failing_.push_back(fmt::format("{} cannot pull {} from {}: {}", text("destination"),
                                     text("naming_context"), text("source"), text("error")));
    } else if (state == "behind") {
      behind_.push_back(fmt::format("{} lacks {} of {} in {} ({:.1f} s)", text("destination"),
                                    line.at("behind_changes").dump(), text("source"),
                                    text("naming_context"),
                                    line.at("behind_seconds").get<double>()));
    } else if (state == "catching_up") {
      catching_up_ = true;
    }
  }

  /// Nobody is in step with a source of which nothing is known: it takes another one of the same
  /// naming context, and a stranger is a fault beside that one too. One sentence a destination.
  void judge_sources(const sites::Controller& destination) {
    std::set<NamingContextId> compared;
    for (const Judged& pull : judged_) {
      if (pull.state != "unknown") compared.insert(pull.context);
    }
    for (const Judged& pull : judged_) {
      const bool only = !compared.contains(pull.context);
      const bool stranger = !is_in_forest(pull.source);
      if (pull.state != "unknown" || (!only && !stranger)) continue;
      const auto* context = sites::find_naming_context(ground_.forest(), pull.context);
      (only && stranger ? failing_ : behind_)
          .push_back(fmt::format("{} pulls {} {}from {}, which {}", destination.name,
                                 context == nullptr ? pull.context.value.to_string() : context->dn,
                                 only ? "only " : "", ground_.originators.name_of(pull.source),
                                 trouble(pull.source)));
      return;
    }
  }

  std::string trouble(ControllerId source) const {
    if (!is_in_forest(source)) return "is not in the forest";
    if (!has_joined(source)) return "has not joined";
    const auto lag = findings_.lags.find(source);
    return fmt::format("does not say how far it is ahead: {}",
                       lag == findings_.lags.end() ? "not asked"
                       : lag->second               ? "its answer is not whole"
                                                   : lag->second.error().message);
  }

  std::string summary() const {
    const std::string rest = summary_of_rest();
    if (paused_.empty()) return rest;
    return fmt::format("{} paused: {}; {}", paused_.size(), fmt::join(paused_, ", "), rest);
  }

  std::string summary_of_rest() const {
    const auto first_of = [](const std::vector<std::string>& all) {
      return all.size() == 1 ? all.front() + "."
                             : fmt::format("{}; and {} more.", all.front(), all.size() - 1);
    };
    if (!failing_.empty()) return first_of(failing_);
    if (!behind_.empty()) return first_of(behind_);
    const std::size_t all = ground_.forest().controllers.size() - not_joined_;
    std::string text = !paused_.empty() ? "all else is in step"
                       : all == 1
                           ? "The only controller serves"
                           : fmt::format("All {} controllers {}", all,
                                         catching_up_ ? "in step or catching up" : "in step");
    if (not_joined_ > 0) {
      text += fmt::format("; {} {} not joined yet", not_joined_, not_joined_ == 1 ? "has" : "have");
    }
    return text + ".";
  }

  const StatusGround& ground_;
  const StatusFindings& findings_;
  base::Time now_;
  Json controllers_ = Json::array();
  Json connections_ = Json::array();
  std::map<Json, std::vector<std::string>> planning_by_;  // version -> controllers
  Json roles_ = Json::array();
  Json silences_ = Json::array();
  std::vector<Judged> judged_;  // of the destination that is being written
  std::vector<std::string> failing_;
  std::vector<std::string> behind_;
  std::vector<std::string> paused_;
  std::size_t not_joined_ = 0;
  bool catching_up_ = false;
};

}  // namespace

Json status_document(const StatusGround& ground, const StatusFindings& findings, base::Time now) {
  return Document(ground, findings, now).write();
}

}  // namespace ringspan::replicator::net
