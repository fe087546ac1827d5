// apply, history: the forest's definition is weighed, changed as a whole, and gone back to.

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>
#include <nlohmann/json.hpp>

#include "replicator/configuration/contexts.hpp"
#include "replicator/configuration/definition.hpp"
#include "replicator/net/apply_answer.hpp"
#include "replicator/net/apply_edit.hpp"
#include "replicator/net/clock.hpp"
#include "replicator/net/role_owner.hpp"
#include "replicator/net/secrets.hpp"
#include "replicator/net/service.hpp"
#include "sites/forest_changes.hpp"
#include "sites/read_forest.hpp"
#include "sites/write_forest.hpp"

namespace ringspan::replicator::net {
namespace {

using base::Errc;
using configuration::Configuration;
using configuration::Definition;

/// Writes that the configuration overtook are worked out again so often.
constexpr int kTries = 5;

/// What is wanted.
struct Wish {
  Edit edit;               ///< Otherwise some definition of the history:
  std::string definition;  ///< That of this hash; empty: the one before the present.
  bool preview = false;
  bool force = false;
  std::string expect;                       ///< The basis of the preview.
  Json request{};                           ///< As it came, should somebody else have to answer it.
  std::vector<std::string> first_owners{};  ///< Of the roles of a new domain.
};

/// What the directory says now.
struct Standing {
  std::unique_ptr<Snapshot> snapshot;
  NamingContextId context;
  Configuration configuration;
  configuration::Slots slots;  ///< Taken out of it.
  std::string hash;
  std::vector<Definition> history;  ///< Newest first.

