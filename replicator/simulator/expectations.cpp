// What must be true of the whole forest in a scenario, and what is found instead.

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/fold.hpp"
#include "kcc/analyse.hpp"
#include "kcc/plan.hpp"
#include "replicator/engine/settle_links.hpp"
#include "replicator/simulator/expectations.hpp"

namespace ringspan::replicator::simulator {
namespace {

using base::Errc;
using base::fail;
using base::Result;

Verdict expect_owner_everywhere(const Stage& stage, Words words) {
  for (const std::string& controller : stage.world().controllers()) {
    if (!stage.world().takes_part(controller)) continue;
    if (auto verdict = expect_owner_by(stage, controller, words); !verdict) return verdict;
  }
  return {};
}

Verdict expect_everywhere(const Stage& stage, Words words) {
  if (words.size() < 2) return say_form("expect all OBJECT ...");
  for (const std::string& controller : stage.world().controllers()) {
    if (!stage.world().takes_part(controller) || !stage.should_hold(words[0], controller)) continue;
    if (auto verdict = expect_object(stage, controller, words); !verdict) {
      return fail(verdict.error().code,
                  fmt::format("at {}: {}", controller, verdict.error().message));
    }
  }
  return {};
}

// one of @a @b conflict-name
Verdict expect_one_of(const Stage& stage, Words words) {
  if (words.size() < 4 || words.front() != "of")
    return say_form("expect one of OBJECT OBJECT... WHAT");
  const std::vector<std::string> what{words.back()};
  std::optional<std::string> chosen;
  for (const std::string& controller : stage.world().controllers()) {
    if (!stage.world().takes_part(controller) || !stage.should_hold(words[1], controller)) continue;
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
  if (words.size() != 1) return say_form("expect conflicts|clashes N");
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
  const auto entry = lost_entry(stage, words);
  return entry ? Verdict{} : Verdict(fail(entry.error()));
}

// compare o1 b1 equal | coming 1 | diverging 2
Verdict expect_compare(Stage& stage, Words words) {
  const bool equal = words.size() == 3 && words[2] == "equal";
  const bool counted = words.size() == 4 && (words[2] == "coming" || words[2] == "diverging");
  if (!equal && !counted) return say_form("expect compare A B equal|coming N|diverging N");
  const auto compared = stage.world().compare(words[0], words[1]);
  if (!compared) return fail(compared.error());
  std::size_t diverging = 0;
  for (const auto& [context, objects] : compared->diverging)
    diverging += objects.size();
  const auto wanted = equal ? base::Result<std::uint64_t>(0) : number_of(words[3]);
  if (!wanted) return fail(wanted.error());
  const bool holds = equal ? compared->coming + diverging == 0
                           : (words[2] == "coming" ? compared->coming : diverging) == *wanted;
  return holds
             ? Verdict{}
             : Verdict(found(fmt::format("{} coming, {} diverging", compared->coming, diverging)));
}

// alarms 1
Verdict expect_alarms(Stage& stage, Words words) {
  if (words.size() != 1) return say_form("expect alarms N");
  const auto wanted = number_of(words.front());
  if (!wanted) return fail(wanted.error());
  const std::size_t held = stage.world().alarms();
  return held == *wanted ? Verdict{} : Verdict(found(std::to_string(held)));
}

// quarantined b1
Verdict expect_quarantined(Stage& stage, Words words) {
  if (words.size() != 1) return say_form("expect quarantined CONTROLLER");
  if (stage.world().quarantined(words[0])) return {};
  return found("that it is not");
}

// hops <= 4
Verdict expect_hops(Stage& stage, Words words) {
  if (words.size() != 2 || words[0] != "<=") return say_form("expect hops <= N");
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
    return say_form("expect pulls DESTINATION from SOURCE objects=N values=N");
  }
  const auto counts = stage.world().last_pull(words[0], words[2]);
  if (!counts) return found("that it never pulled from there");
  for (const std::string& word : words.subspan(3)) {
    const bool objects = word.starts_with("objects=");
    const bool bytes = word.starts_with("bytes<=");
    if (!objects && !bytes && !word.starts_with("values="))
      return say_form("objects=N, values=N or bytes<=N");
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

// standby active b1 from o1
Verdict expect_standby(Stage& stage, Words words) {
  const bool active = words.size() == 4 && words[0] == "active";
  if (words.size() != 4 || words[2] != "from" || (!active && words[0] != "asleep")) {
    return say_form("expect standby active|asleep DESTINATION from SOURCE");
  }
  const auto awake = stage.world().standby_awake(words[1], words[3]);
  if (!awake) return found("no standby planned there");
  return *awake == active ? Verdict{} : Verdict(found(*awake ? "it active" : "it asleep"));
}

Verdict expect_not(Stage& stage, Words words) {
  if (words.empty()) return say_form("expect not EXPECTATION");
  const auto verdict = expect(stage, words);
  if (verdict) return found("that it holds");
  return makes_no_sense(verdict.error()) ? verdict : Verdict{};
}

// within 10s all @alice title=B
Verdict expect_within(Stage& stage, Words words) {
  if (words.size() < 2) return say_form("expect within DURATION EXPECTATION");
  const auto duration = base::parse_duration(words.front());
  if (!duration) return say_form("expect within DURATION EXPECTATION");
  const Words inner = words.subspan(1);
  const base::Time limit = stage.world().now() + *duration;
  if (stage.world().run_while_waiting([&] { return expect(stage, inner).has_value(); }, limit)) {
    return {};
  }
  return expect(stage, inner);
}

// CONTROLLER|all OBJECT ..., where a braced object stands for many.
Verdict expect_each(const Stage& stage, Words words) {
  const auto objects = expand_braces(words[1]);
  if (!objects) return senseless(objects.error().message);
  std::vector<std::string> single(words.begin() + 1, words.end());
  for (const std::string& object : *objects) {
    single.front() = object;
    auto verdict = words.front() == "all" ? expect_everywhere(stage, single)
                                          : expect_object(stage, words.front(), single);
    if (verdict) continue;
    if (objects->size() == 1) return verdict;
    return fail(verdict.error().code, fmt::format("{}: {}", object, verdict.error().message));
  }
  return {};
}

using Handler = Verdict (*)(Stage&, Words);

const std::map<std::string_view, Handler>& handlers() {
  static const std::map<std::string_view, Handler> table{
      {"same", expect_same},
      {"conflicts", expect_conflicts},
      {"clashes", expect_clashes},
      {"lost", expect_lost},
      {"compare", expect_compare},
      {"alarms", expect_alarms},
      {"hops", expect_hops},
      {"pulls", expect_pulls},
      {"not", expect_not},
      {"within", expect_within},
      {"standby", expect_standby},
      {"quarantined", expect_quarantined},
      {"distinct", expect_distinct},
      {"equal", expect_equal},
      {"settled", expect_settled},
      {"counter", expect_counter},
      {"owner", [](Stage& stage, Words words) { return expect_owner(stage, words); }},
      {"epoch", [](Stage& stage, Words words) { return expect_epoch(stage, words); }}};
  return table;
}

}  // namespace

Result<JournalEntry> lost_entry(const Stage& stage, Words words) {
  if (words.size() < 3) return say_form("lost ATTRIBUTE VALUE... OBJECT");
  const std::string attribute = base::fold_name(words.front());
  const std::string& object_text = words.back();
  const auto object = stage.object_anywhere(object_text);
  if (!object) return fail(object.error());
  std::vector<std::string> values(words.begin() + 1, words.end() - 1);
  if (values == std::vector<std::string>{"-"}) values.clear();
  std::vector<std::string> lost_values = value_set(values);
  for (std::string& value : lost_values) {  // a link: @bob
    if (!value.starts_with('@')) continue;
    const auto target = stage.object_anywhere(value);
    if (!target) return fail(target.error());
    value = value_of(*target);
  }
  lost_values = value_set(lost_values);
  for (const JournalEntry& entry : stage.world().conflicts()) {
    if (entry.object != *object || entry.attribute != attribute) continue;
    if (attribute == kName) {
      const auto placement = to_placement(entry.lost_values);
      if (placement && values.size() == 1 && placement->rdn.value == values.front()) return entry;
    } else if (entry.lost_values == lost_values) {
      return entry;
    }
  }
  return found("no such entry in any journal");
}

Verdict expect(Stage& stage, Words words) {
  if (words.empty()) return say_form("expect WHAT");
  const auto handler = handlers().find(words.front());
  if (handler != handlers().end()) return handler->second(stage, words.subspan(1));
  if (words.front() == "one") return expect_one_of(stage, words.subspan(1));
  if (words.size() < 3) return say_form("expect CONTROLLER|all OBJECT ...");
  if (words[1] == "owner") {
    const Words rest = words.subspan(2);
    return words.front() == "all" ? expect_owner_everywhere(stage, rest)
                                  : expect_owner_by(stage, words.front(), rest);
  }
  if (words[1] == "state") return expect_state(stage, words.front(), words.subspan(2));
  if (words[1] == "identifiers" || words[1] == "reserve") {
    return expect_stock(stage, words.front(), words.subspan(1));
  }
  return expect_each(stage, words);
}

}  // namespace ringspan::replicator::simulator
