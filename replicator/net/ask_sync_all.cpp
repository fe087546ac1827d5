// sync_all, sync_job: a forced replication through the whole forest, begun and then asked about.

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/net/clock.hpp"
#include "replicator/net/sync_jobs.hpp"

namespace ringspan::replicator::net {
namespace {

/// The member that a field names; nullopt where the field is absent.
base::Result<std::optional<ControllerId>> member_named(const ServiceGround& ground,
                                                       const Asked& asked, const char* field) {
  if (!asked.has(field)) return std::optional<ControllerId>();
  const auto name = asked.text(field);
  if (!name) return base::fail(name.error());
  const auto* found = sites::find_controller(ground.forest(), *name);
  if (found == nullptr) {
    return base::fail(base::Errc::not_found,
                      fmt::format("controller {}: not in the forest definition", *name));
  }
  if (found->id != ground.identity.controller && !ground.in_force->keys.contains(found->id)) {
    return base::fail(base::Errc::refused, fmt::format("{}: has not joined yet", found->name));
  }
  return std::optional(found->id);
}

base::Result<void> check(const ServiceGround& ground, const SyncWish& wish) {
  const auto name = [&](ControllerId id) {
    return sites::find_controller(ground.forest(), id)->name;
  };
  if (wish.to && !wish.from) {
    return base::fail(base::Errc::invalid, "\"to\": is for what one controller has; give \"from\"");
  }
  if (!wish.object.empty() && !wish.from) {
    return base::fail(base::Errc::invalid, "\"object\": give \"from\", where it is as it shall be");
  }
  if (!wish.object.empty() && wish.context) {
    return base::fail(base::Errc::invalid,
                      "\"naming_context\": the object says which; leave it out");
  }
  if (wish.to && *wish.to == *wish.from) {
    return base::fail(base::Errc::invalid,
                      fmt::format("{} cannot pull from itself", name(*wish.to)));
  }
  for (const auto& end : {wish.from, wish.to}) {
    const auto* context =
        wish.context ? sites::find_naming_context(ground.forest(), *wish.context) : nullptr;
    if (!end || context == nullptr) continue;
    const auto kind = sites::replica_kind(*sites::find_controller(ground.forest(), *end), *context);
    if (kind != sites::ReplicaKind::none) continue;
    return base::fail(base::Errc::not_found, fmt::format("naming context {}: {} does not hold it",
                                                         context->dn, name(*end)));
  }
  if (wish.from && sites::find_controller(ground.forest(), *wish.from)->read_only) {
    return base::fail(base::Errc::refused,
                      fmt::format("{} is read-only: nobody pulls from it", name(*wish.from)));
  }
  return {};
}

base::Result<SyncWish> read_wish(const ServiceGround& ground, const Asked& asked) {
  if (auto known = asked.only({"ask", "from", "to", "naming_context", "object", "full"}); !known) {
    return base::fail(known.error());
  }
  const auto from = member_named(ground, asked, "from");
  if (!from) return base::fail(from.error());
  const bool to_all = asked.has("to") && asked.text("to").value_or("") == "all";
  const auto to = to_all ? base::Result<std::optional<ControllerId>>(std::nullopt)
                         : member_named(ground, asked, "to");
  if (!to) return base::fail(to.error());
  const auto full = asked.flag("full");
  if (!full) return base::fail(full.error());
  SyncWish wish{.from = *from, .to = *to, .context = {}, .object = {}, .full = *full};
  if (asked.has("naming_context")) {
    const auto context = context_named(ground, asked, "naming_context");
    if (!context) return base::fail(context.error());
    wish.context = context->id;
  }
  if (asked.has("object")) {
    const auto object = asked.text("object");
    if (!object) return base::fail(object.error());
    wish.object = *object;
  }
  if (auto sound = check(ground, wish); !sound) return base::fail(sound.error());
  return wish;
}

}  // namespace

void answer_sync_all(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  const auto wish = read_wish(ground, Asked(request));
  if (!wish) return taker(error_text(wish.error()));
  const auto job = ground.jobs.make(ground, *wish, wall_clock());
  if (!job) return taker(error_text(job.error()));
  (*job)->start();
  taker(to_text((*job)->poll(wall_clock())));
}

base::Result<Json> answer_sync_job(const ServiceGround& ground, const Json& request) {
  const Asked asked(request);
  if (auto known = asked.only({"ask", "job", "cancel"}); !known) return base::fail(known.error());
  const auto id = asked.text("job");
  const auto cancel = asked.flag("cancel");
  if (!id) return base::fail(id.error());
  if (!cancel) return base::fail(cancel.error());
  const auto job = ground.jobs.find(*id);
  if (job == nullptr) {
    return base::fail(base::Errc::not_found,
                      fmt::format("job {}: {} knows of none; it was begun elsewhere, or before the "
                                  "controller's last start",
                                  *id, ground.name()));
  }
  if (*cancel) job->cancel();
  return job->poll(wall_clock());
}

}  // namespace ringspan::replicator::net
