// People in the configuration: written, read again, and what becomes of what makes no sense.

#include "replicator/configuration/person.hpp"

#include <gtest/gtest.h>

#include "replicator/configuration/configuration.hpp"
#include "replicator/engine/engine.hpp"
#include "sites/read_forest.hpp"
#include "tests/unit/one_replica.hpp"

namespace ringspan::replicator {
namespace {

using configuration::Person;
using configuration::Role;

constexpr base::Time kNow{std::chrono::days(19'000)};

const char* const kForest = R"({
  "name": "corp", "domains": [{"dn": "dc=corp,dc=example"}], "sites": [{"name": "oslo"}],
  "controllers": [{"name": "oslo-1", "site": "oslo", "address": "127.0.0.1:4001"}]})";

class People : public testing::Test, protected tests::OneReplica {
 protected:
  People() : OneReplica(*sites::read_forest(kForest, "test.json"), kNow) {
    write(configuration::changes(*store_.read(), forest_));
  }

  Written write(Write write) {
    const auto result = asked(std::move(write));
    EXPECT_TRUE(result) << (result ? "" : result.error().message);
    return result.value_or(Written{});
  }

  Written add(const Person& person) { return write(configuration::added(person, forest_).value()); }

  configuration::People read() { return configuration::people_in(*store_.read(), context_); }
  std::optional<Person> find(ObjectId id) {
    return configuration::find_person(*store_.read(), context_, id);
  }

  const NamingContextId context_ = configuration::configuration_of(forest_);
  const Person alice_{.id = {},
                      .name = "Alice, of Nuuk",
                      .role = Role::operates,
                      .expires = kNow + std::chrono::hours(24),
                      .hash = std::string(64, 'a'),
                      .made_by = "admin",
                      .made = {}};
};

TEST_F(People, ComeBackAsTheyWereWritten) {
  const Written written = add(alice_);
  Person expected = alice_;
  expected.id = written.object;
  expected.made = kNow;
  EXPECT_EQ(read(), (configuration::People{{expected}, {}}));
  EXPECT_EQ(find(written.object), expected);
}

TEST_F(People, AreNotPartOfTheForestsDefinition) {
  add(alice_);
  EXPECT_TRUE(configuration::changes(*store_.read(), forest_).changes.empty());
  const auto read = configuration::read(*store_.read(), context_);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->findings, std::vector<std::string>());
}

TEST_F(People, WhoIsDeletedIsNobody) {
  const ObjectId id = add(alice_).object;
  write(Delete{id});
  EXPECT_EQ(read(), configuration::People{});
  EXPECT_EQ(find(id), std::nullopt);
  EXPECT_TRUE(configuration::read(*store_.read(), context_)->findings.empty());
}

TEST_F(People, WhatMakesNoSenseHasNoRightsAndIsFound) {
  const ObjectId id = add(alice_).object;
  const std::pair<const char*, std::vector<std::string>> nonsense[] = {
      {"role", {"emperor"}},
      {"role", {"admin", "reader"}},
      {"expires", {"never"}},
      {"tokenhash", {"short"}}};
  for (const auto& [attribute, values] : nonsense) {
    const auto before = find(id);
    ASSERT_TRUE(before);
    write(Set{id, {{attribute, values}}});
    EXPECT_EQ(find(id), std::nullopt) << attribute;
    EXPECT_EQ(read().findings, std::vector{std::string("person Alice, of Nuuk: ") + attribute +
                                           " is unreadable; no rights"});
    write(Set{id, configuration::added(*before, forest_)->attributes});
  }
}

TEST_F(People, OnlyInTheConfiguration) {
  Add add = configuration::added(alice_, forest_).value();
  add.dn = sites::Dn::parse("cn=alice").value();
  const ObjectId id = write(add).object;
  EXPECT_EQ(find(id), std::nullopt);
  EXPECT_EQ(read(), configuration::People{});
}

TEST(PersonName, HasLimits) {
  using configuration::why_no_name;
  for (const char* name : {"a", "Åse", "alice@corp.example", "Alice Smith"})
    EXPECT_EQ(why_no_name(name), "") << name;
  for (const std::string& name : {std::string(), std::string(65, 'a'), std::string(" a"),
                                  std::string("a "), std::string("a\nb"), std::string("\xff")}) {
    EXPECT_NE(why_no_name(name), "") << name;
  }
}

}  // namespace
}  // namespace ringspan::replicator
