// dump, export: everything that a controller holds of one kind.

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/engine/canonical.hpp"
#include "replicator/net/journal_json.hpp"
#include "replicator/net/service.hpp"
#include "sites/write_forest.hpp"

namespace ringspan::replicator::net {
namespace {

Json dump_links(const Snapshot& snapshot, ObjectId source) {
  Json links = Json::array();
  snapshot.links_from(source, [&links](const Link& link) {
    links.push_back({{"attribute", link.id.attribute},
                     {"target", link.id.target.value.to_string()},
                     {"present", link.present},
                     {"created", base::to_string(link.created)},
                     {"version", link.stamp.version},
                     {"time", base::to_string(link.stamp.time)},
                     {"originator", link.stamp.originator.value.to_string()},
                     {"usn", link.stamp.usn.value}});
    return true;
  });
  return links;
}

Json dump_object(const Snapshot& snapshot, const Object& object) {
  Json attributes = Json::object();
  for (const auto& [name, attribute] : object.attributes) {
    attributes[name] = {{"values", shown_values(name, attribute.values)},
                        {"version", attribute.stamp.version},
                        {"time", base::to_string(attribute.stamp.time)},
                        {"originator", attribute.stamp.originator.value.to_string()},
                        {"usn", attribute.stamp.usn.value}};
  }
  return {{"object", object.id.value.to_string()},
          {"deleted", object.deleted()},
          {"attributes", std::move(attributes)},
          {"links", dump_links(snapshot, object.id)}};
}

/// What is replicated, and may be seen by who asks.
Selection shown(const ServiceGround& ground, const Snapshot& snapshot,
                const NamingContextHead& head) {
  return both(selection_of(Schema(snapshot, ground.contexts()), head, Audience{}),
              shown_to_caller(ground, snapshot));
}

}  // namespace

base::Result<Json> answer_dump(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  auto known = asked.only({"ask", "naming_context"});
  if (!known) return base::fail(known.error());
  NamingContextHeads wanted = ground.contexts();
  if (asked.has("naming_context")) {
    auto one = context_named(ground, asked, "naming_context");
    if (!one) return base::fail(one.error());
    if (auto held = held_here(ground, one->id); !held) return base::fail(held.error());
    wanted = {*std::move(one)};
  } else {
    std::erase_if(wanted, [&](const auto& head) { return !held_here(ground, head.id); });
  }
  const auto snapshot = ground.store.read();
  Json contexts = Json::array();
  for (const NamingContextHead& head : wanted) {
    Json objects = Json::array();
    for (const Object& object :
         canonical_objects(*snapshot, head.id, shown(ground, *snapshot, head)))
      objects.push_back(dump_object(*snapshot, object));
    contexts.push_back({{"dn", head.dn.to_string()}, {"objects", std::move(objects)}});
  }
  return Json{{"controller", ground.name()}, {"naming_contexts", std::move(contexts)}};
}

base::Result<Json> answer_export(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  if (auto known = asked.only({"ask"}); !known) return base::fail(known.error());
  return Json::parse(sites::write_forest(ground.forest()));
}

}  // namespace ringspan::replicator::net
