// People's tokens at two real controllers: who may what, here and carried on, and when it ends.

#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "controllers.hpp"

namespace ringspan::tests {
namespace {

std::string code_of(const Json& answer) {
  return answer.contains("error") ? answer["error"]["code"].get<std::string>() : "";
}

class PersonTokens : public testing::Test {
 protected:
  void SetUp() override {
    pair_.found();
    pair_.join_nuuk();
  }

  std::string add(const std::string& name, const std::string& role,
                  const std::string& expires = "90d") {
    const Json answer = pair_.oslo.ask(
        {{"ask", "token_add"}, {"name", name}, {"role", role}, {"expires", expires}});
    EXPECT_FALSE(answer.contains("error")) << answer.dump();
    return answer.value("token", "");
  }

  /// nuuk-1 has heard of what oslo-1 has.
  void replicate() {
    const Json sync = pair_.nuuk.ask({{"ask", "sync"}, {"from", "oslo-1"}});
    ASSERT_FALSE(sync.contains("error")) << sync.dump();
  }

  Ended cli(std::vector<std::string> words, const std::string& token) {
    const auto file = pair_.scratch.path() / "person.token";
    std::ofstream(file) << token << "\n";
    words.insert(words.end(), {"--token-file", file.string()});
    return run(ringspan(std::move(words)));
  }

