// The --json of commands that make something or ask nobody, held to their schemas.

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "controllers.hpp"

namespace ringspan::tests {
namespace {

TEST(Commands, AnswerByTheirSchemas) {
  Pair pair;
  pair.found();
  const auto answers = pair.scratch.path() / "answers";
  std::filesystem::create_directory(answers);
  const std::string program = RINGSPAN_PROGRAM;
  const std::string samples = RINGSPAN_SOURCE_DIR "/samples/";
  const auto keep = [&](const std::string& schema, const std::string& command) {
    const Ended ended = run({"sh", "-c",
                             program + " " + command + " --json >" +
                                 (answers / (schema + ".1.json")).string() + " 2>/dev/null"});
    EXPECT_EQ(ended.code, 0) << command;
  };
  keep("version", "version");
  keep("plan", "plan " + samples + "geant.json");
  keep("convert", "convert " + samples + "wan/zoo-Abilene.graphml " +
                      (pair.scratch.path() / "abilene.ldif").string());
  keep("explain", "explain " + samples + "three-sites.json nuuk-1 oslo-1");
  keep("compare", "plan --compare " + samples + "ad/branch-offices.ldif");
  keep("check", "check " + samples + "branch-offices.json");
  keep("locate", "locate " + samples + "ad/branch-offices.ldif 10.0.3.9");
  keep("simulate", "simulate " + samples + "scenarios/update_at_both_masters_at_once.scn");
  keep("simulate-swarm", "simulate --swarm 3");
  keep("init", "init " + samples +
                   "two-sites.json --controller oslo-1 --listen 127.0.0.1:1 --data " +
                   (pair.scratch.path() / "another").string());
  const std::string backup = (pair.scratch.path() / "backup").string();
  keep("backup", "backup " + backup + " --data " + pair.oslo.data().string());
  keep("restore", "restore " + backup + " --data " + (pair.scratch.path() / "restored").string());
  keep("join", "invite nuuk-1 --data " + pair.oslo.data().string() + " 2>/dev/null | " + program +
                   " join --token-file - --data " + pair.nuuk.data().string());
  const Ended checked = run(
      {RINGSPAN_PYTHON, RINGSPAN_SOURCE_DIR "/tests/process/check_answers.py", answers.string()});
  EXPECT_EQ(checked.code, 0) << checked.output;
}

}  // namespace
}  // namespace ringspan::tests
