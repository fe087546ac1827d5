// What each command line means, or what is said about it.

#include "cli/parse.hpp"

#include <gtest/gtest.h>

#include "cli/commands.hpp"

namespace ringspan::cli {
namespace {

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  bool begun = false;
  for (const char letter : line + " ") {
    if (letter == '\'') {
      quoted = !quoted;
      begun = true;
    } else if (letter == ' ' && !quoted) {
      if (begun) words.push_back(word);
      word.clear();
      begun = false;
    } else {
      word += letter;
      begun = true;
    }
  }
  return words;
}

std::string meaning_of(const std::string& line) {
  const auto table = commands();
  const auto parsed = parse(words_of(line), table);
  if (const auto* help = std::get_if<HelpWanted>(&parsed)) {
    return "help" + (help->command == nullptr ? "" : " of " + help->command->name);
  }
  if (const auto* mistake = std::get_if<Mistake>(&parsed)) {
    std::string text;
    for (const auto& fault : mistake->faults)
      text += (text.empty() ? "! " : " ! ") + fault;
    return text;
  }
  const auto& meant = std::get<Invocation>(parsed);
  const auto given = meant.given.to_string();
  return meant.command->name + (given.empty() ? "" : " " + given);
}

struct Line {
  std::string line;
  std::string meaning;
};

TEST(CliParse, EachCommandLineMeansOneThing) {
  const Line lines[] = {
      {"version", "version"},
      {"--version", "version"},
      {"--help", "help"},
      {"help", "help"},
      {"help get", "help of get"},
      {"get --help", "help of get"},
      {"sync -h", "help of sync"},
      {"plan forest.json --dot", "plan --dot FILE<forest.json>"},
      {"get cn=alice,ou=people --stamps --at nuuk-1",
       "get --at<nuuk-1> --stamps DN<cn=alice,ou=people>"},
      {"get --at=nuuk-1 cn=alice", "get --at<nuuk-1> DN<cn=alice>"},
      {"add cn=a,ou=people 'title=Head of A' phone=1 phone=2 --at oslo-1",
       "add --at<oslo-1> ATTRIBUTE=VALUE<title=Head of A> ATTRIBUTE=VALUE<phone=1> "
       "ATTRIBUTE=VALUE<phone=2> DN<cn=a,ou=people>"},
      {"set cn=a title= --at oslo-1 phone=[1,2]",
       "set --at<oslo-1> ATTRIBUTE=VALUE<title=> ATTRIBUTE=VALUE<phone=[1,2]> DN<cn=a>"},
      {"list", "list"},
      {"join --token-file - --data d", "join --data<d> --token-file<->"},
      {"find mail=a*@x --limit 5 --below ou=people",
       "find --below<ou=people> --limit<5> ATTRIBUTE=VALUE<mail=a*@x>"},
      {"sync --to nuuk-1 --from oslo-1 --full", "sync --from<oslo-1> --full --to<nuuk-1>"},
      {"simulate a.scn b.scn --seed 7", "simulate --seed<7> FILE<a.scn> FILE<b.scn>"},
      {"status --timeout 5s --json", "status --json --timeout<5s>"},
      {"conflicts --sites oslo nuuk --hot", "conflicts --hot --sites<oslo> --sites<nuuk>"},
  };
  for (const auto& [line, meaning] : lines)
    EXPECT_EQ(meaning_of(line), meaning) << line;
}

TEST(CliParse, AMistakeIsToldWithItsRemedy) {
  const Line lines[] = {
      {"", "! no command; ringspan --help lists them"},
      {"gte x", "! gte: no such command; did you mean get?"},
      {"frobnicate", "! frobnicate: no such command; ringspan --help lists them"},
      {"--json get x", "! --json: no command before it; write ringspan COMMAND OPTIONS"},
      {"get x --jsn", "! --jsn: no such option of get; did you mean --json?"},
      {"get x --frobnicate", "! --frobnicate: no such option of get; see ringspan get --help"},
      {"get",
       "! DN: missing; write DN (the object, by its DN (cn=alice,ou=people is below the "
       "home domain) or its GUID)"},
      {"get x y", "! y: one argument too many; see ringspan get --help"},
      {"get x --at", "! --at: no value; write --at NAME"},
      {"get x --at a --at b", "! --at: given twice; give it once"},
      {"conflicts --sites oslo", "! --sites: takes 2 values; write --sites A B"},
      {"find a=b --limit five", "! --limit: five is no number; write one such as 100"},
      {"find a=b --limit -5", "! --limit: -5 is no number; write one such as 100"},
      {"status --timeout 5", "! --timeout: 5 is no duration; write one such as 500ms, 30s or 15m"},
      {"completion bsh", "! SHELL: bsh is none of bash; did you mean bash?"},
  };
  for (const auto& [line, meaning] : lines)
    EXPECT_EQ(meaning_of(line), meaning) << line;
}

TEST(CliParse, AllMistakesOfALineAreToldAtOnce) {
  EXPECT_EQ(meaning_of("sync --fro oslo-1 --timeout 3"),
            "! --fro: no such option of sync; did you mean --from? ! oslo-1: one argument too "
            "many; see ringspan sync --help ! --timeout: 3 is no duration; write one such as "
            "500ms, 30s or 15m");
}

TEST(CliParse, EveryExampleInTheHelpIsUnderstood) {
  for (const auto& command : commands()) {
    EXPECT_GE(command.examples.size(), 2U) << command.name;
    for (const auto& example : command.examples) {
      const auto begin = example.line.find("ringspan ");
      ASSERT_NE(begin, std::string::npos) << example.line;
      auto line = example.line.substr(begin + 9);
      // Up to where the shell takes over.
      line = line.substr(0, line.find_first_of("|>&;)"));
      if (line.ends_with(" 2")) line.resize(line.size() - 2);
      EXPECT_NE(meaning_of(line).substr(0, 1), "!") << example.line << "\n" << meaning_of(line);
    }
  }
}

TEST(CliParse, EveryCommandWithAnAnswerTakesJson) {
  for (const auto& command : commands()) {
    if (command.name == "serve" || command.name == "completion") continue;
    bool takes = false;
    for (const auto& option : command.options)
      takes = takes || option.name == "--json";
    EXPECT_TRUE(takes) << command.name;
  }
}

}  // namespace
}  // namespace ringspan::cli
