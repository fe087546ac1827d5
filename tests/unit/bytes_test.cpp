#include "base/bytes.hpp"

#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace ringspan::base {
namespace {

std::string varint(std::uint64_t value) {
  ByteWriter out;
  out.varint(value);
  return out.take();
}

TEST(Bytes, WhatWasWrittenIsReadInTheSameOrder) {
  ByteWriter out;
  out.byte(7);
  out.varint(300);
  out.zigzag(-5);
  out.text("name");
  out.raw("end");
  const std::string bytes = out.take();
  ByteReader in(bytes);
  EXPECT_EQ(in.byte(), 7);
  EXPECT_EQ(in.varint(), 300U);
  EXPECT_EQ(in.zigzag(), -5);
  EXPECT_EQ(in.text(), "name");
  EXPECT_EQ(in.raw(3), "end");
  EXPECT_TRUE(in.ok());
  EXPECT_TRUE(in.at_end());
}

TEST(Bytes, NumbersAtEveryEdgeComeBack) {
  for (unsigned bit = 0; bit < 64; ++bit) {
    for (const std::uint64_t near : {0U, 1U, 2U}) {
      const std::uint64_t value = (std::uint64_t{1} << bit) + near - 1;
      const std::string bytes = varint(value);
      ByteReader in(bytes);
      EXPECT_EQ(in.varint(), value);
      EXPECT_TRUE(in.ok() && in.at_end());
    }
  }
  for (const std::int64_t value : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1},
                                   std::numeric_limits<std::int64_t>::max()}) {
    ByteWriter out;
    out.zigzag(value);
    const std::string bytes = out.take();
    EXPECT_EQ(ByteReader(bytes).zigzag(), value);
  }
}

TEST(Bytes, VarintThatIsCutTooLongOrNotTheShortestFails) {
  for (const std::string& bytes : {std::string(), std::string("\x80"), std::string(11, '\xFF'),
                                   std::string("\x80\x00", 2), std::string(9, '\xFF') + "\x02"}) {
    ByteReader in(bytes);
    EXPECT_EQ(in.varint(), 0U);
    EXPECT_FALSE(in.ok());
  }
}

TEST(Bytes, FirstFailureStays) {
  ByteReader in(
      "\x05"
      "abc"
      "\x01");
  EXPECT_EQ(in.text(), "");
  EXPECT_FALSE(in.ok());
  EXPECT_TRUE(in.at_end());
  EXPECT_EQ(in.byte(), 0);
  EXPECT_EQ(in.varint(), 0U);
  EXPECT_EQ(in.raw(0), "");
  EXPECT_FALSE(in.ok());
}

TEST(Bytes, CountThatTheBytesLeftCannotHoldFails) {
  const std::string bytes = varint(3) + std::string(50, 'x');
  EXPECT_EQ(ByteReader(bytes).count(16), 3U);
  ByteReader in(bytes);
  EXPECT_EQ(in.count(17), 0U);
  EXPECT_FALSE(in.ok());
}

}  // namespace
}  // namespace ringspan::base
