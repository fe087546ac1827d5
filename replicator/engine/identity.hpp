#pragma once

#include "replicator/engine/directory.hpp"
#include "replicator/engine/ids.hpp"

namespace ringspan::replicator {

/// Who a replica is; fixed for the life of an Engine.
struct Identity {
  ControllerId controller;
  InvocationId invocation;
  bool read_only = false;  ///< Refuses originating writes, and settles no clash by itself.
  NamingContextHeads contexts;
};

/// Where new object ids come from.
class GuidSource {
 public:
  GuidSource() = default;
  GuidSource(const GuidSource&) = delete;
  GuidSource& operator=(const GuidSource&) = delete;
  virtual ~GuidSource() = default;
  virtual base::Guid next() = 0;
};

}  // namespace ringspan::replicator
