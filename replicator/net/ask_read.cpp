// get, list, find, deleted: one snapshot each.

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/fold.hpp"
#include "replicator/engine/directory.hpp"
#include "replicator/engine/writer.hpp"
#include "replicator/net/service.hpp"

namespace ringspan::replicator::net {
namespace {

/// '*' matches anything; both are folded already.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t star = std::string_view::npos;  // the last '*' met, and what it has swallowed so far
  std::size_t swallowed = 0;
  std::size_t p = 0;
  std::size_t t = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      swallowed = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++swallowed;
    } else {
      return false;
    }
  }
  return pattern.substr(p).find_first_not_of('*') == std::string_view::npos;
}

/// Has `object` a value of `attribute` that matches? Its RDN counts as one.
bool has_match(const Object& object, const std::string& attribute, const std::string& pattern) {
  const auto found = object.attributes.find(attribute);
  if (found != object.attributes.end() && attribute != kName && attribute != kIsDeleted) {
    return std::ranges::any_of(found->second.values, [&](const std::string& value) {
      return matches(pattern, base::fold_name(value));
    });
  }
  const sites::Rdn rdn = object.placement().rdn;
  return (attribute == kName || attribute == rdn.type) &&
         matches(pattern, base::fold_name(rdn.value));
}

void keep_only(Object& object, const Selection& shown) {
  if (shown == Selection{}) return;
  std::erase_if(object.attributes, [&](const auto& entry) { return !shown.has(entry.first); });
}

bool has_children(const Snapshot& snapshot, ObjectId parent) {
  bool any = false;
  snapshot.children(parent, [&any](const Row& row) {
    any = !row.deleted && !row.unplaced;
    return !any;
  });
  return any;
}

/// The object that a field names, or the head of the home domain where it names none.
base::Result<Object> object_named(const ServiceGround& ground, const Directory& directory,
                                  const Asked& asked, const char* field) {
  if (asked.has(field)) {
    const auto target = asked.target(field);
    if (!target) return base::fail(target.error());
    return directory.locate(*target);
  }
  for (const NamingContextHead& head : ground.contexts()) {
    if (!head.is_home) continue;
    auto object = directory.object(head_of(head.id));
    if (object) return object;
  }
  return base::fail(base::Errc::unavailable,
                    fmt::format("{}: its domain has not been replicated here yet", ground.name()));
}

/// {"member": [{"object": GUID, "dn": "cn=alice,..."}]}
Json to_json(const std::vector<Directory::LinkedObject>& links) {
  Json json = Json::object();
  for (const auto& [attribute, other, dn] : links)
    json[attribute].push_back({{"object", other.value.to_string()}, {"dn", dn}});
  return json;
}

/// Below what deleted objects are looked for: its context, and its DN.
base::Result<std::pair<NamingContextHead, sites::Dn>> place_named(const ServiceGround& ground,
                                                                  const Directory& directory,
                                                                  const Asked& asked) {
  if (asked.has("dn")) {
    const auto target = asked.target("dn");
    if (!target) return base::fail(target.error());
    if (const auto* dn = std::get_if<sites::Dn>(&*target)) return directory.absolute(*dn);
    const auto object = directory.object(std::get<ObjectId>(*target));
    if (!object) return base::fail(object.error());
    return directory.absolute(directory.full_dn(*object));
  }
  const auto top = object_named(ground, directory, asked, "dn");
  if (!top) return base::fail(top.error());
  return directory.absolute(directory.full_dn(*top));
}

Json deleted_json(const ServiceGround& ground, const Snapshot& snapshot, const Directory& directory,
                  const Object& object) {
  const Stamp& deletion = object.attributes.find(kIsDeleted)->second.stamp;
  const auto parent = snapshot.find(object.placement().parent);
  return {{"object", object.id.value.to_string()},
          {"dn", directory.dn_of(object)},
          {"deleted", base::to_string(deletion.time)},
          {"by", ground.originators.name_of(deletion.originator)},
          {"whole", object.kept()},
          {"parent_deleted", !parent || parent->deleted}};
}

}  // namespace

