// What happens in a scenario: each verb with its form, and how it is carried out.

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "replicator/simulator/expectations.hpp"
#include "replicator/simulator/stage.hpp"

namespace ringspan::replicator::simulator {
namespace {

using base::Errc;
using base::fail;
using base::Result;
using Text = Result<std::string>;

Result<void> check_controller(const Stage& stage, const std::string& name) {
  if (stage.world().read(name)) return {};
  return senseless(fmt::format("no controller is named {}", name));
}

Text no_text(const Result<void>& result) {
  if (!result) return fail(result.error());
  return std::string();
}

// pull b1 from o1 [full] [pages N]
Text pull(Stage& stage, Words words) {
  if (words.size() < 4 || words[2] != "from")
    return say_form("pull DESTINATION from SOURCE [full] [pages N]");
  PullOptions options;
  for (std::size_t i = 4; i < words.size(); ++i) {
    if (words[i] == "full") {
      options.full = true;
    } else if (words[i] == "pages" && i + 1 < words.size()) {
      std::uint64_t pages = 0;
      const std::string& text = words[++i];
      const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), pages);
      if (code != std::errc{} || pages == 0) return say_form("pages N, N above 0");
      options.pages = pages;
    } else {
      return say_form("pull DESTINATION from SOURCE [full] [pages N]");
    }
  }
  for (const std::string& name : {words[1], words[3]}) {
    if (auto known = check_controller(stage, name); !known) return fail(known.error());
  }
  const auto counts = stage.world().pull(words[1], words[3], options);
  if (!counts) return fail(counts.error());
  return fmt::format("objects={} values={}\n", counts->objects, counts->values);
}

// run 15m | run until Tue 22:00
Text run(Stage& stage, Words words) {
  World& world = stage.world();
  if (words.size() == 2) {
    const auto duration = base::parse_duration(words[1]);
    if (!duration) return say_form("run DURATION, as in 500ms 30s 15m 4h 7d");
    world.run_for(*duration);
    return std::string();
  }
  if (words.size() != 4 || words[1] != "until")
    return say_form("run DURATION | run until DAY HH:MM");
  static const std::map<std::string, unsigned> kDays{{"Sun", 0}, {"Mon", 1}, {"Tue", 2}, {"Wed", 3},
                                                     {"Thu", 4}, {"Fri", 5}, {"Sat", 6}};
  const auto day = kDays.find(words[2]);
  unsigned hour = 0;
  unsigned minute = 0;
  const std::string& clock = words[3];
  if (day == kDays.end() || clock.size() != 5 || clock[2] != ':' ||
      std::from_chars(clock.data(), clock.data() + 2, hour).ptr != clock.data() + 2 ||
      std::from_chars(clock.data() + 3, clock.data() + 5, minute).ptr != clock.data() + 5) {
    return say_form("run until DAY HH:MM, as in run until Tue 22:00");
  }
  auto date = std::chrono::floor<std::chrono::days>(world.now());
  const auto time_of = [&] {
    return date + std::chrono::hours(hour) + std::chrono::minutes(minute);
  };
  while (std::chrono::weekday(date).c_encoding() != day->second || time_of() <= world.now()) {
    date += std::chrono::days(1);
  }
  world.run_until(time_of());
  return std::string();
}

Text settle(Stage& stage, Words /*words*/) {
  if (stage.manual()) return fail(Errc::refused, "settle: nothing moves by itself under 'manual'");
  if (stage.world().settle()) return std::string();
  return fail(Errc::unavailable, "still something left to pull after 30 virtual days");
}

Text cut(Stage& stage, Words words) {
  const bool one_way = words.size() == 4 && words[3] == "one-way";
  if (words.size() != 3 && !one_way) return say_form("cut A B [one-way]");
  return no_text(stage.world().cut(words[1], words[2], one_way ? Ways::one : Ways::both));
}

Text heal(Stage& stage, Words words) {
  if (words.size() == 2 && words[1] == "all") {
    stage.world().heal_all();
    return std::string();
  }
  if (words.size() != 3) return say_form("heal A B | heal all");
  return no_text(stage.world().heal(words[1], words[2]));
}

Text stop(Stage& stage, Words words) {
  if (words.size() != 2) return say_form("stop CONTROLLER");
  return no_text(stage.world().stop(words[1]));
}

