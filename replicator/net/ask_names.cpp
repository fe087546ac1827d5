// names: what objects are called now, for who does not hold them; and who is asked for that.

#include "replicator/net/find_names.hpp"

#include <algorithm>
#include <deque>
#include <iterator>
#include <memory>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "replicator/engine/directory.hpp"
#include "replicator/engine/holding.hpp"
#include "replicator/partners/partners.hpp"

namespace ringspan::replicator::net {
namespace {

constexpr base::Duration kNamesLimit = std::chrono::seconds(5);

base::Result<Target> to_target(const std::string& text) {
  const Json one{{"target", text}};
  return Asked(one).target("target");
}

/// By its name what lives, by its GUID what was deleted, too.
std::optional<Object> object_meant(const Directory& directory, const Target& target) {
  auto found = std::holds_alternative<ObjectId>(target)
                   ? directory.object(std::get<ObjectId>(target))
                   : directory.locate(target);
  return found ? std::optional(*std::move(found)) : std::nullopt;
}

/// What is being looked for, and where it was not yet.
struct Search {
  ServiceGround ground;
  std::vector<std::string> targets;
  std::function<void(const NamesFound&)> then;
  std::set<NamingContextId> left;  // naming contexts that nobody has looked at
  std::deque<ControllerId> members;
  NamesFound found;
};
using SearchPtr = std::shared_ptr<Search>;

void take(Search& search, const Json& answer) {
  for (const Json& context : answer.value("naming_contexts", Json::array())) {
    const auto id =
        context.is_string() ? base::Guid::parse(context.get<std::string>()) : std::nullopt;
    if (id) search.left.erase(NamingContextId(*id));
  }
  for (const Json& one : answer.value("names", Json::array())) {
    const Asked asked(one);
    const auto target = asked.text("target");
    const auto object = base::Guid::parse(asked.text("object").value_or(""));
    const auto dn = asked.text("dn");
    if (!target || !object || !dn) continue;
    search.found.named[*target] = {ObjectId(*object),
                                   {.dn = *dn, .gone = asked.flag("deleted").value_or(false)}};
  }
}

/// The next of them that holds something of what is left.
std::optional<ControllerId> next_member(Search& search) {
  while (!search.members.empty()) {
    const ControllerId id = search.members.front();
    search.members.pop_front();
    const auto* controller = sites::find_controller(search.ground.forest(), id);
    const bool holds_some =
        controller != nullptr && std::ranges::any_of(search.left, [&](NamingContextId left) {
          const auto* context = sites::find_naming_context(search.ground.forest(), left);
          return context != nullptr &&
                 sites::replica_kind(*controller, *context) != sites::ReplicaKind::none;
        });
    if (holds_some) return id;
  }
  return std::nullopt;
}

void go_on(const SearchPtr& search) {
  const auto member = search->left.empty() ? std::nullopt : next_member(*search);
  if (!member) {
    search->found.everywhere = search->left.empty();
    return search->then(search->found);
  }
  const Json request{{"ask", "names"}, {"targets", search->targets}};
  search->ground.network.ask(
      *member, to_text(request), 0, kNamesLimit, [search](const base::Result<std::string>& answer) {
        const auto read =
            answer ? read_answer(*answer) : base::Result<Json>(base::fail(answer.error()));
        if (read) take(*search, *read);
        go_on(search);
      });
}

}  // namespace

base::Result<Json> answer_names(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  if (auto known = asked.only({"ask", "targets"}); !known) return base::fail(known.error());
  const auto targets = asked.texts("targets");
  if (!targets) return base::fail(targets.error());
  const auto snapshot = ground.store.read();
  const Directory directory(*snapshot, ground.contexts());
  Json contexts = Json::array();
  for (const NamingContextHead& head : ground.contexts()) {
    if (!has_arrived(*snapshot, head.id, ground.identity.invocation)) continue;
    contexts.push_back(head.id.value.to_string());
  }
  Json names = Json::array();
  for (const std::string& text : *targets) {
    const auto target = to_target(text);
    const auto object = target ? object_meant(directory, *target) : std::nullopt;
    if (!object) continue;
    names.push_back({{"target", text},
                     {"object", object->id.value.to_string()},
                     {"dn", directory.dn_of(*object)},
                     {"deleted", object->deleted()}});
  }
  return Json{{"controller", ground.name()},
              {"naming_contexts", std::move(contexts)},
              {"names", std::move(names)}};
}

void find_names(const ServiceGround& ground, std::vector<std::string> targets,
                std::function<void(const NamesFound&)> then) {
  const auto search =
      std::make_shared<Search>(Search{ground, std::move(targets), std::move(then), {}, {}, {}});
  for (const sites::NamingContext& context : ground.forest().naming_contexts)
    search->left.insert(context.id);
  const auto near =
      partners::writable_near(ground.in_force->joined, ground.plan(), ground.identity.controller);
  for (const bool catalogs : {true, false}) {
    std::ranges::copy_if(near, std::back_inserter(search->members), [&](ControllerId id) {
      return sites::find_controller(ground.forest(), id)->global_catalog == catalogs;
    });
  }
  if (const auto here =
          answer_names(ground, Json{{"ask", "names"}, {"targets", search->targets}})) {
    take(*search, *here);
  }
  go_on(search);
}

}  // namespace ringspan::replicator::net
