#include "replicator/partners/inquiry.hpp"

#include <initializer_list>

#include <gtest/gtest.h>

#include "tests/unit/numbered.hpp"

namespace ringspan::tests {
namespace {

using replicator::partners::Inquiry;
using namespace std::chrono_literals;

constexpr base::Time kNow = std::chrono::sys_days(std::chrono::January / 1 / 2024);

sites::ControllerId member(std::uint8_t number) {
  return id<sites::ControllerId>(number);
}

sites::Forest members(std::initializer_list<std::uint8_t> numbers) {
  sites::Forest forest;
  for (const std::uint8_t number : numbers)
    forest.controllers.push_back({.id = member(number)});
  return forest;
}

TEST(Inquiry, AsksEveryOtherMemberInTurn) {
  Inquiry inquiry;
  const sites::Forest three = members({1, 2, 3});
  EXPECT_EQ(inquiry.next(three, member(2), kNow), member(1));
  EXPECT_EQ(inquiry.next(three, member(2), kNow + 10s), member(3));
  EXPECT_EQ(inquiry.next(three, member(2), kNow + 20s), member(1));
}

TEST(Inquiry, RestsHoweverOftenSomebodyKnocks) {
  Inquiry inquiry;
  const sites::Forest two = members({1, 2});
  EXPECT_EQ(inquiry.next(two, member(1), kNow), member(2));
  EXPECT_EQ(inquiry.next(two, member(1), kNow + 9s), std::nullopt);
  EXPECT_EQ(inquiry.next(two, member(1), kNow + 10s), member(2));
}

TEST(Inquiry, AsksNobodyWhoCannotBeASource) {
  Inquiry inquiry;
  EXPECT_EQ(inquiry.next({}, member(1), kNow), std::nullopt);
  sites::Forest two = members({1, 2});
  two.controllers.back().read_only = true;
  EXPECT_EQ(inquiry.next(two, member(1), kNow), std::nullopt);
}

}  // namespace
}  // namespace ringspan::tests
