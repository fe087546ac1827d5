#include "kcc/plan.hpp"

#include "kcc/planner.hpp"

namespace ringspan::kcc {

Topology plan(const sites::Forest& forest) {
  return Planner().plan(forest);
}

Replanner::Replanner() : planner_(std::make_unique<Planner>()) {}
Replanner::~Replanner() = default;
Replanner::Replanner(Replanner&&) noexcept = default;
Replanner& Replanner::operator=(Replanner&&) noexcept = default;

const Topology& Replanner::plan(const sites::Forest& forest) {
  return planner_->plan(forest);
}

}  // namespace ringspan::kcc
