#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "replicator/net/ask.hpp"
#include "replicator/net/in_force.hpp"
#include "replicator/net/originators.hpp"

namespace ringspan::replicator::net {

/// An answer, or why there is none (shared: a header knows JSON by name only).
using StatusAnswers = std::map<ControllerId, base::Result<std::shared_ptr<const Json>>>;

/// What was gathered: the part of each controller, the questions put to each source (for which
/// destination and naming context) and its answers in the same order.
struct StatusFindings {
  StatusAnswers parts;
  std::map<ControllerId, std::vector<std::pair<ControllerId, NamingContextId>>> questions;
  StatusAnswers lags;
};

/// What the controller that was asked knows by itself.
struct StatusGround {
  std::string controller;
  InForcePtr in_force;
  const Originators& originators;
  base::Duration hold_back{};

  const sites::Forest& forest() const { return in_force->forest; }
  const kcc::Topology& plan() const { return in_force->plan; }
};

/// The status document: a function of what was found.
Json status_document(const StatusGround& ground, const StatusFindings& findings, base::Time now);

}  // namespace ringspan::replicator::net