base::Result<Json> answer_get(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  if (auto known = asked.only({"ask", "dn", "deleted"}); !known) return base::fail(known.error());
  const auto target = asked.target("dn");
  const auto deleted = asked.flag("deleted");
  if (!target) return base::fail(target.error());
  if (!deleted) return base::fail(deleted.error());
  const auto snapshot = ground.store.read();
  const Directory directory(*snapshot, ground.contexts());
  auto object = *deleted ? directory.locate_deleted(*target) : directory.locate(*target);
  if (!object) return base::fail(object.error());
  keep_only(*object, shown_to_caller(ground, *snapshot));
  Json stamps = Json::object();
  for (const auto& [name, attribute] : object->attributes)
    stamps[name] = to_json(attribute.stamp, ground.originators);
  return Json{{"object", object->id.value.to_string()},
              {"dn", directory.dn_of(*object)},
              {"controller", ground.name()},
              {"usn", object->usn.value},
              {"deleted", object->deleted()},
              {"attributes", attributes_of(*object)},
              {"links", to_json(directory.links(*object))},
              {"back_links", to_json(directory.back_links(*object))},
              {"stamps", std::move(stamps)}};
}

base::Result<Json> answer_list(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  if (auto known = asked.only({"ask", "dn"}); !known) return base::fail(known.error());
  const auto snapshot = ground.store.read();
  const Directory directory(*snapshot, ground.contexts());
  const auto parent = object_named(ground, directory, asked, "dn");
  if (!parent) return base::fail(parent.error());
  Json children = Json::array();
  for (const Object& child : directory.children(parent->id)) {
    children.push_back({{"object", child.id.value.to_string()},
                        {"dn", directory.dn_of(child)},
                        {"has_children", has_children(*snapshot, child.id)}});
  }
  return Json{{"dn", directory.dn_of(*parent)},
              {"controller", ground.name()},
              {"children", std::move(children)}};
}

base::Result<Json> answer_deleted(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  if (auto known = asked.only({"ask", "dn", "limit"}); !known) return base::fail(known.error());
  const auto limit = asked.number("limit", 1000);
  if (!limit) return base::fail(limit.error());
  const auto snapshot = ground.store.read();
  const Directory directory(*snapshot, ground.contexts());
  const auto place = place_named(ground, directory, asked);
  if (!place) return base::fail(place.error());
  const auto& [context, top] = *place;
  std::vector<std::pair<base::Time, Object>> found;  // newest first
  snapshot->changed_since(context.id, Usn{}, [&, &below = top](const Row& row) {
    if (!row.deleted) return true;
    Object object = stored_object(row);
    if (!directory.full_dn(object).is_within(below)) return true;
    const base::Time when = object.attributes.find(kIsDeleted)->second.stamp.time;
    found.emplace_back(when, std::move(object));
    return true;
  });
  std::ranges::sort(found, [](const auto& one, const auto& other) {
    return std::pair(other.first, other.second.id) < std::pair(one.first, one.second.id);
  });
  Json objects = Json::array();
  for (const auto& [when, object] : found) {
    if (objects.size() >= *limit) break;
    objects.push_back(deleted_json(ground, *snapshot, directory, object));
  }
  const bool truncated = objects.size() < found.size();
  return Json{{"dn", top.to_string()},
              {"controller", ground.name()},
              {"objects", std::move(objects)},
              {"truncated", truncated}};
}

base::Result<Json> answer_find(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  auto known = asked.only({"ask", "attribute", "value", "below", "limit"});
  if (!known) return base::fail(known.error());
  const auto attribute = asked.text("attribute");
  const auto value = asked.text("value");
  const auto limit = asked.number("limit", 1000);
  if (!attribute) return base::fail(attribute.error());
  if (!value) return base::fail(value.error());
  if (!limit) return base::fail(limit.error());

  const auto snapshot = ground.store.read();
  const Directory directory(*snapshot, ground.contexts());
  const auto top = object_named(ground, directory, asked, "below");
  if (!top) return base::fail(top.error());
  const std::string wanted = base::fold_name(*attribute);
  const std::string pattern = base::fold_name(*value);
  Json objects = Json::array();
  bool truncated = false;
  const Selection shown = shown_to_caller(ground, *snapshot);
  directory.subtree(*top, [&](const Object& found) {
    Object object = found;
    keep_only(object, shown);
    if (!has_match(object, wanted, pattern)) return true;
    truncated = objects.size() >= *limit;
    if (truncated) return false;
    objects.push_back({{"object", object.id.value.to_string()},
                       {"dn", directory.dn_of(object)},
                       {"attributes", attributes_of(object)}});
    return true;
  });
  return Json{
      {"controller", ground.name()}, {"objects", std::move(objects)}, {"truncated", truncated}};
}

}  // namespace ringspan::replicator::net
