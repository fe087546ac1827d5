// add, set, unset, rename, move, delete: one originating write each, answered when it is durable.

#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/engine/directory.hpp"
#include "replicator/net/service.hpp"

namespace ringspan::replicator::net {
namespace {

base::Result<Write> read_add(const Asked& asked) {
  if (auto known = asked.only({"ask", "dn", "attributes"}); !known)
    return base::fail(known.error());
  auto dn = asked.dn("dn");
  if (!dn) return base::fail(dn.error());
  auto values = asked.has("attributes") ? asked.values("attributes") : Values{};
  if (!values) return base::fail(values.error());
  return Write(Add{*std::move(dn), *std::move(values)});
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
  if (auto known = asked.only({"ask", "dn"}); !known) return base::fail(known.error());
  auto target = asked.target("dn");
  if (!target) return base::fail(target.error());
  return Write(Delete{*std::move(target)});
}

base::Result<Write> read_write(const Json& request) {
  const Asked asked(request);
  const auto ask = asked.text("ask").value_or("");
  if (ask == "add") return read_add(asked);
  if (ask == "set") return read_set(asked);
  if (ask == "unset") return read_unset(asked);
  if (ask == "rename") return read_rename(asked);
  if (ask == "move") return read_move(asked);
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

/// Who writes the configuration decides over members, people and their roles.
base::Result<void> may_write(const ServiceGround& ground, const Asked& asked) {
  const auto target = asked.target("dn");
  if (!target) return base::fail(target.error());
  const auto id = context_of(ground, *target);
  const auto* context = id ? sites::find_naming_context(ground.forest(), *id) : nullptr;
  if (context == nullptr || (context->kind != sites::NamingContextKind::configuration &&
                             context->kind != sites::NamingContextKind::schema)) {
    return {};
  }
  return may(ground.caller, Role::admin, "to write in " + context->dn);
}

}  // namespace

void answer_write(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  auto write = read_write(request);
  if (!write) return taker(error_text(write.error()));
  if (auto allowed = may_write(ground, Asked(request)); !allowed) {
    return taker(error_text(allowed.error()));
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

}  // namespace ringspan::replicator::net
