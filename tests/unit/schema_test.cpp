#include "replicator/engine/schema.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/rng.hpp"
#include "replicator/engine/answer.hpp"
#include "replicator/engine/audience.hpp"
#include "replicator/engine/define.hpp"
#include "replicator/engine/engine.hpp"
#include "replicator/engine/writer.hpp"
#include "sites/read_forest.hpp"
#include "tests/unit/numbered.hpp"
#include "tests/unit/one_replica.hpp"
#include "tests/unit/random_values.hpp"

namespace ringspan::tests {
namespace {

using namespace replicator;
using namespace std::chrono_literals;

constexpr base::Time kNow = std::chrono::sys_days(std::chrono::January / 1 / 2024);

// ── Syntaxes ─────────────────────────────────────────────────────────────────────────────────────

struct Written {
  Syntax syntax;
  const char* value;
  bool fits;
};

// Columns: what it shall be, what is written, whether it is one.
const Written kWritten[] = {
    {Syntax::text, "anything", true},
    {Syntax::integer, "42", true},
    {Syntax::integer, "-9223372036854775808", true},
    {Syntax::integer, "9223372036854775808", false},
    {Syntax::integer, "4.2", false},
    {Syntax::integer, " 42", false},
    {Syntax::boolean, "TRUE", true},
    {Syntax::boolean, "FALSE", true},
    {Syntax::boolean, "yes", false},
    {Syntax::time, "2024-01-01T00:00:00.000Z", true},
    {Syntax::time, "yesterday", false},
    {Syntax::guid, "00112233-4455-6677-8899-aabbccddeeff", true},
    {Syntax::guid, "00112233", false},
    {Syntax::dn, "cn=alice,ou=people", true},
    {Syntax::dn, "alice", false},
    {Syntax::dn, " ", false},
    {Syntax::octets, "00ffAB", true},
    {Syntax::octets, "0", false},
    {Syntax::octets, "xy", false},
};

TEST(Schema, TableOfSyntaxes) {
  for (const Written& one : kWritten) {
    const std::string fault = fault_of(one.syntax, one.value);
    EXPECT_EQ(fault.empty(), one.fits)
        << to_string(one.syntax) << " " << one.value << ": " << fault;
  }
}

TEST(Schema, EverySyntaxHasAWordAndBack) {
  for (const Syntax syntax : kSyntaxes)
    EXPECT_EQ(to_syntax(to_string(syntax)), syntax);
  EXPECT_EQ(to_syntax("nonsense"), Syntax::text);
}

// ── What people may write ────────────────────────────────────────────────────────────────────────

struct Attempt {
  AttributeDefinition definition;
  std::vector<std::string> values;
  const char* refusal;  // what it must say; empty: it is accepted
};

const Attempt kAttempts[] = {
    {{.name = "title"}, {"Head", "Clerk"}, ""},
    {{.name = "badge", .single_valued = true}, {"1", "2"}, "badge: takes one value, not 2"},
    {{.name = "badge", .single_valued = true}, {}, ""},
    {{.name = "badge", .syntax = Syntax::integer}, {"x"}, "'x' is no whole number"},
    {{.name = "badge", .syntax = Syntax::integer, .single_valued = true},
     {"x", "y"},
     "badge: takes one value, not 2\nbadge: 'x' is no whole number; write one such as 42\nbadge: "
     "'y'"},
    {{.name = "member", .back_link = "memberof"}, {"cn=a"}, "one by one: link, unlink"},
    {{.name = "memberof", .forward_link = "member"}, {"cn=a"}, "follows from member"},
    {{.name = "fax", .retired = true}, {"1"}, "ringspan schema change fax --in-use"},
    {{.name = "fax", .retired = true}, {}, ""},
};

TEST(Schema, TableOfValuesThatPeopleWrite) {
  for (const Attempt& one : kAttempts) {
    const auto verdict = check_values(one.definition, one.values);
    if (std::string(one.refusal).empty()) {
      EXPECT_TRUE(verdict) << one.definition.name << ": " << verdict.error().message;
    } else {
      ASSERT_FALSE(verdict) << one.definition.name << " should be refused: " << one.refusal;
      EXPECT_NE(verdict.error().message.find(one.refusal), std::string::npos)
          << verdict.error().message;
    }
  }
}

// ── Definitions ──────────────────────────────────────────────────────────────────────────────────

AttributeDefinition random_definition(base::Rng& rng) {
  AttributeDefinition definition{
      .name = random_word(rng, 12),
      .syntax = rng.pick(std::vector(kSyntaxes.begin(), kSyntaxes.end())),
      .single_valued = rng.chance(1, 2),
      .not_replicated = rng.chance(1, 2),
      .partial = rng.chance(1, 2),
      .filtered = rng.chance(1, 2),
      .urgent = rng.chance(1, 2),
      .retired = rng.chance(1, 2)};
  if (rng.chance(1, 3)) definition.back_link = random_word(rng, 12);
  if (rng.chance(1, 3)) definition.forward_link = random_word(rng, 12);
  if (definition.linked()) definition.syntax = Syntax::dn;
  return definition;
}

Object object_named(const std::string& name) {
  Object object{.id = id<ObjectId>(1), .naming_context = id<NamingContextId>(2), .attributes = {}};
  object.attributes["name"].values =
      to_values(Placement{.parent = id<ObjectId>(2), .rdn = {.type = "cn", .value = name}});
  return object;
}

TEST(Schema, ADefinitionIsReadAsItWasWritten) {
  base::Rng rng(11);
  for (int round = 0; round < 2000; ++round) {
    const AttributeDefinition definition = random_definition(rng);
    Object object = object_named(definition.name);
    for (const auto& [name, values] : to_values(definition))
      object.attributes[name].values = values;
    EXPECT_EQ(to_definition(object), definition) << "round " << round;
  }
}

TEST(Schema, WhateverStandsInTheSchemaGivesADefinition) {
  base::Rng rng(12);
  for (int round = 0; round < 2000; ++round) {
    Object object = object_named(random_word(rng, 12));
    for (const auto& [name, values] : to_values(random_definition(rng))) {
      auto& written = object.attributes[name].values;
      for (auto left = rng.below(3); left > 0; --left)
        written.push_back(rng.chance(1, 2) ? random_bytes(rng, 20) : random_word(rng, 20));
    }
    const AttributeDefinition definition = to_definition(object);
    EXPECT_EQ(definition.name, object.placement().rdn.key());
    EXPECT_TRUE(!definition.linked() || definition.syntax == Syntax::dn);
  }
}

// ── One replica ──────────────────────────────────────────────────────────────────────────────────

class SchemaOfOne : public testing::Test, protected OneReplica {
 protected:
  SchemaOfOne() : OneReplica(forest(), kNow, "o1") {}