  Pair pair_;
};

TEST_F(PersonTokens, EachRoleMayWhatItMay) {
  const std::map<std::string, std::string> tokens{{"reader", add("rita", "reader")},
                                                  {"operator", add("olaf", "operator")},
                                                  {"admin", add("anna", "admin")}};
  struct Row {
    Json request;
    std::string role;
  };
  const Json person{{"objectclass", {"person"}}, {"role", {"admin"}}};
  const std::vector<Row> rows{
      {{{"ask", "whoami"}}, "reader"},
      {{{"ask", "status"}}, "reader"},
      {{{"ask", "get"}, {"dn", "ou=people"}}, "reader"},
      {{{"ask", "list"}}, "reader"},
      {{{"ask", "find"}, {"attribute", "ou"}, {"value", "*"}}, "reader"},
      {{{"ask", "dump"}}, "reader"},
      {{{"ask", "conflicts"}}, "reader"},
      {{{"ask", "journal"}}, "reader"},
      {{{"ask", "deleted"}}, "reader"},
      {{{"ask", "stamps"}, {"dn", "ou=people"}}, "reader"},
      {{{"ask", "vector"}}, "reader"},
      {{{"ask", "watermarks"}}, "reader"},
      {{{"ask", "export"}}, "reader"},
      {{{"ask", "compare"}, {"a", "oslo-1"}, {"b", "nuuk-1"}}, "reader"},
      {{{"ask", "changes"}, {"since", "now"}}, "reader"},
      {{{"ask", "digest"}}, "reader"},
      {{{"ask", "repair"},
        {"from", "nuuk-1"},
        {"naming_context", "dc=corp,dc=example"},
        {"objects", Json::array()}},
       "admin"},
      {{{"ask", "plan"}}, "reader"},
      {{{"ask", "what_if"}, {"changes", {{"without_links", {"oslo-nuuk"}}}}}, "reader"},
      {{{"ask", "schema"}}, "reader"},
      {{{"ask", "attribute"}, {"attribute", "manager"}}, "reader"},
      {{{"ask", "schema_change"}, {"attribute", "mail"}, {"urgent", true}}, "admin"},
      {{{"ask", "roles"}}, "reader"},
      {{{"ask", "role_history"}}, "reader"},
      {{{"ask", "role_transfer"}, {"role", "rid"}}, "admin"},
      {{{"ask", "role_seize"}, {"role", "rid"}, {"preview", true}}, "admin"},
      {{{"ask", "set"}, {"dn", "ou=people"}, {"attributes", {{"l", {"x"}}}}}, "operator"},
      {{{"ask", "sync"}, {"from", "nuuk-1"}}, "operator"},
      {{{"ask", "delete"}, {"dn", "ou=people"}, {"preview", true}}, "operator"},
      {{{"ask", "set"},
        {"dn", "cn=rita,cn=people,cn=configuration,dc=corp,dc=example"},
        {"attributes", {{"description", {"x"}}}}},
       "admin"},
      {{{"ask", "add"},
        {"dn", "cn=mallory,cn=people,cn=configuration,dc=corp,dc=example"},
        {"attributes", person}},
       "admin"},
      {{{"ask", "invite"}, {"controller", "nuuk-1"}}, "admin"},
      {{{"ask", "token_list"}}, "admin"},
      {{{"ask", "token_add"}, {"name", "otto"}, {"role", "reader"}}, "admin"},
      {{{"ask", "token_revoke"}, {"name", "otto"}}, "admin"}};
  const std::vector<std::string> ranks{"reader", "operator", "admin"};
  const auto rank = [&ranks](const std::string& role) {
    return std::ranges::find(ranks, role) - ranks.begin();
  };
  for (const Row& row : rows) {
    for (const std::string& role : ranks) {
      const Json answer = pair_.oslo.ask_as(tokens.at(role), row.request);
      const bool allowed = rank(role) >= rank(row.role);
      EXPECT_EQ(code_of(answer), allowed ? "" : "refused") << role << ": " << row.request.dump();
    }
  }
}

TEST_F(PersonTokens, AnObjectIsNotWrittenByItsGuidEither) {
  const std::string operator_token = add("olaf", "operator");
  const std::string dn = "cn=olaf,cn=people,cn=configuration,dc=corp,dc=example";
  const Json olaf = pair_.oslo.ask({{"ask", "get"}, {"dn", dn}});
  const Json answer = pair_.oslo.ask_as(
      operator_token,
      {{"ask", "set"}, {"dn", olaf.at("object")}, {"attributes", {{"role", {"admin"}}}}});
  EXPECT_EQ(code_of(answer), "refused") << answer.dump();
}

TEST_F(PersonTokens, ValidAtEveryControllerOnceReplicatedAndCarriedWithItsOwnRights) {
  const std::string reader = add("rita", "reader");
  replicate();
  EXPECT_EQ(pair_.nuuk.ask_as(reader, {{"ask", "whoami"}}).at("person"), "rita");
  // Carried by oslo-1, which nuuk-1 would let do everything on its own.
  const Json get{{"ask", "get"}, {"dn", "ou=people"}, {"at", "nuuk-1"}};
  EXPECT_EQ(pair_.oslo.ask_as(reader, get).at("controller"), "nuuk-1");
  const Json set{
      {"ask", "set"}, {"dn", "ou=people"}, {"attributes", {{"l", {"x"}}}}, {"at", "nuuk-1"}};
  const Json refused = pair_.oslo.ask_as(reader, set);
  EXPECT_EQ(code_of(refused), "refused");
  EXPECT_NE(refused.dump().find("takes the role operator, rita has reader"), std::string::npos)
      << refused.dump();
  EXPECT_EQ(pair_.oslo.ask(set).at("controller"), "nuuk-1");
}

TEST_F(PersonTokens, ARevocationCountsWhereItHasArrived) {
  const std::string operator_token = add("olaf", "operator");
  replicate();
  pair_.cut();
  // nuuk-1 has not heard of the revocation; oslo-1 has. Each goes by its own copy.
  EXPECT_EQ(code_of(pair_.oslo.ask({{"ask", "token_revoke"}, {"name", "OLAF"}})), "");
  EXPECT_EQ(code_of(pair_.oslo.ask_as(operator_token, {{"ask", "whoami"}})), "refused");
  EXPECT_EQ(pair_.nuuk.ask_as(operator_token, {{"ask", "whoami"}}).at("role"), "operator");
  const Json at_oslo{{"ask", "whoami"}, {"at", "oslo-1"}};
  pair_.mend();
  replicate();
  EXPECT_EQ(code_of(pair_.nuuk.ask_as(operator_token, at_oslo)), "refused");
}

TEST_F(PersonTokens, WhatIsCarriedIsCheckedWhereItArrives) {
  const std::string operator_token = add("olaf", "operator");
  replicate();
  EXPECT_EQ(pair_.nuuk.ask_as(operator_token, {{"ask", "whoami"}, {"at", "oslo-1"}}).at("person"),
            "olaf");
  // A role that was lowered at oslo-1 alone: nuuk-1 lets it pass, oslo-1 does not.
  EXPECT_EQ(code_of(pair_.oslo.ask({{"ask", "set"},
                                    {"dn", "cn=olaf,cn=people,cn=configuration,dc=corp,dc=example"},
                                    {"attributes", {{"role", {"reader"}}}}})),
            "");
  const Json set{
      {"ask", "set"}, {"dn", "ou=people"}, {"attributes", {{"l", {"x"}}}}, {"at", "oslo-1"}};
  EXPECT_EQ(code_of(pair_.nuuk.ask_as(operator_token, set)), "refused");
}

TEST_F(PersonTokens, ExpiredWrongOrAlteredIsRefused) {
  const std::string brief = add("bo", "admin", "1ms");
  ASSERT_TRUE(eventually([&] {
    const Json list = pair_.oslo.ask({{"ask", "token_list"}});
    return list.at("people").at(0).at("state") == "expired";
  }));
  const Json expired = pair_.oslo.ask_as(brief, {{"ask", "whoami"}});
  EXPECT_EQ(code_of(expired), "refused");
  EXPECT_NE(expired.dump().find("expired at"), std::string::npos) << expired.dump();
  pair_.oslo.process().wait_for_line("refused: the token of bo expired");

  std::string altered = add("anna", "admin");
  altered[40] = altered[40] == '0' ? '1' : '0';  // a digit of the secret
  EXPECT_EQ(code_of(pair_.oslo.ask_as(altered, {{"ask", "whoami"}})), "refused");
  std::string elsewhere = add("arne", "admin");
  elsewhere.back() = elsewhere.back() == '0' ? '1' : '0';  // of another authority
  EXPECT_THROW(pair_.oslo.ask_as(elsewhere, {{"ask", "whoami"}}), std::runtime_error);
}

TEST_F(PersonTokens, ATokenDecidesEvenBesideAnOperatorsCertificate) {
  const std::string reader = add("rita", "reader");
  EXPECT_EQ(pair_.oslo.ask({{"ask", "whoami"}}).at("role"), "admin");
  EXPECT_EQ(pair_.oslo.ask({{"ask", "whoami"}, {"token", reader}}).at("role"), "reader");
  EXPECT_EQ(code_of(pair_.oslo.ask({{"ask", "whoami"}, {"token", "x"}})), "invalid");
  const Json as{{"ask", "whoami"}, {"as", {{"person", "root"}, {"role", "admin"}}}};
  EXPECT_EQ(code_of(pair_.oslo.ask(as)), "refused");
  EXPECT_EQ(code_of(pair_.oslo.ask_as(reader, as)), "refused");
}

TEST_F(PersonTokens, AWrongRequestTellsAllItsFaults) {
  const Json wrong = pair_.oslo.ask(
      {{"ask", "token_add"}, {"name", " "}, {"role", "emperor"}, {"expires", "soon"}});
  EXPECT_EQ(code_of(wrong), "invalid");
  for (const char* field : {"\\\"name\\\"", "\\\"role\\\"", "\\\"expires\\\""})
    EXPECT_NE(wrong.dump().find(field), std::string::npos) << wrong.dump();
  add("anna", "admin");
  EXPECT_EQ(code_of(pair_.oslo.ask({{"ask", "token_add"}, {"name", "ANNA"}, {"role", "reader"}})),
            "exists");
  EXPECT_EQ(code_of(pair_.oslo.ask({{"ask", "token_revoke"}, {"name", "nobody"}})), "not_found");
}

TEST_F(PersonTokens, TheProgramAsksWithATokenAndNothingElse) {
  const std::string data = pair_.oslo.data().string();
  const Ended added =
      run(ringspan({"token", "add", "olaf", "--role", "operator", "--data", data, "--json"}));
  ASSERT_EQ(added.code, 0) << added.output;
  const std::string token = Json::parse(added.output).at("token");
  const std::string server = "127.0.0.1:" + std::to_string(pair_.oslo.port());
  EXPECT_EQ(cli({"set", "ou=people", "l=Nuuk", "--server", server}, token).code, 0);
  replicate();
  const Ended carried = cli({"get", "ou=people", "--server", server, "--at", "nuuk-1"}, token);
  EXPECT_EQ(carried.code, 0) << carried.output;
  // Larger than a stranger's first frame may be.
  const Ended large =
      cli({"set", "ou=people", "l=" + std::string(100'000, 'x'), "--server", server}, token);
  EXPECT_EQ(large.code, 0) << large.output.substr(0, 400);
  const Ended refused = cli({"token", "list", "--data", data}, token);
  EXPECT_EQ(refused.code, 1) << refused.output;
  EXPECT_NE(refused.output.find("takes the role admin"), std::string::npos) << refused.output;

  const Ended list = run(ringspan({"token", "list", "--data", data}));
  EXPECT_NE(list.output.find("olaf"), std::string::npos) << list.output;
  EXPECT_EQ(list.output.find(token.substr(37, 32)), std::string::npos);
  EXPECT_EQ(run(ringspan({"token", "revoke", "olaf", "--data", data})).code, 0);
  EXPECT_EQ(cli({"list", "--server", server}, token).code, 1);
}

}  // namespace
}  // namespace ringspan::tests
