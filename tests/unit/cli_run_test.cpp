// Whole commands without a process or a network: the words in, the request, the text and the exit
// code out.

#include "cli/run.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/cli_world.hpp"

namespace ringspan::cli {
namespace {

constexpr auto kWritten = R"({"object":"8a1f20c4-5b1e-5f0a-9d1c-2f6f5a0d7e11",
  "dn":"cn=alice,ou=people,dc=corp","usn":412,"controller":"oslo-1"})";

TEST(CliRun, EachCommandAsksItsRequest) {
  struct Asked {
    std::vector<std::string> words;
    std::string request;
  };
  const Asked table[] = {
      {{"add", "cn=alice,ou=people", "title=Head of A", "phone=1", "phone=2"},
       R"({"ask":"add","attributes":{"phone":["1","2"],"title":["Head of A"]},"dn":"cn=alice,ou=people"})"},
      {{"add", "ou=people"}, R"({"ask":"add","attributes":{},"dn":"ou=people"})"},
      {{"set", "cn=a", "t=1"}, R"({"ask":"set","attributes":{"t":["1"]},"dn":"cn=a"})"},
      {{"unset", "cn=a", "t", "u"}, R"({"ask":"unset","attributes":["t","u"],"dn":"cn=a"})"},
      {{"rename", "cn=a", "cn=b"}, R"({"ask":"rename","dn":"cn=a","rdn":"cn=b"})"},
      {{"move", "cn=a", "ou=b"}, R"({"ask":"move","dn":"cn=a","parent":"ou=b"})"},
      {{"delete", "cn=a"}, R"({"ask":"delete","dn":"cn=a"})"},
      {{"delete", "--tree", "--yes", "cn=a"}, R"({"ask":"delete","dn":"cn=a","tree":true})"},
      {{"undelete", "cn=a", "--as", "cn=b"}, R"({"ask":"undelete","dn":"cn=a","rdn":"cn=b"})"},
      {{"link", "cn=g", "member", "cn=a", "cn=b"},
       R"({"ask":"link","attribute":"member","dn":"cn=g","targets":["cn=a","cn=b"]})"},
      {{"unlink", "cn=g", "member", "cn=a"},
       R"({"ask":"unlink","attribute":"member","dn":"cn=g","targets":["cn=a"]})"},
      {{"get", "cn=a"}, R"({"ask":"get","dn":"cn=a"})"},
      {{"get", "cn=a", "--deleted"}, R"({"ask":"get","deleted":true,"dn":"cn=a"})"},
      {{"list", "--deleted", "ou=b", "--limit", "3"}, R"({"ask":"deleted","dn":"ou=b","limit":3})"},
      {{"stamps", "cn=a"}, R"({"ask":"stamps","dn":"cn=a"})"},
      {{"vector"}, R"({"ask":"vector"})"},
      {{"watermarks", "dc=c"}, R"({"ask":"watermarks","naming_context":"dc=c"})"},
      {{"list"}, R"({"ask":"list"})"},
      {{"list", "ou=b"}, R"({"ask":"list","dn":"ou=b"})"},
      {{"find", "mail=a*", "--below", "ou=b", "--limit", "3"},
       R"({"ask":"find","attribute":"mail","below":"ou=b","limit":3,"value":"a*"})"},
      {{"sync", "--to", "n1", "--from", "o1", "--full", "--naming-context", "dc=c"},
       R"({"ask":"sync","from":"o1","full":true,"naming_context":"dc=c"})"},
      {{"pause", "n1", "inbound"}, R"({"ask":"pause","direction":"inbound"})"},
      {{"resume", "n1", "both"}, R"({"ask":"resume","direction":"both"})"},
      {{"sync", "--all"}, R"({"ask":"sync_all","full":false})"},
      {{"sync", "--from", "o1", "--to", "all", "--full"},
       R"({"ask":"sync_all","from":"o1","full":true,"to":"all"})"},
      {{"sync", "--object", "cn=a", "--from", "o1", "--to", "n1"},
       R"({"ask":"sync_all","from":"o1","full":false,"object":"cn=a","to":"n1"})"},
      {{"status"}, R"({"ask":"status"})"},
      {{"conflicts"}, R"({"ask":"conflicts"})"},
      {{"conflicts", "--sites", "oslo", "nuuk", "--kind", "link", "--attribute", "member"},
       R"({"ask":"conflicts","attribute":"member","kind":"link","sites":["oslo","nuuk"]})"},
      {{"conflicts", "--since", "2h", "--object", "cn=a", "--limit", "5"},
       R"({"ask":"conflicts","limit":5,"object":"cn=a","since":"2024-01-01T10:00:00.000Z"})"},
      {{"conflicts", "--since", "2023-12-31", "--hot"},
       R"({"ask":"conflicts","since":"2023-12-31T00:00:00.000Z"})"},
      {{"conflicts", "show", "3f2a"}, R"({"ask":"conflict","id":"3f2a"})"},
      {{"conflicts", "restore", "3f2a", "--yes"}, R"({"ask":"conflict_restore","id":"3f2a"})"},
      {{"log"}, R"({"ask":"log","limit":50})"},
      {{"log", "--lines", "7", "--level", "warning"},
       R"({"ask":"log","level":"warning","limit":7})"},
      {{"export"}, R"({"ask":"export"})"},
      {{"export", "--objects"}, R"({"ask":"dump"})"},
      {{"invite", "nuuk-1"}, R"({"ask":"invite","controller":"nuuk-1"})"},
      {{"page"}, R"({"ask":"page_code"})"},
      {{"token", "add", "alice", "--role", "operator", "--expires", "30d"},
       R"({"ask":"token_add","expires":"30d","name":"alice","role":"operator"})"},
      {{"token", "list"}, R"({"ask":"token_list"})"},
      {{"token", "revoke", "alice"}, R"({"ask":"token_revoke","name":"alice"})"},
  };
  for (const auto& [words, request] : table) {
    TestWorld here;
    here.run(words);
    ASSERT_EQ(here.requests.size(), 1U) << words.front();
    EXPECT_EQ(here.requests.front(), request);
  }
}