  static sites::Forest forest() {
    auto read = sites::read_forest(
        R"({"name": "corp", "domains": [{"dn": "dc=corp"}], "sites": [{"name": "oslo"}],
            "controllers": [{"name": "o1", "site": "oslo"},
                            {"name": "o2", "site": "oslo", "read_only": true}]})",
        "test");
    return *std::move(read);
  }

  base::Result<replicator::Written> write(const Write& write) {
    last_ = step(WriteAsked{.id = 1, .write = write});
    return last_.answers.front().result;
  }

  base::Result<replicator::Written> define(const AttributeDefinition& definition) {
    return write(replicator::define(*store_.read(), identity_.contexts, definition));
  }

  NamingContextId context(sites::NamingContextKind kind) const {
    for (const NamingContextHead& head : identity_.contexts) {
      if (head.kind == kind) return head.id;
    }
    return {};
  }

  /// The names of the attributes that such a destination gets of the domain.
  std::set<std::string> sent_to(const Audience& audience) {
    const Page page =
        answer(*store_.read(), {.naming_context = context(sites::NamingContextKind::domain)},
               identity_, audience, now_);
    EXPECT_TRUE(page.last());
    std::set<std::string> names;
    for (const ObjectChange& object : page.objects) {
      for (const AttributeChange& change : object.attributes)
        names.insert(change.name);
    }
    return names;
  }

  static sites::Dn dn(const char* text) { return *sites::Dn::parse(text); }

  Effects last_;
};

TEST_F(SchemaOfOne, ANewForestKnowsItsFirstDefinitions) {
  const auto snapshot = store_.read();
  const Schema schema(*snapshot, identity_.contexts);
  for (const AttributeDefinition& first : first_definitions())
    EXPECT_EQ(schema.definition(first.name), first);
  EXPECT_EQ(schema.all().size(), first_definitions().size());
  EXPECT_EQ(schema.definition("phone"), AttributeDefinition{.name = "phone"});
}

