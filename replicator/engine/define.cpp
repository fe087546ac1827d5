#include "replicator/engine/define.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "replicator/engine/originate.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {
namespace {

using base::Errc;
using base::fail;
using base::Result;

AttributeDefinition partial_text(const char* name) {
  return {.name = name, .partial = true};
}

sites::Dn dn_of(const NamingContextHead& schema, const std::string& attribute) {
  sites::Dn dn{{{.type = "cn", .value = attribute}}};
  dn.rdns.insert(dn.rdns.end(), schema.dn.rdns.begin(), schema.dn.rdns.end());
  return dn;
}

void define_one(const Snapshot& snapshot, const NamingContextHeads& contexts,
                const AttributeDefinition& definition, Together& together) {
  const NamingContextHead& schema = *schema_among(contexts);
  const auto standing = Schema(snapshot, contexts).object(definition.name);
  const Values wanted = to_values(definition);
  if (!standing) {
    together.changes.emplace_back(Add{.dn = dn_of(schema, definition.name), .attributes = wanted});
    return;
  }
  const Values held = to_values(to_definition(*standing));
  Set set{.target = standing->id, .attributes = {}};
  for (const auto& [name, values] : wanted) {
    if (!held.contains(name) || held.at(name) != values) set.attributes.emplace(name, values);
  }
  for (const auto& [name, values] : held) {
    if (!wanted.contains(name)) set.attributes.emplace(name, std::vector<std::string>{});
  }
  if (!set.attributes.empty()) together.changes.emplace_back(std::move(set));
}

// "1 object has", "3 objects have".
std::string those_that_have(const Usage& usage) {
  return fmt::format("{} {}", usage.objects, usage.objects == 1 ? "object has" : "objects have");
}

// What stands in the way of the attribute's kind: its values are links, or they are text.
Result<void> check_kind(const Usage& usage, const std::optional<AttributeDefinition>& before,
                        const AttributeDefinition& after) {
  const std::string& name = after.name;
  if (before && before->linked() != after.linked()) {
    return fail(Errc::refused,
                fmt::format("{}: is {} linked attribute for good, since its values are kept and "
                            "replicated {}; define another attribute, and retire this one",
                            name, before->linked() ? "a" : "no",
                            before->linked() ? "one by one" : "together"));
  }
  if (before && before->forward_link != after.forward_link) {
    return fail(Errc::refused, fmt::format("{}: whether it is a back link, and of which attribute, "
                                           "is decided where that is defined",
                                           name));
  }
  if (after.linked() && !after.forward_link.empty()) {
    return fail(Errc::invalid, fmt::format("{}: has a back link and is one; choose one", name));
  }
  if (usage.objects > 0 && usage.linked != after.linked()) {
    return fail(
        Errc::refused,
        fmt::format("{}: {} values that are {}, such as {}; remove them first", name,
                    those_that_have(usage), usage.linked ? "links" : "no links", usage.example));
  }
  return {};
}

Result<void> check_back_link(const Schema& schema, const AttributeDefinition& after) {
  if (!after.linked()) return {};
  if (auto name = attribute_name(after.back_link); !name) return fail(name.error());
  if (after.back_link == after.name) {
    return fail(Errc::invalid,
                fmt::format("{}: its back link bears the same name; give it another", after.name));
  }
  if (!schema.object(after.back_link)) return {};
  const AttributeDefinition& taken = schema.definition(after.back_link);
  if (taken.forward_link == after.name) return {};
  return fail(Errc::exists, fmt::format("{}: its back link cannot be {}: {}; choose another name",
                                        after.name, after.back_link,
                                        taken.forward_link.empty()
                                            ? "there is an attribute of that name"
                                            : "that is the back link of " + taken.forward_link));
}

Result<void> check_flags(const Usage& usage, const std::optional<AttributeDefinition>& before,
                         const AttributeDefinition& after) {
  const std::string& name = after.name;
  const AttributeDefinition undefined{.name = name};
  const AttributeDefinition& was = before ? *before : undefined;
  if (was.not_replicated != after.not_replicated && usage.objects > 0) {
    return fail(Errc::refused,
                fmt::format("{}: {} values here, such as {}; with the change "
                            "controllers would hold different ones for good; remove them first, or "
                            "define another attribute",
                            name, those_that_have(usage), usage.example));
  }
  const bool kept_back =
      (after.not_replicated && !was.not_replicated) || (after.filtered && !was.filtered);
  if (kept_back && !usage.in_configuration.empty()) {
    return fail(Errc::refused,
                fmt::format("{}: {} has it, and of what defines the forest every controller needs "
                            "all; leave it replicated to everyone",
                            name, usage.in_configuration));
  }
  if (after.single_valued && !was.single_valued && !usage.with_several.empty()) {
    return fail(Errc::refused, fmt::format("{}: {} has several values; leave it one of them first",
                                           name, usage.with_several));
  }
  return {};
}

// The first living object whose value is none of this syntax, with what is wrong; empty: none.
std::string first_unfit(const Snapshot& snapshot, const NamingContextHeads& contexts,
                        const AttributeDefinition& definition) {
  std::string found;
  const Directory directory(snapshot, contexts);
  for (const NamingContextHead& context : contexts) {
    snapshot.changed_since(context.id, Usn{}, [&](const Row& row) {
      if (row.deleted) return true;
      const Object object = stored_object(row);
      const auto at = object.attributes.find(definition.name);
      if (at == object.attributes.end()) return true;
      for (const std::string& value : at->second.values) {
        const std::string fault = fault_of(definition.syntax, value);
        if (fault.empty()) continue;
        found = fmt::format("'{}' of {} {}", value, directory.dn_of(object), fault);
        return false;
      }
      return true;
    });
    if (!found.empty()) break;
  }
  return found;
}

Result<void> check_syntax(const Snapshot& snapshot, const NamingContextHeads& contexts,
                          const Usage& usage, const std::optional<AttributeDefinition>& before,
                          const AttributeDefinition& after) {
  if (usage.objects == 0 || after.linked()) return {};
  if (before && before->syntax != after.syntax) {
    return fail(
        Errc::refused,
        fmt::format("{}: stays {} while there are values; {} some, such as {}; "
                    "remove them first, or define another attribute",
                    after.name, to_string(before->syntax), those_that_have(usage), usage.example));
  }
  if (before) return {};
  const std::string unfit = first_unfit(snapshot, contexts, after);
  if (unfit.empty()) return {};
  return fail(Errc::refused,
              fmt::format("{}: objects have values already, and {}", after.name, unfit));
}

}  // namespace