constexpr auto kTree = R"({"object": "8a1f20c4-5b1e-5f0a-9d1c-2f6f5a0d7e11",
    "dn": "ou=harbour,dc=corp,dc=example", "controller": "nuuk-1", "objects": 12})";

TEST(CliRun, ATreeIsCountedAndThePersonAskedBeforeItIsDeletedWhereItWasCounted) {
  for (const auto& [said, requests] : {std::pair("y\n", 2U), std::pair("n\n", 1U)}) {
    TestWorld here;
    here.world.interactive = true;
    here.in.str(said);
    here.answer = kTree;
    here.run({"delete", "--tree", "ou=harbour"});
    ASSERT_EQ(here.requests.size(), requests);
    EXPECT_EQ(here.requests.front(),
              R"({"ask":"delete","dn":"ou=harbour","preview":true,"tree":true})");
    EXPECT_EQ(here.out.str().substr(0, 63),
              "ou=harbour,dc=corp,dc=example: 12 objects at nuuk-1, with all b");
    EXPECT_EQ(here.err.str().substr(0, 29), "Delete them at nuuk-1? [y/N] ");
    EXPECT_EQ(here.err.str().find("Nothing was deleted.\n") != std::string::npos, requests == 1);
    if (requests == 1) continue;
    EXPECT_EQ(here.requests.back(),
              R"({"ask":"delete","dn":"8a1f20c4-5b1e-5f0a-9d1c-2f6f5a0d7e11","tree":true})");
    EXPECT_EQ(here.places.back().at, "nuuk-1");
  }
}

TEST(CliRun, ATreeThatNobodyCanBeAskedAboutStays) {
  TestWorld here;
  here.answer = kTree;
  EXPECT_EQ(here.run({"delete", "--tree", "ou=harbour"}), ExitCode::usage);
  EXPECT_NE(here.err.str().find("nothing was deleted; add --yes"), std::string::npos);
  EXPECT_EQ(here.requests.size(), 1U);
  TestWorld script;
  EXPECT_EQ(script.run({"delete", "--tree", "ou=harbour", "--json"}), ExitCode::usage);
  EXPECT_TRUE(script.requests.empty());
}

TEST(CliRun, AConflictsCommandThatDoesNotFitTogetherAsksNobody) {
  const std::pair<std::vector<std::string>, const char*> table[] = {
      {{"conflicts", "show"}, "ID: missing"},
      {{"conflicts", "list", "3f2a"}, "list takes none"},
      {{"conflicts", "show", "3f2a", "--kind", "link"}, "--kind: is for the list"},
      {{"conflicts", "--yes"}, "--yes: is for restore"},
      {{"conflicts", "restore", "3f2a", "--json"}, "a script cannot be asked"},
      {{"conflicts", "--since", "yesterday"}, "neither a duration"},
      {{"conflicts", "--sites", "oslo"}, "takes 2 values; write --sites A B"},
      {{"conflicts", "mend", "3f2a"}, "none of list, show, restore"}};
  for (const auto& [words, reason] : table) {
    TestWorld here;
    EXPECT_EQ(here.run(words), ExitCode::usage) << reason;
    EXPECT_NE(here.err.str().find(reason), std::string::npos) << here.err.str();
    EXPECT_TRUE(here.requests.empty());
  }
}

