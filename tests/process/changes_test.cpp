// Changes as a stream for other software: from a cookie on, at one controller and then at another,
// nothing twice and nothing left out.

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>

#include "controllers.hpp"

namespace ringspan::tests {
namespace {

constexpr const char* kCorp = "dc=corp,dc=example";

void add(Controller& controller, const std::string& dn, const std::string& title) {
  const Json answer = controller.ask(
      {{"ask", "add"}, {"dn", dn}, {"attributes", {{"title", Json::array({title})}}}});
  ASSERT_FALSE(answer.contains("error")) << answer;
}

bool in_step(Pair& pair) {
  return pair.oslo.dump() == pair.nuuk.dump();
}

Json changes(Controller& controller, const std::string& since, Json more = Json::object()) {
  Json request{{"ask", "changes"}, {"naming_context", kCorp}};
  if (!since.empty()) request["since"] = since;
  request.update(more);
  return controller.ask(request);
}

/// Of people and groups alone: controllers write of their own accord, too.
std::vector<Json> by_people(const Json& answer) {
  std::vector<Json> found;
  for (const Json& change : answer.at("changes")) {
    const std::string dn = change.at("dn");
    if (dn.find(",ou=people,") != std::string::npos || dn.find(",ou=groups,") != std::string::npos)
      found.push_back(change);
  }
  return found;
}

/// "added cn=alice A": what each change says, without who wrote it.
std::vector<std::string> told(const Json& answer) {
  std::vector<std::string> lines;
  for (const Json& change : by_people(answer)) {
    const std::string dn = change.at("dn");
    std::string line = change.at("kind").get<std::string>() + " " + dn.substr(0, dn.find(','));
    for (const Json& one : change.at("attributes")) {
      if (one.at("attribute") == "title")
        line += " " + (one.at("values").empty() ? "-" : one.at("values")[0].get<std::string>());
    }
    for (const Json& one : change.at("links")) {
      const std::string target = one.at("dn");
      line += (one.at("present").get<bool>() ? " +" : " -") + target.substr(0, target.find(','));
    }
    lines.push_back(line);
  }
  return lines;
}

using Lines = std::vector<std::string>;

TEST(Changes, EveryKindIsToldOnceFromACookieOn) {
  Pair pair;
  pair.found();
  add(pair.oslo, "cn=alice,ou=people", "A");
  add(pair.oslo, "cn=staff,ou=groups", "S");
  const std::string begin = changes(pair.oslo, "now").at("cookie");
  EXPECT_EQ(told(changes(pair.oslo, begin)), Lines{});
  pair.oslo.set("cn=alice,ou=people", "title", "B");
  Json answer = changes(pair.oslo, begin);
  EXPECT_EQ(told(answer), Lines{"changed cn=alice B"});
  EXPECT_EQ(by_people(answer)[0].at("attributes")[0].at("originator"), "oslo-1");
  const std::string after_title = answer.at("cookie");
  pair.oslo.ask({{"ask", "rename"}, {"dn", "cn=alice,ou=people"}, {"rdn", "cn=alicia"}});
  pair.oslo.ask({{"ask", "link"},
                 {"dn", "cn=staff,ou=groups"},
                 {"attribute", "member"},
                 {"targets", Json::array({"cn=alicia,ou=people"})}});
  add(pair.oslo, "cn=bob,ou=people", "C");
  answer = changes(pair.oslo, after_title);
  EXPECT_EQ(told(answer),
            (Lines{"moved cn=alicia", "changed cn=staff +cn=alicia", "added cn=bob C"}));
  // Each change says where to go on after it.
  const std::string half = by_people(answer)[1].at("cookie");
  EXPECT_EQ(told(changes(pair.oslo, half)), Lines{"added cn=bob C"});
  const std::string end = answer.at("cookie");
  pair.oslo.ask({{"ask", "delete"}, {"dn", "cn=bob,ou=people"}});
  answer = changes(pair.oslo, end);
  ASSERT_EQ(by_people(answer).size(), 1U) << answer.dump(2);
  EXPECT_EQ(by_people(answer)[0].at("kind"), "deleted");
  pair.oslo.ask({{"ask", "undelete"}, {"dn", "cn=bob,ou=people"}});
  answer = changes(pair.oslo, answer.at("cookie"));
  ASSERT_EQ(by_people(answer).size(), 1U) << answer.dump(2);
  EXPECT_EQ(by_people(answer)[0].at("kind"), "undeleted");
}

TEST(Changes, ASubtreeTellsWhatIsInsideAndWhatHasLeft) {
  Pair pair;
  pair.found();
  add(pair.oslo, "cn=alice,ou=people", "A");
  add(pair.oslo, "cn=staff,ou=groups", "S");
  const Json people{{"below", "ou=people"}};
  const std::string begin = changes(pair.oslo, "now").at("cookie");
  pair.oslo.set("cn=staff,ou=groups", "title", "T");
  pair.oslo.set("cn=alice,ou=people", "title", "B");
  Json answer = changes(pair.oslo, begin, people);
  EXPECT_EQ(told(answer), Lines{"changed cn=alice B"});
  pair.oslo.ask({{"ask", "move"}, {"dn", "cn=alice,ou=people"}, {"parent", "ou=groups"}});
  answer = changes(pair.oslo, answer.at("cookie"), people);
  EXPECT_EQ(told(answer), Lines{"moved cn=alice"});
  EXPECT_EQ(by_people(answer)[0].at("inside"), false);
}

TEST(Changes, ACookieGoesOnAtAnotherController) {
  Pair pair;
  pair.found();
  pair.join_nuuk();
  add(pair.oslo, "cn=alice,ou=people", "A");
  ASSERT_TRUE(eventually([&] { return in_step(pair); }));
  const std::string at_oslo = changes(pair.oslo, "now").at("cookie");
  EXPECT_EQ(told(changes(pair.nuuk, at_oslo)), Lines{});
  pair.nuuk.set("cn=alice,ou=people", "title", "B");
  add(pair.oslo, "cn=bob,ou=people", "C");
  ASSERT_TRUE(eventually([&] { return in_step(pair); }));
  const Json here = changes(pair.oslo, at_oslo);
  const Json there = changes(pair.nuuk, at_oslo);
  const auto sorted = [](Lines lines) {
    std::ranges::sort(lines);
    return lines;
  };
  const Lines both{"added cn=bob C", "changed cn=alice B"};
  EXPECT_EQ(sorted(told(here)), both);
  EXPECT_EQ(sorted(told(there)), both);
  EXPECT_EQ(told(changes(pair.oslo, there.at("cookie"))), Lines{});
  EXPECT_EQ(told(changes(pair.nuuk, here.at("cookie"))), Lines{});
}

TEST(Changes, WrongCookiesAreRefused) {
  Pair pair;
  pair.found();
  for (const char* cookie : {"yesterday", "rsc1.", "rsc1.AQ", "rsc1.!!"}) {
    const Json answer = changes(pair.oslo, cookie);
    EXPECT_EQ(answer.at("error").at("code"), "invalid") << cookie << answer;
  }
}

TEST(Changes, TheProgramFollowsAndGoesOnWithItsCookie) {
  Pair pair;
  pair.found();
  pair.join_nuuk();
  add(pair.oslo, "cn=alice,ou=people", "A");
  ASSERT_TRUE(eventually([&] { return in_step(pair); }));
  const auto words = [&](const std::string& at, const std::string& since) {
    return ringspan({"changes", "--at", at, "--since", since, "--naming-context", kCorp, "--state",
                     pair.scratch.path().string()});
  };
  auto following = words("oslo-1", changes(pair.oslo, "now").at("cookie"));
  following.emplace_back("--follow");
  std::string cookie;
  {
    Process reader(following);
    pair.nuuk.set("cn=alice,ou=people", "title", "B");
    ASSERT_TRUE(reader.wait_for_line("changed cn=alice"));
    ASSERT_TRUE(eventually([&] { return in_step(pair); }));
    add(pair.oslo, "cn=bob,ou=people", "C");
    ASSERT_TRUE(reader.wait_for_line("added cn=bob"));
    reader.signal(SIGINT);
    const Ended ended = reader.wait();
    EXPECT_EQ(ended.code, 130) << ended.output;
    const auto at = ended.output.rfind("cookie: ");
    ASSERT_NE(at, std::string::npos) << ended.output;
    cookie = ended.output.substr(at + 8, ended.output.find('\n', at) - at - 8);
  }
  add(pair.nuuk, "cn=carol,ou=people", "D");
  pair.oslo.set("cn=bob,ou=people", "title", "E");
  ASSERT_TRUE(eventually([&] { return in_step(pair); }));
  for (const char* at : {"oslo-1", "nuuk-1"}) {
    const Ended rest = run(words(at, cookie));
    EXPECT_EQ(rest.code, 0) << rest.output;
    EXPECT_NE(rest.output.find("added cn=carol"), std::string::npos) << rest.output;
    EXPECT_NE(rest.output.find("changed cn=bob"), std::string::npos) << rest.output;
    EXPECT_EQ(rest.output.find("cn=alice"), std::string::npos) << rest.output;
    EXPECT_EQ(rest.output.find("added cn=bob"), std::string::npos) << rest.output;
  }
}

}  // namespace
}  // namespace ringspan::tests
