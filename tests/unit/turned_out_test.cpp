#include "replicator/partners/turned_out.hpp"

#include <gtest/gtest.h>

#include "tests/unit/numbered.hpp"

namespace ringspan::tests {
namespace {

using replicator::partners::TurnedOut;
using namespace std::chrono_literals;

constexpr base::Time kNow = std::chrono::sys_days(std::chrono::January / 1 / 2024);

sites::ControllerId member(std::uint8_t number) {
  return id<sites::ControllerId>(number);
}

TEST(TurnedOut, OneWhoHasNotHeardOfUsYetProvesNothing) {
  TurnedOut turned_out;
  EXPECT_FALSE(turned_out.holds(kNow));
  turned_out.refused(member(1), kNow);
  turned_out.refused(member(1), kNow + 9s);
  EXPECT_FALSE(turned_out.holds(kNow + 9s));
  turned_out.answered(member(1));
  turned_out.refused(member(1), kNow + 10s);
  EXPECT_FALSE(turned_out.holds(kNow + 10s));
}

TEST(TurnedOut, OneWhoKeepsRefusingDoesWhateverOthersDo) {
  TurnedOut turned_out;
  turned_out.refused(member(1), kNow);
  turned_out.answered(member(2));
  EXPECT_TRUE(turned_out.refused(member(1), kNow + 10s));
  EXPECT_FALSE(turned_out.refused(member(1), kNow + 20s));  // no news
  EXPECT_TRUE(turned_out.holds(kNow + 2h));
  EXPECT_FALSE(turned_out.holds(kNow + 2h + 20s));
}

TEST(TurnedOut, AnOldRefusalDoesNotCountTowardsANewOne) {
  TurnedOut turned_out;
  turned_out.refused(member(1), kNow);
  turned_out.refused(member(1), kNow + 3h);
  EXPECT_FALSE(turned_out.holds(kNow + 3h));
}

TEST(TurnedOut, WhatOneSaidWhoIsNoMemberHimselfDoesNotCount) {
  TurnedOut turned_out;
  turned_out.refused(member(1), kNow);
  turned_out.refused(member(1), kNow + 10s);
  turned_out.keep({member(1), member(2)});
  EXPECT_TRUE(turned_out.holds(kNow + 10s));
  turned_out.keep({member(2)});
  EXPECT_FALSE(turned_out.holds(kNow + 10s));
}

}  // namespace
}  // namespace ringspan::tests
