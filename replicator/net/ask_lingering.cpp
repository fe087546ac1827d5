// held: between controllers, which objects of a naming context there are. lingering: which objects
// live here that another replica has collected, and, if that is wanted, their end (docs/
// replication.md, rule R29).

#include <memory>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/engine/answer.hpp"
#include "replicator/engine/directory.hpp"
#include "replicator/engine/lingering.hpp"
#include "replicator/net/service.hpp"
#include "replicator/net/vector_json.hpp"

namespace ringspan::replicator::net {
namespace {

using namespace std::chrono_literals;
using base::Errc;

constexpr std::size_t kIdsInAPage = 100'000;
constexpr std::size_t kShown = 1000;
constexpr base::Duration kPageLimit = 60s;

/// One comparison: asks the reference page after page, then looks at what is here.
class Search : public std::enable_shared_from_this<Search> {
 public:
  Search(ServiceGround ground, const sites::Controller& reference, NamingContextHead context,
         bool remove, JsonTaker taker)
      : ground_(std::move(ground)),
        reference_(reference),
        context_(std::move(context)),
        remove_(remove),
        taker_(std::move(taker)) {}

  void ask(const std::string& after) {
    Json request{{"ask", "held"}, {"naming_context", context_.dn.to_string()}};
    if (!after.empty()) request["after"] = after;
    ground_.network.ask(reference_.id, to_text(on_behalf(ground_.caller, std::move(request))), 0,
                        kPageLimit,
                        [self = shared_from_this()](const base::Result<std::string>& came) {
                          const auto work = [self, came] { self->take(came); };
                          if (!self->ground_.readers.post(work)) {
                            self->refuse({Errc::unavailable, "too many requests wait here"});
                          }
                        });
  }

 private:
  void refuse(const base::Error& error) { taker_(error_text(error)); }

  void take(const base::Result<std::string>& came) {
    const auto answer = came ? read_answer(*came) : base::fail(came.error());
    if (!answer) {
      return refuse(
          {answer.error().code, fmt::format("{}: {}", reference_.name, answer.error().message)});
    }
    if (!begun_) {  // what comes later was not there when this was so
      auto vector = read_vector(answer->at("vector"));
      if (!vector) return refuse(vector.error());
      held_.vector = *std::move(vector);
      begun_ = true;
    }
    std::string last;
    for (const Json& id : answer->at("objects")) {
      last = id.get<std::string>();
      const auto guid = base::Guid::parse(last);
      if (guid) held_.objects.insert(ObjectId(*guid));
    }
    if (answer->at("more").get<bool>() && !last.empty()) return ask(last);
    look();
  }

  void look() {
    const auto snapshot = ground_.store.read();
    const LingeringObjects found = find_lingering(*snapshot, context_.id, held_);
    const Directory directory(*snapshot, ground_.contexts());
    Json shown = Json::array();
    for (const auto& [id, usn] : found.objects) {
      if (shown.size() == kShown) break;
      const auto object = directory.object(id);
      shown.push_back({{"object", id.value.to_string()},
                       {"dn", object ? directory.dn_of(*object) : std::string()}});
    }
    const Json document{{"controller", ground_.name()},
                        {"reference", reference_.name},
                        {"naming_context", context_.dn.to_string()},
                        {"examined", found.examined},
                        {"not_there_yet", found.not_there_yet},
                        {"lingering", found.objects.size()},
                        {"objects", std::move(shown)},
                        {"removed", remove_ && !found.objects.empty()}};
    if (!remove_ || found.objects.empty()) return taker_(to_text(document));
    ground_.engine.post(Expunge{context_.id, found.objects},
                        [taker = taker_, document] { taker(to_text(document)); });
  }

  ServiceGround ground_;
  sites::Controller reference_;
  NamingContextHead context_;
  bool remove_;
  JsonTaker taker_;
  Reference held_;
  bool begun_ = false;
};

/// The naming context that is meant: that of the home domain unless said.
base::Result<NamingContextHead> context_asked(const ServiceGround& ground, const Asked& asked) {
  if (asked.has("naming_context")) return context_named(ground, asked, "naming_context");
  for (const NamingContextHead& head : ground.contexts()) {
    if (head.is_home) return head;
  }
  return base::fail(Errc::invalid, "\"naming_context\": is missing");
}

}  // namespace

base::Result<Json> answer_held(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  if (auto known = asked.only({"ask", "naming_context", "after"}); !known) {
    return base::fail(known.error());
  }
  const auto context = context_named(ground, asked, "naming_context");
  if (!context) return base::fail(context.error());
  if (auto held = held_here(ground, context->id); !held) return base::fail(held.error());
  ObjectId after;
  if (asked.has("after")) {
    const auto guid = read_guid(asked, "after");
    if (!guid) return base::fail(guid.error());
    after = ObjectId(*guid);
  }
  const auto snapshot = ground.store.read();
  std::set<ObjectId> next;
  bool more = false;
  snapshot->changed_since(context->id, Usn{}, [&](const Row& row) {
    if (row.id <= after && after != ObjectId{}) return true;
    next.insert(row.id);
    if (next.size() > kIdsInAPage) {
      next.erase(std::prev(next.end()));
      more = true;
    }
    return true;
  });
  Json objects = Json::array();
  for (const ObjectId id : next)
    objects.push_back(id.value.to_string());
  return Json{{"controller", ground.name()},
              {"vector", vector_json(vector_of(*snapshot, context->id, ground.identity.invocation,
                                               base::Time{}))},
              {"objects", std::move(objects)},
              {"more", more}};
}

void answer_lingering(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  const Asked asked(request);
  const auto known = asked.only({"ask", "reference", "naming_context", "remove"});
  const auto name = asked.text("reference");
  const auto remove = asked.flag("remove");
  if (!known) return taker(error_text(known.error()));
  if (!name) return taker(error_text(name.error()));
  if (!remove) return taker(error_text(remove.error()));
  const auto context = context_asked(ground, asked);
  if (!context) return taker(error_text(context.error()));
  const auto* reference = sites::find_controller(ground.forest(), *name);
  const auto* defined = sites::find_naming_context(ground.forest(), context->id);
  if (reference == nullptr || defined == nullptr) {
    return taker(error_text(
        {Errc::not_found, fmt::format("controller {}: not in the forest definition", *name)}));
  }
  if (reference->id == ground.identity.controller ||
      sites::replica_kind(*reference, *defined) != sites::ReplicaKind::writable) {
    return taker(error_text(
        {Errc::refused, fmt::format("{}: compare with another controller, one that takes writes of "
                                    "{}",
                                    reference->name, context->dn.to_string())}));
  }
  std::make_shared<Search>(ground, *reference, *context, *remove, std::move(taker))->ask({});
}

}  // namespace ringspan::replicator::net
