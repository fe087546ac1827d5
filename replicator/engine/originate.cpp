#include "replicator/engine/originate.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/fold.hpp"
#include "replicator/engine/answer.hpp"
#include "replicator/engine/genesis.hpp"
#include "replicator/engine/holding.hpp"
#include "replicator/engine/place.hpp"
#include "replicator/engine/schema.hpp"

namespace ringspan::replicator {
namespace {

using base::Errc;
using base::fail;
using base::Result;

constexpr std::size_t kLongestAttributeName = 64;
constexpr std::size_t kLargestObject = 1U << 20U;  // values of one object, bytes

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string spoken(const Target& target) {
  if (const auto* dn = std::get_if<sites::Dn>(&target)) return dn->to_string();
  return std::get<ObjectId>(target).value.to_string();
}

Result<void> check_name(const sites::Rdn& rdn) {
  if (!rdn.key().empty() && rdn.value.find('\n') == std::string::npos) return {};
  return fail(Errc::invalid, fmt::format("{}: a name needs a visible character and no line break",
                                         rdn.to_string()));
}

// One originating write: checks, then stamps, then stores.
class Originator {
 public:
  Originator(Writer& writer, GuidSource& guids)
      : writer_(writer),
        guids_(guids),
        directory_(writer.store(), writer.identity().contexts),
        schema_(writer.store(), writer.identity().contexts) {}

  Result<Written> operator()(const Add& add);
  Result<Written> operator()(const Set& set);
  Result<Written> operator()(const Unset& unset);
  Result<Written> operator()(const Rename& rename);
  Result<Written> operator()(const Move& move);
  Result<Written> operator()(const Delete& deletion);
  Result<Written> operator()(const Undelete& undelete);
  Result<Written> operator()(const AddLink& add);
  Result<Written> operator()(const RemoveLink& remove);
  Result<Written> operator()(const CreateContext& create);
  Result<Written> operator()(const Together& together);

 private:
  struct Ends {
    Object source;
    LinkId id;
    bool single_valued = false;
  };

  Result<void> check_writable(NamingContextId context) const;
  Result<Object> locate(const Target& target) const;
  Result<Object> new_object(const Add& add, NamingContextId context) const;
  Result<void> check_free(ObjectId parent, const sites::Rdn& rdn, ObjectId self) const;
  Result<void> check_movable(const Object& object, std::string_view verb) const;
  Result<void> check_attribute(const std::string& name, std::size_t values) const;
  Result<void> write_values(Object& object, const Values& attributes, Usn usn);
  std::vector<Object> living_below(ObjectId top) const;
  Written bury(Object object);
  Result<Object> locate_deleted(const Target& target) const;
  Result<Ends> ends_of(const Target& source, const std::string& attribute,
                       const Target& target) const;
  std::vector<Link> present_links(ObjectId object) const;
  void remove_other_values(const LinkId& but);
  Result<Written> place(Object object, const Placement& placement);
  Written store(Object& object, Usn usn);
  Written written(const Object& object, Usn usn) const;

