// How a controller is found on disk.

#include "cli/place.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "cli/files.hpp"

namespace ringspan::cli {
namespace {

namespace fs = std::filesystem;

constexpr auto kForest = R"({"name": "corp.example",
  "domains": [{"dn": "dc=corp,dc=example"}],
  "sites": [{"name": "oslo"}, {"name": "nuuk"}],
  "links": [{"name": "l", "sites": ["oslo", "nuuk"]}],
  "controllers": [{"name": "oslo-1", "site": "oslo", "address": "127.0.0.1:4001"},
                  {"name": "nuuk-1", "site": "nuuk", "address": "10.2.0.1:4000"},
                  {"name": "nuuk-2", "site": "nuuk"}]})";

/// A state folder of its own for each test.
class CliPlace : public testing::Test {
 protected:
  CliPlace() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    state_ = fs::path(testing::TempDir()) / (std::string("ringspan_cli_") + test->name());
    fs::remove_all(state_);
    fs::create_directories(state_);
  }
  ~CliPlace() override { fs::remove_all(state_); }

  void write(const std::string& name, const std::string& text) {
    fs::create_directories((state_ / name).parent_path());
    std::ofstream(state_ / name) << text;
  }

  void add_controller(const std::string& name, const std::string& listen) {
    write(name + "/controller.json", R"({"name": ")" + name + R"(", "listen": ")" + listen + "\"}");
    write(name + "/forest.json", kForest);
  }

  base::Result<Route> route(const std::string& at = "", const std::string& data = "") {
    Place place{.data = {}, .state = state_, .at = at, .timeout = {}};
    if (!data.empty()) place.data = state_ / data;
    return find_route(place);
  }

  fs::path state_;
};

TEST_F(CliPlace, WithoutANameEveryLocalControllerIsTriedThatOfTheOperatorFirst) {
  add_controller("aasiaat-1", "127.0.0.1:4002");
  add_controller("oslo-1", "127.0.0.1:4001");
  write("oslo-1/tls/operator.pem", "");
  EXPECT_EQ(*route(),
            (Route{{{"oslo-1", "127.0.0.1:4001", false}, {"aasiaat-1", "127.0.0.1:4002", false}},
                   state_ / "oslo-1"}));
}

TEST_F(CliPlace, ANamedControllerIsAskedAtTheAddressItGivesItself) {
  add_controller("oslo-1", "127.0.0.1:5001");
  EXPECT_EQ(route("OSLO-1")->candidates,
            (std::vector<Candidate>{{"OSLO-1", "127.0.0.1:5001", false}}));
}

TEST_F(CliPlace, AnotherMachinesControllerIsAskedAtTheAddressInTheForest) {
  add_controller("oslo-1", "127.0.0.1:4001");
  EXPECT_EQ(route("nuuk-1")->candidates,
            (std::vector<Candidate>{{"nuuk-1", "10.2.0.1:4000", false}}));
}

TEST_F(CliPlace, AControllerWithoutAKnownAddressIsAskedThroughAnother) {
  add_controller("oslo-1", "127.0.0.1:4001");
  EXPECT_EQ(route("nuuk-2")->candidates,
            (std::vector<Candidate>{{"oslo-1", "127.0.0.1:4001", true}}));
}

TEST_F(CliPlace, ADataFolderIsAskedThroughAndTakesTheOperatorBesideIt) {
  add_controller("oslo-1", "127.0.0.1:4001");
  add_controller("nuuk-1", "127.0.0.1:4002");
  write("oslo-1/tls/operator.pem", "");
  const auto here = route("", "nuuk-1");
  EXPECT_EQ(here->candidates, (std::vector<Candidate>{{"nuuk-1", "127.0.0.1:4002", false}}));
  EXPECT_EQ(here->operator_folder, state_ / "oslo-1");
  EXPECT_TRUE(route("oslo-1", "nuuk-1")->candidates.front().carry);
}

TEST_F(CliPlace, AnEmptyStateFolderSaysWhatToDo) {
  const auto none = route();
  ASSERT_FALSE(none.has_value());
  EXPECT_EQ(none.error().message,
            state_.string() +
                ": no controller's folder in it; name the right one with --state or "
                "--data, or make one with `ringspan init`");
}

TEST_F(CliPlace, ABrokenForestFileHidesNobodysOwnAddress) {
  add_controller("oslo-1", "127.0.0.1:4001");
  write("oslo-1/forest.json", "{");
  write("rubbish/controller.json", "[");
  EXPECT_EQ(route("oslo-1")->candidates.front().address, "127.0.0.1:4001");
}

TEST_F(CliPlace, AFileIsReplacedAsAWhole) {
  write("out.json", "old");
  ASSERT_TRUE(write_file(state_ / "out.json", "new").has_value());
  EXPECT_EQ(*read_file(state_ / "out.json"), "new");
  EXPECT_FALSE(write_file(state_ / "no-such-folder" / "out.json", "new").has_value());
  EXPECT_EQ(std::distance(fs::directory_iterator(state_), fs::directory_iterator()), 1);
}

}  // namespace
}  // namespace ringspan::cli