std::vector<AttributeDefinition> first_definitions() {
  std::vector<AttributeDefinition> definitions{
      {.name = "member", .back_link = "memberof", .partial = true},
      {.name = "manager", .single_valued = true, .back_link = "directreports"},
      {.name = "managedby", .single_valued = true, .back_link = "managedobjects"},
      {.name = "lastlogon", .syntax = Syntax::time, .single_valued = true, .not_replicated = true},
      {.name = "lockouttime", .syntax = Syntax::time, .single_valued = true, .urgent = true},
      {.name = "unicodepwd", .single_valued = true, .filtered = true, .urgent = true},
      {.name = "employeenumber", .syntax = Syntax::integer, .single_valued = true},
      partial_text("displayname"),
      partial_text("givenname"),
      partial_text("mail"),
      partial_text("sn"),
      partial_text("telephonenumber"),
      partial_text("title"),
  };
  for (std::size_t i = 0, count = definitions.size(); i < count; ++i) {
    if (auto back = back_link_of(definitions[i])) definitions.push_back(*std::move(back));
  }
  for (AttributeDefinition& definition : definitions) {
    if (definition.linked()) definition.syntax = Syntax::dn;
  }
  return definitions;
}

std::optional<AttributeDefinition> back_link_of(const AttributeDefinition& definition) {
  if (!definition.linked()) return std::nullopt;
  return AttributeDefinition{
      .name = definition.back_link, .syntax = Syntax::dn, .forward_link = definition.name};
}

