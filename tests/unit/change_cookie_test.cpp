// Cookies of those who read changes: every one comes back, and no other text is taken for one.

#include "replicator/net/change_cookie.hpp"

#include <gtest/gtest.h>

#include "base/rng.hpp"
#include "tests/unit/numbered.hpp"

namespace ringspan::tests {
namespace {

using namespace replicator;
using namespace replicator::net;

ChangeCookie random_cookie(base::Rng& rng) {
  ChangeCookie cookie;
  for (std::uint64_t contexts = rng.next() % 4; contexts > 0; --contexts) {
    Reading reading;
    reading.after = {.source = InvocationId(rng.guid()),
                     .usn = Usn(rng.next() >> 20U),
                     .settled = Usn(rng.next() >> 40U)};
    reading.time = base::Time(base::Duration(static_cast<std::int64_t>(rng.next() >> 24U)));
    if (rng.next() % 2 == 0) reading.selection = {.only = true, .names = {"mail", "title"}};
    for (std::uint64_t cursors = rng.next() % 5; cursors > 0; --cursors)
      reading.known.merge(InvocationId(rng.guid()), {.usn = Usn(rng.next() >> 30U), .time = {}});
    cookie[NamingContextId(rng.guid())] = reading;
  }
  return cookie;
}

TEST(ChangeCookie, EveryCookieComesBack) {
  base::Rng rng(1);
  for (int i = 0; i < 500; ++i) {
    const ChangeCookie cookie = random_cookie(rng);
    const auto back = read_cookie(to_text(cookie));
    ASSERT_TRUE(back) << to_text(cookie);
    EXPECT_EQ(*back, cookie);
  }
}

TEST(ChangeCookie, ACookieIsOneWordThatAnAddressMayHold) {
  base::Rng rng(2);
  for (int i = 0; i < 100; ++i) {
    const std::string text = to_text(random_cookie(rng));
    EXPECT_EQ(text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789-_."),
              std::string::npos)
        << text;
  }
}

TEST(ChangeCookie, WhatIsNoneIsRefusedWhateverItsBytes) {
  base::Rng rng(3);
  const std::string whole = to_text(random_cookie(rng));
  for (const std::string& text : {std::string(), std::string("now"), std::string("rsc2.AA"),
                                  whole + "AAAA", std::string("rsc1.!")}) {
    EXPECT_FALSE(read_cookie(text)) << text;
  }
  for (int i = 0; i < 2'000; ++i) {
    std::string text = to_text(random_cookie(rng));
    text[rng.next() % text.size()] = static_cast<char>(rng.next() % 128);
    const auto read = read_cookie(text);
    if (read) {
      EXPECT_TRUE(read_cookie(to_text(*read))) << text;
    }
  }
}

}  // namespace
}  // namespace ringspan::tests
