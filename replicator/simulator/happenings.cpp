// What happens in a scenario: each verb with its form, and how it is carried out.

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "replicator/engine/directory.hpp"
#include "replicator/simulator/stage.hpp"

namespace ringspan::replicator::simulator {
namespace {

using base::Errc;
using base::fail;
using base::Result;
using Text = Result<std::string>;

tl::unexpected<base::Error> say(std::string_view form) {
  return fail(Errc::invalid, fmt::format("say: {}", form));
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

Result<Write> write_of(const Stage& stage, std::string_view at, Words words) {
  const std::string& verb = words[0];
  if (words.size() < 2) return say("at CONTROLLER VERB OBJECT ...");
  if (verb == "add") {
    auto dn = stage.dn(words[1], at);
    if (!dn) return fail(dn.error());
    auto values = values_of(words.subspan(2));
    if (!values) return fail(values.error());
    return Write(Add{.dn = *std::move(dn), .attributes = *std::move(values)});
  }
  auto target = stage.target(words[1], at);
  if (!target) return fail(target.error());
  if (verb == "set") {
    auto values = values_of(words.subspan(2));
    if (!values) return fail(values.error());
    return Write(Set{.target = *std::move(target), .attributes = *std::move(values)});
  }
  if (verb == "unset") {
    return Write(
        Unset{.target = *std::move(target), .attributes = {words.begin() + 2, words.end()}});
  }
  if (verb == "delete" && words.size() == 2) return Write(Delete{.target = *std::move(target)});
  if (words.size() != 3) return say("at CONTROLLER rename|move OBJECT TO");
  if (verb == "rename") {
    auto rdn = sites::Rdn::parse(words[2]);
    if (!rdn) return fail(rdn.error());
    return Write(Rename{.target = *std::move(target), .rdn = *std::move(rdn)});
  }
  if (verb == "move") {
    auto parent = stage.target(words[2], at);
    if (!parent) return fail(parent.error());
    return Write(Move{.target = *std::move(target), .parent = *std::move(parent)});
  }
  return fail(Errc::invalid,
              fmt::format("'{}' is no write; known: add set unset rename move delete", verb));
}

Text happen_at(Stage& stage, Words words) {
  if (words.size() > 3 && words[2] == "define") {
    const auto attribute = attribute_of(words.subspan(3));
    if (!attribute) return fail(attribute.error());
    return no_text(stage.world().define(words[1], *attribute));
  }
  const std::string alias = take_alias(words);
  if (words.size() < 4) return say("at CONTROLLER add|set|unset|rename|move|delete OBJECT ...");
  auto expanded = expand_braces(words[3]);
  if (!expanded) return fail(expanded.error());
  Written last;
  for (const std::string& one : *expanded) {
    std::vector<std::string> single(words.begin() + 2, words.end());
    single[1] = one;
    auto write = write_of(stage, words[1], single);
    if (!write) return fail(write.error());
    auto written = stage.world().write(words[1], *write);
    if (!written) return fail(written.error());
    last = *std::move(written);
  }
  if (!alias.empty()) stage.name(alias, last.object);
  if (expanded->size() > 1) return fmt::format("{} objects written\n", expanded->size());
  return fmt::format("{}\n", last.dn);
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
  if (words.size() != 3) return say("cut A B");
  return no_text(stage.world().cut(words[1], words[2]));
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

Text crash(Stage& stage, Words words) {
  if (words.size() != 2) return say("crash CONTROLLER");
  return no_text(stage.world().crash(words[1]));
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
  if (!result) return fmt::format("refused: {}\n", result.error().message);
  return fail(Errc::invalid, "was carried out, but should have been refused");
}

using Handler = Text (*)(Stage&, Words);

const std::map<std::string_view, Handler>& handlers() {
  static const std::map<std::string_view, Handler> table{
      {"at", happen_at}, {"pull", pull},   {"run", run},         {"settle", settle},
      {"cut", cut},      {"heal", heal},   {"stop", stop},       {"start", start},
      {"crash", crash},  {"clock", clock}, {"refused:", refused}};
  return table;
}

}  // namespace

Text happen(Stage& stage, Words words) {
  const auto handler = handlers().find(words.front());
  if (handler != handlers().end()) return handler->second(stage, words);
  std::string known = "expect";
  for (const auto& [verb, unused] : handlers())
    known += fmt::format(" {}", verb);
  return fail(Errc::invalid,
              fmt::format("'{}' is not understood; known here: {}", words.front(), known));
}

Result<Values> values_of(Words words) {
  Values values;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0) {
      return fail(Errc::invalid, fmt::format("'{}': an attribute is given as NAME=VALUE", word));
    }
    values[word.substr(0, equals)].push_back(word.substr(equals + 1));
  }
  return values;
}

Result<Target> Stage::target(std::string_view text, std::string_view controller) const {
  if (text.starts_with('@')) {
    const auto named = names_.find(text);
    if (named == names_.end()) {
      return fail(Errc::not_found, fmt::format("{}: nothing was named so", text));
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
    return fail(Errc::not_found, fmt::format("{}: nothing was named so", text.substr(at + 1)));
  }
  const auto snapshot = world_->read(controller);
  if (!snapshot) return fail(snapshot.error());
  const Directory directory(**snapshot, world_->identity(controller).contexts);
  const auto parent = directory.object(named->second);
  if (!parent) return fail(parent.error());
  return sites::Dn::parse(std::string(text.substr(0, at + 1)) + directory.dn_of(*parent));
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