Together define(const Snapshot& snapshot, const NamingContextHeads& contexts,
                const AttributeDefinition& definition) {
  Together together;
  define_one(snapshot, contexts, definition, together);
  if (const auto back = back_link_of(definition)) define_one(snapshot, contexts, *back, together);
  return together;
}

Usage usage_of(const Snapshot& snapshot, const NamingContextHeads& contexts,
               const std::string& attribute) {
  Usage usage;
  const Directory directory(snapshot, contexts);
  std::map<ObjectId, std::uint64_t> links;
  const auto count = [&](const Object& object, const NamingContextHead& context,
                         std::uint64_t values) {
    const std::string dn = directory.dn_of(object);
    ++usage.objects;
    usage.example = dn;
    if (values > 1) usage.with_several = dn;
    if (context.kind == sites::NamingContextKind::configuration) usage.in_configuration = dn;
  };
  for (const NamingContextHead& context : contexts) {
    snapshot.all_changed_since(context.id, Usn{}, [&](const Snapshot::Changed& changed) {
      if (const auto* link = std::get_if<const Link*>(&changed)) {
        if ((*link)->present && (*link)->id.attribute == attribute) ++links[(*link)->id.source];
        return true;
      }
      const Row& row = *std::get<const Row*>(changed);
      if (row.deleted) return true;
      const Object object = stored_object(row);
      const auto at = object.attributes.find(attribute);
      if (at != object.attributes.end() && !at->second.values.empty()) {
        count(object, context, at->second.values.size());
      }
      return true;
    });
    for (const auto& [source, values] : std::exchange(links, {})) {
      const auto row = snapshot.find(source);
      if (!row || row->deleted) continue;
      count(stored_object(*row), context, values);
      usage.linked = true;
    }
  }
  return usage;
}

Result<void> check_definition(const Snapshot& snapshot, const NamingContextHeads& contexts,
                              const std::optional<AttributeDefinition>& before,
                              const AttributeDefinition& after) {
  if (before && *before == after) return {};
  if (auto name = attribute_name(after.name); !name) return fail(name.error());
  if (auto free = check_back_link(Schema(snapshot, contexts), after); !free) return free;
  const Usage usage = usage_of(snapshot, contexts, after.name);
  if (auto sound = check_kind(usage, before, after); !sound) return sound;
  if (auto sound = check_syntax(snapshot, contexts, usage, before, after); !sound) return sound;
  return check_flags(usage, before, after);
}

Result<void> check_values(const AttributeDefinition& definition,
                          const std::vector<std::string>& values) {
  const std::string& name = definition.name;
  if (!definition.forward_link.empty()) {
    return fail(Errc::refused, fmt::format("{}: follows from {}, whose back link it is; link or "
                                           "unlink there",
                                           name, definition.forward_link));
  }
  if (definition.linked()) {
    return fail(Errc::refused,
                fmt::format("{}: is a linked attribute; its values are changed one by one: link, "
                            "unlink",
                            name));
  }
  if (values.empty()) return {};
  if (definition.retired) {
    return fail(Errc::refused,
                fmt::format("{}: is retired: its values stay and can be removed, new ones are "
                            "refused; to take it into use again: ringspan schema change {} "
                            "--in-use",
                            name, name));
  }
  std::string faults;
  const auto add = [&faults](const std::string& fault) {
    faults += (faults.empty() ? "" : "\n") + fault;
  };
  if (definition.single_valued && values.size() > 1) {
    add(fmt::format("{}: takes one value, not {}", name, values.size()));
  }
  for (const std::string& value : values) {
    const std::string fault = fault_of(definition.syntax, value);
    if (!fault.empty()) add(fmt::format("{}: '{}' {}", name, value, fault));
  }
  if (faults.empty()) return {};
  return fail(Errc::refused, faults);
}

}  // namespace ringspan::replicator