TEST(CliRun, ATokenCommandThatDoesNotFitTogetherAsksNobody) {
  const std::pair<std::vector<std::string>, const char*> table[] = {
      {{"token", "add", "alice"}, "--role: missing"},
      {{"token", "add", "--role", "reader"}, "NAME: missing"},
      {{"token", "revoke"}, "NAME: missing"},
      {{"token", "list", "alice"}, "list takes none"},
      {{"token", "revoke", "alice", "--role", "reader"}, "only add takes it"},
      {{"token", "lend", "alice"}, "none of add, list, revoke"}};
  for (const auto& [words, reason] : table) {
    TestWorld here;
    EXPECT_EQ(here.run(words), ExitCode::usage) << reason;
    EXPECT_NE(here.err.str().find(reason), std::string::npos) << here.err.str();
    EXPECT_TRUE(here.requests.empty());
  }
}

TEST(CliRun, ATokenComesFromAFileStandardInputOrTheEnvironment) {
  const auto asked = [](TestWorld& here, std::vector<std::string> words) {
    here.world.environment = [](const std::string& name) {
      return name == "RINGSPAN_TOKEN"    ? std::optional<std::string>("from.the.environment")
             : name == "RINGSPAN_SERVER" ? std::optional<std::string>("10.0.0.1:4000")
                                         : std::nullopt;
    };
    words.insert(words.begin(), "status");
    here.run(words);
    return here.places.at(0);
  };
  TestWorld piped;
  piped.in.str("  from.standard.input\n");
  EXPECT_EQ(asked(piped, {"--token-file", "-"}).token, "from.standard.input");
  TestWorld plain;
  EXPECT_EQ(asked(plain, {}).token, "from.the.environment");
  EXPECT_EQ(plain.places.at(0).server, "10.0.0.1:4000");
  TestWorld folder;
  EXPECT_EQ(asked(folder, {"--data", "oslo-1"}).server, "");
  TestWorld empty;
  const Place nobody = asked(empty, {"--token-file", "-"});
  ASSERT_TRUE(nobody.fault);
  EXPECT_EQ(nobody.fault->message,
            "standard input: no token in it; make one with `ringspan token add`");
}

TEST(CliRun, AFollowedLogGoesOnFromItsCursorAtTheSameController) {
  TestWorld here;
  here.waits = 1;
  here.answer = std::string(R"({"controller":"nuuk-1","started":"2024-01-01T11:00:00.000Z",
    "restarted":false,"lost":true,"next":42,"lines":[{"number":42,
    "time":"2024-01-01T11:59:00.000Z","level":"info","text":"a\u001b[2J"}]})");
  EXPECT_EQ(here.run({"log", "--follow"}), ExitCode::well);
  ASSERT_EQ(here.requests.size(), 2U);
  EXPECT_EQ(here.requests.at(1),
            R"({"after":42,"ask":"log","started":"2024-01-01T11:00:00.000Z","wait":true})");
  EXPECT_EQ(here.places.at(1).at, "nuuk-1");
  const std::string line = "2024-01-01T11:59:00.000Z nuuk-1 info: a\\x1b[2J\n";
  EXPECT_EQ(here.out.str(), line + line);
  EXPECT_NE(here.err.str().find("lines are missing here"), std::string::npos);
}

TEST(CliRun, AWriteSaysWhereItWasWritten) {
  TestWorld here;
  here.answer = std::string(kWritten);
  EXPECT_EQ(here.run({"add", "cn=alice,ou=people"}), ExitCode::well);
  EXPECT_EQ(here.out.str(), "cn=alice,ou=people,dc=corp written at oslo-1, USN 412\n");
  EXPECT_EQ(here.err.str(), "");
}

TEST(CliRun, ADeletionSaysDeleted) {
  TestWorld here;
  here.answer = std::string(kWritten);
  EXPECT_EQ(here.run({"delete", "cn=alice,ou=people"}), ExitCode::well);
  EXPECT_EQ(here.out.str(), "cn=alice,ou=people,dc=corp deleted at oslo-1, USN 412\n");
}

TEST(CliRun, JsonIsTheAnswerInItsOwnOrder) {
  TestWorld here;
  here.answer = std::string(kWritten);
  EXPECT_EQ(here.run({"add", "cn=alice", "--json"}), ExitCode::well);
  EXPECT_EQ(here.out.str(),
            "{\n  \"object\": \"8a1f20c4-5b1e-5f0a-9d1c-2f6f5a0d7e11\",\n"
            "  \"dn\": \"cn=alice,ou=people,dc=corp\",\n  \"usn\": 412,\n"
            "  \"controller\": \"oslo-1\"\n}\n");
}

