// The rules of join tokens, with the time as an argument.

#include "replicator/net/join_tokens.hpp"

#include <gtest/gtest.h>

#include "controllers.hpp"
#include "replicator/net/authority.hpp"
#include "replicator/net/tls.hpp"

namespace ringspan::tests {
namespace {

using namespace std::chrono_literals;
using replicator::net::JoinToken;
using replicator::net::JoinTokens;

const base::Time kMorning{1'700'000'000'000ms};

class Tokens : public testing::Test {
 protected:
  std::string invite(base::Time at = kMorning) {
    return tokens_.invite("nuuk-1", "nuuk", at).value_or("");
  }
  bool redeem(const std::string& secret, const std::string& controller, const std::string& site,
              base::Time at) {
    return tokens_.redeem(secret, controller, site, at).has_value();
  }

  Scratch scratch_;
  JoinTokens tokens_{scratch_.path() / "invitations.json"};
};

TEST_F(Tokens, RedeemedOnceAndNeverAgain) {
  const std::string secret = invite();
  EXPECT_TRUE(redeem(secret, "nuuk-1", "nuuk", kMorning + 1min));
  EXPECT_FALSE(redeem(secret, "nuuk-1", "nuuk", kMorning + 1min));
}

TEST_F(Tokens, GoodForThirtyMinutes) {
  EXPECT_TRUE(redeem(invite(), "nuuk-1", "nuuk", kMorning + 30min - 1ms));
  EXPECT_FALSE(redeem(invite(), "nuuk-1", "nuuk", kMorning + 30min));
}

TEST_F(Tokens, ForOneControllerAndSite) {
  const std::string secret = invite();
  EXPECT_FALSE(redeem(secret, "oslo-1", "nuuk", kMorning));
  EXPECT_FALSE(redeem(secret, "nuuk-1", "oslo", kMorning));
  EXPECT_TRUE(redeem(secret, "nuuk-1", "nuuk", kMorning));
}

TEST_F(Tokens, FiveWrongTriesEndIt) {
  const std::string secret = invite();
  for (int i = 0; i < 4; ++i)
    EXPECT_FALSE(redeem(std::string(32, '0'), "nuuk-1", "nuuk", kMorning));
  EXPECT_FALSE(redeem(std::string(32, '0'), "nuuk-1", "nuuk", kMorning));
  EXPECT_FALSE(redeem(secret, "nuuk-1", "nuuk", kMorning));
}

TEST_F(Tokens, FourWrongTriesDoNot) {
  const std::string secret = invite();
  for (int i = 0; i < 4; ++i)
    EXPECT_FALSE(redeem(std::string(32, '0'), "nuuk-1", "nuuk", kMorning));
  EXPECT_TRUE(redeem(secret, "nuuk-1", "nuuk", kMorning));
}

TEST_F(Tokens, ANewOneVoidsTheOneBefore) {
  const std::string first = invite();
  const std::string second = invite();
  EXPECT_FALSE(redeem(first, "nuuk-1", "nuuk", kMorning));
  EXPECT_TRUE(redeem(second, "nuuk-1", "nuuk", kMorning));
}

TEST_F(Tokens, OnlyWhereItWasMade) {
  const std::string secret = invite();
  JoinTokens elsewhere(scratch_.path() / "other.json");
  EXPECT_FALSE(elsewhere.redeem(secret, "nuuk-1", "nuuk", kMorning));
}

TEST_F(Tokens, TextComesBackAsItWas) {
  const JoinToken token{"[::1]:4001", "nuuk/1 å", "nuuk %", std::string(64, 'a'),
                        std::string(32, '1')};
  const auto back = JoinToken::parse(token.to_string() + "\n");
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, token);
}

TEST(TokenText, OfAnyOtherFormIsRefusedWithTheRemedy) {
  const std::string hex64(64, 'a');
  const std::string hex32(32, '1');
  for (const std::string& text :
       {std::string(), std::string("/"), std::string("a/b/c/d/e"), "h:1/a/b/" + hex64,
        "h:1/a/b/" + hex64 + "/" + hex32 + "/x", "h:70000/a/b/" + hex64 + "/" + hex32,
        "h:1/%4/b/" + hex64 + "/" + hex32, "h:1//b/" + hex64 + "/" + hex32}) {
    const auto token = JoinToken::parse(text);
    ASSERT_FALSE(token) << text;
    EXPECT_NE(token.error().message.find("ringspan invite"), std::string::npos);
  }
}

TEST(AuthorityRules, ARequestThatDoesNotHoldItsKeyGetsNoCertificate) {
  using namespace replicator::net;
  const auto authority = Authority::create({}, "corp", kMorning);
  EXPECT_FALSE(authority.issue_controller("no request", {}, "nuuk-1", kMorning));
  std::string request = make_signing_request(make_key(), "nuuk-1");
  EXPECT_TRUE(authority.issue_controller(request, {}, "nuuk-1", kMorning));
  EXPECT_FALSE(authority.issue_operator(request, "a/controller/b", kMorning));
}

TEST(AuthorityRules, AKeyMustBeThatOfItsCertificate) {
  using namespace replicator::net;
  const auto authority = Authority::create({}, "corp", kMorning);
  const std::string key = make_key();
  const auto certificate =
      authority.issue_controller(make_signing_request(key, "nuuk-1"), {}, "nuuk-1", kMorning);
  ASSERT_TRUE(certificate);
  EXPECT_TRUE(server_context({authority.certificate(), *certificate, key}));
  EXPECT_FALSE(server_context({authority.certificate(), *certificate, make_key()}));
  EXPECT_FALSE(Authority::load({}, authority.certificate(), key));
}

}  // namespace
}  // namespace ringspan::tests
