// The node whose store gives way: it takes no writes, reads on where it can, and takes writes again
// once the disk does (docs/replication.md, rule R40).

#include <spdlog/spdlog.h>

#include "replicator/net/node.hpp"

namespace ringspan::replicator::net {

void Node::halt(const StoreFailure& trouble) {
  {
    const std::lock_guard lock(trouble_mutex_);
    trouble_ = trouble.what();
  }
  damaged_ = trouble.kind == StoreFailure::Kind::damaged;
  spdlog::critical("{}; {} takes no writes and pulls nothing, and answers what it can read{}",
                   trouble.what(), home_.controller.name,
                   damaged_ ? "" : "; it goes on by itself once it can write");
}

void Node::cannot_read(const StoreFailure& trouble) {
  const std::lock_guard lock(trouble_mutex_);
  if (!trouble_.empty()) return;  // it was told of
  trouble_ = trouble.what();
  spdlog::critical("{}; {} answers what else it can read", trouble.what(), home_.controller.name);
}

std::string Node::trouble() const {
  const std::lock_guard lock(trouble_mutex_);
  return trouble_;
}

// What is damaged stays so, however much room there is.
bool Node::writes_again() {
  if (damaged_) return false;
  try {
    const auto transaction = store_->begin();
    transaction->set_fact("halted", trouble());
    transaction->commit();
  } catch (const StoreFailure&) {
    return false;
  }
  end({NodeEnd::Kind::renewal, home_.controller.name + " can write again, and goes on"});
  return true;
}

}  // namespace ringspan::replicator::net
