// stamps, vector, watermarks: what this replica knows of writes, and how far it has heard of them.

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "replicator/engine/answer.hpp"
#include "replicator/engine/audience.hpp"
#include "replicator/engine/directory.hpp"
#include "replicator/engine/writer.hpp"
#include "replicator/net/clock.hpp"
#include "replicator/net/pause_json.hpp"
#include "replicator/net/service.hpp"
#include "replicator/net/vector_json.hpp"

namespace ringspan::replicator::net {
namespace {

/// [{"originator": "nuuk-1", "usn": 3}]
Json to_json(const Context& context, const Originators& originators) {
  Json entries = Json::array();
  for (const auto& [originator, usn] : context.entries())
    entries.push_back({{"originator", originators.name_of(originator)}, {"usn", usn.value}});
  return entries;
}

/// Of an attribute or a link: whose write it is, when it came here, and what its writer had seen.
template <typename Stamped>
void add_history(Json& json, const Stamped& stamped, Usn local, const Originators& originators) {
  json.update(net::to_json(stamped.stamp, originators));
  json["local_usn"] = local.value;
  json["context"] = to_json(stamped.context, originators);
}

Json attribute_stamps(const ServiceGround& ground, const Directory& directory, const Object& object,
                      const Selection& shown) {
  Json attributes = Json::array();
  for (const auto& [name, attribute] : object.attributes) {
    if (!shown.has(name)) continue;
    std::vector<std::string> values = attribute.values;
    if (name == kName) values = {directory.dn_of(object)};
    Json entry{{"attribute", name}, {"values", std::move(values)}};
    add_history(entry, attribute, attribute.local, ground.originators);
    attributes.push_back(std::move(entry));
  }
  return attributes;
}

Json link_stamps(const ServiceGround& ground, const Snapshot& snapshot, const Directory& directory,
                 const Object& object, const Selection& shown) {
  Json links = Json::array();
  snapshot.links_from(object.id, [&](const Link& link) {
    if (!shown.has(link.id.attribute)) return true;
    const auto target = directory.object(link.id.target);
    Json entry{{"attribute", link.id.attribute},
               {"target", link.id.target.value.to_string()},
               {"dn", target ? directory.dn_of(*target) : std::string()},
               {"present", link.present},
               {"created", base::to_string(link.created)}};
    add_history(entry, link, link.usn, ground.originators);
    links.push_back(std::move(entry));
    return true;
  });
  return links;
}

/// Null where it is not; one that was deleted is found by its GUID.
Json object_json(const ServiceGround& ground, const Snapshot& snapshot, const Target& target) {
  const Directory directory(snapshot, ground.contexts());
  const auto* id = std::get_if<ObjectId>(&target);
  const auto object = id != nullptr ? directory.object(*id) : directory.locate(target);
  if (!object) return nullptr;
  return {{"object", object->id.value.to_string()},
          {"dn", directory.dn_of(*object)},
          {"naming_context", object->naming_context.value.to_string()},
          {"stamps", stamps_json(*object)}};
}

/// The naming contexts that a request means: one, or all that are held here.
base::Result<NamingContextHeads> contexts_meant(const ServiceGround& ground, const Asked& asked) {
  if (!asked.has("naming_context")) return ground.contexts();
  const auto one = context_named(ground, asked, "naming_context");
  if (!one) return base::fail(one.error());
  return NamingContextHeads{*one};
}

Json cursors_json(const UpToDatenessVector& vector, const Originators& originators) {
  Json cursors = vector_json(vector);
  auto cursor = cursors.begin();
  for (const auto& [originator, known] : vector.cursors())
    if (known.usn != Usn{}) (*cursor++)["controller"] = originators.name_of(originator);
  return cursors;
}

}  // namespace

base::Result<Object> living_or_deleted(const Directory& directory, const Target& target) {
  auto living = directory.locate(target);
  if (living || living.error().code != base::Errc::not_found) return living;
  auto deleted = directory.locate_deleted(target);
  if (deleted || deleted.error().code == base::Errc::refused) return deleted;
  return living;
}

base::Result<Json> answer_stamps(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  if (auto known = asked.only({"ask", "dn"}); !known) return base::fail(known.error());
  const auto target = asked.target("dn");
  if (!target) return base::fail(target.error());
  const auto snapshot = ground.store.read();
  const Directory directory(*snapshot, ground.contexts());
  const auto object = living_or_deleted(directory, *target);
  if (!object) return base::fail(object.error());
  const Selection shown = shown_to_caller(ground, *snapshot);
  return Json{{"object", object->id.value.to_string()},
              {"dn", directory.dn_of(*object)},
              {"controller", ground.name()},
              {"usn", object->usn.value},
              {"deleted", object->deleted()},
              {"attributes", attribute_stamps(ground, directory, *object, shown)},
              {"links", link_stamps(ground, *snapshot, directory, *object, shown)}};
}

base::Result<Json> answer_vector(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  if (auto known = asked.only({"ask", "naming_context", "object"}); !known)
    return base::fail(known.error());
  const auto meant = contexts_meant(ground, asked);
  if (!meant) return base::fail(meant.error());
  const auto snapshot = ground.store.read();
  const base::Time now = wall_clock();
  Json contexts = Json::array();
  for (const NamingContextHead& head : *meant) {
    const auto vector = vector_of(*snapshot, head.id, ground.identity.invocation, now);
    contexts.push_back({{"naming_context", head.id.value.to_string()},
                        {"dn", head.dn.to_string()},
                        {"cursors", cursors_json(vector, ground.originators)},
                        {"meant_of", to_text(filled_with(*snapshot, head.id))}});
  }
  Json answer{{"controller", ground.name()},
              {"naming_contexts", std::move(contexts)},
              {"paused", net::to_json(ground.in_force->pauses_of(ground.identity.controller))}};
  if (!asked.has("object")) return answer;
  const auto target = asked.target("object");
  if (!target) return base::fail(target.error());
  answer["object"] = object_json(ground, *snapshot, *target);
  return answer;
}

base::Result<Json> answer_watermarks(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  if (auto known = asked.only({"ask", "naming_context"}); !known) return base::fail(known.error());
  const auto meant = contexts_meant(ground, asked);
  if (!meant) return base::fail(meant.error());
  Json watermarks = Json::array();
  for (const SourceRecord& record : ground.store.read()->sources()) {
    const auto context = std::ranges::find(*meant, record.naming_context, &NamingContextHead::id);
    if (context == meant->end()) continue;
    watermarks.push_back({{"source", ground.originators.name_of(record.source)},
                          {"naming_context", context->dn.to_string()},
                          {"invocation", record.watermark.source.value.to_string()},
                          {"usn", record.watermark.usn.value},
                          {"settled", record.watermark.settled.value},
                          {"last_attempt", net::to_json(record.last_attempt)},
                          {"last_success", net::to_json(record.last_success)},
                          {"failures", record.failures},
                          {"error", record.error}});
  }
  return Json{{"controller", ground.name()}, {"watermarks", std::move(watermarks)}};
}

}  // namespace ringspan::replicator::net