TEST(CliRun, ARefusalGoesToStandardErrorAndEndsWithOne) {
  TestWorld here;
  here.answer =
      std::string(R"({"error":{"code":"refused","message":"cn=a: has children; delete them"}})");
  EXPECT_EQ(here.run({"delete", "cn=a"}), ExitCode::not_well);
  EXPECT_EQ(here.out.str(), "");
  EXPECT_EQ(here.err.str(), "ringspan: cn=a: has children; delete them\n");
}

TEST(CliRun, SettingWhatIsMissingProposesTheLineThatAddsIt) {
  TestWorld here;
  here.answer = std::string(
      R"({"error":{"code":"not_found","message":"cn=alicia,ou=people,dc=corp: no such object; look"}})");
  EXPECT_EQ(
      here.run({"set", "cn=alicia,ou=people", "title=Head of A", "phone=1", "--at", "oslo-1"}),
      ExitCode::not_well);
  EXPECT_EQ(here.err.str(),
            "ringspan: cn=alicia,ou=people,dc=corp: no such object; to add it: ringspan add "
            "cn=alicia,ou=people title='Head of A' phone=1 --at oslo-1\n");
}

TEST(CliRun, SettingBelowWhatIsMissingProposesNothingOfTheKind) {
  for (const auto* message :
       {"controller nuk-1: not in the forest definition", "ou=people,dc=corp: no such object"}) {
    TestWorld here;
    here.answer = std::string(R"({"error":{"code":"not_found","message":")") + message + "\"}}";
    here.run({"set", "cn=a,ou=people", "t=1", "--at", "nuk-1"});
    EXPECT_EQ(here.err.str(), "ringspan: " + std::string(message) + "\n");
  }
}

TEST(CliRun, SilenceEndsWithThreeAlsoForScripts) {
  TestWorld here;
  here.answer = base::fail(base::Errc::unavailable, "oslo-1: nobody listens; start it");
  EXPECT_EQ(here.run({"status", "--json"}), ExitCode::could_not_ask);
  EXPECT_EQ(here.err.str(), "ringspan: oslo-1: nobody listens; start it\n");
  EXPECT_EQ(here.out.str(),
            "{\n  \"error\": {\n    \"code\": \"unavailable\",\n"
            "    \"message\": \"oslo-1: nobody listens; start it\"\n  }\n}\n");
}

TEST(CliRun, AnAnswerThatMakesNoSenseCountsAsNone) {
  for (const auto* answer : {"", "null", "[1]", "{\"error\":7}", "{\"health\":7}", "{}"}) {
    TestWorld here;
    here.answer = std::string(answer);
    EXPECT_EQ(here.run({"status"}), ExitCode::could_not_ask) << answer;
    EXPECT_EQ(here.out.str(), "") << answer;
    EXPECT_EQ(here.err.str().substr(0, 10), "ringspan: ") << answer;
  }
}

TEST(CliRun, AMistypedLineEndsWithSixtyFourAndShowsTheUsage) {
  TestWorld here;
  EXPECT_EQ(here.run({"get", "cn=a", "--jsn"}), ExitCode::usage);
  EXPECT_EQ(here.err.str(),
            "ringspan: --jsn: no such option of get; did you mean --json?\n"
            "usage: ringspan get DN [OPTIONS]\n");
  EXPECT_TRUE(here.requests.empty());
}

TEST(CliRun, PausingAsksTheControllerItselfAndSaysWhoDidItFirst) {
  TestWorld here;
  here.answer = std::string(R"({"controller": "nuuk-1", "changed": ["inbound"], "paused": {
      "inbound": {"by": "admin", "since": "2024-01-01T12:00:00.000Z"},
      "outbound": {"by": "kari", "since": "2024-01-01T11:00:00.000Z"}}})");
  EXPECT_EQ(here.run({"pause", "nuuk-1", "both"}), ExitCode::well);
  EXPECT_EQ(here.places.back().at, "nuuk-1");
  EXPECT_EQ(here.out.str(),
            "nuuk-1 inbound: paused by admin, now\n"
            "nuuk-1 outbound: already paused by kari, 1 h ago\n");
}

