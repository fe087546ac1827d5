#pragma once

// One question to every member at once.

#include <functional>
#include <map>
#include <memory>

#include "replicator/net/service.hpp"

namespace ringspan::replicator::net {

/// By who was asked; an error says why there is no answer.
using AnswersOfAll = std::map<ControllerId, base::Result<Json>>;

/// Asks all that have joined, ourselves through `myself`, and calls `then` once, on a reader's
/// thread, when all have answered or `limit` is over; `nobody` where no reader is free.
void ask_all(const ServiceGround& ground, const Json& request, base::Duration limit,
             base::Result<Json> (*myself)(const ServiceGround&, const Json&),
             std::function<void(const AnswersOfAll&)> then, std::function<void()> nobody);

}  // namespace ringspan::replicator::net
