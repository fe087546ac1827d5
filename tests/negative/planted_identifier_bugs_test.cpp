// Planted bugs of identifiers: what would issue a number twice is noticed by every story.

#include <gtest/gtest.h>

#include <string_view>

#include "tests/negative/scenario_with_bug.hpp"

namespace ringspan::tests {
namespace {

TEST(PlantedBug, AnOwnerThatForgetsWhatItHasSetAside) {
  class ForgetsTheEnd : public DecoratedTransaction {
   public:
    using DecoratedTransaction::DecoratedTransaction;
    using DecoratedTransaction::journal;
    void set_fact(std::string_view name, std::string_view value) override {
      if (!name.starts_with("identifiers ")) inner().set_fact(name, value);
    }
  };
  expect_caught("id_next_pool_at_half_used.scn", stored_by<ForgetsTheEnd>(),
                "expect b1 identifiers 500", "an invariant is broken: identifier 1000 is at");
}

}  // namespace
}  // namespace ringspan::tests
