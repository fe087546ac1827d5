// Every admin request of docs/admin-requests.md, asked of real controllers; each answer is held to
// its schema.

#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <map>

#include "controllers.hpp"

namespace ringspan::tests {
namespace {

class Answers : public testing::Test {
 protected:
  void SetUp() override {
    pair_.found();
    pair_.join_nuuk();
    std::filesystem::create_directory(answers_);
    pair_.nuuk.ask({{"ask", "sync"}, {"from", "oslo-1"}});
  }

  /// Asks, keeps the answer for the schema, and gives it back.
  Json ask(Controller& controller, const std::string& schema, const Json& request) {
    Json answer = controller.ask(request);
    const std::string name = schema + "." + std::to_string(++asked_) + ".json";
    std::ofstream(answers_ / name) << answer.dump();
    return answer;
  }

  Json ask(const std::string& schema, const Json& request) {
    return ask(pair_.oslo, schema, request);
  }

  void TearDown() override {
    const Ended checked =
        run({RINGSPAN_PYTHON, RINGSPAN_SOURCE_DIR "/tests/process/check_answers.py",
             answers_.string()});
    EXPECT_EQ(checked.code, 0) << checked.output;
  }

  Pair pair_;
  std::filesystem::path answers_ = pair_.scratch.path() / "answers";
  int asked_ = 0;
};

TEST_F(Answers, ComparingAndReadingAlong) {
  const std::string corp = "dc=corp,dc=example";
  ask("written",
      {{"ask", "add"}, {"dn", "cn=alice,ou=people"}, {"attributes", {{"title", {"Head of A"}}}}});
  const Json compared = ask("comparison", {{"ask", "compare"}, {"a", "oslo-1"}, {"b", "nuuk-1"}});
  EXPECT_EQ(compared.at("health"), "well") << compared;
  const Json read = ask("changes", {{"ask", "changes"}, {"naming_context", corp}});
  ask("changes", {{"ask", "changes"}, {"since", read.at("cookie")}});
  const Json alice = ask("object", {{"ask", "get"}, {"dn", "cn=alice,ou=people"}});
  const Json repaired = ask(pair_.nuuk, "repaired",
                            {{"ask", "repair"},
                             {"from", "oslo-1"},
                             {"naming_context", corp},
                             {"objects", Json::array({alice.at("object")})}});
  EXPECT_EQ(repaired.at("controller"), "nuuk-1");
  EXPECT_EQ(pair_.nuuk.ask({{"ask", "get"}, {"dn", "cn=alice,ou=people"}}).at("attributes"),
            Json({{"title", {"Head of A"}}}));
}

TEST_F(Answers, AnObjectsLife) {
  const std::string alice = "cn=Alice,ou=people";
  const Json added =
      ask("written", {{"ask", "add"},
                      {"dn", alice},
                      {"attributes", {{"title", {"Head of A"}}, {"mail", {"a@x"}}}}});
  EXPECT_EQ(added.at("dn"), "cn=Alice,ou=people,dc=corp,dc=example");
  ask("written", {{"ask", "set"}, {"dn", alice}, {"attributes", {{"title", {"Head of B"}}}}});
  ask("written", {{"ask", "unset"}, {"dn", added.at("object")}, {"attributes", {"mail"}}});
  const Json object = ask("object", {{"ask", "get"}, {"dn", added.at("object")}});
  EXPECT_EQ(object.at("attributes"), Json({{"title", {"Head of B"}}}));
  EXPECT_EQ(object.at("stamps").at("title").at("originator"), "oslo-1");
  EXPECT_EQ(object.at("stamps").at("title").at("version"), 2);
  EXPECT_TRUE(object.at("stamps").contains("name"));

  EXPECT_EQ(ask("list", {{"ask", "list"}, {"dn", "ou=people"}}).at("children").size(), 1U);
  EXPECT_EQ(ask("list", {{"ask", "list"}}).at("children").size(), 4U);
  const auto found = [this](const Json& request) {
    return ask("find", request).at("objects").size();
  };
  EXPECT_EQ(found({{"ask", "find"}, {"attribute", "TITLE"}, {"value", "head*b"}}), 1U);
  EXPECT_EQ(found({{"ask", "find"}, {"attribute", "cn"}, {"value", "AL*"}}), 1U);
  EXPECT_EQ(found({{"ask", "find"}, {"attribute", "title"}, {"value", "x"}}), 0U);
  EXPECT_EQ(found({{"ask", "find"}, {"attribute", "ou"}, {"value", "*"}, {"limit", 1}}), 1U);

  ask("written", {{"ask", "add"}, {"dn", "cn=staff,ou=groups"}});
  for (const char* change : {"link", "unlink", "link"}) {
    ask("written", {{"ask", change},
                    {"dn", "cn=staff,ou=groups"},
                    {"attribute", "member"},
                    {"targets", {added.at("object")}}});
  }
  EXPECT_EQ(ask("object", {{"ask", "get"}, {"dn", alice}}).at("back_links").size(), 1U);
  EXPECT_EQ(ask("stamps", {{"ask", "stamps"}, {"dn", "cn=staff,ou=groups"}}).at("links").size(),
            1U);
  ask("stamps", {{"ask", "stamps"}, {"dn", alice}});
  ask("written", {{"ask", "rename"}, {"dn", alice}, {"rdn", "cn=Alicia"}});
  ask("written", {{"ask", "move"}, {"dn", "cn=Alicia,ou=people"}, {"parent", "ou=groups"}});
  ask("tree", {{"ask", "delete"}, {"dn", "cn=Alicia,ou=groups"}, {"preview", true}});
  ask("written", {{"ask", "delete"}, {"dn", "cn=Alicia,ou=groups"}});
  EXPECT_EQ(ask("deleted", {{"ask", "deleted"}}).at("objects").size(), 1U);
  ask("object", {{"ask", "get"}, {"dn", added.at("object")}, {"deleted", true}});
  ask("stamps", {{"ask", "stamps"}, {"dn", added.at("object")}});
  ask("written", {{"ask", "undelete"}, {"dn", "cn=Alicia,ou=groups"}, {"rdn", "cn=Al"}});
  ask("written", {{"ask", "delete"}, {"dn", "cn=Al,ou=groups"}, {"tree", true}});
  EXPECT_EQ(ask("error", {{"ask", "get"}, {"dn", alice}}).at("error").at("code"), "not_found");
}

TEST_F(Answers, Roles) {
  const auto line = [this](const char* role) {
    const Json answer = ask("roles", {{"ask", "roles"}});
    for (const Json& one : answer.at("roles")) {
      if (one.at("role") == role) return one;
    }
    return Json();
  };
  EXPECT_EQ(line("schema").at("owner"), "oslo-1");
  EXPECT_EQ(line("schema").at("effective"), true);
  EXPECT_EQ(line("naming").at("epoch").at("counter"), 1);
  const Json seen =
      ask(pair_.nuuk, "role-changed", {{"ask", "role_seize"}, {"role", "pdc"}, {"preview", true}});
  EXPECT_EQ(seen.at("would"), "transfer");
  EXPECT_EQ(seen.at("owner"), "oslo-1");
  const Json given = ask(pair_.nuuk, "role-changed",
                         {{"ask", "role_transfer"}, {"role", "rid"}, {"why", "it is near"}});
  EXPECT_EQ(given.at("owner"), "nuuk-1");
  EXPECT_EQ(given.at("changed"), true);
  EXPECT_EQ(given.at("effective"), true);
  const Json seized = ask(pair_.nuuk, "role-changed", {{"ask", "role_seize"}, {"role", "pdc"}});
  EXPECT_EQ(seized.at("gained"), "transfer") << "its owner gave it";
  EXPECT_EQ(line("rid").at("owner"), "nuuk-1");
  const Json history = ask("role-history", {{"ask", "role_history"}, {"role", "rid"}});
  EXPECT_EQ(history.at("changes").size(), 2U);
  EXPECT_EQ(history.at("changes").at(0).at("why"), "it is near");
  EXPECT_EQ(history.at("changes").at(1).at("gained"), "first");
  ask("role-history", {{"ask", "role_history"}});
  ask("role-advice", {{"ask", "role_advise"}});
  const auto message = [this](const Json& wrong) {
    return ask("error", wrong).at("error").at("message").get<std::string>();
  };
  EXPECT_NE(message({{"ask", "role_transfer"}, {"role", "master"}}).find("none of schema"),
            std::string::npos);
  const Json elsewhere{
      {"ask", "role_transfer"}, {"role", "rid"}, {"naming_context", "cn=configuration,dc=corp"}};
  EXPECT_NE(message(elsewhere).find("has no role rid"), std::string::npos);
}

TEST_F(Answers, RetirementAndPromotion) {
  ASSERT_EQ(
      ask(pair_.nuuk, "role-changed", {{"ask", "role_transfer"}, {"role", "rid"}}).at("changed"),
      true);
  const Json expiry =
      ask("expire", {{"ask", "expire"}, {"controller", "nuuk-1"}, {"preview", true}});
  EXPECT_EQ(expiry.at("done"), false);
  EXPECT_EQ(ask("lingering", {{"ask", "lingering"}, {"reference", "nuuk-1"}}).at("lingering"), 0);
  const Json seen = ask("retire", {{"ask", "retire"}, {"controller", "nuuk-1"}, {"preview", true}});
  EXPECT_EQ(seen.at("answers"), true);
  EXPECT_EQ(seen.at("last_known").size(), 3U);
  const Json founder =
      ask(pair_.nuuk, "retire", {{"ask", "retire"}, {"controller", "oslo-1"}, {"preview", true}});
  EXPECT_EQ(founder.at("roles").size(), 4U) << founder.dump(2);
  EXPECT_NE(founder.at("stakes").dump().find("tls/authority.key"), std::string::npos);
  const auto message = [this](const Json& wrong) {
    return ask("error", wrong).at("error").at("message").get<std::string>();
  };
  const auto refused = [&](const Json& wrong, const char* words) {
    EXPECT_NE(message(wrong).find(words), std::string::npos) << message(wrong);
  };
  refused({{"ask", "retire"}, {"controller", "oslo-1"}}, "see to its own end");
  refused({{"ask", "retire"}, {"controller", "rome-1"}}, "not in the forest definition");
  refused({{"ask", "retire"}, {"controller", "nuuk-1"}, {"to", "nuuk-1"}}, "the one that goes");
  const Json stopped = ask("retire", {{"ask", "retire"}, {"controller", "nuuk-1"}});
  EXPECT_EQ(stopped.at("step").at("what"), "stopped") << stopped.dump(2);
  EXPECT_TRUE(eventually([&] {
    const Json status = ask("status", {{"ask", "status"}});
    return status.at("controllers").dump().find("retiring") != std::string::npos;
  }));
  const Json stays = ask("retire", {{"ask", "retire"}, {"controller", "nuuk-1"}, {"cancel", true}});
  EXPECT_EQ(stays.at("step").at("what"), "stays");

  const Json nothing =
      ask("apply", {{"ask", "promote"}, {"controller", "nuuk-1"}, {"preview", true}});
  EXPECT_TRUE(nothing.at("changes").empty());
  refused({{"ask", "promote"}, {"controller", "rome-1"}, {"preview", true}},
          "not in the forest definition");
}

TEST_F(Answers, Identifiers) {
  const Json first = ask("identifiers-issued", {{"ask", "id_new"}});
  EXPECT_EQ(first.at("count"), 1);
  const Json many{{"ask", "id_new"}, {"count", 700}, {"request", "cards"}};
  const Json issued = ask(pair_.nuuk, "identifiers-issued", many);
  EXPECT_EQ(issued.at("controller"), "nuuk-1");
  EXPECT_EQ(ask(pair_.nuuk, "identifiers-issued", many).at("ranges"), issued.at("ranges"));
  ASSERT_TRUE(eventually([&] {
    const Json seen = ask("identifiers", {{"ask", "id_status"}});
    return seen.at("domains").at(0).at("controllers").size() == 2;
  }));
  const Json seen = ask(pair_.nuuk, "identifiers", {{"ask", "id_status"}, {"at", "oslo-1"}});
  EXPECT_EQ(seen.at("controller"), "oslo-1");
  EXPECT_EQ(seen.at("domains").at(0).at("owner"), "oslo-1");
  EXPECT_EQ(seen.at("domains").at(0).at("hands_out"), "past_the_end");
  const auto message = [this](const Json& wrong) {
    return ask("error", wrong).at("error").at("message").get<std::string>();
  };
  EXPECT_NE(message({{"ask", "id_new"}, {"count", 0}}).find("from 1 to 10000"), std::string::npos);
  EXPECT_NE(message({{"ask", "id_new"}, {"domain", "dc=other"}}).find("has no such domain"),
            std::string::npos);
  EXPECT_NE(message({{"ask", "id_status"}, {"domain", "dc=other"}}).find("is not held whole"),
            std::string::npos);
  EXPECT_NE(message({{"ask", "id_pool"}, {"kind", "gap"}}).find("between controllers"),
            std::string::npos);
  EXPECT_NE(message({{"ask", "delete"}, {"dn", "cn=identifiers"}, {"tree", true}})
                .find("never changed by hand"),
            std::string::npos);
}

TEST_F(Answers, NamingContexts) {
  const Json listed = ask("naming-contexts", {{"ask", "naming_contexts"}});
  ASSERT_EQ(listed.at("naming_contexts").size(), 3U);
  EXPECT_EQ(listed.at("naming_contexts").at(2).at("dn"), "dc=corp,dc=example");
  EXPECT_EQ(listed.at("naming_contexts").at(2).at("state"), "here");
  Json request{{"ask", "naming_context"},
               {"action", "add"},
               {"naming_context", "dc=apps"},
               {"replicas", {"oslo-1"}},
               {"preview", true}};
  const Json seen = ask("apply", request);
  EXPECT_EQ(seen.at("changes"), Json{"naming context dc=apps added: replicas oslo-1"});
  request["preview"] = false;
  request["expect"] = seen.at("basis");
  EXPECT_EQ(ask("apply", request).at("written"), true);
  const Json added = ask("naming-contexts", {{"ask", "naming_contexts"}});
  EXPECT_EQ(added.at("naming_contexts").at(3).at("objects"), 2);
  const Json removed = ask("apply", {{"ask", "naming_context"},
                                     {"action", "remove"},
                                     {"naming_context", "DC=apps"},
                                     {"preview", true}});
  EXPECT_EQ(removed.at("removed_contexts").at(0).at("objects"), 2);
  const auto message = [this](const Json& wrong) {
    return ask("error", wrong).at("error").at("message").get<std::string>();
  };
  request = {{"ask", "naming_context"},
             {"action", "replicas"},
             {"naming_context", "dc=corp,dc=example"},
             {"add_replicas", {"nuuk-1"}},
             {"preview", true}};
  EXPECT_NE(message(request).find("only application contexts"), std::string::npos);
  request["naming_context"] = "dc=apps";
  request["add_replicas"] = {"rome-1"};
  request["remove_replicas"] = {"nuuk-1", "rome-2"};
  EXPECT_EQ(message(request),
            "controller rome-1: not in the forest definition\n"
            "controller rome-2: not in the forest definition\n"
            "controller nuuk-1: holds no replica that could be removed");
  request["remove_replicas"] = {"oslo-1"};
  request["add_replicas"] = Json::array();
  EXPECT_NE(message(request).find("none of its replicas takes writes"), std::string::npos);
  request["naming_context"] = "dc=more";
  EXPECT_NE(message(request).find("the forest has none of this name"), std::string::npos);
}

TEST_F(Answers, Domains) {
  const Json listed = ask("domains", {{"ask", "domains"}});
  ASSERT_EQ(listed.at("domains").size(), 1U);
  EXPECT_EQ(listed.at("domains").at(0).at("root"), true);
  EXPECT_EQ(listed.at("domains").at(0).at("roles").at("pdc"), "oslo-1");
  const auto message = [this](const Json& wrong) {
    return ask("error", wrong).at("error").at("message").get<std::string>();
  };
  Json request{{"ask", "domain"}, {"action", "add"}, {"domain", "dc=eu"}, {"preview", true}};
  EXPECT_NE(message(request).find("say \"controllers\" or \"sites\""), std::string::npos);
  request["controllers"] = {"nuuk-1"};
  EXPECT_NE(message(request).find("nuuk-1: has joined as a member of dc=corp,dc=example"),
            std::string::npos);
  request.erase("controllers");
  request["action"] = "remove";
  EXPECT_NE(message(request).find("the forest has none of this name"), std::string::npos);
  request["domain"] = "dc=corp,dc=example";
  EXPECT_NE(message(request).find("is the root domain"), std::string::npos);
}

TEST_F(Answers, WhatIsWrongWithARequestIsSaid) {
  const std::map<std::string, Json> wrong{
      {"\"ask\"", {{"ask", "frobnicate"}}},
      {"\"dn\": is missing", {{"ask", "get"}}},
      {"\"colour\": no such field", {{"ask", "get"}, {"dn", "ou=people"}, {"colour", 1}}},
      {"\"attributes\"", {{"ask", "set"}, {"dn", "ou=people"}, {"attributes", {1, 2}}}},
      {"not in the forest", {{"ask", "status"}, {"at", "lima-1"}}},
      {"cannot pull from itself", {{"ask", "sync"}, {"from", "oslo-1"}}},
      {"none of inbound, outbound, both", {{"ask", "pause"}, {"direction", "up"}}},
      {"knows of none", {{"ask", "sync_job"}, {"job", "7f"}}},
      {"give \"from\"", {{"ask", "sync_all"}, {"object", "ou=people"}}},
      {"not in the forest", {{"ask", "sync_all"}, {"from", "lima-1"}}},
      {"does not hold it", {{"ask", "sync_all"}, {"naming_context", "dc=other"}}},
      {"does not hold it", {{"ask", "vector"}, {"naming_context", "dc=other"}}},
      {"there is none",
       {{"ask", "link"}, {"dn", "ou=people"}, {"attribute", "member"}, {"targets", Json::array()}}},
      {"is no linked attribute",
       {{"ask", "link"}, {"dn", "ou=people"}, {"attribute", "title"}, {"targets", {"ou=people"}}}},
      {"no deleted object had this name", {{"ask", "undelete"}, {"dn", "cn=nobody"}}},
      {"no deleted object", {{"ask", "get"}, {"dn", "ou=people"}, {"deleted", true}}},
      {"none of attribute, link", {{"ask", "conflicts"}, {"kind", "quarrel"}}},
      {"takes two", {{"ask", "conflicts"}, {"sites", {"oslo"}}}},
      {"site lima", {{"ask", "conflicts"}, {"sites", {"oslo", "lima"}}}},
      {"must be a time", {{"ask", "conflicts"}, {"since", "yesterday"}}},
      {"hexadecimal digits", {{"ask", "conflict"}, {"id", "x"}}},
      {"in no journal", {{"ask", "conflict_restore"}, {"id", "0123456789ab"}}},
      {"is not defined", {{"ask", "attribute"}, {"attribute", "frob"}}},
      {"is none of text, integer",
       {{"ask", "schema_add"}, {"attribute", "frob"}, {"syntax", "number"}}},
      {"not an attribute name", {{"ask", "attribute"}, {"attribute", "a b"}}},
      {"does not hold it", {{"ask", "dump"}, {"naming_context", "dc=other"}}}};
  for (const auto& [words, request] : wrong) {
    const std::string message = ask("error", request).at("error").at("message");
    EXPECT_NE(message.find(words), std::string::npos) << message;
  }
}

TEST_F(Answers, AboutTheSchema) {
  const auto list = [this] { return ask("schema", {{"ask", "schema"}}).at("attributes").size(); };
  const auto change = [this](const char* schema, const char* how, Json fields) {
    fields["ask"] = how;
    fields["attribute"] = "Badge";
    return ask(schema, fields);
  };
  const std::size_t before = list();
  const Json added = change("attribute", "schema_add", {{"syntax", "integer"}});
  EXPECT_TRUE(added.at("written"));
  EXPECT_EQ(added.at("attribute").at("name"), "badge");
  EXPECT_EQ(list(), before + 1);
  EXPECT_EQ(change("error", "schema_add", {}).at("error").at("code"), "exists");
  EXPECT_FALSE(change("attribute", "schema_change", {{"syntax", "integer"}}).at("written"));

  const Json wrong = ask("error", {{"ask", "set"},
                                   {"dn", "ou=people"},
                                   {"attributes", {{"badge", {"x"}}, {"manager", {"cn=a"}}}}});
  const std::string message = wrong.at("error").at("message");
  EXPECT_NE(message.find("'x' is no whole number"), std::string::npos) << message;
  EXPECT_NE(message.find("manager: is a linked attribute"), std::string::npos) << message;
  EXPECT_FALSE(pair_.oslo.set("ou=people", "badge", "7").contains("error"));
  EXPECT_EQ(change("error", "schema_change", {{"syntax", "text"}}).at("error").at("code"),
            "refused");

  EXPECT_TRUE(change("attribute", "schema_change", {{"retired", true}}).at("written"));
  EXPECT_TRUE(pair_.oslo.set("ou=people", "badge", "8").contains("error"));
  change("attribute", "schema_change", {{"retired", false}, {"partial", true}});
  const Json shown = ask("attribute", {{"ask", "attribute"}, {"attribute", "badge"}});
  EXPECT_EQ(shown.at("objects"), 1);
  EXPECT_TRUE(eventually([&] {
    return pair_.nuuk.ask({{"ask", "attribute"}, {"attribute", "badge"}})
               .value("attribute", Json()) == shown.at("attribute");
  }));
}

TEST_F(Answers, AboutTheWholeForest) {
  const Json written = pair_.oslo.set("ou=people", "description", "Everybody");
  ASSERT_FALSE(written.contains("error"));
  const Json sync = ask(pair_.nuuk, "sync", {{"ask", "sync"}, {"from", "oslo-1"}, {"full", true}});
  EXPECT_EQ(sync.at("pulls").size(), 3U);
  ask("dump", {{"ask", "dump"}, {"naming_context", "dc=corp,dc=example"}});
  ask("dump", {{"ask", "dump"}});
  ask("forest", {{"ask", "export"}});
  const Json plan = ask("plan", {{"ask", "plan"}, {"certificate", true}});
  EXPECT_EQ(plan.at("certificate").at("cuts").at(0).at("loss").at("name"), "oslo-nuuk");
  EXPECT_FALSE(ask("plan", {{"ask", "plan"}}).contains("certificate"));
  const Json why =
      ask("explain", {{"ask", "explain"}, {"destination", "nuuk-1"}, {"source", "oslo-1"}});
  EXPECT_EQ(why.at("directions").at(0).at("connections").at(0).at("rule"), "site_tree");
  const Json weighed =
      ask("diff", {{"ask", "what_if"}, {"changes", {{"without_controllers", {"nuuk-1"}}}}});
  EXPECT_EQ(weighed.at("cut_off").at(0).at("reason"), "removed");
  const Json refused =
      ask("error", {{"ask", "what_if"},
                    {"changes", {{"without_controllers", {"nuk-1", 5}}, {"without_sites", true}}}});
  EXPECT_EQ(refused.at("error").at("fields").size(), 3U) << refused.dump();
  ask("conflicts", {{"ask", "conflicts"}});
  ask("vector", {{"ask", "vector"}});
  ask("vector", {{"ask", "vector"}, {"naming_context", "dc=corp,dc=example"}});
  EXPECT_EQ(ask(pair_.nuuk, "watermarks", {{"ask", "watermarks"}}).at("watermarks").size(), 3U);
  ask("invite", {{"ask", "invite"}, {"controller", "nuuk-1"}});
  const Json log = ask("log", {{"ask", "log"}, {"limit", 2}});
  ask("log", {{"ask", "log"}, {"after", 0}, {"started", log.at("started")}, {"wait", true}});
  ask("error", {{"ask", "invite"}, {"controller", "nuuk-1"}, {"at", "nuuk-1"}});
  Json status;
  EXPECT_TRUE(eventually([&] {
    status = ask("status", {{"ask", "status"}});
    return status.at("health") == "well";
  })) << status.dump(2);
  EXPECT_EQ(status.at("connections").size(), 6U);
}

TEST_F(Answers, AboutAPauseAndAJob) {
  const auto at_nuuk = [](const char* request, const char* direction) {
    return Json{{"ask", request}, {"direction", direction}, {"at", "nuuk-1"}};
  };
  ask("pause", at_nuuk("pause", "both"));
  ask("pause", at_nuuk("pause", "inbound"));
  const auto to_the_end = [this](Json request) {
    request["ask"] = "sync_all";
    const Json question{{"ask", "sync_job"}, {"job", ask("sync_all", request).at("job")}};
    EXPECT_TRUE(eventually([&] { return pair_.oslo.ask(question).at("state") != "running"; }));
    return ask("sync_all", question);
  };
  EXPECT_EQ(to_the_end({}).at("health"), "paused");
  EXPECT_EQ(ask("status", {{"ask", "status"}}).at("health"), "paused");
  ask("pause", at_nuuk("resume", "both"));
  const Json done = to_the_end({{"object", "ou=people"}, {"from", "oslo-1"}, {"to", "nuuk-1"}});
  EXPECT_EQ(done.at("state"), "done") << done.dump(2);
  pair_.nuuk.kill_hard();
  EXPECT_EQ(to_the_end({}).at("health"), "failing");
  EXPECT_EQ(to_the_end({{"from", "nuuk-1"}, {"to", "all"}}).at("state"), "failed");
}

TEST_F(Answers, AtAnotherControllerThroughThisOne) {
  const Json get{{"ask", "get"}, {"dn", "ou=people"}, {"at", "nuuk-1"}};
  EXPECT_EQ(ask("object", get).at("controller"), "nuuk-1");
  EXPECT_EQ(ask("status", {{"ask", "status"}, {"at", "nuuk-1"}}).at("controller"), "nuuk-1");
  pair_.nuuk.kill_hard();
  EXPECT_EQ(ask("error", get).at("error").at("code"), "unavailable");
  const Json status = ask("status", {{"ask", "status"}});
  EXPECT_EQ(status.at("health"), "failing");
}

TEST_F(Answers, TheJournalOfAConflict) {
  const auto set = [](Controller& controller, const std::string& value) {
    return controller.set("ou=people", "description", value);
  };
  pair_.cut();
  set(pair_.oslo, "A");
  set(pair_.nuuk, "B");
  pair_.mend();
  ASSERT_TRUE(eventually([&] { return pair_.oslo.dump() == pair_.nuuk.dump(); }));
  const Json ours = ask("conflicts", {{"ask", "conflicts"}});
  const Json theirs = ask(pair_.nuuk, "conflicts", {{"ask", "conflicts"}});
  EXPECT_EQ(ours.at("conflicts"), theirs.at("conflicts"));
  ASSERT_EQ(ours.at("conflicts").size(), 1U);
  const Json id = ours.at("conflicts").at(0).at("id");
  ask("conflict", {{"ask", "conflict"}, {"id", id}});
  ask(pair_.nuuk, "conflict", {{"ask", "conflict"}, {"id", id}});
  ask("restored", {{"ask", "conflict_restore"}, {"id", id}});
  ask("conflict", {{"ask", "conflict"}, {"id", id}});
  ask("error", {{"ask", "conflict_restore"}, {"id", id}});
}

}  // namespace
}  // namespace ringspan::tests
