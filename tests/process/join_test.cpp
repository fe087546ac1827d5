// Join tokens between real processes: who gets in, and who does not.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>

#include "controllers.hpp"

namespace ringspan::tests {
namespace {

struct Try {
  Ended ended;
  bool made_a_folder = false;
};

Try try_to_join(const Pair& pair, const std::string& token, const std::string& folder) {
  const auto file = pair.scratch.path() / "token";
  std::ofstream(file) << token << "\n";
  const auto data = pair.scratch.path() / folder;
  Try tried{run(ringspan({"join", "--token-file", file.string(), "--data", data.string()})), false};
  tried.made_a_folder = std::filesystem::exists(data);
  return tried;
}

std::string invite(Pair& pair) {
  return pair.oslo.ask({{"ask", "invite"}, {"controller", "nuuk-1"}}).at("token");
}

/// The token with its last digit changed.
std::string with_wrong_secret(std::string token) {
  token.back() = token.back() == '0' ? '1' : '0';
  return token;
}

TEST(Join, ATokenWorksOnce) {
  Pair pair;
  pair.found();
  const std::string token = invite(pair);
  const Try first = try_to_join(pair, token, "first");
  EXPECT_EQ(first.ended.code, 0) << first.ended.output;
  const Try second = try_to_join(pair, token, "second");
  EXPECT_NE(second.ended.code, 0);
  EXPECT_FALSE(second.made_a_folder);
  EXPECT_NE(second.ended.output.find("no invitation for it is open here"), std::string::npos)
      << second.ended.output;
  EXPECT_TRUE(pair.oslo.process().wait_for_line("refused: asks to join").has_value());
}

TEST(Join, FiveWrongSecretsEndTheInvitation) {
  Pair pair;
  pair.found();
  const std::string token = invite(pair);
  for (int i = 0; i < 5; ++i) {
    const Try wrong = try_to_join(pair, with_wrong_secret(token), "wrong");
    EXPECT_NE(wrong.ended.code, 0);
    EXPECT_FALSE(wrong.made_a_folder);
  }
  EXPECT_NE(try_to_join(pair, token, "right").ended.code, 0);
}

TEST(Join, AJoinerAnswersWhenItHasEverything) {
  Pair pair;
  pair.found();
  pair.admit_nuuk();
  pair.cut();
  pair.nuuk.serve();
  const auto get = [&] { return pair.nuuk.ask({{"ask", "get"}, {"dn", "ou=people"}}); };
  EXPECT_NE(get().at("error").at("message").get<std::string>().find("is being filled"),
            std::string::npos);
  const Json status = pair.nuuk.ask({{"ask", "status"}});
  const auto& controllers = status.at("controllers");
  const auto me = std::ranges::find_if(
      controllers, [](const Json& controller) { return controller.at("name") == "nuuk-1"; });
  ASSERT_NE(me, controllers.end());
  EXPECT_EQ(me->at("state"), "filling");
  pair.mend();
  EXPECT_TRUE(eventually([&] { return !get().contains("error"); })) << get().dump();
  EXPECT_TRUE(pair.nuuk.process().wait_for_line("is complete"));
}

TEST(Join, ATokenIsForOneControllerAndSite) {
  Pair pair;
  pair.found();
  std::string token = invite(pair);
  const std::string who = "/nuuk-1/nuuk/";
  const std::size_t at = token.find(who);
  ASSERT_NE(at, std::string::npos) << token;
  std::string for_oslo = token;
  EXPECT_NE(try_to_join(pair, for_oslo.replace(at, who.size(), "/oslo-1/oslo/"), "a").ended.code,
            0);
  std::string elsewhere = token;
  EXPECT_NE(try_to_join(pair, elsewhere.replace(at, who.size(), "/nuuk-1/oslo/"), "b").ended.code,
            0);
  EXPECT_EQ(try_to_join(pair, token, "c").ended.code, 0);
}

TEST(Join, ATokenIsNotRedeemedLate) {
  Pair pair;
  pair.found();
  const std::string token = invite(pair);
  const auto file = pair.oslo.data() / "invitations.json";
  std::ifstream stream(file);
  Json open = Json::parse(stream);
  open.at(0).at("expires") = "2024-01-01T00:00:00.000Z";  // half an hour is over
  std::ofstream(file) << open.dump();
  const Try late = try_to_join(pair, token, "late");
  EXPECT_NE(late.ended.code, 0);
  EXPECT_FALSE(late.made_a_folder);
  EXPECT_NE(late.ended.output.find("its invitation has expired"), std::string::npos)
      << late.ended.output;
}

TEST(Join, ATokenIsNotRedeemedElsewhereThanWhereItWasMade) {
  Pair pair;
  pair.found();
  pair.join_nuuk();
  pair.nuuk.ask({{"ask", "sync"}, {"from", "oslo-1"}});
  std::string token = invite(pair);
  token.replace(0, token.find('/'), "127.0.0.1:" + std::to_string(pair.nuuk.port()));
  const Try elsewhere = try_to_join(pair, token, "elsewhere");
  EXPECT_NE(elsewhere.ended.code, 0);
  EXPECT_FALSE(elsewhere.made_a_folder);
  EXPECT_NE(elsewhere.ended.output.find("authority's key is not here"), std::string::npos)
      << elsewhere.ended.output;
}

TEST(Join, AJoinerLeavesWhenTheFingerprintIsNotTheOneOfItsToken) {
  Pair pair;
  pair.found();
  std::string token = invite(pair);
  const std::size_t at = token.rfind('/') - 1;  // the fingerprint's last digit
  token[at] = token[at] == '0' ? '1' : '0';
  const Try tried = try_to_join(pair, token, "a");
  EXPECT_NE(tried.ended.code, 0);
  EXPECT_NE(tried.ended.output.find("another authority"), std::string::npos) << tried.ended.output;
}

TEST(Join, SecretsAreForTheirOwnerAlone) {
  Pair pair;
  pair.found();
  pair.join_nuuk();
  for (const Controller* controller : {&pair.oslo, &pair.nuuk}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(controller->data())) {
      struct stat found{};
      ASSERT_EQ(::stat(entry.path().c_str(), &found), 0);
      EXPECT_EQ(found.st_mode & 077U, 0U) << entry.path();
    }
    EXPECT_EQ(std::filesystem::exists(controller->data() / "tls/authority.key"),
              controller == &pair.oslo);
  }
}

}  // namespace
}  // namespace ringspan::tests
