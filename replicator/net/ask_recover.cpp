// recover: at a controller that has shut itself off since its disk was put back. It takes another
// invocation id, writes again what may be numbered twice, and serves on (rule R25).

#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/engine/image_age.hpp"
#include "replicator/engine/promotion.hpp"
#include "replicator/engine/writer.hpp"
#include "replicator/net/clock.hpp"
#include "replicator/net/service.hpp"

namespace ringspan::replicator::net {
namespace {

using base::Errc;

/// Who the database says it is.
InvocationId invocation_in(const Snapshot& snapshot) {
  if (const auto promoted = promoted_as(snapshot)) return *promoted;
  const auto noted = base::Guid::parse(snapshot.fact("invocation"));
  return InvocationId(noted.value_or(base::Guid{}));
}

/// All that bears the new id was written again just now.
Json renewed_by(const ServiceGround& ground, const Snapshot& snapshot, InvocationId me) {
  std::map<ObjectId, std::set<std::string>> renewed;
  for (const NamingContextHead& head : ground.contexts()) {
    snapshot.all_changed_since(head.id, Usn{}, [&](const Snapshot::Changed& changed) {
      if (const auto* link = std::get_if<const Link*>(&changed)) {
        if ((*link)->stamp.originator == me) {
          renewed[(*link)->id.source].insert((*link)->id.attribute);
        }
        return true;
      }
      const Object object = stored_object(*std::get<const Row*>(changed));
      for (const auto& [name, attribute] : object.attributes) {
        if (attribute.stamp.originator == me) renewed[object.id].insert(name);
      }
      return true;
    });
  }
  const Directory directory(snapshot, ground.contexts());
  Json list = Json::array();
  for (const auto& [id, attributes] : renewed) {
    const auto row = snapshot.find(id);
    list.push_back({{"dn", row ? directory.dn_of(stored_object(*row)) : std::string()},
                    {"guid", id.value.to_string()},
                    {"attributes", attributes}});
  }
  return list;
}

}  // namespace

void answer_recover(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  if (auto known = Asked(request).only({"ask"}); !known) return taker(error_text(known.error()));
  if (!ground.identity.quarantined) {
    return taker(error_text(
        {Errc::refused,
         fmt::format("{}: is not quarantined; there is nothing to recover from", ground.name())}));
  }
  {
    const auto snapshot = ground.store.read();
    const auto quarantine = quarantine_of(*snapshot, ground.identity.invocation);
    const auto may = may_recover(*snapshot, ground.identity, quarantine.value_or(Quarantine{}),
                                 ground.forest().policy.tombstone_lifetime, wall_clock());
    if (!may) return taker(error_text(may.error()));
  }
  ground.engine.post(RecoverAsked{}, [ground, taker = std::move(taker)] {
    const bool taken = ground.readers.post([ground, taker] {
      const auto snapshot = ground.store.read();
      const InvocationId me = invocation_in(*snapshot);
      taker(to_text(Json{{"controller", ground.name()},
                         {"former_invocation", ground.identity.invocation.value.to_string()},
                         {"invocation", me.value.to_string()},
                         {"renewed", renewed_by(ground, *snapshot, me)}}));
    });
    if (!taken) taker(error_text({Errc::unavailable, "too many requests wait here"}));
  });
}

}  // namespace ringspan::replicator::net
