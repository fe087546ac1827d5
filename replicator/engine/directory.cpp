#include "replicator/engine/directory.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "replicator/engine/phantom.hpp"
#include "replicator/engine/schema.hpp"
#include "replicator/engine/settle_links.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {
namespace {

using base::Errc;
using base::fail;
using base::Result;

sites::Dn joined(const sites::Dn& relative, const sites::Dn& base_dn) {
  sites::Dn dn = relative;
  dn.rdns.insert(dn.rdns.end(), base_dn.rdns.begin(), base_dn.rdns.end());
  return dn;
}

void sort(std::vector<Directory::LinkedObject>& links) {
  std::ranges::sort(links, {}, [](const Directory::LinkedObject& link) {
    return std::pair(link.attribute, link.dn);
  });
}

std::string spoken(const Target& target) {
  if (const auto* dn = std::get_if<sites::Dn>(&target)) return dn->to_string();
  return std::get<ObjectId>(target).value.to_string();
}

sites::Dn last_parts(const sites::Dn& dn, std::size_t count) {
  const auto from = dn.rdns.end() - static_cast<std::ptrdiff_t>(count);
  return {{from, dn.rdns.end()}};
}

}  // namespace

Result<std::pair<NamingContextHead, sites::Dn>> Directory::absolute(const sites::Dn& dn) const {
  const NamingContextHead* best = nullptr;  // the deepest context that holds it
  for (const NamingContextHead& context : contexts_) {
    if (!dn.is_within(context.dn)) continue;
    if (best == nullptr || context.dn.rdns.size() > best->dn.rdns.size()) best = &context;
  }
  if (best != nullptr) return std::pair{*best, dn};
  const auto home = std::ranges::find_if(contexts_, &NamingContextHead::is_home);
  if (home == contexts_.end()) {
    return fail(Errc::not_found, dn.to_string() + ": in no naming context that is held here");
  }
  return std::pair{*home, joined(dn, home->dn)};
}

Result<Object> Directory::locate(const sites::Dn& dn) const {
  const auto where = absolute(dn);
  if (!where) return fail(where.error());
  const auto& [context, full] = *where;
  ObjectId at = head_of(context.id);
  for (std::size_t depth = context.dn.rdns.size() + 1; depth <= full.rdns.size(); ++depth) {
    const sites::Rdn& rdn = full.rdns[full.rdns.size() - depth];
    const auto next = snapshot_.child(at, rdn.key());
    if (!next) {
      return fail(Errc::not_found,
                  fmt::format("{}: no such object", last_parts(full, depth).to_string()));
    }
    at = *next;
  }
  auto found = object(at);
  if (!found) {
    return fail(Errc::not_found, fmt::format("{}: has not arrived here yet", full.to_string()));
  }
  return found;
}

Result<Object> Directory::locate(const Target& target) const {
  if (const auto* dn = std::get_if<sites::Dn>(&target)) return locate(*dn);
  auto found = object(std::get<ObjectId>(target));
  if (found && found->deleted()) {
    return fail(Errc::not_found,
                fmt::format("{}: is deleted; undelete brings it back", spoken(target)));
  }
  return found;
}

Result<std::vector<Object>> Directory::deleted_at(const sites::Dn& dn) const {
  const auto where = absolute(dn);
  if (!where) return fail(where.error());
  const auto& [context, full] = *where;
  std::vector<ObjectId> at{head_of(context.id)};
  std::vector<Object> found;
  for (std::size_t depth = context.dn.rdns.size() + 1; depth <= full.rdns.size(); ++depth) {
    const sites::Rdn& rdn = full.rdns[full.rdns.size() - depth];
    const bool last = depth == full.rdns.size();
    std::vector<ObjectId> next;
    for (const ObjectId parent : at) {
      snapshot_.children(parent, [&](const Row& row) {
        if (last && !row.deleted) return true;
        Object child = stored_object(row);
        if (child.placement().rdn.key() != rdn.key()) return true;
        next.push_back(child.id);
        if (last) found.push_back(std::move(child));
        return true;
      });
    }
    at = std::move(next);
  }
  if (found.empty()) {
    return fail(Errc::not_found,
                fmt::format("{}: no deleted object had this name", full.to_string()));
  }
  return found;
}

