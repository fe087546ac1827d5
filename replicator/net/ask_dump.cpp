// dump, conflicts, export: everything that a controller holds of one kind.

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/engine/canonical.hpp"
#include "replicator/engine/directory.hpp"
#include "replicator/net/service.hpp"
#include "sites/write_forest.hpp"

namespace ringspan::replicator::net {
namespace {

/// A place as text: the RDN and the parent's GUID, whose bytes are no text.
std::vector<std::string> shown_values(const std::string& name,
                                      const std::vector<std::string>& values) {
  if (name != kName) return values;
  const auto placement = to_placement(values);
  if (!placement) return values;
  return {placement->rdn.to_string(), placement->parent.value.to_string()};
}

Json dump_object(const Object& object) {
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
          {"attributes", std::move(attributes)}};
}

Json conflict_side(const std::string& attribute, const std::vector<std::string>& values,
                   const Stamp& stamp, const Originators& originators) {
  Json side{{"values", shown_values(attribute, values)}};
  side.update(to_json(stamp, originators));
  return side;
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
    for (const Object& object : canonical_objects(*snapshot, head.id))
      objects.push_back(dump_object(object));
    contexts.push_back({{"dn", head.dn.to_string()}, {"objects", std::move(objects)}});
  }
  return Json{{"controller", ground.name()}, {"naming_contexts", std::move(contexts)}};
}

base::Result<Json> answer_conflicts(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  if (auto known = asked.only({"ask"}); !known) return base::fail(known.error());
  const auto snapshot = ground.store.read();
  const Directory directory(*snapshot, ground.contexts());
  Json conflicts = Json::array();
  snapshot->journal([&](const JournalEntry& entry) {
    const auto object = directory.object(entry.object);
    conflicts.push_back({{"kind", to_string(entry.kind)},
                         {"object", entry.object.value.to_string()},
                         {"dn", object ? directory.dn_of(*object) : std::string()},
                         {"attribute", entry.attribute},
                         {"lost", conflict_side(entry.attribute, entry.lost_values, entry.lost,
                                                ground.originators)},
                         {"kept", conflict_side(entry.attribute, entry.kept_values, entry.kept,
                                                ground.originators)},
                         {"noticed", base::to_string(entry.noticed)}});
    return true;
  });
  return Json{{"controller", ground.name()}, {"conflicts", std::move(conflicts)}};
}

base::Result<Json> answer_export(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  if (auto known = asked.only({"ask"}); !known) return base::fail(known.error());
  return Json::parse(sites::write_forest(ground.forest()));
}

}  // namespace ringspan::replicator::net
