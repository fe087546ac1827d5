// digest holds repair: what one replica tells another one of itself, and takes of it.

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/engine/answer.hpp"
#include "replicator/engine/directory.hpp"
#include "replicator/net/clock.hpp"
#include "replicator/net/part_json.hpp"
#include "replicator/net/service.hpp"
#include "replicator/net/vector_json.hpp"

namespace ringspan::replicator::net {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kLimit = 60s;
constexpr std::size_t kMostObjects = 4096;

/// What this replica holds of the context, as far as the caller may see it.
Selection held_of(const ServiceGround& ground, const Snapshot& snapshot, NamingContextId context) {
  const Identity me = ground.identity_now();
  const Selection wanted = selection_of(snapshot, me.contexts, context, audience_of(me, context));
  return both(both(wanted, filled_with(snapshot, context)), shown_to_caller(ground, snapshot));
}

base::Result<Selection> selection_asked(const ServiceGround& ground, const Snapshot& snapshot,
                                        const Asked& asked, NamingContextId context) {
  const Selection held = held_of(ground, snapshot, context);
  if (!asked.has("selection")) return held;
  if (!asked.json()["selection"].is_string()) {
    return base::fail(base::Errc::invalid, "\"selection\": must be a text");
  }
  return both(held, to_selection(asked.json()["selection"].get<std::string>()));
}

base::Result<NamingContextHead> context_asked(const ServiceGround& ground, const Asked& asked) {
  auto head = context_named(ground, asked, "naming_context");
  if (!head) return head;
  if (auto held = held_here(ground, head->id); !held) return base::fail(held.error());
  return head;
}

Json what_is_held(const ServiceGround& ground) {
  const auto snapshot = ground.store.read();
  Json contexts = Json::array();
  for (const NamingContextHead& head : ground.contexts()) {
    const auto held = held_here(ground, head.id);
    contexts.push_back({{"dn", head.dn.to_string()},
                        {"guid", head.id.value.to_string()},
                        {"selection", to_text(held_of(ground, *snapshot, head.id))},
                        {"reason", held ? std::string() : held.error().message}});
  }
  return {{"controller", ground.name()},
          {"tombstone_lifetime", ground.forest().policy.tombstone_lifetime.count()},
          {"naming_contexts", std::move(contexts)}};
}

base::Result<std::set<std::string>> ranges_asked(const Asked& asked, std::uint64_t more) {
  if (!asked.has("ranges")) return std::set<std::string>{""};
  const auto texts = asked.texts("ranges");
  if (!texts) return base::fail(texts.error());
  std::set<std::string> ranges(texts->begin(), texts->end());
  const bool fit = std::ranges::all_of(ranges, [&](const std::string& range) {
    return range.size() == ranges.begin()->size() && range.size() + more <= kObjectDigits;
  });
  if (fit) return ranges;
  return base::fail(base::Errc::invalid,
                    fmt::format("\"ranges\": are equally long, and with \"more\" of {} digits at "
                                "most",
                                kObjectDigits));
}

/// The DNs of objects and of what they are linked to, as far as they are known here.
Json dns_of(const ServiceGround& ground, const Snapshot& snapshot, const Page& page) {
  constexpr std::size_t kMost = 2000;
  const Directory directory(snapshot, ground.contexts());
  Json dns = Json::object();
  const auto name = [&](ObjectId id) {
    if (dns.size() >= kMost) return;
    const auto object = directory.object(id);
    if (object) dns[id.value.to_string()] = directory.dn_of(*object);
  };
  for (const ObjectChange& object : page.objects)
    name(object.id);
  for (const LinkChange& link : page.links)
    name(link.id.target);
  return dns;
}

Json originators_of(const ServiceGround& ground, const UpToDatenessVector& vector) {
  Json names = Json::object();
  for (const auto& [originator, cursor] : vector.cursors())
    names[originator.value.to_string()] = ground.originators.name_of(originator);
  return names;
}

base::Result<const sites::Controller*> source_named(const ServiceGround& ground,
                                                    const std::string& name) {
  const auto* found = sites::find_controller(ground.forest(), name);
  if (found == nullptr) {
    return base::fail(base::Errc::not_found,
                      fmt::format("controller {}: not in the forest definition", name));
  }
  if (found->id != ground.identity.controller && !found->read_only) return found;
  return base::fail(base::Errc::refused,
                    fmt::format("controller {}: {}", found->name,
                                found->read_only ? "is read-only and no source"
                                                 : "cannot be repaired from itself"));
}

}  // namespace

