// What must be true in a scenario: each form of `expect`, and what is found instead.

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/fold.hpp"
#include "kcc/analyse.hpp"
#include "kcc/plan.hpp"
#include "replicator/engine/directory.hpp"
#include "replicator/engine/place.hpp"
#include "replicator/simulator/stage.hpp"

namespace ringspan::replicator::simulator {
namespace {

using base::Errc;
using base::fail;
using base::Result;
using Verdict = Result<void>;

tl::unexpected<base::Error> found(std::string text) {
  return fail(Errc::invalid, "found " + std::move(text));
}
tl::unexpected<base::Error> say(std::string_view form) {
  return fail(Errc::refused, fmt::format("say: {}", form));  // never turned by `not`
}

Result<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code == std::errc{} && stop == text.data() + text.size()) return number;
  return say(fmt::format("a number where '{}' stands", text));
}

// ── One object at one controller ─────────────────────────────────────────────────────────────────

struct View {
  std::string controller;
  std::unique_ptr<Snapshot> snapshot;
  const NamingContextHeads* contexts = nullptr;

  Directory directory() const { return {*snapshot, *contexts}; }
};

Result<View> view_of(const Stage& stage, const std::string& controller) {
  auto snapshot = stage.world().read(controller);
  if (!snapshot) return fail(Errc::refused, snapshot.error().message);
  return View{.controller = controller,
              .snapshot = *std::move(snapshot),
              .contexts = &stage.world().identity(controller).contexts};
}

std::string spoken(const std::vector<std::string>& values) {
  if (values.empty()) return "no value";
  return fmt::format("\"{}\"", fmt::join(values, "\" \""));
}

std::vector<std::string> values_at(const Object& object, std::string_view attribute) {
  const auto at = object.attributes.find(base::fold_name(attribute));
  return at == object.attributes.end() ? std::vector<std::string>{} : at->second.values;
}

Verdict expect_values(const Object& object, Words words) {
  const auto wanted = values_of(words);
  if (!wanted) return say("expect CONTROLLER OBJECT NAME=VALUE...");
  for (const auto& [name, values] : *wanted) {
    const auto held = values_at(object, name);
    if (held != value_set(values)) return found(fmt::format("{} {}", name, spoken(held)));
  }
  return {};
}

// stamp title version=3 by o1
Verdict expect_stamp(const Stage& stage, const Object& object, Words words) {
  if (words.size() < 3)
    return say("expect CONTROLLER OBJECT stamp ATTRIBUTE version=N by CONTROLLER");
  const auto at = object.attributes.find(base::fold_name(words[1]));
  if (at == object.attributes.end()) return found(fmt::format("no stamp of {}", words[1]));
  const Stamp& stamp = at->second.stamp;
  const std::string writer = stage.world().name_of(stamp.originator);
  for (std::size_t i = 2; i < words.size(); ++i) {
    if (words[i].starts_with("version=")) {
      const auto version = number_of(std::string_view(words[i]).substr(8));
      if (!version) return fail(version.error());
      if (*version != stamp.version)
        return found(fmt::format("version={} by {}", stamp.version, writer));
    } else if (words[i] == "by" && i + 1 < words.size()) {
      if (words[++i] != writer)
        return found(fmt::format("version={} by {}", stamp.version, writer));
    } else {
      return say("stamp ATTRIBUTE version=N by CONTROLLER");
    }
  }
  return {};
}

Verdict expect_living(const Stage& stage, const View& view, const Object& object, Words words) {
  const Directory directory = view.directory();
  const std::string& what = words.front();
  if (what == "no" && words.size() == 2) {
    const auto held = values_at(object, words[1]);
    return held.empty() ? Verdict{} : Verdict(found(fmt::format("{} {}", words[1], spoken(held))));
  }
  if (what == "dn" && words.size() == 2) {
    const auto wanted = stage.dn(words[1], view.controller);
    if (!wanted) return fail(wanted.error());
    const auto absolute = directory.absolute(*wanted);
    const std::string held = directory.dn_of(object);
    return absolute && absolute->second.to_string() == held ? Verdict{} : Verdict(found(held));
  }
  if (what == "under" && words.size() == 2) {
    const auto parent = stage.object(words[1], view.controller);
    if (!parent) return fail(parent.error());
    if (object.placement().parent == *parent) return {};
    return found(directory.dn_of(object));
  }
  if (what == "conflict-name" || what == "plain-name") {
    const bool marked = is_conflict_name(object.placement().rdn, object.id);
    return marked == (what == "conflict-name") ? Verdict{}
                                               : Verdict(found(directory.dn_of(object)));
  }
  return expect_values(object, words);
}

