#include "tests/negative/scenario_with_bug.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <variant>

namespace ringspan::tests {

using namespace replicator;

simulator::ScenarioResult run_file(const std::string& name, const Adjust& adjust) {
  std::ifstream file(std::string(RINGSPAN_SOURCE_DIR "/tests/scenarios/") + name);
  const std::string text = (std::ostringstream() << file.rdbuf()).str();
  EXPECT_FALSE(text.empty()) << name;
  return simulator::run_scenario(text, name, {.adjust = adjust});
}

void expect_caught(const std::string& name, const Adjust& bug, const std::string& statement,
                   const std::string& complaint) {
  const auto sound = run_file(name, {});
  EXPECT_TRUE(sound.passed) << sound.failure;
  const auto planted = run_file(name, bug);
  EXPECT_FALSE(planted.passed) << name << " does not notice the bug";
  EXPECT_NE(planted.failure.find(": " + statement), std::string::npos) << planted.failure;
  EXPECT_NE(planted.failure.find(complaint), std::string::npos) << planted.failure;
}

Adjust sent_through(const std::function<void(Page&)>& bug) {
  return [bug](simulator::WorldOptions& options) {
    options.tamper = [bug](ControllerId, ControllerId, std::variant<GetChanges, Page>& message) {
      if (auto* page = std::get_if<Page>(&message)) bug(*page);
    };
  };
}

}  // namespace ringspan::tests
