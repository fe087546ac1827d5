// One test for each file *.scn under samples/scenarios and tests/scenarios. REWRITE=1 writes what
// the statements print as golden output into the files; read the difference before you commit it.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "replicator/simulator/scenario.hpp"

namespace ringspan::tests {
namespace {

namespace fs = std::filesystem;
using replicator::simulator::run_scenario;

std::string read_file(const fs::path& path) {
  std::ifstream file(path);
  return (std::ostringstream() << file.rdbuf()).str();
}

class ScenarioFile : public testing::Test {
 public:
  explicit ScenarioFile(fs::path path) : path_(std::move(path)) {}

  void TestBody() override {
    const bool rewrite = std::getenv("REWRITE") != nullptr;
    const std::string text = read_file(path_);
    const auto result = run_scenario(text, path_.string(), {.rewrite = rewrite});
    EXPECT_TRUE(result.passed) << result.output;
    EXPECT_GT(result.expectations, 0U) << "a scenario that expects nothing shows nothing";
    if (rewrite && result.rewritten != text) std::ofstream(path_) << result.rewritten;
    const auto again = run_scenario(text, path_.string(), {});
    EXPECT_EQ(again.output, result.output) << "the same seed must give the same run";
    EXPECT_TRUE(again.trace == result.trace) << "the same seed must give the same run";
  }

 private:
  fs::path path_;
};

std::vector<fs::path> scenario_files() {
  std::vector<fs::path> files;
  for (const char* folder : {"samples/scenarios", "tests/scenarios"}) {
    const fs::path path = fs::path(RINGSPAN_SOURCE_DIR) / folder;
    if (!fs::exists(path)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      if (entry.path().extension() == ".scn") files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace
}  // namespace ringspan::tests

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  for (const auto& path : ringspan::tests::scenario_files()) {
    testing::RegisterTest("Scenario", path.stem().c_str(), nullptr, nullptr, __FILE__, __LINE__,
                          [path] { return new ringspan::tests::ScenarioFile(path); });
  }
  return RUN_ALL_TESTS();
}
