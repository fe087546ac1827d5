#include <utility>

#include <fmt/format.h>

#include "replicator/engine/define.hpp"
#include "replicator/engine/originate.hpp"
#include "replicator/engine/originator.hpp"

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
  if (!to) return fail(to.error());
  const LinkId id{.source = from->id, .attribute = *name, .target = to->id};
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