Text start(Stage& stage, Words words) {
  if (words.size() != 2) return say_form("start CONTROLLER");
  return no_text(stage.world().start(words[1]));
}

// crash b1 | crash b1 before-commit | crash b1 after-commit
Text crash(Stage& stage, Words words) {
  if (words.size() == 2) return no_text(stage.world().crash(words[1]));
  if (words.size() == 3 && words[2] == "before-commit") {
    return no_text(stage.world().crash(words[1], CrashPoint::before_commit));
  }
  if (words.size() == 3 && words[2] == "after-commit") {
    return no_text(stage.world().crash(words[1], CrashPoint::after_commit));
  }
  return say_form("crash CONTROLLER [before-commit|after-commit]");
}

// pause b1 inbound
Text pause(Stage& stage, Words words) {
  const bool inbound = words.size() == 3 && words[2] == "inbound";
  if (!inbound && (words.size() != 3 || words[2] != "outbound")) {
    return say_form("pause|resume CONTROLLER inbound|outbound");
  }
  return no_text(stage.world().pause(words[1], inbound ? Direction::inbound : Direction::outbound,
                                     words[0] == "pause"));
}

// disk b1 full | disk b1 free
Text disk(Stage& stage, Words words) {
  if (words.size() != 3 || (words[2] != "full" && words[2] != "free")) {
    return say_form("disk CONTROLLER full|free");
  }
  return no_text(stage.world().set_disk(words[1], words[2] == "full"));
}

// corrupt b1 @alice title=X
Text corrupt(Stage& stage, Words words) {
  if (words.size() < 4) return say_form("corrupt CONTROLLER OBJECT NAME=VALUE...");
  const auto object = stage.object_or_tombstone(words[2], words[1]);
  if (!object) return fail(object.error());
  const auto values = values_of(words.subspan(3));
  if (!values) return fail(values.error());
  return no_text(stage.world().corrupt(words[1], *object, *values));
}

// repair b1 from o1
Text repair(Stage& stage, Words words) {
  if (words.size() != 4 || words[2] != "from") return say_form("repair CONTROLLER from CONTROLLER");
  return no_text(stage.world().repair(words[1], words[3]));
}

Text snapshot(Stage& stage, Words words) {
  if (words.size() != 3) return say_form("snapshot CONTROLLER NAME");
  return no_text(stage.world().snapshot(words[1], words[2]));
}

Text restore(Stage& stage, Words words) {
  if (words.size() != 3) return say_form("restore CONTROLLER NAME");
  return no_text(stage.world().restore(words[1], words[2]));
}

Text rollback(Stage& stage, Words words) {
  if (words.size() != 3) return say_form("rollback CONTROLLER NAME");
  return no_text(stage.world().rollback(words[1], words[2]));
}

Text recover(Stage& stage, Words words) {
  if (words.size() != 2) return say_form("recover CONTROLLER");
  const auto renewed = stage.world().recover(words[1]);
  if (!renewed) return fail(renewed.error());
  return fmt::format("{} values written again\n", *renewed);
}

// clock b1 +10m
Text clock(Stage& stage, Words words) {
  if (words.size() != 3 || words[2].empty() || (words[2][0] != '+' && words[2][0] != '-')) {
    return say_form("clock CONTROLLER +DURATION | -DURATION");
  }
  const auto offset = base::parse_duration(std::string_view(words[2]).substr(1));
  if (!offset) return say_form("clock CONTROLLER +DURATION | -DURATION");
  return no_text(stage.world().set_clock(words[1], words[2][0] == '-' ? -*offset : *offset));
}

// refused: at n1 set @alice title=C
Text refused(Stage& stage, Words words) {
  if (words.size() < 2) return say_form("refused: STATEMENT");
  const auto result = happen(stage, words.subspan(1));
  if (!result && makes_no_sense(result.error())) return result;
  if (!result) return fmt::format("refused: {}\n", result.error().message);
  return fail(Errc::invalid, "was carried out, but should have been refused");
}

using Handler = Text (*)(Stage&, Words);

