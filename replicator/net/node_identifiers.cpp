// The stock of identifiers that a node keeps (engine/pool_wishes.hpp): asked for at the owner of
// the rid role, and pulled from there.

#include <spdlog/spdlog.h>
#include <nlohmann/json.hpp>

#include "replicator/net/ask.hpp"
#include "replicator/net/identifier_pools.hpp"
#include "replicator/net/node.hpp"

namespace ringspan::replicator::net {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kGrantLimit = 10s;
constexpr base::Duration kPullLimit = 20s;

}  // namespace

/// On the engine's thread. What comes of it comes by replication; otherwise it is asked again.
void Node::ask_for_pool(const PoolWish& wish) {
  const GrantPool grant{.domain = wish.domain,
                        .kind = wish.kind,
                        .taker = identity_.invocation,
                        .controller = identity_.controller,
                        .ordinal = wish.ordinal};
  if (wish.owner == identity_.controller) {  // which has to ask the fence first
    return engine_thread_.write(grant, [kind = wish.kind](const base::Result<Written>& result) {
      if (result) return;
      spdlog::debug("no {} of identifiers: {}", to_string(kind), result.error().message);
    });
  }
  network_.ask(
      wish.owner, pool_request(grant), 0, kGrantLimit,
      [this, wish](const base::Result<std::string>& answer) {
        const auto said = answer.and_then(read_answer);
        if (!said) {
          spdlog::debug("no {} of identifiers: {}", to_string(wish.kind), said.error().message);
          return;
        }
        engine_thread_.pull(wish.owner, {wish.domain}, false, kPullLimit, [](const auto&) {});
      });
}

}  // namespace ringspan::replicator::net
