// What happens in a scenario: each verb with its form, and how it is carried out.

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "replicator/engine/directory.hpp"
#include "replicator/engine/restore.hpp"
#include "replicator/simulator/expectations.hpp"
#include "replicator/simulator/stage.hpp"

namespace ringspan::replicator::simulator {
namespace {

using base::Errc;
using base::fail;
using base::Result;
using Text = Result<std::string>;

tl::unexpected<base::Error> say(std::string_view form) {
  return senseless(fmt::format("say: {}", form));
}

Result<void> check_controller(const Stage& stage, const std::string& name) {
  if (stage.world().read(name)) return {};
  return senseless(fmt::format("no controller is named {}", name));
}

Text no_text(const Result<void>& result) {
  if (!result) return fail(result.error());
  return std::string();
}

// ── at CONTROLLER VERB ... ───────────────────────────────────────────────────────────────────────

// "... as @x" at the end names the object.
std::string take_alias(Words& words) {
  if (words.size() < 2 || words[words.size() - 2] != "as") return {};
  std::string alias = words.back();
  words = words.first(words.size() - 2);
  return alias;
}

// link cn=staff,ou=groups member=@alice
Result<Change> link_of(const Stage& stage, std::string_view at, Target source, Words words) {
  const std::size_t equals = words.size() == 3 ? words[2].find('=') : std::string::npos;
  if (equals == std::string::npos || equals == 0) {
    return say("at CONTROLLER link|unlink OBJECT ATTRIBUTE=OBJECT");
  }
  auto target = stage.target(std::string_view(words[2]).substr(equals + 1), at);
  if (!target) return fail(target.error());
  const std::string attribute = words[2].substr(0, equals);
  if (words[0] == "link") {
    return Change(
        AddLink{.source = std::move(source), .attribute = attribute, .target = *std::move(target)});
  }
  return Change(RemoveLink{
      .source = std::move(source), .attribute = attribute, .target = *std::move(target)});
}

Result<Change> write_of(const Stage& stage, std::string_view at, Words words) {
  const std::string& verb = words[0];
  if (words.size() < 2) return say("at CONTROLLER VERB OBJECT ...");
  if (verb == "add") {
    auto dn = stage.dn(words[1], at);
    if (!dn) return fail(dn.error());
    auto values = values_of(words.subspan(2));
    if (!values) return fail(values.error());
    return Change(Add{.dn = *std::move(dn), .attributes = *std::move(values)});
  }
  auto target = stage.target(words[1], at);
  if (!target) return fail(target.error());
  if (verb == "set") {
    auto values = values_of(words.subspan(2));
    if (!values) return fail(values.error());
    return Change(Set{.target = *std::move(target), .attributes = *std::move(values)});
  }
  if (verb == "unset") {
    return Change(
        Unset{.target = *std::move(target), .attributes = {words.begin() + 2, words.end()}});
  }
  if (verb == "delete" && words.size() == 2) return Change(Delete{.target = *std::move(target)});
  if (verb == "delete" && words.size() == 3 && words[2] == "tree") {
    return Change(Delete{.target = *std::move(target), .tree = true});
  }
  if (verb == "undelete" && words.size() == 2) {
    return Change(Undelete{.target = *std::move(target)});
  }
  if (verb == "link" || verb == "unlink") return link_of(stage, at, *std::move(target), words);
  if (words.size() != 3) return say("at CONTROLLER rename|move OBJECT TO");
  if (verb == "rename") {
    auto rdn = sites::Rdn::parse(words[2]);
    if (!rdn) return fail(rdn.error());
    return Change(Rename{.target = *std::move(target), .rdn = *std::move(rdn)});
  }
  if (verb == "move") {
    auto parent = stage.target(words[2], at);
    if (!parent) return fail(parent.error());
    return Change(Move{.target = *std::move(target), .parent = *std::move(parent)});
  }
  return senseless(
      fmt::format("'{}' is no write; known: add set unset rename move delete undelete link "
                  "unlink restore-lost",
                  verb));
}

Write to_write(const Change& change) {
  return std::visit([](const auto& one) { return Write(one); }, change);
}

// restore-lost title "Head of A" @alice
Text restore_lost(Stage& stage, const std::string& at, Words words) {
  const auto entry = lost_entry(stage, words);
  if (!entry) return fail(entry.error());
  const auto snapshot = stage.world().read(at);
  if (!snapshot) return fail(snapshot.error());
  const auto write = restoration(**snapshot, stage.world().identity(at).contexts, *entry);
  if (!write) return fail(write.error());
  const auto written = stage.world().write(at, *write);
  if (!written) return fail(written.error());
  return fmt::format("{}\n", written->dn);
}

Text happen_at(Stage& stage, Words words) {
  if (words.size() > 3 && words[2] == "define") {
    const auto attribute = attribute_of(words.subspan(3));
    if (!attribute) return fail(attribute.error());
    return no_text(stage.world().define(words[1], *attribute));
  }
  const std::string alias = take_alias(words);
  if (words.size() < 4) return say("at CONTROLLER VERB OBJECT ...");
  if (auto known = check_controller(stage, words[1]); !known) return fail(known.error());
  if (words[2] == "restore-lost") return restore_lost(stage, words[1], words.subspan(3));
  const bool link = words[2] == "link" || words[2] == "unlink";
  const std::size_t braced = link && words[3].find('{') == std::string::npos ? 4 : 3;
  if (words.size() <= braced) return say("at CONTROLLER VERB OBJECT ...");
  auto expanded = expand_braces(words[braced]);
  if (!expanded) return senseless(expanded.error().message);
  Together all;  // a braced line is written as a whole or not at all
  for (const std::string& one : *expanded) {
    std::vector<std::string> single(words.begin() + 2, words.end());
    single[braced - 2] = one;
    auto write = write_of(stage, words[1], single);
    if (!write) return fail(write.error());
    all.changes.push_back(*std::move(write));
  }
  const Write write = all.changes.size() > 1 ? Write(all) : to_write(all.changes.front());
  const auto written = stage.world().write(words[1], write);
  if (!written) return fail(written.error());
  if (!alias.empty()) stage.name(alias, written->object);
  if (expanded->size() > 1) return fmt::format("{} objects written\n", expanded->size());
  return fmt::format("{}\n", written->dn);
}

// ── Everything else ──────────────────────────────────────────────────────────────────────────────

// pull b1 from o1 [full] [pages N]
Text pull(Stage& stage, Words words) {
  if (words.size() < 4 || words[2] != "from")
    return say("pull DESTINATION from SOURCE [full] [pages N]");
  PullOptions options;
  for (std::size_t i = 4; i < words.size(); ++i) {
    if (words[i] == "full") {
      options.full = true;
    } else if (words[i] == "pages" && i + 1 < words.size()) {
      std::uint64_t pages = 0;
      const std::string& text = words[++i];
      const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), pages);
      if (code != std::errc{} || pages == 0) return say("pages N, N above 0");
      options.pages = pages;
    } else {
      return say("pull DESTINATION from SOURCE [full] [pages N]");
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
    if (!duration) return say("run DURATION, as in 500ms 30s 15m 4h 7d");
    world.run_for(*duration);
    return std::string();
  }
  if (words.size() != 4 || words[1] != "until") return say("run DURATION | run until DAY HH:MM");
  static const std::map<std::string, unsigned> kDays{{"Sun", 0}, {"Mon", 1}, {"Tue", 2}, {"Wed", 3},
                                                     {"Thu", 4}, {"Fri", 5}, {"Sat", 6}};
  const auto day = kDays.find(words[2]);
  unsigned hour = 0;
  unsigned minute = 0;
  const std::string& clock = words[3];
  if (day == kDays.end() || clock.size() != 5 || clock[2] != ':' ||
      std::from_chars(clock.data(), clock.data() + 2, hour).ptr != clock.data() + 2 ||
      std::from_chars(clock.data() + 3, clock.data() + 5, minute).ptr != clock.data() + 5) {
    return say("run until DAY HH:MM, as in run until Tue 22:00");
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
  if (words.size() != 3 && !one_way) return say("cut A B [one-way]");
  return no_text(stage.world().cut(words[1], words[2], one_way ? Ways::one : Ways::both));
}

Text heal(Stage& stage, Words words) {
  if (words.size() == 2 && words[1] == "all") {
    stage.world().heal_all();
    return std::string();
  }
  if (words.size() != 3) return say("heal A B | heal all");
  return no_text(stage.world().heal(words[1], words[2]));
}

Text stop(Stage& stage, Words words) {
  if (words.size() != 2) return say("stop CONTROLLER");
  return no_text(stage.world().stop(words[1]));
}

Text start(Stage& stage, Words words) {
  if (words.size() != 2) return say("start CONTROLLER");
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
  return say("crash CONTROLLER [before-commit|after-commit]");
}

// pause b1 inbound
Text pause(Stage& stage, Words words) {
  const bool inbound = words.size() == 3 && words[2] == "inbound";
  if (!inbound && (words.size() != 3 || words[2] != "outbound")) {
    return say("pause|resume CONTROLLER inbound|outbound");
  }
  return no_text(stage.world().pause(words[1], inbound ? Direction::inbound : Direction::outbound,
                                     words[0] == "pause"));
}

Text snapshot(Stage& stage, Words words) {
  if (words.size() != 3) return say("snapshot CONTROLLER NAME");
  return no_text(stage.world().snapshot(words[1], words[2]));
}

Text restore(Stage& stage, Words words) {
  if (words.size() != 3) return say("restore CONTROLLER NAME");
  return no_text(stage.world().restore(words[1], words[2]));
}

Text retire(Stage& stage, Words words) {
  if (words.size() != 2) return say("retire CONTROLLER");
  return no_text(stage.world().retire(words[1]));
}

// clock b1 +10m
Text clock(Stage& stage, Words words) {
  if (words.size() != 3 || words[2].empty() || (words[2][0] != '+' && words[2][0] != '-')) {
    return say("clock CONTROLLER +DURATION | -DURATION");
  }
  const auto offset = base::parse_duration(std::string_view(words[2]).substr(1));
  if (!offset) return say("clock CONTROLLER +DURATION | -DURATION");
  return no_text(stage.world().set_clock(words[1], words[2][0] == '-' ? -*offset : *offset));
}

// refused: at n1 set @alice title=C
Text refused(Stage& stage, Words words) {
  if (words.size() < 2) return say("refused: STATEMENT");
  const auto result = happen(stage, words.subspan(1));
  if (!result && makes_no_sense(result.error())) return result;
  if (!result) return fmt::format("refused: {}\n", result.error().message);
  return fail(Errc::invalid, "was carried out, but should have been refused");
}

using Handler = Text (*)(Stage&, Words);

const std::map<std::string_view, Handler>& handlers() {
  static const std::map<std::string_view, Handler> table{
      {"at", happen_at}, {"pull", pull},         {"run", run},          {"settle", settle},
      {"cut", cut},      {"heal", heal},         {"stop", stop},        {"start", start},
      {"crash", crash},  {"clock", clock},       {"refused:", refused}, {"pause", pause},
      {"resume", pause}, {"snapshot", snapshot}, {"restore", restore},  {"retire", retire}};
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