Verdict expect_object(const Stage& stage, const std::string& controller, Words words) {
  if (words.size() < 2) return say("expect CONTROLLER OBJECT ...");
  if (words[0] == "attribute") return expect_attribute(stage, controller, words.subspan(1));
  auto view = view_of(stage, controller);
  if (!view) return fail(view.error());
  const std::string& what = words[1];
  const auto id = stage.object(words[0], controller);
  if (!id) {
    if (what == "missing") return {};
    return found(id.error().message);
  }
  const auto row = view->snapshot->find(*id);
  if (what == "missing") return row ? Verdict(found("it")) : Verdict{};
  if (!row) return found("nothing");
  const auto object = to_object(*row);
  if (!object) return fail(object.error());
  if (what == "deleted") return object->deleted() ? Verdict{} : Verdict(found("it alive"));
  if (what == "stamp") return expect_stamp(stage, *object, words.subspan(1));
  if (object->deleted()) return found("it deleted");
  return expect_living(stage, *view, *object, words.subspan(1));
}

Verdict expect_everywhere(const Stage& stage, Words words) {
  if (words.size() < 2) return say("expect all OBJECT ...");
  for (const std::string& controller : stage.world().controllers()) {
    if (!stage.world().serving(controller)) continue;
    if (auto verdict = expect_object(stage, controller, words); !verdict) {
      return fail(verdict.error().code,
                  fmt::format("at {}: {}", controller, verdict.error().message));
    }
  }
  return {};
}

// one of @a @b conflict-name
Verdict expect_one_of(const Stage& stage, Words words) {
  if (words.size() < 4 || words.front() != "of") return say("expect one of OBJECT OBJECT... WHAT");
  const std::vector<std::string> what{words.back()};
  std::optional<std::string> chosen;
  for (const std::string& controller : stage.world().controllers()) {
    if (!stage.world().serving(controller)) continue;
    std::vector<std::string> here;
    for (const std::string& object : words.subspan(1, words.size() - 2)) {
      if (expect_object(stage, controller, std::vector<std::string>{object, what.front()})) {
        here.push_back(object);
      }
    }
    if (here.size() != 1) {
      return found(fmt::format("{} of them at {}", here.size(), controller));
    }
    if (chosen && *chosen != here.front()) {
      return found(fmt::format("{} and {}", *chosen, here.front()));
    }
    chosen = here.front();
  }
  return {};
}

// ── The whole forest ─────────────────────────────────────────────────────────────────────────────

Verdict expect_same(Stage& stage, Words /*words*/) {
  const std::string difference = stage.world().divergence();
  return difference.empty() ? Verdict{} : Verdict(found(difference));
}

Verdict count_journal(const Stage& stage, Words words, bool attributes) {
  if (words.size() != 1) return say("expect conflicts|clashes N");
  const auto wanted = number_of(words.front());
  if (!wanted) return fail(wanted.error());
  const auto entries = stage.world().conflicts();
  const auto held =
      static_cast<std::uint64_t>(std::ranges::count_if(entries, [&](const JournalEntry& entry) {
        return (entry.kind == ConflictKind::attribute) == attributes;
      }));
  return held == *wanted ? Verdict{} : Verdict(found(std::to_string(held)));
}

Verdict expect_conflicts(Stage& stage, Words words) {
  return count_journal(stage, words, true);
}
Verdict expect_clashes(Stage& stage, Words words) {
  return count_journal(stage, words, false);
}

