// What a link to the page calls its host.

#include "web/link_host.hpp"

#include <gtest/gtest.h>

namespace ringspan::web {
namespace {

bool all(const std::string&) {
  return true;
}

bool none(const std::string&) {
  return false;
}

TEST(LinkHost, IsTheAddressServedOn) {
  EXPECT_EQ(link_host("10.0.0.7", {"oslo-1.corp.example"}, all), "10.0.0.7");
  EXPECT_EQ(link_host("::1", {"oslo-1.corp.example"}, all), "::1");
}

TEST(LinkHost, NamesTheControllerWhereThePageIsServedOnEveryAddress) {
  for (const char* every : {"0.0.0.0", "::", "0:0:0:0:0:0:0:0", "0"}) {
    EXPECT_EQ(link_host(every, {"oslo-1.corp.example", "oslo-1"}, all), "oslo-1.corp.example");
  }
}

TEST(LinkHost, PrefersANameForWhichTheCertificateStands) {
  const auto stands_for = [](const std::string& name) { return name == "page.corp.example"; };
  EXPECT_EQ(link_host("0.0.0.0", {"10.0.0.7", "oslo-1", "page.corp.example"}, stands_for),
            "page.corp.example");
}

TEST(LinkHost, TakesTheFirstNameWhereTheCertificateStandsForNone) {
  EXPECT_EQ(link_host("0.0.0.0", {"", "0.0.0.0", "10.0.0.7", "oslo-1"}, none), "10.0.0.7");
  EXPECT_EQ(link_host("::", {}, none), "localhost");
}

}  // namespace
}  // namespace ringspan::web
