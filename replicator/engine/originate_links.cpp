#include <utility>

#include <fmt/format.h>

#include "replicator/engine/define.hpp"
#include "replicator/engine/originate.hpp"
#include "replicator/engine/originator.hpp"
#include "replicator/engine/phantom.hpp"

namespace ringspan::replicator {

using base::Errc;
using base::fail;
using base::Result;

Result<Written> Originator::operator()(const AddLink& add) {
  auto ends = ends_of(add.source, add.attribute, add.target);
  if (!ends) return fail(ends.error());
  const auto last = writer_.store().link(ends->id);
  if (last && last->present) {
    return fail(Errc::exists, fmt::format("{}: {} is a value of {} already", spoken(add.source),
                                          spoken(add.target), add.attribute));
  }
  if (ends->retired) {
    return fail(Errc::refused,
                fmt::format("{0}: is retired: its links stay and can be removed, new ones are "
                            "refused; to take it into use again: ringspan schema change {0} "
                            "--in-use",
                            ends->id.attribute));
  }
  if (ends->single_valued) remove_other_values(ends->id);
  writer_.originate(ends->id, ends->source.naming_context, true);
  if (auto named = name_for_others(ends->source, ends->id.target); !named) {
    return fail(named.error());
  }
  return written(ends->source, writer_.store().highest_usn());
}

// An object that is not held here (rule O13).
std::optional<ObjectId> Originator::known_by_phantom(NamingContextId context,
                                                     const Target& target) const {
  if (const auto* dn = std::get_if<sites::Dn>(&target)) {
    return phantom_named(writer_.store(), context, *dn);
  }
  const ObjectId id = std::get<ObjectId>(target);
  if (writer_.find(id)) return std::nullopt;  // it is deleted
  return phantom_of(writer_.store(), context, id) ? std::optional(id) : std::nullopt;
}

// Who holds the source's naming context need not hold the target's.
Result<void> Originator::name_for_others(const Object& source, ObjectId target) {
  const auto object = writer_.find(target);
  if (!object || object->naming_context == source.naming_context) return {};
  const NamingContextHead* ours = nullptr;
  for (const NamingContextHead& head : writer_.identity().contexts) {
    const bool concerned = head.id == source.naming_context || head.id == object->naming_context;
    if (concerned && !needs_phantoms(head.kind)) return {};
    if (head.id == source.naming_context) ours = &head;
  }
  if (ours == nullptr) return {};
  const Phantoms phantom{{target, {.dn = directory_.dn_of(*object)}}};
  for (const Change& change : add_phantoms(writer_.store(), *ours, phantom)) {
    if (auto added = std::visit(*this, change); !added) return fail(added.error());
  }
  return {};
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
  const Schema schema = this->schema();
  const AttributeDefinition& definition = schema.definition(*name);
  if (!definition.forward_link.empty()) {
    return fail(check_values(definition, {}).error());
  }
  if (!definition.linked()) {
    return fail(Errc::refused,
                fmt::format("{}: is no linked attribute; to give it values: set", attribute));
  }
  const auto to = directory_.locate(target);
  const auto other = to ? std::optional(to->id) : known_by_phantom(from->naming_context, target);
  if (!other) return fail(to.error());
  const LinkId id{.source = from->id, .attribute = *name, .target = *other};
  if (definition.urgent) writer_.hurry(from->naming_context);
  return Ends{*std::move(from), id, definition.single_valued, definition.retired};
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

}  // namespace ringspan::replicator
