// Two replicas are compared, and brought together again after something has changed one of them
// behind replication's back.

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <stdexcept>

#include "controllers.hpp"
#include "replicator/store/page_sums.hpp"

namespace ringspan::tests {
namespace {

constexpr const char* kCorp = "dc=corp,dc=example";

Json compare(Pair& pair) {
  return pair.oslo.ask({{"ask", "compare"}, {"a", "oslo-1"}, {"b", "nuuk-1"}});
}

/// What is said of the home domain.
Json corp_of(const Json& comparison) {
  for (const Json& context : comparison.at("naming_contexts")) {
    if (context.at("dn") == kCorp) return context;
  }
  throw std::runtime_error(comparison.dump());
}

/// The first of the object whose DN begins so.
Json difference_of(const Json& context, const std::string& rdn) {
  for (const Json& object : context.at("objects")) {
    if (object.at("dn").get<std::string>().starts_with(rdn)) return object.at("differences").at(0);
  }
  throw std::runtime_error(context.dump());
}

/// With whom a controller says that it diverges, by the status that it gives.
Json divergences_of(Controller& asked, const std::string& name) {
  const Json status = asked.ask({{"ask", "status"}});
  for (const Json& controller : status.at("controllers")) {
    if (controller.at("name") == name) return controller.at("divergences");
  }
  throw std::runtime_error(status.dump());
}

void add(Controller& controller, const std::string& dn, const std::string& title) {
  const Json answer = controller.ask(
      {{"ask", "add"}, {"dn", dn}, {"attributes", {{"title", Json::array({title})}}}});
  ASSERT_FALSE(answer.contains("error")) << answer;
}

bool in_step(Pair& pair) {
  return pair.oslo.dump() == pair.nuuk.dump();
}

std::string title_of(Controller& controller, const std::string& dn) {
  const Json object = controller.ask({{"ask", "get"}, {"dn", dn}});
  if (object.contains("error")) return "";
  return object.at("attributes").value("title", Json::array({""}))[0];
}

/// Changes the rows of a stopped controller that hold `value`, as a program with a fault would, so
/// that the sums of the pages are right; how many there were.
int tamper(const std::filesystem::path& data, const std::string& sql, const std::string& value,
           const std::string& other) {
  sqlite3* database = nullptr;
  const auto file = data / "directory.sqlite";
  if (sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READWRITE,
                      replicator::store::page_sums_layer()) != SQLITE_OK) {
    throw std::runtime_error(file.string());
  }
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
    throw std::runtime_error(sqlite3_errmsg(database));
  }
  sqlite3_bind_blob(statement, 1, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
  if (!other.empty()) {
    sqlite3_bind_blob(statement, 2, other.data(), static_cast<int>(other.size()), SQLITE_TRANSIENT);
  }
  if (sqlite3_step(statement) != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(database));
  const int changed = sqlite3_changes(database);
  sqlite3_finalize(statement);
  sqlite3_close(database);
  return changed;
}

/// One value becomes another of the same length.
int flip(const std::filesystem::path& data, const std::string& from, const std::string& to) {
  return tamper(data,
                "UPDATE object SET vals = CAST(replace(vals, ?1, ?2) AS BLOB) "
                "WHERE instr(vals, ?1)",
                from, to);
}

Ended command(Pair& pair, std::vector<std::string> words) {
  words.insert(words.end(), {"--state", pair.scratch.path().string()});
  return run(ringspan(std::move(words)));
}

TEST(Compare, EqualReplicasAreEqualAndWhatIsOnItsWayIsWell) {
  Pair pair;
  pair.found();
  pair.join_nuuk();
  for (int i = 0; i < 20; ++i)
    add(pair.oslo, "cn=u" + std::to_string(i) + ",ou=people", "Clerk");
  ASSERT_TRUE(eventually([&] { return corp_of(compare(pair)).at("state") == "equal"; }));
  const Json equal = corp_of(compare(pair));
  EXPECT_GE(equal.at("objects_a"), 20);
  EXPECT_EQ(equal.at("objects_a"), equal.at("objects_b"));

  const Json paused = pair.nuuk.ask({{"ask", "pause"}, {"direction", "inbound"}});
  ASSERT_FALSE(paused.contains("error")) << paused;
  ASSERT_FALSE(pair.oslo.set("cn=u3,ou=people", "title", "Chief").contains("error"));
  const Json coming = compare(pair);
  EXPECT_EQ(coming.at("health"), "well");
  EXPECT_EQ(corp_of(coming).at("state"), "coming") << coming.dump(2);
  const Json difference = difference_of(corp_of(coming), "cn=u3,");
  EXPECT_EQ(difference.at("attribute"), "title");
  EXPECT_EQ(difference.at("lacks"), "nuuk-1");
  EXPECT_EQ(difference.at("a").at("values"), Json::array({"Chief"}));
  EXPECT_EQ(difference.at("b").at("values"), Json::array({"Clerk"}));
  EXPECT_NE(difference.at("reason").get<std::string>().find("nuuk-1 does not cover oslo-1 USN"),
            std::string::npos)
      << difference;
}

TEST(Compare, AFlippedValueIsFoundAndRepaired) {
  Pair pair;
  pair.found();
  pair.join_nuuk();
  add(pair.oslo, "cn=alice,ou=people", "Head of A");
  add(pair.oslo, "cn=bob,ou=people", "Head of B");
  ASSERT_TRUE(eventually([&] { return in_step(pair); }));
  ASSERT_EQ(pair.nuuk.stop().code, 0);
  ASSERT_EQ(flip(pair.nuuk.data(), "Head of A", "Lead of Z"), 1);
  pair.nuuk.serve();
  ASSERT_EQ(title_of(pair.nuuk, "cn=alice,ou=people"), "Lead of Z");

  const Ended found = command(pair, {"compare", "oslo-1", "nuuk-1"});
  EXPECT_EQ(found.code, 2) << found.output;
  EXPECT_NE(found.output.find("oslo-1 and nuuk-1 diverge in 1 object."), std::string::npos)
      << found.output;
  EXPECT_NE(found.output.find("Lead of Z"), std::string::npos) << found.output;
  EXPECT_EQ(found.output.find("cn=bob"), std::string::npos) << found.output;

  const Ended refused =
      command(pair, {"compare", "oslo-1", "nuuk-1", "--repair", "--from", "oslo-1"});
  EXPECT_EQ(refused.code, 64) << refused.output;  // nobody can be asked here
  EXPECT_EQ(title_of(pair.nuuk, "cn=alice,ou=people"), "Lead of Z");

  const Ended repaired =
      command(pair, {"compare", "oslo-1", "nuuk-1", "--repair", "--from", "oslo-1", "--yes"});
  EXPECT_EQ(repaired.code, 0) << repaired.output;
  EXPECT_EQ(title_of(pair.nuuk, "cn=alice,ou=people"), "Head of A");
  EXPECT_TRUE(divergences_of(pair.oslo, "nuuk-1").empty());
  EXPECT_TRUE(divergences_of(pair.oslo, "oslo-1").empty());
  EXPECT_TRUE(eventually([&] { return in_step(pair); }));
  const Json journal =
      pair.oslo.ask({{"ask", "conflicts"}, {"kind", "divergence"}}).at("conflicts");
  ASSERT_EQ(journal.size(), 1U) << journal.dump(2);
  EXPECT_EQ(journal.at(0).at("lost").at("values"), Json::array({"Lead of Z"}));
  EXPECT_EQ(journal.at(0).at("kept").at("values"), Json::array({"Head of A"}));
}

TEST(Compare, WhatTheNamedSideHasLostComesBackFromTheOther) {
  Pair pair;
  pair.found();
  pair.join_nuuk();
  add(pair.oslo, "cn=alice,ou=people", "Head of A");
  ASSERT_TRUE(eventually([&] { return in_step(pair); }));
  ASSERT_EQ(pair.oslo.stop().code, 0);
  ASSERT_EQ(tamper(pair.oslo.data(), "DELETE FROM object WHERE instr(vals, ?1)", "Head of A", ""),
            1);
  pair.oslo.serve();
  EXPECT_EQ(title_of(pair.oslo, "cn=alice,ou=people"), "");
  const Json lost = compare(pair);
  EXPECT_EQ(lost.at("health"), "failing");
  EXPECT_EQ(difference_of(corp_of(lost), "cn=alice,").at("lacks"), "oslo-1");
  const Ended repaired =
      command(pair, {"compare", "oslo-1", "nuuk-1", "--repair", "--from", "oslo-1", "--yes"});
  EXPECT_EQ(repaired.code, 0) << repaired.output;
  EXPECT_EQ(title_of(pair.oslo, "cn=alice,ou=people"), "Head of A");
  EXPECT_TRUE(eventually([&] { return in_step(pair); }));
}

TEST(Compare, ARepairOverwritesNothingNewer) {
  Pair pair;
  pair.found();
  pair.join_nuuk();
  add(pair.oslo, "cn=alice,ou=people", "Head of A");
  ASSERT_TRUE(eventually([&] { return in_step(pair); }));
  ASSERT_FALSE(pair.nuuk.ask({{"ask", "pause"}, {"direction", "outbound"}}).contains("error"));
  ASSERT_FALSE(pair.nuuk.set("cn=alice,ou=people", "title", "Chief").contains("error"));
  const std::string alice =
      pair.oslo.ask({{"ask", "get"}, {"dn", "cn=alice,ou=people"}}).at("object");
  const Json answer = pair.nuuk.ask({{"ask", "repair"},
                                     {"from", "oslo-1"},
                                     {"naming_context", kCorp},
                                     {"objects", Json::array({alice})},
                                     {"replaces", true}});
  EXPECT_EQ(answer.value("objects", 0), 1) << answer;
  EXPECT_EQ(title_of(pair.nuuk, "cn=alice,ou=people"), "Chief");
}

TEST(Compare, WrongWordsAreRefused) {
  Pair pair;
  pair.found();
  const Json itself = pair.oslo.ask({{"ask", "compare"}, {"a", "oslo-1"}, {"b", "oslo-1"}});
  EXPECT_EQ(itself.at("error").at("code"), "invalid") << itself;
  const Json nobody = pair.oslo.ask({{"ask", "compare"}, {"a", "oslo-1"}, {"b", "rome-1"}});
  EXPECT_EQ(nobody.at("error").at("code"), "not_found") << nobody;
  EXPECT_EQ(command(pair, {"compare", "oslo-1", "nuuk-1", "--from", "oslo-1"}).code, 64);
  EXPECT_NE(command(pair, {"compare", "oslo-1", "nuuk-1"}).code, 0);  // nuuk-1 never joined
}

}  // namespace
}  // namespace ringspan::tests
