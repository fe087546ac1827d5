// add, set, unset, rename, move, delete, undelete, link, unlink: one originating write each, all or
// nothing, answered when it is durable.

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/engine/directory.hpp"
#include "replicator/net/find_names.hpp"
#include "replicator/net/linked_values.hpp"
#include "replicator/net/service.hpp"
#include "replicator/partners/partners.hpp"
#include "sites/naming_context.hpp"

namespace ringspan::replicator::net {
namespace {

base::Result<Write> read_add(const ServiceGround& ground, const Asked& asked) {
  if (auto known = asked.only({"ask", "dn", "attributes"}); !known)
    return base::fail(known.error());
  auto dn = asked.dn("dn");
  if (!dn) return base::fail(dn.error());
  auto values = asked.has("attributes") ? asked.values("attributes") : Values{};
  if (!values) return base::fail(values.error());
  const auto snapshot = ground.store.read();
  auto split =
      split_links(Schema(*snapshot, ground.contexts()), Add{*std::move(dn), *std::move(values)});
  if (!split) return base::fail(split.error());
  return as_one_write(*std::move(split));
}

base::Result<Write> read_set(const Asked& asked) {
  if (auto known = asked.only({"ask", "dn", "attributes"}); !known)
    return base::fail(known.error());
  auto target = asked.target("dn");
  if (!target) return base::fail(target.error());
  auto values = asked.values("attributes");
  if (!values) return base::fail(values.error());
  return Write(Set{*std::move(target), *std::move(values)});
}

base::Result<Write> read_unset(const Asked& asked) {
  if (auto known = asked.only({"ask", "dn", "attributes"}); !known)
    return base::fail(known.error());
  auto target = asked.target("dn");
  if (!target) return base::fail(target.error());
  auto names = asked.texts("attributes");
  if (!names) return base::fail(names.error());
  return Write(Unset{*std::move(target), *std::move(names)});
}

base::Result<Write> read_rename(const Asked& asked) {
  if (auto known = asked.only({"ask", "dn", "rdn"}); !known) return base::fail(known.error());
  auto target = asked.target("dn");
  if (!target) return base::fail(target.error());
  const auto text = asked.text("rdn");
  if (!text) return base::fail(text.error());
  auto rdn = sites::Rdn::parse(*text);
  if (!rdn) return base::fail(rdn.error());
  return Write(Rename{*std::move(target), *std::move(rdn)});
}

base::Result<Write> read_move(const Asked& asked) {
  if (auto known = asked.only({"ask", "dn", "parent"}); !known) return base::fail(known.error());
  auto target = asked.target("dn");
  if (!target) return base::fail(target.error());
  auto parent = asked.target("parent");
  if (!parent) return base::fail(parent.error());
  return Write(Move{*std::move(target), *std::move(parent)});
}

base::Result<Write> read_delete(const Asked& asked) {
  if (auto known = asked.only({"ask", "dn", "tree", "preview"}); !known) {
    return base::fail(known.error());
  }
  auto target = asked.target("dn");
  if (!target) return base::fail(target.error());
  const auto tree = asked.flag("tree");
  if (!tree) return base::fail(tree.error());
  return Write(Delete{.target = *std::move(target), .tree = *tree});
}

base::Result<Write> read_undelete(const Asked& asked) {
  if (auto known = asked.only({"ask", "dn", "rdn"}); !known) return base::fail(known.error());
  auto target = asked.target("dn");
  if (!target) return base::fail(target.error());
  Undelete undelete{.target = *std::move(target)};
  if (asked.has("rdn")) {
    const auto text = asked.text("rdn");
    if (!text) return base::fail(text.error());
    auto rdn = sites::Rdn::parse(*text);
    if (!rdn) return base::fail(rdn.error());
    undelete.rdn = *std::move(rdn);
  }
  return Write(std::move(undelete));
}

/// Is it an object of another naming context to which something of `context` is linked already?
bool known_by_phantom(const Snapshot& snapshot, const NamingContextHead* context,
                      const Target& target) {
  if (context == nullptr) return false;
  if (const auto* dn = std::get_if<sites::Dn>(&target)) {
    return phantom_named(snapshot, context->id, *dn).has_value();
  }
  const ObjectId id = std::get<ObjectId>(target);
  return !snapshot.find(id) && phantom_of(snapshot, context->id, id);
}

/// The naming context in which an object stands that is held here.
const NamingContextHead* head_of_object(const ServiceGround& ground, const Directory& directory,
                                        const Target& target) {
  const auto object = directory.locate(target);
  if (!object) return nullptr;
  const auto head =
      std::ranges::find(ground.contexts(), object->naming_context, &NamingContextHead::id);
  return head == ground.contexts().end() ? nullptr : &*head;
}

/// Can it be an object of a naming context that is not held here? A DN says in which it lies.
bool may_be_elsewhere(const ServiceGround& ground, const Target& target) {
  const auto* dn = std::get_if<sites::Dn>(&target);
  if (dn == nullptr) return true;
  const auto* context = sites::enclosing_context(ground.forest(), *dn);
  return context != nullptr && !ground.in_force->holds(context->id);
}

/// Somebody knows it, and it lies in a naming context that is not held here.
bool lives_elsewhere(const ServiceGround& ground, const Phantom& phantom) {
  const auto dn = sites::Dn::parse(phantom.dn);
  return !phantom.gone && dn && may_be_elsewhere(ground, Target(*dn));
}

/// Links are added, or removed, all or none. An object that is not held here is known by its
/// phantom, or was `found` elsewhere.
template <typename LinkWrite>
base::Result<Write> read_links(const ServiceGround& ground, const Asked& asked,
                               const NamesFound& found) {
  if (auto known = asked.only({"ask", "dn", "attribute", "targets"}); !known) {
    return base::fail(known.error());
  }
  const auto source = asked.target("dn");
  const auto attribute = asked.text("attribute");
  const auto texts = asked.texts("targets");
  if (!source) return base::fail(source.error());
  if (!attribute) return base::fail(attribute.error());
  if (!texts) return base::fail(texts.error());
  if (texts->empty()) return base::fail(base::Errc::invalid, "\"targets\": there is none");
  const auto targets = read_targets(*texts);
  if (!targets) return base::fail(targets.error());
  const auto snapshot = ground.store.read();
  const Directory directory(*snapshot, ground.contexts());
  const auto* context = head_of_object(ground, directory, *source);
  Phantoms phantoms;
  Together links;
  std::string missing;
  for (std::size_t i = 0; i < targets->size(); ++i) {
    const Target& target = (*targets)[i];
    const auto named = found.named.find((*texts)[i]);
    const auto here = directory.locate(target);
    if (here || known_by_phantom(*snapshot, context, target)) {
      links.changes.emplace_back(LinkWrite{*source, *attribute, target});
    } else if (named != found.named.end() && lives_elsewhere(ground, named->second.name)) {
      phantoms.emplace(named->second.object, named->second.name);
      links.changes.emplace_back(LinkWrite{*source, *attribute, Target(named->second.object)});
    } else {
      missing += (missing.empty() ? "" : "\n") + here.error().message;
    }
  }
  if (!missing.empty()) return base::fail(base::Errc::not_found, std::move(missing));
  if (context != nullptr) {
    const auto added = add_phantoms(*snapshot, *context, phantoms);
    links.changes.insert(links.changes.begin(), added.begin(), added.end());
  }
  return Write(std::move(links));
}

/// Targets of new links that are to be looked for elsewhere.
std::vector<std::string> not_here(const ServiceGround& ground, const Asked& asked) {
  std::vector<std::string> texts;
  const auto targets = asked.texts("targets");
  const auto source = asked.target("dn");
  if (asked.text("ask").value_or("") != "link" || !targets || !source) return texts;
  const auto snapshot = ground.store.read();
  const Directory directory(*snapshot, ground.contexts());
  const auto* context = head_of_object(ground, directory, *source);
  if (context == nullptr || !needs_phantoms(context->kind)) return texts;
  for (const std::string& text : *targets) {
    const auto target = read_targets({text});
    if (!target || directory.locate(target->front())) continue;
    if (!may_be_elsewhere(ground, target->front())) continue;
    if (!known_by_phantom(*snapshot, context, target->front())) texts.push_back(text);
  }
  return texts;
}

base::Result<Write> read_write(const ServiceGround& ground, const Json& request,
                               const NamesFound& found) {
  const Asked asked(request);
  const auto ask = asked.text("ask").value_or("");
  if (ask == "add") return read_add(ground, asked);
  if (ask == "set") return read_set(asked);
  if (ask == "unset") return read_unset(asked);
  if (ask == "rename") return read_rename(asked);
  if (ask == "move") return read_move(asked);
  if (ask == "undelete") return read_undelete(asked);
  if (ask == "link") return read_links<AddLink>(ground, asked, found);
  if (ask == "unlink") return read_links<RemoveLink>(ground, asked, found);
  return read_delete(asked);
}

/// Where the object is, or will be; nullopt if nowhere: the engine says so.
std::optional<NamingContextId> context_of(const ServiceGround& ground, const Target& target) {
  const auto snapshot = ground.store.read();
  const Directory directory(*snapshot, ground.contexts());
  if (const auto* dn = std::get_if<sites::Dn>(&target)) {
    const auto where = directory.absolute(*dn);
    return where ? std::optional(where->first.id) : std::nullopt;
  }
  const auto object = directory.object(std::get<ObjectId>(target));
  return object ? std::optional(object->naming_context) : std::nullopt;
}

base::Result<void> may_write(const ServiceGround& ground, const Asked& asked) {
  const auto target = asked.target("dn");
  if (!target) return base::fail(target.error());
  const auto id = context_of(ground, *target);
  return id ? net::may_write(ground, *id) : base::Result<void>();
}

/// The object and how many live below it, whether or not their places are settled.
std::uint64_t count_tree(const Snapshot& snapshot, ObjectId top) {
  std::set<ObjectId> seen{top};
  std::vector<ObjectId> waiting{top};
  while (!waiting.empty()) {
    const ObjectId parent = waiting.back();
    waiting.pop_back();
    snapshot.children(parent, [&](const Row& row) {
      if (!row.deleted && seen.insert(row.id).second) waiting.push_back(row.id);
      return true;
    });
  }
  return seen.size();
}

/// What a deletion would take away.
base::Result<Json> preview_of(const ServiceGround& ground, const Delete& deletion) {
  const auto snapshot = ground.store.read();
  const Directory directory(*snapshot, ground.contexts());
  const auto object = directory.locate(deletion.target);
  if (!object) return base::fail(object.error());
  return Json{{"object", object->id.value.to_string()},
              {"dn", directory.dn_of(*object)},
              {"controller", ground.name()},
              {"objects", count_tree(*snapshot, object->id)}};
}

/// With the names of what is not held here.
void write_found(const ServiceGround& ground, const Json& request, const NamesFound& found,
                 JsonTaker taker) {
  auto write = read_write(ground, request, found);
  if (!write) return taker(error_text(write.error()));
  const auto preview = Asked(request).flag("preview");
  if (!preview) return taker(error_text(preview.error()));
  if (*preview) {
    const auto seen = preview_of(ground, std::get<Delete>(*write));
    return taker(seen ? to_text(*seen) : error_text(seen.error()));
  }
  ground.engine.write(*std::move(write), [name = ground.name(), taker = std::move(taker)](
                                             const base::Result<Written>& result) {
    if (!result) return taker(error_text(result.error()));
    taker(to_text(Json{{"object", result->object.value.to_string()},
                       {"dn", result->dn},
                       {"usn", result->usn.value},
                       {"controller", name}}));
  });
}

}  // namespace

base::Result<void> may_write(const ServiceGround& ground, NamingContextId context) {
  const auto* found = sites::find_naming_context(ground.forest(), context);
  if (found == nullptr || (found->kind != sites::NamingContextKind::configuration &&
                           found->kind != sites::NamingContextKind::schema)) {
    return {};
  }
  return may(ground.caller, Role::admin, "to write in " + found->dn);
}

/// A read-only controller cannot vouch for a person, so it carries nothing itself: it says where to
/// write, and with forwarding on whoever asked may go there at once, with rights of its own.
std::string write_elsewhere(const ServiceGround& ground) {
  const auto near =
      partners::writable_near(ground.in_force->joined, ground.plan(), ground.identity.controller);
  const auto* writable =
      near.empty() ? nullptr : sites::find_controller(ground.forest(), near.front());
  if (writable == nullptr) {
    return error_text(
        {base::Errc::refused, ground.name() + " is read-only, and no other is known"});
  }
  const base::Error error{
      base::Errc::refused,
      fmt::format("{} {}; write at {}, the nearest that is not (--at {})", ground.name(),
                  ground.me().read_only ? "is read-only" : "is read-only until it is promoted",
                  writable->name, writable->name)};
  if (!ground.forest().policy.forward_writes || writable->address.empty()) return error_text(error);
  return moved_text(error, writable->name, writable->address);
}

void answer_write(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  if (ground.identity.read_only) return taker(write_elsewhere(ground));
  if (auto allowed = may_write(ground, Asked(request)); !allowed) {
    return taker(error_text(allowed.error()));
  }
  auto elsewhere_held = not_here(ground, Asked(request));
  if (elsewhere_held.empty()) return write_found(ground, request, {}, std::move(taker));
  find_names(ground, std::move(elsewhere_held),
             [ground, request, taker = std::move(taker)](const NamesFound& found) {
               const bool taken = ground.readers.post(
                   [ground, request, taker, found] { write_found(ground, request, found, taker); });
               if (!taken)
                 taker(error_text({base::Errc::unavailable, "too many requests wait here"}));
             });
}

}  // namespace ringspan::replicator::net