Result<Object> Directory::locate_deleted(const Target& target) const {
  if (const auto* id = std::get_if<ObjectId>(&target)) {
    auto known = object(*id);
    if (known && !known->deleted()) {
      return fail(Errc::refused, fmt::format("{}: is not deleted", dn_of(*known)));
    }
    return known;
  }
  const auto found = deleted_at(std::get<sites::Dn>(target));
  if (!found) return fail(found.error());
  if (found->size() == 1) return found->front();
  std::string ids;
  for (const Object& one : *found)
    ids += (ids.empty() ? "" : ", ") + one.id.value.to_string();
  return fail(Errc::refused, fmt::format("{}: {} deleted objects had this name; give the GUID of "
                                         "the one you mean: {}",
                                         spoken(target), found->size(), ids));
}

Directory::LinkedObject Directory::seen(std::string attribute, ObjectId other) const {
  const auto row = snapshot_.find(other);
  return {.attribute = std::move(attribute),
          .other = other,
          .dn = row ? dn_of(stored_object(*row)) : value_of(other)};
}

std::vector<Directory::LinkedObject> Directory::links(const Object& object) const {
  std::vector<LinkedObject> found;
  if (object.deleted()) return found;
  snapshot_.links_from(object.id, [&](const Link& link) {
    if (!link.present || is_deleted(link.id.target)) return true;
    LinkedObject one = seen(link.id.attribute, link.id.target);
    if (!snapshot_.find(link.id.target)) {
      const auto phantom = phantom_of(snapshot_, object.naming_context, link.id.target);
      if (phantom && phantom->gone) return true;
      if (phantom && !phantom->dn.empty()) one.dn = phantom->dn;
    }
    found.push_back(std::move(one));
    return true;
  });
  sort(found);
  return found;
}

std::vector<Directory::LinkedObject> Directory::back_links(const Object& object) const {
  std::vector<LinkedObject> found;
  if (object.deleted()) return found;
  const Schema schema(snapshot_, contexts_);
  snapshot_.links_to(object.id, [&](const Link& link) {
    if (!link.present || is_deleted(link.id.source)) return true;
    const AttributeDefinition definition = schema.definition(link.id.attribute);
    if (definition.linked()) found.push_back(seen(definition.back_link, link.id.source));
    return true;
  });
  sort(found);
  return found;
}

bool Directory::is_deleted(ObjectId id) const {
  const auto row = snapshot_.find(id);
  return row && row->deleted;
}

Result<Object> Directory::object(ObjectId id) const {
  const auto row = snapshot_.find(id);
  if (!row) return fail(Errc::not_found, id.value.to_string() + ": no such object");
  return stored_object(*row);
}

sites::Dn Directory::full_dn(const Object& object) const {
  sites::Dn dn;
  std::set<ObjectId> seen;
  Object at = object;
  while (!at.placement().parent.value.is_nil() && seen.insert(at.id).second) {
    dn.rdns.push_back(at.placement().rdn);
    const auto parent = snapshot_.find(at.placement().parent);
    if (!parent) break;
    at = stored_object(*parent);
  }
  const auto context = std::ranges::find(contexts_, object.naming_context, &NamingContextHead::id);
  return context == contexts_.end() ? dn : joined(dn, context->dn);
}

std::string Directory::dn_of(const Object& object) const {
  return full_dn(object).to_string();
}

std::string Directory::short_dn_of(const Object& object) const {
  sites::Dn dn = full_dn(object);
  const auto home = std::ranges::find_if(contexts_, &NamingContextHead::is_home);
  if (home != contexts_.end() && home->id == object.naming_context &&
      dn.rdns.size() > home->dn.rdns.size()) {
    dn.rdns.resize(dn.rdns.size() - home->dn.rdns.size());
  }
  return dn.to_string();
}

std::vector<Object> Directory::children(ObjectId parent) const {
  std::vector<Object> found;
  snapshot_.children(parent, [&](const Row& row) {
    if (!row.deleted && !row.unplaced) found.push_back(stored_object(row));
    return true;
  });
  std::ranges::sort(found, {}, [](const Object& child) { return child.placement().rdn.key(); });
  return found;
}

void Directory::subtree(const Object& top, const Visitor& visit) const {
  if (!visit(top)) return;
  std::vector<Object> waiting = children(top.id);
  std::ranges::reverse(waiting);
  while (!waiting.empty()) {
    const Object next = std::move(waiting.back());
    waiting.pop_back();
    if (!visit(next)) return;
    std::vector<Object> below = children(next.id);
    waiting.insert(waiting.end(), std::make_move_iterator(below.rbegin()),
                   std::make_move_iterator(below.rend()));
  }
}

}  // namespace ringspan::replicator