  /// Is what stands the newest of the history? Not if definitions were applied past each other, or
  /// objects were written one by one.
  bool is_recorded() const { return !history.empty() && history.front().hash == hash; }
};

base::Result<sites::Forest> forest_of(const std::string& text) {
  const auto forest = sites::read_forest(text, "forest");
  if (forest) return *forest;
  std::vector<std::string> lines;
  for (const sites::Fault& fault : forest.error())
    lines.push_back(to_string(fault));
  return base::fail(Errc::invalid, fmt::format("{}", fmt::join(lines, "\n")));
}

/// How it is wanted, whatever that is.
base::Result<Wish> read_manner(const Asked& asked) {
  const auto preview = asked.flag("preview");
  const auto force = asked.flag("force");
  if (!preview) return base::fail(preview.error());
  if (!force) return base::fail(force.error());
  Wish wish{.edit = {}, .definition = {}, .preview = *preview, .force = *force, .expect = {}};
  if (wish.preview) return wish;
  const auto expect = asked.text("expect");
  if (!expect) {
    return base::fail(Errc::invalid,
                      expect.error().message +
                          "; ask with \"preview\": true first, and send the \"basis\" of that "
                          "answer");
  }
  wish.expect = *expect;
  return wish;
}

base::Result<Wish> read_wish(const Json& request) {
  const Asked asked(request);
  auto known = asked.only({"ask", "forest", "undo", "definition", "preview", "expect", "force"});
  const auto undo = asked.flag("undo");
  if (known && !undo) known = base::fail(undo.error());
  if (!known) return base::fail(known.error());
  if (asked.has("forest") + asked.has("definition") + (*undo ? 1 : 0) != 1) {
    return base::fail(Errc::invalid,
                      "say one of \"forest\" (the text of a definition), \"definition\" (a hash "
                      "of the history), \"undo\": true");
  }
  auto wish = read_manner(asked);
  if (!wish) return wish;
  if (asked.has("forest")) {
    const auto text = asked.text("forest");
    if (!text) return base::fail(text.error());
    auto forest = forest_of(*text);
    if (!forest) return base::fail(forest.error());
    wish->edit = [forest = *std::move(forest)](const sites::Forest&) { return forest; };
  } else if (asked.has("definition")) {
    const auto hash = asked.text("definition");
    if (!hash) return base::fail(hash.error());
    wish->definition = *hash;
  }
  return wish;
}

base::Result<Standing> read_standing(const ServiceGround& ground) {
  Standing standing;
  standing.snapshot = ground.store.read();
  standing.context = configuration::configuration_of(ground.forest());
  auto read = configuration::read(*standing.snapshot, standing.context);
  if (!ground.in_force->from_directory || !read) {
    return base::fail(Errc::unavailable,
                      fmt::format("{}: the forest definition has not come here yet; try again "
                                  "when ringspan status says that it is in step",
                                  ground.name()));
  }
  if (sites::find_controller(read->forest, ground.identity.controller) == nullptr) {
    return base::fail(Errc::refused,
                      fmt::format("{}: is no longer in the forest definition; ask a controller "
                                  "that is",
                                  ground.name()));
  }
  standing.configuration = *std::move(read);
  standing.slots = configuration::take_slots(standing.configuration.forest);
  standing.hash = sha256(sites::write_forest(standing.configuration.forest));
  standing.history = configuration::definitions_in(*standing.snapshot, standing.context);
  return standing;
}

/// Whatever a preview depends on.
std::string basis_of(const Standing& standing) {
  std::string text = standing.hash;
  for (const auto& [id, key] : standing.configuration.keys)
    text += "\n" + id.value.to_string();
  if (!standing.history.empty()) text += "\n" + standing.history.front().id.value.to_string();
  return sha256(text);
}

base::Result<const Definition*> definition_meant(const std::string& hash,
                                                 const Standing& standing) {
  const auto& history = standing.history;
  if (hash.empty()) {
    const std::size_t before = standing.is_recorded() ? 1 : 0;
    if (before < history.size()) return &history[before];
    return base::fail(Errc::refused, "the history has no definition before the present one");
  }
  const Definition* found = nullptr;
  for (const Definition& one : history) {
    if (!one.hash.starts_with(hash)) continue;
    if (found != nullptr && found->hash != one.hash) {
      return base::fail(Errc::invalid,
                        fmt::format("definition {}: several begin so; write more of it", hash));
    }
    if (found == nullptr) found = &one;
  }
  if (found != nullptr) return found;
  return base::fail(
      Errc::not_found,
      fmt::format("definition {}: not in the history; ringspan history lists what is", hash));
}

base::Result<sites::Forest> wanted(const Wish& wish, const Standing& standing) {
  if (wish.edit) return wish.edit(standing.configuration.forest);
  const auto definition = definition_meant(wish.definition, standing);
  if (!definition) return base::fail(definition.error());
  const Definition& meant = **definition;
  const std::string name = meant.hash.substr(0, 8);
  if (meant.forest.empty()) {
    return base::fail(Errc::refused,
                      fmt::format("definition {}: its text was too large to be kept; apply it from "
                                  "a file",
                                  name));
  }
  auto forest =
      sha256(meant.forest) == meant.hash ? forest_of(meant.forest) : base::fail(Errc::damaged, "");
  if (forest) return forest;
  return base::fail(Errc::refused,
                    fmt::format("definition {}: its text is not what was applied, somebody wrote "
                                "over it; choose another",
                                name));
}

/// With the objects that go with them, where they are held here.
std::vector<RemovedContext> removed_contexts(const Standing& standing,
                                             const sites::Forest& wanted) {
  std::vector<RemovedContext> found;
  for (const sites::NamingContext& context : standing.configuration.forest.naming_contexts) {
    if (sites::find_naming_context(wanted, context.id) != nullptr) continue;
    found.push_back({context.dn, living_objects(*standing.snapshot, context.id)});
  }
  return found;
}

base::Result<Weighed> weigh(const Standing& standing, const sites::Forest& forest) {
  const auto found = configuration::obstacles(standing.configuration, forest);
  if (!found.empty()) return base::fail(Errc::refused, fmt::format("{}", fmt::join(found, "\n")));
  const auto& keys = standing.configuration.keys;
  const std::string text = sites::write_forest(forest);
  if (text.size() > configuration::kLargestDefinition) {
    return base::fail(Errc::refused,
                      fmt::format("the definition has {} bytes as the history keeps it; at most {} "
                                  "are taken",
                                  text.size(), configuration::kLargestDefinition));
  }
  kcc::Replanner replanner;
  const auto planned = [&](const sites::Forest& one) {
    sites::Forest joined = configuration::joined_part(one, keys);
    configuration::give_slots(standing.slots, joined);
    return kcc::planned(std::move(joined), replanner);
  };
  Weighed weighed{.before = planned(standing.configuration.forest),
                  .after = planned(forest),
                  .comparison = {},
                  .changes = sites::changes_in_words(standing.configuration.forest, forest),
                  .not_joined = {},
                  .removed = removed_contexts(standing, forest),
                  .basis = basis_of(standing),
                  .hash = sha256(text)};
  weighed.comparison = kcc::compare(weighed.before, weighed.after);
  for (const sites::Controller& controller : forest.controllers) {
    if (!keys.contains(controller.id)) weighed.not_joined.push_back(controller.name);
  }
  std::ranges::sort(weighed.not_joined);
  return weighed;
}

/// The changes, and their entries in the history: that of what stood, should it be none of it.
Together written(const Standing& standing, const sites::Forest& forest, Together changes,
                 const std::string& who, Definition& definition) {
  using namespace std::chrono_literals;
  base::Time when = wall_clock();
  if (!standing.history.empty()) when = std::max(when, standing.history.front().when + 1ms);
  if (!standing.is_recorded()) {
    const Definition stood{
        .hash = standing.hash,
        .who = {},
        .when = when,
        .summary = "as it stood: applied past each other, or objects written one by one",
        .forest = sites::write_forest(standing.configuration.forest)};
    changes.changes.emplace_back(configuration::record(stood, forest));
    when += 1ms;
  }
  definition.who = who;
  definition.when = when;
  changes.changes.emplace_back(configuration::record(definition, forest));
  changes.only_if = Unchanged{standing.context, standing.snapshot->highest_usn()};
  return changes;
}

/// Some things only certain controllers can write.
base::Result<void> may_write_here(const ServiceGround& ground, const sites::Forest& standing,
                                  const sites::Forest& wanted) {
  if (configuration::changes_contexts(standing, wanted)) {
    const Identity me = ground.identity_now();
    const auto acts = may_act(*ground.store.read(), me, ground.caught_up(),
                              {MasterRole::naming, configuration_among(me.contexts)});
    if (!acts) return acts;
  }
  const auto* me = sites::find_controller(wanted, ground.identity.controller);
  if (me == nullptr) {
    return base::fail(Errc::refused,
                      fmt::format("{}: would remove itself, and nobody would hear of it from one "
                                  "who is no member any more; apply it at another controller "
                                  "(--at)",
                                  ground.name()));
  }
  return {};
}

std::string changed_meanwhile(const Standing& standing) {
  std::string by = "somebody who wrote objects of it";
  if (standing.is_recorded() && !standing.history.front().who.empty()) {
    const Definition& last = standing.history.front();
    by = fmt::format("{}, {}: {}", last.who, base::to_string(last.when), last.summary);
  }
  return fmt::format(
      "the definition or its members changed meanwhile (last by {}); look at the difference again",
      by);
}

void attempt(const ServiceGround& ground, const Wish& wish, int tries, JsonTaker taker);

/// Somebody else may have written between our looking and our writing: then it is looked at again.
WriteTaker when_written(const ServiceGround& ground, const Wish& wish, int tries, Json answer,
                        JsonTaker taker) {
  return [=, answer = std::move(answer)](const base::Result<Written>& result) {
    if (result) {
      spdlog::info("{} applied a definition: {}", ground.caller.name,
                   answer["definition"]["summary"].get<std::string>());
      // Answered once it is in force here.
      const bool taken = ground.readers.post([=] {
        ground.in_force_anew();
        taker(to_text(answer));
      });
      return taken ? void() : taker(to_text(answer));
    }
    const bool overtaken = result.error().code == Errc::refused && tries > 1;
    if (overtaken && ground.readers.post([=] { attempt(ground, wish, tries - 1, taker); })) {
      return;
    }
    taker(error_text(result.error()));
  };
}

void attempt(const ServiceGround& ground, const Wish& wish, int tries, JsonTaker taker) {
  const auto refuse = [&taker](const base::Error& error) { taker(error_text(error)); };
  const auto standing = read_standing(ground);
  if (!standing) return refuse(standing.error());
  if (!wish.preview && basis_of(*standing) != wish.expect) {
    return refuse({Errc::refused, changed_meanwhile(*standing)});
  }
  auto forest = wanted(wish, *standing);
  if (!forest) return refuse(forest.error());
  const sites::Forest& stands = standing->configuration.forest;
  configuration::take_slots(*forest);
  forest = configuration::with_lasting_ids(*std::move(forest), stands, *standing->snapshot);
  auto weighed = weigh(*standing, *forest);
  if (!weighed) return refuse(weighed.error());
  if (configuration::changes_contexts(stands, *forest)) {
    const RoleId naming{MasterRole::naming, configuration_among(ground.contexts())};
    if (owner_answers(ground, naming, wish.request, taker)) return;
  }
  if (auto fit = may_write_here(ground, stands, *forest); !fit) return refuse(fit.error());
  auto changes = configuration::changes(*standing->snapshot, *forest);
  configuration::begin_contexts(changes, configuration::new_contexts(stands, *forest), *forest,
                                wish.first_owners);
  if (weighed->changes.empty() && !changes.changes.empty()) {
    weighed->changes.emplace_back("objects of the definition are put in order");
  }
  Json answer = apply_answer(*weighed, ground.name());
  if (wish.preview || weighed->changes.empty()) return taker(to_text(answer));
  if (!wish.force && !weighed->comparison.cut_off.empty()) {
    return refuse(
        {Errc::refused,
         fmt::format("it would cut off {}; keep their way, or apply it by force (--force)",
                     cut_off_in_words(*weighed))});
  }
  Definition definition{.hash = weighed->hash,
                        .who = {},
                        .summary = sites::summary_of(weighed->changes),
                        .forest = sites::write_forest(*forest)};
  if (!wish.edit) {
    definition.summary =
        fmt::format("back to {}: {}", weighed->hash.substr(0, 8), definition.summary);
  }
  Together together =
      written(*standing, *forest, std::move(changes), ground.caller.name, definition);
  answer["written"] = true;
  answer["definition"] = to_json(definition);
  ground.engine.write(std::move(together),
                      when_written(ground, wish, tries, std::move(answer), std::move(taker)));
}

}  // namespace

void apply_edit(const ServiceGround& ground, const Json& request, Edit edit, JsonTaker taker,
                std::vector<std::string> first_owners) {
  auto wish = read_manner(Asked(request));
  if (!wish) return taker(error_text(wish.error()));
  wish->edit = std::move(edit);
  wish->request = request;
  wish->first_owners = std::move(first_owners);
  attempt(ground, *wish, kTries, std::move(taker));
}

void answer_apply(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  auto wish = read_wish(request);
  if (!wish) return taker(error_text(wish.error()));
  wish->request = request;
  attempt(ground, *wish, kTries, std::move(taker));
}

base::Result<Json> answer_history(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  if (auto known = asked.only({"ask"}); !known) return base::fail(known.error());
  const auto standing = read_standing(ground);
  if (!standing) return base::fail(standing.error());
  Json definitions = Json::array();
  for (const Definition& definition : standing->history) {
    Json one = to_json(definition);
    const bool newest = definition.id == standing->history.front().id;
    one["in_force"] = newest && standing->is_recorded();
    definitions.push_back(std::move(one));
  }
  return Json{{"controller", ground.name()},
              {"hash", standing->hash},
              {"definitions", std::move(definitions)}};
}

}  // namespace ringspan::replicator::net