base::Result<Json> answer_digest(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  auto known = asked.only({"ask", "naming_context", "selection", "ranges", "more"});
  if (!known) return base::fail(known.error());
  if (!asked.has("naming_context")) return what_is_held(ground);
  const auto head = context_asked(ground, asked);
  const auto more = asked.number("more", 0);
  if (!head) return base::fail(head.error());
  if (!more) return base::fail(more.error());
  const auto ranges = ranges_asked(asked, *more);
  if (!ranges) return base::fail(ranges.error());
  const auto snapshot = ground.store.read();
  const auto selection = selection_asked(ground, *snapshot, asked, head->id);
  if (!selection) return base::fail(selection.error());
  return Json{{"controller", ground.name()},
              {"naming_context", head->dn.to_string()},
              {"vector", vector_json(vector_of(*snapshot, head->id, ground.identity.invocation,
                                               wall_clock()))},
              {"ranges", digests_json(digests(*snapshot, head->id, *selection, *ranges, *more))}};
}

base::Result<Json> answer_holds(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  auto known = asked.only({"ask", "naming_context", "selection", "objects"});
  if (!known) return base::fail(known.error());
  const auto head = context_asked(ground, asked);
  const auto objects = read_objects(asked, "objects");
  if (!head) return base::fail(head.error());
  if (!objects) return base::fail(objects.error());
  if (objects->size() > kMostObjects) {
    return base::fail(base::Errc::invalid,
                      fmt::format("\"objects\": takes {} at most", kMostObjects));
  }
  const auto snapshot = ground.store.read();
  const auto selection = selection_asked(ground, *snapshot, asked, head->id);
  if (!selection) return base::fail(selection.error());
  const Part part =
      part_of(*snapshot, head->id, *objects, ground.identity, *selection, wall_clock());
  Json answer{{"controller", ground.name()}, {"naming_context", head->dn.to_string()}};
  answer.update(part_json(part));
  answer["dns"] = dns_of(ground, *snapshot, part.page);
  answer["originators"] = originators_of(ground, *part.page.vector);
  return answer;
}

void answer_repair(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  const Asked asked(request);
  auto known = asked.only({"ask", "from", "naming_context", "objects", "replaces"});
  if (!known) return taker(error_text(known.error()));
  const auto from = asked.text("from").and_then(
      [&ground](const std::string& name) { return source_named(ground, name); });
  const auto head = context_asked(ground, asked);
  const auto objects = read_objects(asked, "objects");
  const auto replaces = asked.flag("replaces");
  if (!from) return taker(error_text(from.error()));
  if (!head) return taker(error_text(head.error()));
  if (!objects) return taker(error_text(objects.error()));
  if (!replaces) return taker(error_text(replaces.error()));
  Json question{{"ask", "holds"},
                {"naming_context", head->dn.to_string()},
                {"selection", to_text(held_of(ground, *ground.store.read(), head->id))},
                {"objects", objects_json(*objects)}};
  const auto mend = [ground, head = *head, name = (*from)->name, replaces = *replaces,
                     taker = std::move(taker)](const base::Result<Json>& answer) {
    auto part = answer.and_then([](const Json& json) { return read_part(Asked(json)); });
    if (part && part->page.naming_context != head.id) {
      part = base::fail(base::Errc::damaged, "it answered for another naming context");
    }
    if (!part) {
      return taker(
          error_text({part.error().code, fmt::format("{}: {}", name, part.error().message)}));
    }
    ground.engine.mend(std::move(part->page), replaces,
                       [controller = ground.name(), dn = head.dn.to_string(), name,
                        looked = part->looked, taker](const base::Result<Written>& written) {
                         if (!written) return taker(error_text(written.error()));
                         taker(to_text(Json{{"controller", controller},
                                            {"from", name},
                                            {"naming_context", dn},
                                            {"objects", looked},
                                            {"usn", written->usn.value}}));
                       });
  };
  ground.network.ask(
      (*from)->id, to_text(question), 0, kLimit,
      [mend](const base::Result<std::string>& answer) { mend(answer.and_then(read_answer)); });
}

}  // namespace ringspan::replicator::net
