#include "replicator/engine/originate.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/fold.hpp"
#include "replicator/engine/place.hpp"

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
      : writer_(writer), guids_(guids), directory_(writer.store(), writer.identity().contexts) {}

  Result<Written> operator()(const Add& add);
  Result<Written> operator()(const Set& set);
  Result<Written> operator()(const Unset& unset);
  Result<Written> operator()(const Rename& rename);
  Result<Written> operator()(const Move& move);
  Result<Written> operator()(const Delete& deletion);
  Result<Written> operator()(const Together& together);

 private:
  Result<Object> locate(const Target& target) const;
  Result<Object> new_object(const Add& add, NamingContextId context) const;
  Result<void> check_free(ObjectId parent, const sites::Rdn& rdn, ObjectId self) const;
  Result<void> check_movable(const Object& object, std::string_view verb) const;
  Result<void> write_values(Object& object, const Values& attributes, Usn usn);
  Result<Written> place(Object object, const Placement& placement);
  Written store(Object& object, Usn usn);

  Writer& writer_;
  GuidSource& guids_;
  Directory directory_;
};

Result<Written> Originator::operator()(const Add& add) {
  auto where = directory_.absolute(add.dn);
  if (!where) return fail(where.error());
  const auto& [context, dn] = *where;
  if (dn.rdns.size() <= context.dn.rdns.size()) {
    return fail(Errc::exists, dn.to_string() + ": a naming context is not added as an object");
  }
  if (auto name = check_name(dn.rdns.front()); !name) return fail(name.error());
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
  std::size_t living = 0;
  writer_.store().children(object->id, [&](const Row& row) {
    living += row.deleted ? 0U : 1U;
    return true;
  });
  if (living != 0) {
    return fail(Errc::refused,
                fmt::format("{}: still has objects below it ({}); delete or move them first",
                            spoken(deletion.target), living));
  }
  const Usn usn = writer_.store().next_usn();
  const auto name_values = to_values(object->placement());
  for (auto& [name, attribute] : object->attributes) {
    if (name == kName)
      writer_.originate(*object, kName, name_values, usn);
    else if (name != kIsDeleted && !attribute.values.empty())
      writer_.originate(*object, name, {}, usn);
  }
  writer_.originate(*object, kIsDeleted, {"TRUE"}, usn);
  return store(*object, usn);
}

Result<Written> Originator::operator()(const Together& together) {
  if (together.only_if) {
    const auto& [context, since] = *together.only_if;
    bool unchanged = true;
    writer_.store().changed_since(context, since,
                                  [&unchanged](const Row&) { return unchanged = false; });
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

Result<Object> Originator::locate(const Target& target) const {
  return directory_.locate(target);
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

Result<void> Originator::write_values(Object& object, const Values& attributes, Usn usn) {
  for (const auto& [text, values] : attributes) {
    const auto name = attribute_name(text);
    if (!name) return fail(name.error());
    if (std::ranges::any_of(values, [](const std::string& value) { return value.empty(); })) {
      return fail(Errc::invalid,
                  fmt::format("{}: a value is empty; to remove the attribute: unset", text));
    }
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
  if (name == kIsDeleted) return fail(Errc::refused, "isdeleted: use delete");
  return name;
}

}  // namespace ringspan::replicator
