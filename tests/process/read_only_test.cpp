// A read-only controller between real processes: it says where to write, or with forwarding on the
// command goes there by itself.

#include <gtest/gtest.h>

#include <fstream>

#include "controllers.hpp"

namespace ringspan::tests {
namespace {

/// oslo-1, and nuuk-1 that only reads.
class ReadOnlyController : public testing::Test {
 protected:
  void found(bool forward) {
    const auto file = pair_.scratch.path() / "forest.json";
    Json forest = Json::parse(std::ifstream(file));
    forest["controllers"][1]["read_only"] = true;
    forest["policy"]["forward_writes"] = forward;
    std::ofstream(file) << forest.dump();
    pair_.found();
    pair_.join_nuuk();
    ASSERT_TRUE(eventually([this] {  // it answers once it is filled
      return !pair_.nuuk.ask({{"ask", "get"}, {"dn", "ou=people"}}).contains("error");
    }));
  }

  Ended set_at_nuuk() {
    return run({RINGSPAN_PROGRAM, "set", "ou=people", "title=carried", "--at", "nuuk-1", "--state",
                pair_.scratch.path().string()});
  }

  Json title_at_oslo() {
    return pair_.oslo.ask({{"ask", "get"}, {"dn", "ou=people"}})
        .at("attributes")
        .value("title", Json());
  }

  Pair pair_;
};

TEST_F(ReadOnlyController, SaysWhereToWrite) {
  found(false);
  const Ended ended = set_at_nuuk();
  EXPECT_NE(ended.code, 0);
  EXPECT_NE(ended.output.find("nuuk-1 is read-only; write at oslo-1"), std::string::npos)
      << ended.output;
  EXPECT_EQ(title_at_oslo(), Json());
}

TEST_F(ReadOnlyController, HasTheWriteCarriedWhereTheForestWantsIt) {
  found(true);
  const Ended ended = set_at_nuuk();
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_EQ(title_at_oslo(), Json::array({"carried"}));
}

}  // namespace
}  // namespace ringspan::tests
