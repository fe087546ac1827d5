// What another replica holds of objects in which the two diverge (rule R31).

#include <utility>

#include "replicator/engine/engine.hpp"
#include "replicator/engine/holding.hpp"
#include "replicator/engine/mend.hpp"
#include "replicator/engine/place.hpp"
#include "replicator/engine/settle_links.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {

void Engine::take(Transaction& store, const Mend& event, base::Time now, Effects& effects) {
  const NamingContextId context = event.page.naming_context;
  WriteAnswer answer{.id = event.id, .result = base::fail(base::Errc::refused, kNotHeld)};
  if (!is_held(context)) {
    effects.answers.push_back(std::move(answer));
    return;
  }
  Writer writer(store, identity_, now);
  if (auto mended = mend(writer, event.page, event.replaces); !mended) {
    answer.result = base::fail(mended.error());
    store.undo();
  } else {
    if (!pulls_.running(context)) {
      settle(writer, context);
      settle_links(writer, context);
    }
    answer.result = Written{.object = head_of(context),
                            .naming_context = context,
                            .dn = {},
                            .usn = store.highest_usn()};
    keep(writer, now, effects);
  }
  effects.answers.push_back(std::move(answer));
}

}  // namespace ringspan::replicator