TEST_F(SchemaOfOne, NobodyDefinesAnObjectsPlaceOrLife) {
  const auto* schema = schema_among(identity_.contexts);
  for (const char* name : {"name", "isdeleted"}) {
    EXPECT_FALSE(define({.name = name, .not_replicated = true}));
    Object foreign{
        .id = definition_id(schema->id, name), .naming_context = schema->id, .attributes = {}};
    const auto transaction = store_.begin();
    Writer writer(*transaction, identity_, now_);
    writer.originate(foreign, "isnotreplicated", {"TRUE"}, Usn(100));
    writer.originate(foreign, kName,
                     to_values(Placement{.parent = head_of(schema->id), .rdn = {"cn", name}}),
                     Usn(100));
    writer.put(foreign);
    EXPECT_EQ(Schema(*transaction, identity_.contexts).definition(name).not_replicated, false);
  }
}

TEST_F(SchemaOfOne, DefiningTheSameAgainWritesNothing) {
  const AttributeDefinition badge{.name = "badge", .syntax = Syntax::integer, .urgent = true};
  ASSERT_TRUE(define(badge));
  EXPECT_EQ(Schema(*store_.read(), identity_.contexts).definition("badge"), badge);
  EXPECT_TRUE(replicator::define(*store_.read(), identity_.contexts, badge).changes.empty());
}

TEST_F(SchemaOfOne, ALinkedAttributeBringsItsBackLink) {
  ASSERT_TRUE(define({.name = "owner", .syntax = Syntax::dn, .back_link = "owns"}));
  EXPECT_EQ(Schema(*store_.read(), identity_.contexts).definition("owns").forward_link, "owner");
}

TEST_F(SchemaOfOne, AllFaultsOfOneWriteAreTold) {
  const auto refused = write(Add{.dn = dn("cn=alice,ou=people"),
                                 .attributes = {{"employeenumber", {"x"}},
                                                {"lastlogon", {"now"}},
                                                {"manager", {"cn=bob"}},
                                                {"bad name", {"x"}}}});
  ASSERT_FALSE(refused);
  for (const char* name : {"employeenumber", "lastlogon", "manager", "bad name"})
    EXPECT_NE(refused.error().message.find(name), std::string::npos) << refused.error().message;
}

TEST_F(SchemaOfOne, AnUrgentWriteIsAnnouncedWithoutHoldBack) {
  const NamingContextId domain = context(sites::NamingContextKind::domain);
  const auto other = id<ControllerId>(9);
  engine_.step(std::vector<Event>{Subscribed{.destination = other, .naming_context = domain}},
               now_);
  ASSERT_TRUE(write(Add{.dn = dn("cn=alice,ou=people"), .attributes = {{"title", {"Clerk"}}}}));
  EXPECT_TRUE(last_.send.empty());
  ASSERT_TRUE(write(Set{.target = dn("cn=alice,ou=people"),
                        .attributes = {{"lockouttime", {"2024-01-01T00:00:00.000Z"}}}}));
  const Outgoing notice{.to = other, .message = Notice{.naming_context = domain}};
  EXPECT_EQ(last_.send, std::vector{notice});
}

TEST_F(SchemaOfOne, WhatIsFilteredNeverLeavesForAReadOnlyController) {
  ASSERT_TRUE(write(Add{.dn = dn("cn=alice,ou=people"),
                        .attributes = {{"title", {"Clerk"}}, {"unicodepwd", {"secret"}}}}));
  const NamingContextId domain = context(sites::NamingContextKind::domain);
  EXPECT_EQ(sent_to({}), (std::set<std::string>{"name", "title", "unicodepwd"}));
  EXPECT_EQ(sent_to({.read_only = true}), (std::set<std::string>{"name", "title"}));
  EXPECT_EQ(sent_to({.partial = true}), (std::set<std::string>{"name", "title"}));
  const Lag all = lag(*store_.read(), domain, {}, {}, identity_, {});
  const Lag less = lag(*store_.read(), domain, {}, {}, identity_, {.read_only = true});
  EXPECT_EQ(all.values, less.values + 1);
}

TEST_F(SchemaOfOne, ADefinitionHoldsFromTheNextPageOnAndSoDoesItsEnd) {
  ASSERT_TRUE(write(Add{.dn = dn("cn=alice,ou=people"), .attributes = {{"title", {"Clerk"}}}}));
  const std::set<std::string> whole{"name", "title"};
  const std::set<std::string> less{"name"};
  EXPECT_EQ(sent_to({.read_only = true}), whole);
  ASSERT_TRUE(define({.name = "title", .filtered = true}));
  EXPECT_EQ(sent_to({.read_only = true}), less);
  EXPECT_EQ(sent_to({}), whole);
  ASSERT_TRUE(define({.name = "title"}));
  EXPECT_EQ(sent_to({.read_only = true}), whole);
}