  Writer& writer_;
  GuidSource& guids_;
  Directory directory_;
  Schema schema_;
};

Result<Written> Originator::operator()(const Add& add) {
  auto where = directory_.absolute(add.dn);
  if (!where) return fail(where.error());
  const auto& [context, dn] = *where;
  if (dn.rdns.size() <= context.dn.rdns.size()) {
    return fail(Errc::exists, dn.to_string() + ": a naming context is not added as an object");
  }
  if (auto name = check_name(dn.rdns.front()); !name) return fail(name.error());
  if (auto writable = check_writable(context.id); !writable) return fail(writable.error());
  const auto parent = directory_.locate(sites::Dn{{dn.rdns.begin() + 1, dn.rdns.end()}});
  if (!parent) {
    return fail(parent.error().code, fmt::format("{}: its parent is not there: {}",
                                                 add.dn.to_string(), parent.error().message));
  }
  if (auto free = check_free(parent->id, dn.rdns.front(), ObjectId{}); !free) {
    return fail(free.error());
  }
  auto object = new_object(add, context.id);
  if (!object) return fail(object.error());
  const Usn usn = writer_.store().next_usn();
  writer_.originate(*object, kName, to_values({.parent = parent->id, .rdn = dn.rdns.front()}), usn);
  if (object->deleted()) writer_.originate(*object, kIsDeleted, {}, usn);
  object->unplaced = false;
  if (auto wrote = write_values(*object, add.attributes, usn); !wrote) return fail(wrote.error());
  return store(*object, usn);
}

Result<Object> Originator::new_object(const Add& add, NamingContextId context) const {
  Object fresh{.id = add.id.value_or(ObjectId{}), .naming_context = context, .attributes = {}};
  if (!add.id) {
    fresh.id = ObjectId(guids_.next());
    return fresh;
  }
  auto former = writer_.find(*add.id);
  if (!former) return fresh;
  if (!former->deleted() || former->naming_context != context) {
    return fail(Errc::exists, fmt::format("{}: {} has its GUID already", add.dn.to_string(),
                                          directory_.dn_of(*former)));
  }
  return *std::move(former);
}

Result<Written> Originator::operator()(const Set& set) {
  auto object = locate(set.target);
  if (!object) {
    if (object.error().code != Errc::not_found) return fail(object.error());
    return fail(Errc::not_found, fmt::format("{}; to make it: ringspan add {} ATTRIBUTE=VALUE...",
                                             object.error().message, spoken(set.target)));
  }
  const Usn usn = writer_.store().next_usn();
  if (auto wrote = write_values(*object, set.attributes, usn); !wrote) return fail(wrote.error());
  return store(*object, usn);
}

Result<Written> Originator::operator()(const Unset& unset) {
  auto object = locate(unset.target);
  if (!object) return fail(object.error());
  const Usn usn = writer_.store().next_usn();
  for (const std::string& text : unset.attributes) {
    const auto name = attribute_name(text);
    if (!name) return fail(name.error());
    const auto at = object->attributes.find(*name);
    if (at == object->attributes.end() || at->second.values.empty()) {
      return fail(Errc::not_found,
                  fmt::format("{}: has no attribute {}", spoken(unset.target), text));
    }
    writer_.originate(*object, *name, {}, usn);
  }
  return store(*object, usn);
}

Result<Written> Originator::operator()(const Rename& rename) {
  auto object = locate(rename.target);
  if (!object) return fail(object.error());
  if (auto movable = check_movable(*object, "renamed"); !movable) return fail(movable.error());
  if (auto name = check_name(rename.rdn); !name) return fail(name.error());
  const ObjectId parent = object->placement().parent;
  return place(*std::move(object), {.parent = parent, .rdn = rename.rdn});
}

Result<Written> Originator::operator()(const Move& move) {
  auto object = locate(move.target);
  if (!object) return fail(object.error());
  if (auto movable = check_movable(*object, "moved"); !movable) return fail(movable.error());
  const auto parent = locate(move.parent);
  if (!parent) return fail(parent.error());
  if (parent->naming_context != object->naming_context) {
    return fail(Errc::refused,
                fmt::format("{}: cannot move to another naming context; add it there instead",
                            spoken(move.target)));
  }
  const sites::Rdn rdn = object->placement().rdn;
  return place(*std::move(object), {.parent = parent->id, .rdn = rdn});
}

Result<Written> Originator::operator()(const Delete& deletion) {
  auto object = locate(deletion.target);
  if (!object) return fail(object.error());
  if (auto movable = check_movable(*object, "deleted"); !movable) return fail(movable.error());
  std::vector<Object> below = living_below(object->id);
  if (!below.empty() && !deletion.tree) {
    return fail(Errc::refused,
                fmt::format("{}: still has objects below it ({}); delete it with them (delete "
                            "--tree), or delete or move them first",
                            spoken(deletion.target), below.size()));
  }
  for (auto child = below.rbegin(); child != below.rend(); ++child)
    bury(std::move(*child));
  return bury(*std::move(object));
}

// Parents before children; those too whose place is not settled.
std::vector<Object> Originator::living_below(ObjectId top) const {
  std::vector<Object> below;
  std::set<ObjectId> seen{top};
  const auto add_children = [&](ObjectId parent) {
    writer_.store().children(parent, [&](const Row& row) {
      if (!row.deleted && seen.insert(row.id).second) below.push_back(stored_object(row));
      return true;
    });
  };
  add_children(top);
  for (std::size_t next = 0; next < below.size(); ++next)
    add_children(below[next].id);
  return below;
}

// What the deletion says it has seen of the object's links, exactly: for each originator of one,
// all its writes up to our cursor. A link beyond that came with a cycle that is not over; it is
// removed in so many words (rule R18).
Written Originator::bury(Object object) {
  const bool keep = writer_.identity().policy.recycle_bin;
  std::vector<std::pair<InvocationId, Usn>> seen;
  if (!keep) {
    const auto known = vector_of(writer_.store(), object.naming_context,
                                 writer_.identity().invocation, writer_.now());
    for (const Link& link : present_links(object.id)) {
      if (link.naming_context != object.naming_context) continue;
      if (known.covers(link.stamp)) {
        seen.emplace_back(link.stamp.originator, known.cursors().at(link.stamp.originator).usn);
      } else {
        writer_.originate(link.id, link.naming_context, false);
      }
    }
  }
  const Usn usn = writer_.store().next_usn();
  const auto name_values = to_values(object.placement());
  for (auto& [name, attribute] : object.attributes) {
    if (name == kName)
      writer_.originate(object, kName, name_values, usn);
    else if (!keep && name != kIsDeleted && !attribute.values.empty())
      writer_.originate(object, name, {}, usn);
  }
  writer_.originate(object, kIsDeleted, {std::string(keep ? kKept : kDeleted)}, usn);
  object.attributes.find(kIsDeleted)->second.context.merge(Context::of(seen));
  object.unplaced = false;
  return store(object, usn);
}

Result<Written> Originator::operator()(const Undelete& undelete) {
  auto object = locate_deleted(undelete.target);
  if (!object) return fail(object.error());
  if (auto writable = check_writable(object->naming_context); !writable) {
    return fail(writable.error());
  }
  Placement place = object->placement();
  if (undelete.rdn) {
    if (auto name = check_name(*undelete.rdn); !name) return fail(name.error());
    place.rdn = *undelete.rdn;
  }
  const auto parent = directory_.object(place.parent);
  if (!parent || parent->deleted()) {
    return fail(Errc::refused,
                fmt::format("{}: its parent {} is deleted too; undelete that first",
                            spoken(undelete.target),
                            parent ? directory_.dn_of(*parent) : place.parent.value.to_string()));
  }
  if (auto free = check_free(place.parent, place.rdn, object->id); !free) {
    return fail(free.error());
  }
  const bool whole = object->kept();
  const Usn usn = writer_.store().next_usn();
  writer_.originate(*object, kName, to_values(place), usn);
  writer_.originate(*object, kIsDeleted, {}, usn);
  const Written written = store(*object, usn);
  if (!whole) {
    for (const Link& link : present_links(object->id))
      writer_.originate(link.id, link.naming_context, false);
  }
  return written;
}

// By id, or by the DN that it had: its parent may be deleted as well.
Result<Object> Originator::locate_deleted(const Target& target) const {
  if (const auto* id = std::get_if<ObjectId>(&target)) {
    auto object = directory_.object(*id);
    if (object && !object->deleted()) {
      return fail(Errc::refused, fmt::format("{}: is not deleted", directory_.dn_of(*object)));
    }
    return object;
  }
  const auto found = directory_.deleted_at(std::get<sites::Dn>(target));
  if (!found) return fail(found.error());
  if (found->size() == 1) return found->front();
  std::string ids;
  for (const Object& object : *found)
    ids += (ids.empty() ? "" : ", ") + object.id.value.to_string();
  return fail(Errc::refused, fmt::format("{}: {} deleted objects had this name; give the GUID of "
                                         "the one you mean: {}",
                                         spoken(target), found->size(), ids));
}

Result<Written> Originator::operator()(const AddLink& add) {
  auto ends = ends_of(add.source, add.attribute, add.target);
  if (!ends) return fail(ends.error());
  const auto last = writer_.store().link(ends->id);
  if (last && last->present) {
    return fail(Errc::exists, fmt::format("{}: {} is a value of {} already", spoken(add.source),
                                          spoken(add.target), add.attribute));
  }
  if (ends->single_valued) remove_other_values(ends->id);
  writer_.originate(ends->id, ends->source.naming_context, true);
  return written(ends->source, writer_.store().highest_usn());
}

Result<Written> Originator::operator()(const RemoveLink& remove) {
  auto ends = ends_of(remove.source, remove.attribute, remove.target);
  if (!ends) return fail(ends.error());
  const auto last = writer_.store().link(ends->id);
  if (!last || !last->present) {
    return fail(Errc::not_found, fmt::format("{}: {} is no value of {}", spoken(remove.source),
                                             spoken(remove.target), remove.attribute));
  }
  writer_.originate(ends->id, ends->source.naming_context, false);
  return written(ends->source, writer_.store().highest_usn());
}

Result<Originator::Ends> Originator::ends_of(const Target& source, const std::string& attribute,
                                             const Target& target) const {
  auto from = locate(source);
  if (!from) return fail(from.error());
  const auto name = attribute_name(attribute);
  if (!name) return fail(name.error());
  const AttributeDefinition definition = schema_.definition(*name);
  if (!definition.linked()) {
    return fail(Errc::refused,
                fmt::format("{}: is no linked attribute; to give it values: set", attribute));
  }
  const auto to = directory_.locate(target);
  if (!to) return fail(to.error());
  const LinkId id{.source = from->id, .attribute = *name, .target = to->id};
  return Ends{*std::move(from), id, definition.single_valued};
}

std::vector<Link> Originator::present_links(ObjectId object) const {
  std::vector<Link> links;
  const auto look = [&](const Link& link) {
    if (link.present) links.push_back(link);
    return true;
  };
  writer_.store().links_from(object, look);
  writer_.store().links_to(object, [&](const Link& link) {
    return link.id.source == object || look(link);  // one to itself is there already
  });
  return links;
}

void Originator::remove_other_values(const LinkId& but) {
  for (const Link& link : present_links(but.source)) {
    if (link.id.source != but.source || link.id.attribute != but.attribute) continue;
    writer_.originate(link.id, link.naming_context, false);
  }
}

Result<Written> Originator::operator()(const CreateContext& create) {
  const NamingContextHead& head = create.head;
  const bool below_ours = std::ranges::any_of(
      writer_.identity().contexts, [&](const auto& held) { return head.dn.is_within(held.dn); });
  const bool taken = below_ours && directory_.locate(head.dn).has_value();
  if (taken || writer_.find(head_of(head.id))) {
    return fail(Errc::exists,
                fmt::format("naming context {}: there is an object of this name already",
                            head.dn.to_string()));
  }
  const ObjectId object = create_context(writer_, head);
  note_created(writer_.store(), head.id);
  return Written{.object = object,
                 .naming_context = head.id,
                 .dn = head.dn.to_string(),
                 .usn = writer_.store().highest_usn()};
}

Result<Written> Originator::operator()(const Together& together) {
  if (together.only_if) {
    const auto& [context, since] = *together.only_if;
    bool unchanged = true;
    writer_.store().all_changed_since(
        context, since, [&unchanged](const Snapshot::Changed&) { return unchanged = false; });
    if (!unchanged) {
      return fail(Errc::refused, "the naming context has changed meanwhile; look again");
    }
  }
  Result<Written> last = fail(Errc::invalid, "nothing to write");
  for (const Change& change : together.changes) {
    last = std::visit(*this, change);
    if (!last) break;
  }
  return last;
}

// What was never here whole is not written, so that whoever gives it up before has nothing of its
// own to hand over.
Result<void> Originator::check_writable(NamingContextId context) const {
  const Identity& me = writer_.identity();
  const auto held = std::ranges::find(me.contexts, context, &NamingContextHead::id);
  if (held == me.contexts.end()) {
    return fail(Errc::refused,
                fmt::format("naming context {}: is not held here any more; write at one of its "
                            "replicas (--at NAME)",
                            context.value.to_string()));
  }
  if (held->kind != sites::NamingContextKind::application ||
      has_arrived(writer_.store(), context, me.invocation)) {
    return {};
  }
  return fail(Errc::unavailable,
              fmt::format("naming context {}: is being filled here; write at another of its "
                          "replicas (--at NAME), or later",
                          held->dn.to_string()));
}

Result<Object> Originator::locate(const Target& target) const {
  auto object = directory_.locate(target);
  if (!object) return object;
  if (auto writable = check_writable(object->naming_context); !writable) {
    return fail(writable.error());
  }
  return object;
}

Result<void> Originator::check_free(ObjectId parent, const sites::Rdn& rdn, ObjectId self) const {
  const auto holder = writer_.store().child(parent, rdn.key());
  if (!holder || *holder == self) return {};
  const auto object = directory_.object(*holder);
  return fail(Errc::exists,
              fmt::format("{}: there is {} already; names differ by more than case",
                          rdn.to_string(), object ? directory_.dn_of(*object) : "an object"));
}

Result<void> Originator::check_movable(const Object& object, std::string_view verb) const {
  if (object.id != head_of(object.naming_context) &&
      object.id != lost_and_found_of(object.naming_context)) {
    return {};
  }
  return fail(Errc::refused, fmt::format("{}: belongs to the naming context and cannot be {}",
                                         directory_.dn_of(object), verb));
}

Result<void> Originator::check_attribute(const std::string& name, std::size_t values) const {
  const AttributeDefinition definition = schema_.definition(name);
  if (definition.linked()) {
    return fail(Errc::refused,
                fmt::format("{}: is a linked attribute; its values are changed one by one: link, "
                            "unlink",
                            name));
  }
  if (definition.single_valued && values > 1) {
    return fail(Errc::refused, fmt::format("{}: takes one value, not {}", name, values));
  }
  return {};
}

Result<void> Originator::write_values(Object& object, const Values& attributes, Usn usn) {
  for (const auto& [text, values] : attributes) {
    const auto name = attribute_name(text);
    if (!name) return fail(name.error());
    if (std::ranges::any_of(values, [](const std::string& value) { return value.empty(); })) {
      return fail(Errc::invalid,
                  fmt::format("{}: a value is empty; to remove the attribute: unset", text));
    }
    if (auto fits = check_attribute(*name, values.size()); !fits) return fits;
    if (values.empty() && !object.attributes.contains(*name)) continue;
    writer_.originate(object, *name, value_set(values), usn);
  }
  std::size_t size = 0;
  for (const auto& [name, attribute] : object.attributes) {
    for (const std::string& value : attribute.values)
      size += value.size();
  }
  if (size > kLargestObject) {
    return fail(Errc::invalid, fmt::format("the object would hold {} bytes; at most {} are allowed",
                                           size, kLargestObject));
  }
  return {};
}

Result<Written> Originator::place(Object object, const Placement& placement) {
  if (auto free = check_free(placement.parent, placement.rdn, object.id); !free) {
    return fail(free.error());
  }
  const std::string before = directory_.short_dn_of(object);
  const Usn usn = writer_.store().next_usn();
  writer_.originate(object, kName, to_values(placement), usn);
  object.unplaced = false;
  if (standing(writer_.store(), object) == Standing::below_itself) {
    return fail(Errc::refused, fmt::format("{}: cannot stand below itself", before));
  }
  return store(object, usn);
}

Written Originator::store(Object& object, Usn usn) {
  writer_.put(object, usn);
  return written(object, usn);
}

Written Originator::written(const Object& object, Usn usn) const {
  return {.object = object.id,
          .naming_context = object.naming_context,
          .dn = directory_.dn_of(object),
          .usn = usn};
}

}  // namespace

Result<Written> originate(Writer& writer, GuidSource& guids, const Write& write) {
  if (writer.identity().read_only) {
    return fail(Errc::refused, "this controller is read-only; write at a writable one (--at NAME)");
  }
  return std::visit(Originator(writer, guids), write);
}

Result<std::string> attribute_name(std::string_view text) {
  const bool well_formed =
      !text.empty() && text.size() <= kLongestAttributeName && is_letter(text.front()) &&
      std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
  if (!well_formed) {
    return fail(Errc::invalid,
                fmt::format("'{}': not an attribute name; a letter, then letters, digits and '-', "
                            "at most {}",
                            text, kLongestAttributeName));
  }
  std::string name = base::fold_name(text);
  if (name == kName) return fail(Errc::refused, "name: use rename or move");
  if (name == kIsDeleted) return fail(Errc::refused, "isdeleted: use delete or undelete");
  return name;
}

}  // namespace ringspan::replicator
