// get, list, find: one snapshot each.

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/fold.hpp"
#include "replicator/engine/directory.hpp"
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

}  // namespace

base::Result<Json> answer_get(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  if (auto known = asked.only({"ask", "dn"}); !known) return base::fail(known.error());
  const auto target = asked.target("dn");
  if (!target) return base::fail(target.error());
  const auto snapshot = ground.store.read();
  const Directory directory(*snapshot, ground.contexts());
  const auto object = directory.locate(*target);
  if (!object) return base::fail(object.error());
  Json stamps = Json::object();
  for (const auto& [name, attribute] : object->attributes)
    stamps[name] = to_json(attribute.stamp, ground.originators);
  return Json{{"object", object->id.value.to_string()},
              {"dn", directory.dn_of(*object)},
              {"controller", ground.name()},
              {"usn", object->usn.value},
              {"attributes", attributes_of(*object)},
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
  directory.subtree(*top, [&](const Object& object) {
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