TEST_F(SchemaOfOne, TheForestSaysWhoIsReadOnly) {
  const NamingContextId domain = context(sites::NamingContextKind::domain);
  const auto of = [&](const char* name) {
    return audience_of(forest_, sites::find_controller(forest_, name)->id, domain);
  };
  EXPECT_EQ(of("o1"), Audience{});
  EXPECT_EQ(of("o2"), Audience{.read_only = true});
  EXPECT_EQ(audience_of(forest_, id<ControllerId>(250), domain), std::nullopt);
}

struct Redefinition {
  const char* what;
  AttributeDefinition after;
  bool allowed;
};

// Before: badge is a whole number with one value, phone has two values and no definition.
const Redefinition kRedefinitions[] = {
    {"a flag more", {.name = "badge", .syntax = Syntax::integer, .filtered = true}, true},
    {"retired", {.name = "badge", .syntax = Syntax::integer, .retired = true}, true},
    {"one value", {.name = "badge", .syntax = Syntax::integer, .single_valued = true}, true},
    {"another syntax while it has values", {.name = "badge"}, false},
    {"linked while it has values", {.name = "badge", .back_link = "badge-of"}, false},
    {"not replicated while it has values",
     {.name = "badge", .syntax = Syntax::integer, .not_replicated = true},
     false},
    {"one value where there are two", {.name = "phone", .single_valued = true}, false},
    {"a syntax that a value does not have", {.name = "phone", .syntax = Syntax::boolean}, false},
    {"a syntax that all values have", {.name = "phone", .syntax = Syntax::integer}, true},
    {"no longer linked", {.name = "member"}, false},
    {"one value of a link without links",
     {.name = "member", .single_valued = true, .back_link = "memberof", .partial = true},
     true},
    {"a back link that is taken", {.name = "friend", .back_link = "memberof"}, false},
    {"a back link that is an attribute", {.name = "friend", .back_link = "mail"}, false},
    {"its own back link", {.name = "friend", .back_link = "friend"}, false},
    {"a name that is none", {.name = "not a name"}, false},
    {"an object's place", {.name = "name"}, false},
};

TEST_F(SchemaOfOne, TableOfRedefinitions) {
  ASSERT_TRUE(define({.name = "badge", .syntax = Syntax::integer}));
  ASSERT_TRUE(write(Add{.dn = dn("cn=alice,ou=people"),
                        .attributes = {{"badge", {"7"}}, {"phone", {"1", "2"}}}}));
  for (const Redefinition& one : kRedefinitions) {
    const auto snapshot = store_.read();
    const Schema schema(*snapshot, identity_.contexts);
    std::optional<AttributeDefinition> before;
    if (schema.object(one.after.name)) before = schema.definition(one.after.name);
    const auto verdict = check_definition(*snapshot, identity_.contexts, before, one.after);
    EXPECT_EQ(verdict.has_value(), one.allowed)
        << one.what << (verdict ? "" : ": " + verdict.error().message);
  }
}

TEST_F(SchemaOfOne, WhatDefinesTheForestIsNeverKeptFromAnyone) {
  const NamingContextId configuration = context(sites::NamingContextKind::configuration);
  ASSERT_TRUE(write(Set{.target = head_of(configuration), .attributes = {{"publickey", {"k"}}}}));
  EXPECT_FALSE(define({.name = "publickey", .filtered = true}));
  EXPECT_FALSE(define({.name = "publickey", .not_replicated = true}));
  EXPECT_TRUE(define({.name = "publickey", .single_valued = true}));
}

TEST_F(SchemaOfOne, ADefinitionIsNeverDeletedOrRenamed) {
  const auto* schema = schema_among(identity_.contexts);
  const ObjectId member = definition_id(schema->id, "member");
  EXPECT_FALSE(write(Delete{.target = member}));
  EXPECT_FALSE(write(Rename{.target = member, .rdn = *sites::Rdn::parse("cn=members")}));
  EXPECT_FALSE(write(Move{.target = member, .parent = head_of(schema->id)}));
}

TEST_F(SchemaOfOne, WhatIsHeldInPartIsNotWritten) {
  Identity catalog = identity_;
  for (NamingContextHead& head : catalog.contexts)
    head.is_partial = head.kind == sites::NamingContextKind::domain;
  Engine engine(store_, guids_, catalog);
  const auto effects =
      engine.step(std::vector<Event>{WriteAsked{
                      .id = 1, .write = Add{.dn = dn("cn=x,ou=people"), .attributes = {}}}},
                  now_);
  ASSERT_FALSE(effects.answers.front().result);
  EXPECT_EQ(effects.answers.front().result.error().code, base::Errc::refused);
  EXPECT_TRUE(effects.changed.empty());
}

}  // namespace
}  // namespace ringspan::tests
