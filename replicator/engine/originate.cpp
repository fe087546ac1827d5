#include "replicator/engine/originate.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/fold.hpp"
#include "replicator/engine/define.hpp"
#include "replicator/engine/originator.hpp"
#include "replicator/engine/place.hpp"

namespace ringspan::replicator {
namespace {

using base::Errc;
using base::fail;
using base::Result;

constexpr std::size_t kLongestAttributeName = 64;
constexpr std::size_t kLargestObject = 1U << 20U;  // values of one object, bytes

// Who leaves the forest still gives its roles away (rule O10).
Result<void> takes_writes(const Identity& me, const Write& write) {
  if (me.read_only && me.policy.promoted) {
    return fail(Errc::unavailable,
                "this controller is being promoted, and takes writes once it holds what was kept "
                "from it; write at another one (--at NAME), or later");
  }
  if (me.read_only) {
    return fail(Errc::refused, "this controller is read-only; write at a writable one (--at NAME)");
  }
  if (me.policy.expired) {
    return fail(Errc::refused,
                "this controller was away too long and is expired: it takes no writes; join it "
                "anew with an empty folder, and write at another one (--at NAME)");
  }
  if (me.policy.retiring && !std::holds_alternative<GiveRole>(write)) {
    return fail(Errc::refused,
                "this controller is being retired and takes no writes any more; write at another "
                "one (--at NAME)");
  }
  return {};
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

std::string Originator::spoken(const Target& target) {
  if (const auto* dn = std::get_if<sites::Dn>(&target)) return dn->to_string();
  return std::get<ObjectId>(target).value.to_string();
}

Result<void> Originator::check_name(const sites::Rdn& rdn) {
  if (!rdn.key().empty() && rdn.value.find('\n') == std::string::npos) return {};
  return fail(Errc::invalid, fmt::format("{}: a name needs a visible character and no line break",
                                         rdn.to_string()));
}

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
  if (auto free = check_no_record(*parent); !free) return fail(free.error());
  auto object = new_object(add, *parent);
  if (!object) return fail(object.error());
  const Usn usn = writer_.store().next_usn();
  writer_.originate(*object, kName, to_values({.parent = parent->id, .rdn = dn.rdns.front()}), usn);
  if (object->deleted()) writer_.originate(*object, kIsDeleted, {}, usn);
  object->unplaced = false;
  if (auto wrote = write_values(*object, add.attributes, usn); !wrote) return fail(wrote.error());
  if (is_naming_context(*object)) demand_naming();
  return store_checked(*object, usn, std::nullopt);
}

// Two people who define one attribute at once mean one object.
Result<Object> Originator::new_object(const Add& add, const Object& parent) const {
  const NamingContextId context = parent.naming_context;
  std::optional<ObjectId> known = add.id;
  const auto* schema = schema_among(writer_.identity().contexts);
  if (!known && schema != nullptr && parent.id == head_of(schema->id)) {
    known = definition_id(schema->id, add.dn.rdns.front().key());
  }
  Object fresh{.id = known.value_or(ObjectId{}), .naming_context = context, .attributes = {}};
  if (!known) {
    fresh.id = ObjectId(guids_.next());
    return fresh;
  }
  auto former = writer_.find(*known);
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
  const auto before = definition_in(*object);
  const Usn usn = writer_.store().next_usn();
  if (auto wrote = write_values(*object, set.attributes, usn); !wrote) return fail(wrote.error());
  return store_checked(*object, usn, before);
}

Result<Written> Originator::operator()(const Unset& unset) {
  auto object = locate(unset.target);
  if (!object) return fail(object.error());
  const auto before = definition_in(*object);
  const Schema schema = this->schema();
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
    if (schema.definition(*name).urgent) writer_.hurry(object->naming_context);
  }
  return store_checked(*object, usn, before);
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

Result<void> Originator::check_free(ObjectId parent, const sites::Rdn& rdn, ObjectId self) const {
  const auto holder = writer_.store().child(parent, rdn.key());
  if (!holder || *holder == self) return {};
  const auto object = directory_.object(*holder);
  return fail(Errc::exists,
              fmt::format("{}: there is {} already; names differ by more than case",
                          rdn.to_string(), object ? directory_.dn_of(*object) : "an object"));
}

Result<void> Originator::check_movable(const Object& object, std::string_view verb) const {
  if (is_definition(object, writer_.identity().contexts)) {
    const std::string name = object.placement().rdn.key();
    return fail(
        Errc::refused,
        fmt::format("{}: the definition of an attribute is never {}, since values of it may "
                    "be anywhere; retire it instead: ringspan schema retire {}",
                    name, verb, name));
  }
  if (object.id != head_of(object.naming_context) &&
      object.id != lost_and_found_of(object.naming_context)) {
    return {};
  }
  return fail(Errc::refused, fmt::format("{}: belongs to the naming context and cannot be {}",
                                         directory_.dn_of(object), verb));
}

// All faults at once; whoever asked puts them right in one go.
Result<void> Originator::write_values(Object& object, const Values& attributes, Usn usn) {
  const Schema schema = this->schema();
  std::optional<base::Error> faults;
  const auto note = [&faults](const base::Error& fault) {
    if (!faults) {
      faults = fault;
    } else {
      faults->message += "\n" + fault.message;
    }
  };
  for (const auto& [text, values] : attributes) {
    const auto name = attribute_name(text);
    if (!name) {
      note(name.error());
      continue;
    }
    if (std::ranges::any_of(values, [](const std::string& value) { return value.empty(); })) {
      note({Errc::invalid,
            fmt::format("{}: a value is empty; to remove the attribute: unset", text)});
      continue;
    }
    if (*name == floor_mark(MasterRole::schema) || *name == floor_mark(MasterRole::naming)) {
      note({Errc::refused, fmt::format("{}: is written by the owner of a role alone", text)});
      continue;
    }
    const AttributeDefinition& definition = schema.definition(*name);
    const auto set = value_set(values);
    if (auto fits = check_values(definition, set); !fits) {
      note(fits.error());
      continue;
    }
    if (values.empty() && !object.attributes.contains(*name)) continue;
    writer_.originate(object, *name, set, usn);
    if (definition.urgent) writer_.hurry(object.naming_context);
  }
  if (faults) return fail(*faults);
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

// An object that defines an attribute must define one that can be: rule R19.
Result<Written> Originator::store_checked(Object& object, Usn usn,
                                          const std::optional<AttributeDefinition>& before) {
  if (is_definition(object, writer_.identity().contexts)) {
    const auto sound = check_definition(writer_.store(), writer_.identity().contexts, before,
                                        to_definition(object));
    if (!sound) return fail(sound.error());
  }
  return store(object, usn);
}

std::optional<AttributeDefinition> Originator::definition_in(const Object& object) const {
  if (!is_definition(object, writer_.identity().contexts)) return std::nullopt;
  return to_definition(object);
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

Result<Written> originate(Writer& writer, GuidSource& guids, const Write& write) {
  if (auto takes = takes_writes(writer.identity(), write); !takes) return fail(takes.error());
  auto written = std::visit(Originator(writer, guids), write);
  for (const NamingContextId context : writer.changed()) {
    if (written && writer.identity().holds_in_part(context)) {
      return fail(Errc::refused,
                  fmt::format("{}: is held here in part only; write at a controller of its domain "
                              "(--at NAME)",
                              written->dn));
    }
  }
  return written;
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
