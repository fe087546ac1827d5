#include "replicator/wire/wire.hpp"

#include <functional>
#include <string>

#include <gtest/gtest.h>
#include <zstd.h>

#include "replicator/wire/bounds.hpp"
#include "tests/unit/random_values.hpp"

namespace ringspan::replicator::wire {
namespace {

base::Result<FrameHeader> header_of(std::string_view frame) {
  return read_header(std::span<const char, kHeaderSize>(frame.data(), kHeaderSize));
}

base::Result<Message> decode(std::string_view frame) {
  const auto header = header_of(frame);
  if (!header) return base::fail(header.error());
  return decode(*header, frame.substr(kHeaderSize));
}

/// A frame around a body that we would never write.
std::string frame_of(std::string_view body, bool compressed = false) {
  std::string frame = encode(Ping{}, Compression::none).substr(0, kHeaderSize);
  frame[4] = compressed ? 1 : 0;
  for (unsigned i = 0; i < 4; ++i)
    frame[11 - i] = static_cast<char>(body.size() >> (8 * i));
  return frame.append(body);
}

std::string why_not(std::string_view frame) {
  const auto message = decode(frame);
  if (message) return "";
  EXPECT_EQ(message.error().code, base::Errc::damaged);
  return message.error().message;
}

Message random_message(base::Rng& rng) {
  const auto bytes = [&] { return tests::random_bytes(rng, 2'000); };
  const auto name = [&] { return tests::random_word(rng, 40); };
  switch (rng.below(11)) {
    case 0:
      return Hello{1,
                   1 + static_cast<std::uint32_t>(rng.below(9)),
                   ControllerId{rng.guid()},
                   tests::random_originator(rng),
                   name(),
                   tests::random_stamp(rng).time};
    case 1:
      return GetChanges{
          .request = rng.next(),
          .naming_context = NamingContextId{rng.guid()},
          .after = {tests::random_originator(rng), Usn{rng.below(1'000)}, Usn{rng.below(1'000)}},
          .known = tests::random_vector(rng),
          .limits = {1 + static_cast<std::uint32_t>(rng.below(1'000)), 1},
          .notify = rng.chance(1, 2),
          .call_back = rng.chance(1, 2)};
    case 2:
      return Refusal{rng.next(), name(), rng.chance(1, 2)};
    case 3:
      return Notice{NamingContextId{rng.guid()}};
    case 4:
      return Ask{rng.next(), bytes(), static_cast<std::uint32_t>(rng.below(9))};
    case 5:
      return Answer{rng.next(), bytes()};
    case 6:
      return JoinRequest{bytes(), name(), name(), bytes()};
    case 7:
      return JoinAnswer{bytes(), bytes(), bytes(), name()};
    case 8:
      return Ping{rng.next()};
    case 9:
      return Pong{rng.next()};
    default: {
      Page page = tests::random_page(rng, 20);
      page.lost_you = rng.chance(1, 2);
      page.steps_to_loss = static_cast<std::uint32_t>(rng.below(5));
      return page;
    }
  }
}

Page page_of_one() {
  const Stamp stamp{.version = 1, .time = {}, .originator = {}, .usn = Usn{4}};
  Page page;
  page.objects = {{ObjectId{base::Guid::from_name({}, "alice")},
                   {{"mail", {"a@x.example"}, stamp, {}}, {"title", {"A", "B"}, stamp, {}}}}};
  const ObjectId staff{base::Guid::from_name({}, "staff")};
  page.links = {{{staff, "member", page.objects[0].id}, true, {}, stamp, {}}};
  return page;
}

TEST(Wire, EveryMessageComesBack) {
  base::Rng rng(1);
  for (int i = 0; i < 2'000; ++i) {
    const Message message = random_message(rng);
    for (const auto compression : {Compression::none, Compression::zstd}) {
      const auto back = decode(encode(message, compression));
      ASSERT_TRUE(back.has_value()) << back.error().message;
      EXPECT_EQ(*back, message);
    }
  }
}

TEST(Wire, FrameIsAsDrawn) {
  const std::string frame = encode(Ping{5}, Compression::zstd);
  EXPECT_EQ(frame, std::string("RSP1"
                               "\0"
                               "\0\0\0"
                               "\0\0\0\4"
                               "\x52\x02\x08\x05",
                               16));
}

TEST(Wire, SmallBodiesAreNotCompressed) {
  EXPECT_EQ(encode(Answer{1, std::string(400, 'x')}, Compression::zstd)[4], 0);
  const std::string large = encode(Answer{1, std::string(4'000, 'x')}, Compression::zstd);
  EXPECT_EQ(large[4], 1);
  EXPECT_LT(large.size(), 100U);
}

TEST(Wire, HeaderIsRefusedBeforeAnythingIsAllocated) {
  const std::string good = frame_of("");
  ASSERT_TRUE(header_of(good).has_value());
  const auto refused = [&](std::size_t at, char byte) {
    std::string bad = good;
    bad[at] = byte;
    const auto header = header_of(bad);
    return header ? std::string() : header.error().message;
  };
  EXPECT_NE(refused(0, 'X').find("does not begin with RSP1"), std::string::npos);
  EXPECT_NE(refused(4, 2).find("unknown flags 0x2"), std::string::npos);
  EXPECT_NE(refused(6, 1).find("reserved"), std::string::npos);
  EXPECT_NE(refused(8, 0x40).find("1073741824 bytes are more than"), std::string::npos);
}

TEST(Wire, LongestBodyIsAcceptedAndNoLonger) {
  std::string frame = frame_of("");
  frame.replace(8, 4, std::string("\1\0\0\0", 4));
  EXPECT_EQ(header_of(frame)->length, kLongestBody);
  frame[11] = 1;
  EXPECT_FALSE(header_of(frame).has_value());
}

TEST(Wire, CompressedBodyMustSayASizeWithinTheLimit) {
  const auto packed = [](const std::string& plain, bool says_size) {
    ZSTD_CCtx* context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, says_size ? 1 : 0);
    std::string body(ZSTD_compressBound(plain.size()), '\0');
    body.resize(ZSTD_compress2(context, body.data(), body.size(), plain.data(), plain.size()));
    ZSTD_freeCCtx(context);
    return frame_of(body, true);
  };
  EXPECT_NE(why_not(packed(std::string(100'000, 'x'), false)).find("does not say its size"),
            std::string::npos);
  const std::string bomb = packed(std::string(kLongestUnpacked + 1, '\0'), true);
  EXPECT_LT(bomb.size(), 10'000U);
  EXPECT_NE(why_not(bomb).find("bytes after unpacking are more than"), std::string::npos);
}

TEST(Wire, CompressedBodyThatLiesAboutItsSizeIsRefused) {
  const std::string frame = encode(Answer{1, std::string(100'000, 'x')}, Compression::zstd);
  ASSERT_TRUE(decode(frame).has_value());
  std::string second = frame.substr(kHeaderSize);
  EXPECT_NE(why_not(frame_of(second + second, true)), "");
  EXPECT_NE(why_not(frame_of(second.substr(0, second.size() - 1), true)), "");
  EXPECT_NE(why_not(frame_of("plain", true)).find("not compressed"), std::string::npos);
}

TEST(Wire, MessageOfTooManyPartsIsRefusedBeforeItTakesMemory) {
  // Empty values: two bytes each on the wire, forty in memory.
  std::string body;
  const auto wrap = [](char tag, const std::string& content) {
    std::string wrapped(1, tag);
    for (std::size_t left = content.size(); wrapped.size() < 6; left >>= 7U) {
      wrapped += static_cast<char>((left & 0x7FU) | (wrapped.size() < 5 ? 0x80U : 0U));
    }
    return wrapped + content;
  };
  for (std::size_t i = 0; i <= kMostParts; ++i)
    body.append("\x12\0", 2);
  for (const char tag : {'\x12', '\x3A', '\x1A'})
    body = wrap(tag, body);
  EXPECT_NE(why_not(frame_of(body)).find("too many parts"), std::string::npos);
}

TEST(Wire, NestedGroupsAreRefused) {
  for (const std::size_t depth : {1U, 40U, 100'000U}) {
    EXPECT_NE(why_not(frame_of(std::string(depth, '\x7B') + std::string(depth, '\x7C'))), "");
  }
}

TEST(Wire, UnknownKindIsRefusedAndUnknownFieldIsNot) {
  EXPECT_NE(why_not(frame_of("")).find("does not know"), std::string::npos);
  EXPECT_NE(why_not(frame_of(std::string("\xFA\x01\x00", 3))).find("does not know"),
            std::string::npos);
  const auto ping = decode(frame_of(std::string("\x52\x04\x08\x05\x38\x01", 6)));
  ASSERT_TRUE(ping.has_value());
  EXPECT_EQ(std::get<Ping>(*ping), Ping{5});
}

TEST(Wire, PromisesOfAPageAreHeld) {
  struct Lie {
    std::string expected;
    std::function<void(Page&)> tell;
  };
  const Page page = page_of_one();
  ASSERT_EQ(why_not(encode(page, Compression::none)), "");
  const std::vector<Lie> lies{
      {"an object without a change", [](Page& p) { p.objects[0].attributes.clear(); }},
      {"a link twice", [](Page& p) { p.objects.push_back(p.objects[0]); }},
      {"a link twice", [](Page& p) { p.links.push_back(p.links[0]); }},
      {"an attribute name", [](Page& p) { p.links[0].id.attribute = "Member"; }},
      {"a time outside", [](Page& p) { p.links[0].created = base::Time::max(); }},
      {"attributes out of order",
       [](Page& p) { std::swap(p.objects[0].attributes[0], p.objects[0].attributes[1]); }},
      {"attributes out of order",
       [](Page& p) { p.objects[0].attributes[1] = p.objects[0].attributes[0]; }},
      {"values that are no set", [](Page& p) { p.objects[0].attributes[1].values = {"B", "A"}; }},
      {"values that are no set", [](Page& p) { p.objects[0].attributes[1].values = {"A", "A"}; }},
      {"an attribute name", [](Page& p) { p.objects[0].attributes[0].name = ""; }},
      {"an attribute name", [](Page& p) { p.objects[0].attributes[0].name = "Mail"; }},
      {"an attribute name", [](Page& p) { p.objects[0].attributes[0].name.assign(256, 'a'); }},
      {"a name that names no place",
       [](Page& p) { p.objects[0].attributes[1] = {"name", {"cn=Alice"}, {}, {}}; }},
      {"a USN above",
       [](Page& p) { p.objects[0].attributes[0].stamp.usn = Usn{std::uint64_t{1} << 63U}; }},
      {"a time outside",
       [](Page& p) { p.objects[0].attributes[0].stamp.time = base::Time::max(); }},
      {"a time outside",
       [](Page& p) { p.objects[0].attributes[0].stamp.time -= std::chrono::hours(1); }}};
  for (const auto& lie : lies) {
    Page liar = page;
    lie.tell(liar);
    EXPECT_NE(why_not(encode(liar, Compression::none)).find(lie.expected), std::string::npos)
        << lie.expected;
  }
}

TEST(Wire, PromisesOfOtherMessagesAreHeld) {
  EXPECT_NE(why_not(encode(Hello{2, 1, {}, {}, "oslo-1", {}}, Compression::none)), "");
  EXPECT_NE(why_not(encode(Hello{1, 1, {}, {}, "", {}}, Compression::none)), "");
  EXPECT_NE(why_not(encode(Hello{1, 1, {}, {}, "\xFF", {}}, Compression::none)), "");
  EXPECT_NE(why_not(encode(Refusal{1, "\xFF", false}, Compression::none)), "");
  GetChanges nothing;
  nothing.limits.bytes = 0;
  EXPECT_NE(why_not(encode(nothing, Compression::none)), "");
  // A notice whose GUID has three bytes.
  EXPECT_NE(why_not(frame_of("\x2A\x05\x0A\x03"
                             "abc"))
                .find("16 bytes"),
            std::string::npos);
}

TEST(Wire, EveryTruncationIsRefused) {
  const std::string body = encode(page_of_one(), Compression::none).substr(kHeaderSize);
  for (std::size_t length = 0; length < body.size(); ++length) {
    EXPECT_NE(why_not(frame_of(std::string_view(body).substr(0, length))), "");
  }
  const std::string frame = encode(page_of_one(), Compression::none);
  EXPECT_NE(why_not(std::string_view(frame).substr(0, frame.size() - 1)).find("instead of"),
            std::string::npos);
}

TEST(Wire, NoCorruptionIsWorseThanAnError) {
  base::Rng rng(7);
  int survived = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto compression = rng.chance(1, 4) ? Compression::zstd : Compression::none;
    const std::string frame = encode(random_message(rng), compression);
    const std::string body = tests::corrupted(rng, frame.substr(kHeaderSize));
    const auto message = decode(frame_of(body, frame[4] == 1));
    if (!message) {
      EXPECT_EQ(message.error().code, base::Errc::damaged);
      continue;
    }
    ++survived;  // and then it is as good as any other
    EXPECT_EQ(decode(encode(*message, Compression::none)), *message);
  }
  EXPECT_GT(survived, 0);
}

TEST(Wire, ChanceIsNoMessage) {
  base::Rng rng(8);
  for (int i = 0; i < 10'000; ++i) {
    std::string frame = frame_of(tests::random_bytes(rng, 60), rng.chance(1, 2));
    if (rng.chance(1, 4)) frame = tests::corrupted(rng, std::move(frame));
    if (frame.size() >= kHeaderSize) decode(frame);
  }
}

}  // namespace
}  // namespace ringspan::replicator::wire