const std::map<std::string_view, Handler>& handlers() {
  static const std::map<std::string_view, Handler> table{
      {"at", happen_at},     {"pull", pull},
      {"run", run},          {"settle", settle},
      {"cut", cut},          {"heal", heal},
      {"stop", stop},        {"start", start},
      {"crash", crash},      {"clock", clock},
      {"refused:", refused}, {"pause", pause},
      {"resume", pause},     {"snapshot", snapshot},
      {"corrupt", corrupt},  {"repair", repair},
      {"restore", restore},  {"rollback", rollback},
      {"recover", recover},  {"retire", retire},
      {"expire", expire},    {"join", join_forest},
      {"promote", promote},  {"transfer", transfer_role},
      {"seize", seize_role}, {"fence", change_fence},
      {"freeze", freeze},    {"disk", disk}};
  return table;
}

}  // namespace

Text happen(Stage& stage, Words words) {
  const auto handler = handlers().find(words.front());
  if (handler != handlers().end()) return handler->second(stage, words);
  std::string known = "expect";
  for (const auto& [verb, unused] : handlers())
    known += fmt::format(" {}", verb);
  return senseless(fmt::format("'{}' is not understood; known here: {}", words.front(), known));
}

tl::unexpected<base::Error> senseless(std::string why) {
  return fail(Errc::damaged, std::move(why));
}

bool makes_no_sense(const base::Error& error) {
  return error.code == Errc::damaged;
}

Result<Values> values_of(Words words) {
  Values values;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0) {
      return senseless(fmt::format("'{}': an attribute is given as NAME=VALUE", word));
    }
    values[word.substr(0, equals)].push_back(word.substr(equals + 1));
  }
  return values;
}

Result<Target> Stage::target(std::string_view text, std::string_view controller) const {
  if (text.starts_with('@')) {
    const auto named = names_.find(text);
    if (named == names_.end()) {
      return senseless(fmt::format("{}: nothing was named so", text));
    }
    return Target(named->second);
  }
  auto name = dn(text, controller);
  if (!name) return fail(name.error());
  return Target(*std::move(name));
}

Result<sites::Dn> Stage::dn(std::string_view text, std::string_view controller) const {
  const std::size_t at = text.find(",@");
  if (at == std::string_view::npos) return sites::Dn::parse(text);
  const auto named = names_.find(text.substr(at + 1));
  if (named == names_.end()) {
    return senseless(fmt::format("{}: nothing was named so", text.substr(at + 1)));
  }
  const auto snapshot = world_->read(controller);
  if (!snapshot) return fail(snapshot.error());
  const Directory directory(**snapshot, world_->identity(controller).contexts);
  const auto parent = directory.object(named->second);
  if (!parent) return fail(parent.error());
  return sites::Dn::parse(std::string(text.substr(0, at + 1)) + directory.dn_of(*parent));
}

Result<ObjectId> Stage::object_or_tombstone(std::string_view text,
                                            std::string_view controller) const {
  auto living = object(text, controller);
  if (living || makes_no_sense(living.error()) || text.starts_with('@')) return living;
  const auto name = dn(text, controller);
  if (!name) return living;
  const auto snapshot = world_->read(controller);
  const auto deleted =
      Directory(**snapshot, world_->identity(controller).contexts).deleted_at(*name);
  if (!deleted) return living;
  return deleted->front().id;
}

Result<ObjectId> Stage::object_anywhere(std::string_view text) const {
  Result<ObjectId> found = senseless("there is no controller");
  for (const std::string& controller : world_->controllers()) {
    found = object_or_tombstone(text, controller);
    if (found) return found;
  }
  return found;
}

bool Stage::should_hold(std::string_view text, std::string_view controller) const {
  const auto id = object_anywhere(text);
  if (!id) return true;
  for (const std::string& other : world_->controllers()) {
    const auto row = (*world_->read(other))->find(*id);
    if (!row) continue;
    return std::ranges::find(world_->identity(controller).contexts, row->naming_context,
                             &NamingContextHead::id) != world_->identity(controller).contexts.end();
  }
  return true;
}

Result<ObjectId> Stage::object(std::string_view text, std::string_view controller) const {
  const auto meant = target(text, controller);
  if (!meant) return fail(meant.error());
  if (const auto* id = std::get_if<ObjectId>(&*meant)) return *id;
  const auto snapshot = world_->read(controller);
  if (!snapshot) return fail(snapshot.error());
  const auto found = Directory(**snapshot, world_->identity(controller).contexts).locate(*meant);
  if (!found) return fail(found.error());
  return found->id;
}

}  // namespace ringspan::replicator::simulator
