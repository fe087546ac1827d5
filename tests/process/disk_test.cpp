// A disk without room, under a real controller: it says so, reads on, and takes writes again as the
// same process once there is room.

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "controllers.hpp"

namespace ringspan::tests {
namespace {

/// No file of the process can grow past so many bytes.
void limit_files(Controller& controller, rlim_t bytes) {
  const rlimit limit{.rlim_cur = bytes, .rlim_max = RLIM_INFINITY};
  ASSERT_EQ(::prlimit(controller.process().id(), RLIMIT_FSIZE, &limit, nullptr), 0);
}

std::string message(const Json& answer) {
  return answer.contains("error") ? answer.at("error").at("message").get<std::string>() : "";
}

Json add(Controller& at, const std::string& name) {
  return at.ask({{"ask", "add"}, {"dn", "cn=" + name}});
}

/// What `status` at nuuk-1 says of oslo-1.
Json line_of_oslo(Pair& pair) {
  const Json status = pair.nuuk.ask({{"ask", "status"}});
  for (const Json& line : status.at("controllers")) {
    if (line.at("name") == "oslo-1") return line;
  }
  return Json::object();
}

TEST(Disk, WithoutRoomIsSaidReadingGoesOnAndWritesAreTakenAgainOnceThereIsSome) {
  Pair pair;
  pair.found();
  pair.join_nuuk();
  ASSERT_FALSE(add(pair.oslo, "before").contains("error"));
  ASSERT_TRUE(eventually([&] { return pair.nuuk.dump() == pair.oslo.dump(); }));

  limit_files(pair.oslo, 1);
  const std::string refused = message(add(pair.oslo, "refused"));
  EXPECT_NE(refused.find("takes no writes"), std::string::npos) << refused;
  EXPECT_NE(refused.find("make room"), std::string::npos) << refused;
  const Json seen = pair.oslo.ask({{"ask", "get"}, {"dn", "cn=before"}});
  EXPECT_FALSE(seen.contains("error")) << seen;
  EXPECT_TRUE(pair.oslo.ask({{"ask", "get"}, {"dn", "cn=refused"}}).contains("error"));
  ASSERT_TRUE(eventually([&] { return line_of_oslo(pair).value("state", "") == "halted"; }))
      << pair.nuuk.ask({{"ask", "status"}}).dump(2);
  EXPECT_NE(line_of_oslo(pair).at("error").get<std::string>().find("make room"), std::string::npos);
  EXPECT_EQ(pair.nuuk.ask({{"ask", "status"}}).at("health"), "failing");
  ASSERT_FALSE(add(pair.nuuk, "meanwhile").contains("error"));

  limit_files(pair.oslo, RLIM_INFINITY);
  const auto oslo_asked = [&](const Json& request) {
    try {
      return pair.oslo.ask(request);
    } catch (const std::runtime_error&) {  // it is opening itself again
      pair.oslo.forget_connection();
      return Json{{"error", {{"message", "no answer"}}}};
    }
  };
  EXPECT_TRUE(eventually(
      [&] { return !oslo_asked({{"ask", "add"}, {"dn", "cn=after"}}).contains("error"); }));
  EXPECT_TRUE(eventually([&] {
    return !oslo_asked({{"ask", "get"}, {"dn", "cn=meanwhile"}}).contains("error") &&
           pair.oslo.dump() == pair.nuuk.dump();
  }));
  EXPECT_TRUE(pair.oslo.process().runs());
  EXPECT_TRUE(eventually([&] { return line_of_oslo(pair).value("state", "") == "serving"; }));
}

}  // namespace
}  // namespace ringspan::tests