// lost title "Head of A" @alice | lost phone - @a | lost name alice @a
Verdict expect_lost(Stage& stage, Words words) {
  if (words.size() < 3) return say("expect lost ATTRIBUTE VALUE... OBJECT");
  const std::string attribute = base::fold_name(words.front());
  const std::string& object_text = words.back();
  const auto object = stage.object(object_text, stage.world().controllers().front());
  if (!object) return fail(object.error());
  std::vector<std::string> values(words.begin() + 1, words.end() - 1);
  if (values == std::vector<std::string>{"-"}) values.clear();
  for (const JournalEntry& entry : stage.world().conflicts()) {
    if (entry.object != *object || entry.attribute != attribute) continue;
    if (attribute == kName) {
      const auto placement = to_placement(entry.lost_values);
      if (placement && values.size() == 1 && placement->rdn.value == values.front()) return {};
    } else if (entry.lost_values == value_set(values)) {
      return {};
    }
  }
  return found("no such entry in any journal");
}

// hops <= 4
Verdict expect_hops(Stage& stage, Words words) {
  if (words.size() != 2 || words[0] != "<=") return say("expect hops <= N");
  const auto bound = number_of(words[1]);
  if (!bound) return fail(bound.error());
  const auto& forest = stage.world().forest();
  std::uint64_t hops = 0;
  for (const auto& context : kcc::analyse(forest, kcc::plan(forest)).naming_contexts) {
    hops = std::max<std::uint64_t>(hops, context.hops.worst);
  }
  return hops <= *bound ? Verdict{} : Verdict(found(std::to_string(hops)));
}

// pulls b1 from o1 objects=0 values=0 bytes<=100
Verdict expect_pulls(Stage& stage, Words words) {
  if (words.size() < 4 || words[1] != "from") {
    return say("expect pulls DESTINATION from SOURCE objects=N values=N");
  }
  const auto counts = stage.world().last_pull(words[0], words[2]);
  if (!counts) return found("that it never pulled from there");
  for (const std::string& word : words.subspan(3)) {
    const bool objects = word.starts_with("objects=");
    const bool bytes = word.starts_with("bytes<=");
    if (!objects && !bytes && !word.starts_with("values="))
      return say("objects=N, values=N or bytes<=N");
    const auto wanted = number_of(std::string_view(word).substr(word.find('=') + 1));
    if (!wanted) return fail(wanted.error());
    const std::uint64_t held = objects ? counts->objects : bytes ? counts->bytes : counts->values;
    if (bytes ? held > *wanted : held != *wanted) {
      return found(fmt::format("objects={} values={} bytes={}", counts->objects, counts->values,
                               counts->bytes));
    }
  }
  return {};
}

Verdict expect_not(Stage& stage, Words words) {
  if (words.empty()) return say("expect not EXPECTATION");
  const auto verdict = expect(stage, words);
  if (verdict) return found("that it holds");
  return verdict.error().code == Errc::refused ? verdict : Verdict{};
}

// within 10s all @alice title=B
Verdict expect_within(Stage& stage, Words words) {
  if (words.size() < 2) return say("expect within DURATION EXPECTATION");
  const auto duration = base::parse_duration(words.front());
  if (!duration) return say("expect within DURATION EXPECTATION");
  const Words inner = words.subspan(1);
  const base::Time limit = stage.world().now() + *duration;
  if (stage.world().run_while_waiting([&] { return expect(stage, inner).has_value(); }, limit)) {
    return {};
  }
  return expect(stage, inner);
}

using Handler = Verdict (*)(Stage&, Words);

const std::map<std::string_view, Handler>& handlers() {
  static const std::map<std::string_view, Handler> table{
      {"same", expect_same}, {"conflicts", expect_conflicts}, {"clashes", expect_clashes},
      {"lost", expect_lost}, {"hops", expect_hops},           {"pulls", expect_pulls},
      {"not", expect_not},   {"within", expect_within}};
  return table;
}

}  // namespace

Verdict expect(Stage& stage, Words words) {
  if (words.empty()) return say("expect WHAT");
  const auto handler = handlers().find(words.front());
  if (handler != handlers().end()) return handler->second(stage, words.subspan(1));
  if (words.front() == "all") return expect_everywhere(stage, words.subspan(1));
  if (words.front() == "one") return expect_one_of(stage, words.subspan(1));
  return expect_object(stage, words.front(), words.subspan(1));
}

}  // namespace ringspan::replicator::simulator
