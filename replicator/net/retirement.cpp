#include "replicator/net/retirement.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/engine/ownership.hpp"
#include "replicator/net/role_owner.hpp"
#include "replicator/net/roles_document.hpp"
#include "replicator/net/vector_json.hpp"

namespace ringspan::replicator::net {
namespace {

using base::Errc;

/// One context of an answer to `vector`.
struct Held {
  NamingContextId context;
  UpToDatenessVector vector;
  Selection meant_of;
};

std::optional<Held> read_held(const Json& entry) {
  const Asked asked(entry);
  const auto context = read_guid(asked, "naming_context");
  if (!context || !entry.contains("cursors")) return std::nullopt;
  auto vector = read_vector(entry["cursors"]);
  if (!vector) return std::nullopt;
  return Held{NamingContextId(*context), *std::move(vector),
              to_selection(asked.text("meant_of").value_or(""))};
}

/// The cursors that this member knows to be the leaving one's.
void note_last(HeldByOthers& held, const Json& entry, NamingContextId context,
               const std::string& leaving, const std::string& member) {
  for (const Json& cursor : entry["cursors"]) {
    const Asked asked(cursor);
    const auto time = base::parse_time(asked.text("time").value_or(""));
    const auto usn = asked.number("usn", 0);
    if (asked.text("controller").value_or("") != leaving || !time || !usn) continue;
    auto& last = held.last[context];
    if (std::pair(last.time, last.usn) < std::pair(*time, Usn(*usn))) {
      last = {.usn = Usn(*usn), .time = *time, .at = member};
    }
  }
}

/// The controller that began the forest, by what is known of its roles; nil: by nothing.
ControllerId founder_of(const ServiceGround& ground, const Snapshot& snapshot) {
  const auto naming = naming_role(ground.contexts());
  if (!naming) return {};
  const Ownership first = history_of(snapshot, naming->scope, *naming).front();
  return first.gained == Gained::first ? first.owner : ControllerId{};
}

std::string changes_in_words(std::uint64_t values) {
  return fmt::format("{} change{}", values, values == 1 ? "" : "s");
}

}  // namespace

HeldByOthers held_by_others(const ServiceGround& ground, const Retiring& leaving,
                            const AnswersOfAll& answers) {
  const auto snapshot = ground.store.read();
  HeldByOthers held;
  for (const auto& [id, answer] : answers) {
    if (id == leaving.id) {
      if (!answer) held.silent = answer.error().message;
      continue;
    }
    const auto* member = sites::find_controller(ground.forest(), id);
    if (!answer || member == nullptr || !answer->contains("naming_contexts")) continue;
    if (!member->read_only) held.writable.push_back(id);
    for (const Json& entry : (*answer)["naming_contexts"]) {
      const auto one = read_held(entry);
      if (!one) continue;
      note_last(held, entry, one->context, leaving.name, member->name);
      const auto* context = sites::find_naming_context(ground.forest(), one->context);
      const bool writable = context != nullptr &&
                            sites::replica_kind(*member, *context) == sites::ReplicaKind::writable;
      const Selection all = selection_of(*snapshot, ground.contexts(), one->context, Audience{});
      if (writable && one->meant_of.covers(all)) held.together[one->context].merge(one->vector);
    }
  }
  return held;
}

std::vector<const sites::NamingContext*> contexts_written(const ServiceGround& ground,
                                                          const Retiring& leaving) {
  std::vector<const sites::NamingContext*> contexts;
  const auto* controller = sites::find_controller(ground.forest(), leaving.id);
  for (const sites::NamingContext& context : ground.forest().naming_contexts) {
    if (sites::replica_kind(*controller, context) == sites::ReplicaKind::writable) {
      contexts.push_back(&context);
    }
  }
  return contexts;
}

Json question_of_unsent(const ServiceGround& ground, const Retiring& leaving,
                        const HeldByOthers& held) {
  const std::string nobody = base::Guid{}.to_string();
  Json questions = Json::array();
  for (const auto* context : contexts_written(ground, leaving)) {
    const auto together = held.together.find(context->id);
    questions.push_back(
        {{"naming_context", context->id.value.to_string()},
         {"after", {{"source", nobody}, {"usn", 0U}, {"settled", 0U}}},
         {"known",
          vector_json(together == held.together.end() ? UpToDatenessVector{} : together->second)}});
  }
  return {{"ask", "lag"}, {"questions", std::move(questions)}};
}

base::Result<std::vector<Unsent>> read_unsent(const ServiceGround& ground, const Retiring& leaving,
                                              const Json& answer) {
  const auto contexts = contexts_written(ground, leaving);
  const Json answers = answer.value("answers", Json::array());
  if (answers.size() != contexts.size()) {
    return base::fail(Errc::damaged, fmt::format("{}: does not say what it alone holds; compare "
                                                 "`ringspan version` here and there",
                                                 leaving.name));
  }
  std::vector<Unsent> unsent;
  for (std::size_t i = 0; i < contexts.size(); ++i) {
    const Asked said(answers[i]);
    const Unsent one{contexts[i], said.number("objects", 0).value_or(0),
                     said.number("values", 0).value_or(0)};
    if (one.values > 0) unsent.push_back(one);
  }
  return unsent;
}

base::Result<std::vector<Succession>> successions(const ServiceGround& ground,
                                                  const Retiring& leaving, const Json& advice,
                                                  const sites::Controller* to) {
  const auto snapshot = ground.store.read();
  std::vector<Succession> all;
  for (const auto& [role, context] : roles_of(ground.forest())) {
    const auto advised =
        std::ranges::find_if(advice, [&, &wanted = role, &dn = context](const Json& one) {
          return one.at("role") == to_string(wanted.role) && one.at("naming_context") == dn;
        });
    const bool owns =
        ownership_of(*snapshot, configuration_among(ground.contexts()), role).owner == leaving.id;
    if (advised == advice.end() && !owns) continue;
    if (to != nullptr) {
      if (auto fit = may_own(ground.forest(), role, to->id); !fit) return base::fail(fit.error());
    }
    const auto* heir =
        to != nullptr || advised == advice.end()
            ? to
            : sites::find_controller(ground.forest(), advised->at("advised").get<std::string>());
    if (heir == nullptr) {
      return base::fail(Errc::unavailable,
                        fmt::format("{} role: nobody who could take it from {} answers; start one "
                                    "that can, or name it with --to",
                                    in_words(ground.forest(), role), leaving.name));
    }
    all.push_back({std::string(to_string(role.role)), context, heir});
  }
  return all;
}

std::vector<std::string> stakes_of(const ServiceGround& ground, const Retiring& leaving,
                                   const HeldByOthers& held, const std::vector<Unsent>& unsent) {
  std::vector<std::string> stakes;
  for (const Unsent& one : unsent) {
    stakes.push_back(fmt::format("{} alone holds {} of {}; they are pulled from it first.",
                                 leaving.name, changes_in_words(one.values), one.context->dn));
  }
  if (leaving.writes && held.silent) {
    stakes.push_back(
        fmt::format("{} does not answer {}: {}. Should it still run somewhere, stop "
                    "it there.",
                    leaving.name, ground.name(), *held.silent));
    for (const auto* context : contexts_written(ground, leaving)) {
      const auto last = held.last.find(context->id);
      stakes.push_back(
          last == held.last.end()
              ? fmt::format("{}: nobody who answers has ever heard of a write of {}; what it wrote "
                            "there is lost.",
                            context->dn, leaving.name)
              : fmt::format("{}: what {} wrote after {} (its change {}, which {} has) may be lost.",
                            context->dn, leaving.name, base::to_string(last->second.time),
                            last->second.usn.value, last->second.at));
    }
  }
  if (leaving.joined && founder_of(ground, *ground.store.read()) == leaving.id) {
    stakes.push_back(fmt::format(
        "{0} began the forest: unless the key of its authority was moved, it lies in the data "
        "folder of {0} alone (tls/authority.key), and without it nobody can join any more; copy it "
        "into the same place at another controller.",
        leaving.name));
  }
  return stakes;
}

Json retirement_json(const ServiceGround& ground, const Retiring& leaving, const HeldByOthers& held,
                     const std::vector<Unsent>& unsent, const std::vector<Succession>& roles) {
  Json unsent_json = Json::array();
  for (const Unsent& one : unsent) {
    unsent_json.push_back(
        {{"naming_context", one.context->dn}, {"objects", one.objects}, {"values", one.values}});
  }
  Json last_known = Json::array();
  if (leaving.writes) {
    for (const auto* context : contexts_written(ground, leaving)) {
      const auto last = held.last.find(context->id);
      const bool none = last == held.last.end();
      last_known.push_back({{"naming_context", context->dn},
                            {"usn", none ? Json(nullptr) : Json(last->second.usn.value)},
                            {"time", none ? Json(nullptr) : to_json(last->second.time)},
                            {"at", none ? Json(nullptr) : Json(last->second.at)}});
    }
  }
  Json roles_json = Json::array();
  for (const Succession& one : roles) {
    roles_json.push_back(
        {{"role", one.role}, {"naming_context", one.naming_context}, {"to", one.to->name}});
  }
  return {{"controller", ground.name()},
          {"retires", leaving.name},
          {"answers", leaving.joined && !held.silent},
          {"unsent", std::move(unsent_json)},
          {"last_known", std::move(last_known)},
          {"roles", std::move(roles_json)},
          {"stakes", stakes_of(ground, leaving, held, unsent)},
          {"step", nullptr},
          {"done", false}};
}

}  // namespace ringspan::replicator::net