TEST(CliRun, TheStateFolderIsTheOptionThenTheEnvironmentThenState) {
  TestWorld here;
  here.run({"list"});
  EXPECT_EQ(here.places.back().state, "state");
  here.world.environment = [](const std::string& name) {
    return name == "RINGSPAN_STATE" ? std::optional<std::string>("/srv") : std::nullopt;
  };
  here.run({"list"});
  EXPECT_EQ(here.places.back().state, "/srv");
  here.run({"list", "--state", "mine"});
  EXPECT_EQ(here.places.back().state, "mine");
  EXPECT_FALSE(here.places.back().data.has_value());
  here.run({"list", "--data", "state/oslo-1", "--timeout", "2s"});
  EXPECT_EQ(here.places.back().data, "state/oslo-1");
  EXPECT_EQ(here.places.back().timeout, std::chrono::seconds(2));
}

TEST(CliRun, WatchingAsksAgainUntilThePersonEndsIt) {
  TestWorld here;
  here.waits = 2;
  here.run({"status", "--watch"});
  EXPECT_EQ(here.requests.size(), 3U);
}

TEST(CliRun, AFileThatIsNotThereIsNamed) {
  TestWorld here;
  EXPECT_EQ(here.run({"plan", "no-such-forest.json"}), ExitCode::not_well);
  EXPECT_EQ(here.err.str(), "ringspan: no-such-forest.json: no such file; check the name\n");
}

TEST(CliRun, HelpNamesEveryCommand) {
  TestWorld here;
  EXPECT_EQ(here.run({"--help"}), ExitCode::well);
  for (const auto* name :
       {"plan",   "simulate",  "init",     "serve",  "invite", "join",       "status",
        "sync",   "conflicts", "export",   "get",    "list",   "find",       "add",
        "set",    "unset",     "rename",   "move",   "delete", "completion", "version",
        "link",   "unlink",    "undelete", "stamps", "vector", "watermarks", "convert",
        "locate", "compare",   "changes"}) {
    EXPECT_NE(here.out.str().find("\n  " + std::string(name) + " "), std::string::npos) << name;
  }
}

TEST(CliRun, PlanWithAnotherPolicyThanTheFiles) {
  const std::string map = RINGSPAN_SOURCE_DIR "/samples/wan/zoo-Geant2012.graphml";
  const auto hops = [&map](std::vector<std::string> options, std::size_t& connections) {
    TestWorld here;
    std::vector<std::string> words{"plan", map, "--json"};
    words.insert(words.end(), options.begin(), options.end());
    EXPECT_EQ(here.run(words), ExitCode::well);
    const auto plan = nlohmann::json::parse(here.out.str());
    connections = plan["connections"].size();
    return plan["hops"]["worst"].get<std::size_t>();
  };
  std::size_t usual = 0;
  std::size_t tree = 0;
  std::size_t published = 0;
  EXPECT_EQ(hops({}, usual), 8U);
  EXPECT_EQ(hops({"--max-hops", "4"}, tree), 4U);
  EXPECT_EQ(hops({"--redundancy", "1"}, tree), 8U);
  EXPECT_GT(hops({"--policy", "active_directory"}, published), 8U);
  EXPECT_LT(tree, usual);
  EXPECT_LT(published, tree);

  for (const auto& [words, fault] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"--max-hops", "1"}, "--max-hops: 1 is not within 2 to 255"},
           {{"--redundancy", "3"}, "--redundancy: 3 is neither 1"},
           {{"--policy", "active_directory", "--max-hops", "4"}, "knows no bound"},
           {{"--policy", "active_directory", "--redundancy", "1"}, "knows no second path"}}) {
    TestWorld here;
    std::vector<std::string> line{"plan", map};
    line.insert(line.end(), words.begin(), words.end());
    EXPECT_EQ(here.run(line), ExitCode::usage);
    EXPECT_NE(here.err.str().find(fault), std::string::npos) << here.err.str();
  }
}

TEST(CliRun, CompletionKnowsCommandsOptionsAndControllers) {
  TestWorld here;
  EXPECT_EQ(here.run({"completion", "bash"}), ExitCode::well);
  const auto script = here.out.str();
  EXPECT_NE(script.find("complete -o filenames -F _ringspan ringspan\n"), std::string::npos);
  EXPECT_NE(script.find("--from) COMPREPLY=($(compgen -W \"$(_ringspan_controllers)\""),
            std::string::npos);
  const auto plan = script.find("plan) options='--controllers-per-site --cost-from --writes ");
  ASSERT_NE(plan, std::string::npos);
  const auto line = script.substr(plan, script.find('\n', plan) - plan);
  EXPECT_NE(line.find("--json --help'; COMPREPLY=($(compgen -f"), std::string::npos) << line;
}

}  // namespace
}  // namespace ringspan::cli
