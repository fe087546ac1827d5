#include "replicator/engine/phantom.hpp"

#include <algorithm>
#include <utility>

#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {
namespace {

constexpr const char* kContainer = "phantoms";
constexpr const char* kClass = "phantom";
constexpr const char* kDn = "phantomdn";
constexpr const char* kGone = "phantomgone";

std::string text(const Object& object, std::string_view attribute) {
  const auto found = object.attributes.find(attribute);
  if (found == object.attributes.end() || found->second.values.empty()) return {};
  return found->second.values.front();
}

Phantom phantom_in(const Object& object) {
  return {.dn = text(object, kDn), .gone = !text(object, kGone).empty()};
}

std::optional<ObjectId> target_in(const Object& object) {
  const auto guid = base::Guid::parse(object.placement().rdn.value);
  if (!guid || object.id != phantom_id(object.naming_context, ObjectId(*guid))) return std::nullopt;
  return ObjectId(*guid);
}

/// Every living one.
Phantoms phantoms_in(const Snapshot& snapshot, NamingContextId context) {
  Phantoms found;
  snapshot.children(phantoms_container(context), [&found](const Row& row) {
    if (row.deleted) return true;
    const Object object = stored_object(row);
    if (const auto target = target_in(object)) found.emplace(*target, phantom_in(object));
    return true;
  });
  return found;
}

sites::Dn below(const sites::Dn& parent, std::string name) {
  sites::Dn dn = parent;
  dn.rdns.insert(dn.rdns.begin(), sites::Rdn{.type = "cn", .value = std::move(name)});
  return dn;
}

Values values_of(const Phantom& phantom) {
  Values values{{"objectclass", {kClass}}};
  if (!phantom.dn.empty()) values[kDn] = {phantom.dn};
  if (phantom.gone) values[kGone] = {"TRUE"};
  return values;
}

/// Is there another object in its place?
bool is_taken(const Snapshot& snapshot, NamingContextId context) {
  const sites::Rdn rdn{.type = "cn", .value = kContainer};
  const auto there = snapshot.child(head_of(context), rdn.key());
  return there && *there != phantoms_container(context);
}

bool lives(const Snapshot& snapshot, ObjectId id) {
  const auto row = snapshot.find(id);
  return row && !row->deleted;
}

void change(ObjectId target, NamingContextId context, const Phantom& was, const Phantom& is,
            std::vector<Change>& changes) {
  const ObjectId id = phantom_id(context, target);
  Values set;
  if (was.dn != is.dn && !is.gone) set[kDn] = {is.dn};  // the last name of what is gone stays
  if (is.gone && !was.gone) set[kGone] = {"TRUE"};
  if (!set.empty()) changes.emplace_back(Set{.target = id, .attributes = std::move(set)});
  if (was.gone && !is.gone) changes.emplace_back(Unset{.target = id, .attributes = {kGone}});
}

}  // namespace

ObjectId phantoms_container(NamingContextId context) {
  return ObjectId(base::Guid::from_name(context.value, kContainer));
}

ObjectId phantom_id(NamingContextId context, ObjectId target) {
  return ObjectId(
      base::Guid::from_name(phantoms_container(context).value, target.value.to_string()));
}

bool is_of_phantoms(const Object& object) {
  const ObjectId container = phantoms_container(object.naming_context);
  return object.id == container || object.placement().parent == container;
}

bool needs_phantoms(sites::NamingContextKind kind) {
  return kind == sites::NamingContextKind::domain || kind == sites::NamingContextKind::application;
}

std::optional<Phantom> phantom_of(const Snapshot& snapshot, NamingContextId context,
                                  ObjectId target) {
  const auto row = snapshot.find(phantom_id(context, target));
  if (!row || row->deleted) return std::nullopt;
  return phantom_in(stored_object(*row));
}

std::optional<ObjectId> phantom_named(const Snapshot& snapshot, NamingContextId context,
                                      const sites::Dn& dn) {
  for (const auto& [target, phantom] : phantoms_in(snapshot, context)) {
    const auto name = sites::Dn::parse(phantom.dn);
    if (!phantom.gone && name && name->key() == dn.key()) return target;
  }
  return std::nullopt;
}

std::set<ObjectId> foreign_targets(const Snapshot& snapshot, const NamingContextHeads& contexts,
                                   NamingContextId context) {
  std::set<ObjectId> targets;
  snapshot.all_changed_since(context, Usn{}, [&](const Snapshot::Changed& changed) {
    const auto* link = std::get_if<const Link*>(&changed);
    if (link != nullptr && (*link)->present) targets.insert((*link)->id.target);
    return true;
  });
  std::erase_if(targets, [&](ObjectId target) {
    const auto row = snapshot.find(target);
    if (!row) return false;
    const auto head = std::ranges::find(contexts, row->naming_context, &NamingContextHead::id);
    return row->naming_context == context ||
           (head != contexts.end() && !needs_phantoms(head->kind));
  });
  return targets;
}

std::vector<Change> add_phantoms(const Snapshot& snapshot, const NamingContextHead& context,
                                 const Phantoms& told) {
  std::vector<Change> changes;
  if (is_taken(snapshot, context.id)) return changes;
  const sites::Dn top = below(context.dn, kContainer);
  for (const auto& [target, phantom] : told) {
    if (phantom_of(snapshot, context.id, target)) continue;
    changes.emplace_back(Add{.dn = below(top, target.value.to_string()),
                             .attributes = values_of(phantom),
                             .id = phantom_id(context.id, target)});
  }
  if (!changes.empty() && !lives(snapshot, phantoms_container(context.id))) {
    changes.insert(changes.begin(), Add{.dn = top,
                                        .attributes = {{"objectclass", {"container"}}},
                                        .id = phantoms_container(context.id)});
  }
  return changes;
}

std::vector<Change> mend_phantoms(const Snapshot& snapshot, const NamingContextHeads& contexts,
                                  const NamingContextHead& context, const Phantoms& told) {
  const auto needed = foreign_targets(snapshot, contexts, context.id);
  Phantoms wanted = told;
  std::erase_if(wanted, [&needed](const auto& one) { return !needed.contains(one.first); });
  std::vector<Change> changes = add_phantoms(snapshot, context, wanted);
  for (const auto& [target, is] : phantoms_in(snapshot, context.id)) {
    const auto say = wanted.find(target);
    if (!needed.contains(target)) {
      changes.emplace_back(Delete{.target = phantom_id(context.id, target)});
    } else if (say != wanted.end()) {
      change(target, context.id, is, say->second, changes);
    }
  }
  return changes;
}

}  // namespace ringspan::replicator
