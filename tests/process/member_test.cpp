// Who is a member, and what a controller may that is one: a good certificate is not enough, and a
// read-only controller writes nothing, whoever holds its key.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "controllers.hpp"
#include "hostile_peer.hpp"
#include "replicator/net/authority.hpp"
#include "replicator/net/tls_client.hpp"
#include "replicator/wire/wire.hpp"
#include "sites/read_forest.hpp"

namespace ringspan::tests {
namespace {

namespace net = replicator::net;
namespace wire = replicator::wire;
using namespace std::chrono_literals;

std::string read(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

base::Time now() {
  return std::chrono::floor<base::Duration>(std::chrono::system_clock::now());
}

std::string code_of(const Json& answer) {
  return answer.contains("error") ? answer["error"]["code"].get<std::string>() : "";
}

std::size_t count_of(std::string_view word, std::string_view text) {
  std::size_t count = 0;
  for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1))
    ++count;
  return count;
}

/// Two controllers, and whoever has the papers of the second.
class Members : public testing::Test {
 protected:
  void SetUp() override {
    pair_.found();
    pair_.join_nuuk();
    pair_.nuuk.ask({{"ask", "sync"}, {"from", "oslo-1"}});
    forest_ = sites::read_forest(read(pair_.nuuk.data() / "forest.json"), "forest.json").value();
    nuuk_ = sites::find_controller(forest_, "nuuk-1")->id;
  }

  void make_read_only() {
    const Json set =
        pair_.oslo.ask({{"ask", "set"},
                        {"dn", "cn=nuuk-1,cn=controllers,cn=configuration,dc=corp,dc=example"},
                        {"attributes", {{"readonly", {"TRUE"}}}}});
    ASSERT_EQ(code_of(set), "") << set.dump();
    ASSERT_TRUE(eventually([&] {
      const Json forest = pair_.oslo.ask({{"ask", "export"}});
      for (const Json& controller : forest.at("controllers")) {
        if (controller.at("name") == "nuuk-1") return controller.value("read_only", false);
      }
      return false;
    }));
  }

  Papers papers_of_nuuk() const {
    const auto tls = pair_.nuuk.data() / "tls";
    return {read(tls / "certificate.pem"), read(tls / "key.pem")};
  }

  /// A certificate of the forest's authority for nuuk-1, with a key of its own.
  Papers forged() const {
    const auto tls = pair_.oslo.data() / "tls";
    const auto authority =
        net::Authority::load(forest_.id, read(tls / "authority.pem"), read(tls / "authority.key"));
    const std::string key = net::make_key();
    return {authority.value()
                .issue_controller(net::make_signing_request(key, "nuuk-1"), nuuk_, "nuuk-1", now())
                .value(),
            key};
  }

  std::unique_ptr<net::TlsClient> connect(const Papers& papers, std::uint16_t port) const {
    const auto context = net::client_context(
        {read(pair_.nuuk.data() / "tls" / "authority.pem"), papers.certificate, papers.key});
    return net::TlsClient::connect({"127.0.0.1", port}, context.value(), deadline()).value();
  }

  static net::TlsClient::Deadline deadline() {
    return std::chrono::steady_clock::now() + kPatience;
  }

  /// The answer to a question that whoever has the papers asks at oslo-1; nullopt if turned away.
  std::optional<Json> ask(const Papers& papers, const Json& request) const {
    const auto client = connect(papers, pair_.oslo.port());
    EXPECT_TRUE(client->send(wire::Ask{1, request.dump(), 1}, deadline()));
    const auto message = client->receive(deadline());
    if (!message) return std::nullopt;
    return Json::parse(std::get<wire::Answer>(*message).json);
  }

  wire::Hello hello() const {
    return {.lowest_version = 1,
            .highest_version = 1,
            .controller = nuuk_,
            .invocation = replicator::InvocationId(base::Guid::from_name({}, "stolen")),
            .name = "nuuk-1",
            .time = now()};
  }

  /// The refusal that oslo-1 sends to whoever greets it with the papers; nullopt: it sends none.
  std::optional<replicator::Refusal> refusal_of(const Papers& papers) const {
    HostilePeer peer(pair_.oslo.port());
    if (!peer.handshake(papers)) return std::nullopt;
    peer.send(wire::encode(hello(), wire::Compression::none));
    const std::string answer = peer.read_to_end();
    for (std::string_view rest = answer; rest.size() >= wire::kHeaderSize;) {
      const auto header = wire::read_header(std::span(rest).first<wire::kHeaderSize>());
      if (!header) break;
      rest.remove_prefix(wire::kHeaderSize);
      const auto message = wire::decode(*header, rest.substr(0, header->length));
      if (message && std::holds_alternative<replicator::Refusal>(*message)) {
        return std::get<replicator::Refusal>(*message);
      }
      rest.remove_prefix(std::min<std::size_t>(rest.size(), header->length));
    }
    return std::nullopt;
  }

  void expect_refusal(const std::string& reason) {
    EXPECT_TRUE(pair_.oslo.process().wait_for_line(reason)) << pair_.oslo.process().output();
  }

  Pair pair_;
  sites::Forest forest_;
  sites::ControllerId nuuk_;
};

TEST_F(Members, AGoodCertificateWithAKeyThatIsNotInTheConfigurationIsRefused) {
  EXPECT_TRUE(ask(papers_of_nuuk(), {{"ask", "whoami"}}).has_value());
  EXPECT_EQ(ask(forged(), {{"ask", "whoami"}}), std::nullopt);
  expect_refusal("its key is not the one that the configuration has for nuuk-1");

  const auto greeting = connect(forged(), pair_.oslo.port());
  ASSERT_TRUE(greeting->send(hello(), deadline()));
  auto message = greeting->receive(deadline());
  while (message && std::holds_alternative<wire::Hello>(*message))
    message = greeting->receive(deadline());
  EXPECT_FALSE(message.has_value());
  expect_refusal("its key is not the one that the configuration has for nuuk-1");
}

TEST_F(Members, AControllerThatIsRemovedFromTheConfigurationIsRefusedAtOnce) {
  const Papers papers = papers_of_nuuk();
  const auto session = connect(papers, pair_.oslo.port());
  ASSERT_TRUE(session->send(hello(), deadline()));
  ASSERT_TRUE(session->receive(deadline()));
  const Json removed = pair_.oslo.ask(
      {{"ask", "delete"}, {"dn", "cn=nuuk-1,cn=controllers,cn=configuration,dc=corp,dc=example"}});
  ASSERT_EQ(code_of(removed), "") << removed.dump();
  auto message = session->receive(deadline());
  while (message)  // what was under way
    message = session->receive(deadline());
  expect_refusal("not in the forest");
  EXPECT_EQ(ask(papers, {{"ask", "whoami"}}), std::nullopt);
}

TEST_F(Members, OnlyWhoWasRemovedIsToldThatItIsNoMember) {
  const auto strange = refusal_of(forged());
  ASSERT_TRUE(strange.has_value());
  EXPECT_FALSE(strange->not_member) << strange->reason;
  EXPECT_TRUE(pair_.oslo.process().wait_for_line("asking nuuk-1 for its configuration"))
      << pair_.oslo.process().output();
  pair_.oslo.ask(
      {{"ask", "delete"}, {"dn", "cn=nuuk-1,cn=controllers,cn=configuration,dc=corp,dc=example"}});
  const auto removed = refusal_of(papers_of_nuuk());
  ASSERT_TRUE(removed.has_value());
  EXPECT_TRUE(removed->not_member) << removed->reason;
}

TEST_F(Members, WhoIsRemovedFindsOutAndAnswersNobodyWhoPulls) {
  pair_.oslo.ask(
      {{"ask", "delete"}, {"dn", "cn=nuuk-1,cn=controllers,cn=configuration,dc=corp,dc=example"}});
  EXPECT_TRUE(pair_.nuuk.process().wait_for_line("nuuk-1 is refused as no member of the forest"))
      << pair_.nuuk.process().output();
  EXPECT_LT(count_of("refuses: ", pair_.nuuk.process().output()),
            50);  // it rests between its calls
}

TEST_F(Members, AWritableControllerSaysForWhomItAsks) {
  const auto as = [&](const Json& person, Json request) {
    request["as"] = person;
    return ask(papers_of_nuuk(), request).value();
  };
  const Json set{{"ask", "set"}, {"dn", "ou=people"}, {"attributes", {{"l", {"x"}}}}};
  EXPECT_EQ(code_of(as({{"person", "rita"}, {"role", "reader"}}, set)), "refused");
  EXPECT_EQ(code_of(as({{"person", "olaf"}, {"role", "operator"}}, set)), "");
  EXPECT_EQ(as({{"person", "olaf"}, {"role", "operator"}}, {{"ask", "whoami"}}).at("person"),
            "olaf");
  EXPECT_EQ(code_of(as({{"person", "olaf"}, {"role", "emperor"}}, set)), "invalid");
  EXPECT_EQ(code_of(as("olaf", set)), "invalid");
}

/// nuuk-1 is read-only, and its key is stolen.
class ReadOnly : public Members {
 protected:
  void SetUp() override {
    Members::SetUp();
    make_read_only();
    before_ = pair_.oslo.dump();
  }

  void TearDown() override { EXPECT_EQ(pair_.oslo.dump(), before_); }

  std::string before_;
};

TEST_F(Members, WhoComesByAWayRoundIsCalledBack) {
  const auto session = connect(papers_of_nuuk(), pair_.oslo.port());
  ASSERT_TRUE(session->send(hello(), deadline()));
  ASSERT_TRUE(session->receive(deadline()));
  const auto* domain = sites::find_naming_context(forest_, forest_.root_domain);
  ASSERT_TRUE(session->send(
      replicator::GetChanges{
          .request = 1, .naming_context = domain->id, .notify = false, .call_back = true},
      deadline()));
  EXPECT_TRUE(pair_.oslo.process().wait_for_line("nuuk-1 comes by a way round"));
}

TEST_F(ReadOnly, AsksForNothingThatChangesAnything) {
  const Papers papers = papers_of_nuuk();
  const Json admin{{"person", "admin"}, {"role", "admin"}};
  const std::vector<Json> requests{
      {{"ask", "set"}, {"dn", "ou=people"}, {"attributes", {{"l", {"x"}}}}},
      {{"ask", "add"}, {"dn", "cn=mallory,ou=people"}},
      {{"ask", "delete"}, {"dn", "ou=groups"}},
      {{"ask", "rename"}, {"dn", "ou=groups"}, {"rdn", "ou=g"}},
      {{"ask", "sync"}, {"from", "nuuk-1"}},
      {{"ask", "invite"}, {"controller", "nuuk-1"}},
      {{"ask", "token_add"}, {"name", "mallory"}, {"role", "admin"}},
      {{"ask", "token_list"}},
      {{"ask", "page_code"}, {"role", "operator"}}};
  for (Json request : requests) {
    const auto plain = ask(papers, request);
    ASSERT_TRUE(plain.has_value());
    EXPECT_NE(code_of(*plain), "") << request.dump() << plain->dump();
    request["as"] = admin;
    const auto stated = ask(papers, request);
    ASSERT_TRUE(stated.has_value());
    EXPECT_NE(code_of(*stated), "") << request.dump() << stated->dump();
  }
  EXPECT_EQ(ask(papers, {{"ask", "whoami"}, {"as", admin}}).value().at("role"), "reader");
}

TEST_F(ReadOnly, GetsNothingFilteredWhateverItAsks) {
  pair_.oslo.ask({{"ask", "add"},
                  {"dn", "cn=alice,ou=people"},
                  {"attributes", {{"title", {"Clerk"}}, {"unicodepwd", {"secret"}}}}});
  before_ = pair_.oslo.dump();
  EXPECT_NE(before_.find("secret"), std::string::npos);

  const auto session = connect(papers_of_nuuk(), pair_.oslo.port());
  ASSERT_TRUE(session->send(hello(), deadline()));
  ASSERT_TRUE(session->receive(deadline()));
  const auto* domain = sites::find_naming_context(forest_, forest_.root_domain);
  ASSERT_TRUE(session->send(replicator::GetChanges{.request = 1, .naming_context = domain->id},
                            deadline()));
  std::set<std::string> sent;
  for (bool came = false; !came;) {
    const auto message = session->receive(deadline());
    ASSERT_TRUE(message) << message.error().message;
    const auto* page = std::get_if<replicator::Page>(&*message);
    if (page == nullptr) continue;
    came = page->last();
    for (const auto& object : page->objects) {
      for (const auto& attribute : object.attributes)
        sent.insert(attribute.name);
    }
  }
  EXPECT_TRUE(sent.contains("title"));
  EXPECT_FALSE(sent.contains("unicodepwd"));

  const std::vector<Json> requests{
      {{"ask", "get"}, {"dn", "cn=alice,ou=people"}},
      {{"ask", "find"}, {"attribute", "title"}, {"value", "*"}},
      {{"ask", "dump"}, {"naming_context", "dc=corp,dc=example"}},
  };
  for (const Json& request : requests) {
    const auto answer = ask(papers_of_nuuk(), request);
    ASSERT_TRUE(answer.has_value());
    EXPECT_NE(answer->dump().find("Clerk"), std::string::npos) << answer->dump();
    EXPECT_EQ(answer->dump().find("secret"), std::string::npos) << answer->dump();
  }
  const auto guessed =
      ask(papers_of_nuuk(), {{"ask", "find"}, {"attribute", "unicodepwd"}, {"value", "s*"}});
  EXPECT_EQ(guessed.value().at("objects").size(), 0U);
}

TEST_F(Members, WhatIsFilteredIsNotShownByItsConflictsAndStampsEither) {
  const std::string alice = "cn=alice,ou=people";
  pair_.oslo.ask({{"ask", "add"}, {"dn", alice}});
  pair_.nuuk.ask({{"ask", "sync"}, {"from", "oslo-1"}});
  pair_.cut();
  for (const char* attribute : {"title", "unicodepwd"}) {
    pair_.oslo.set(alice, attribute, fmt::format("{} of Oslo", attribute));
    pair_.nuuk.set(alice, attribute, fmt::format("{} of Nuuk", attribute));
  }
  pair_.mend();
  ASSERT_TRUE(eventually([&] { return pair_.oslo.dump() == pair_.nuuk.dump(); }));
  const auto conflicts = [&] { return pair_.oslo.ask({{"ask", "conflicts"}}).at("conflicts"); };
  ASSERT_TRUE(eventually([&] { return conflicts().size() == 2; }));
  const std::string hidden = conflicts().at(0).at("attribute") == "title"
                                 ? conflicts().at(1).at("id")
                                 : conflicts().at(0).at("id");
  make_read_only();

  const std::vector<Json> requests{
      {{"ask", "stamps"}, {"dn", alice}}, {{"ask", "journal"}}, {{"ask", "conflicts"}}};
  for (const Json& request : requests) {
    const Json all = pair_.oslo.ask(request);
    EXPECT_NE(all.dump().find("unicodepwd"), std::string::npos) << all.dump();
    const auto answer = ask(papers_of_nuuk(), request);
    ASSERT_TRUE(answer.has_value());
    EXPECT_NE(answer->dump().find("title"), std::string::npos) << answer->dump();
    EXPECT_EQ(answer->dump().find("unicodepwd"), std::string::npos) << answer->dump();
  }
  const auto shown = ask(papers_of_nuuk(), {{"ask", "conflict"}, {"id", hidden}});
  ASSERT_TRUE(shown.has_value());
  EXPECT_EQ(shown->dump().find("unicodepwd"), std::string::npos) << shown->dump();
  EXPECT_EQ(code_of(*shown), "not_found");
}

TEST_F(ReadOnly, IsNoSourceWhoeverAsksForIt) {
  const Json sync = pair_.oslo.ask({{"ask", "sync"}, {"from", "nuuk-1"}});
  EXPECT_EQ(code_of(sync), "refused") << sync.dump();
  const Json status = pair_.oslo.ask({{"ask", "status"}});
  for (const Json& connection : status.at("connections"))
    EXPECT_NE(connection.at("source"), "nuuk-1") << connection.dump();
}

TEST_F(ReadOnly, WhatItPushesIsNotTaken) {
  const auto pushes = [&](const wire::Message& message) {
    const auto session = connect(papers_of_nuuk(), pair_.oslo.port());
    ASSERT_TRUE(session->send(hello(), deadline()));
    ASSERT_TRUE(session->receive(deadline()));
    ASSERT_TRUE(session->send(message, deadline()));
    auto answer = session->receive(deadline());
    while (answer)
      answer = session->receive(deadline());
    expect_refusal("a message that no destination sends");
  };
  const auto context = forest_.naming_contexts.front().id;
  const auto originator = replicator::InvocationId(base::Guid::from_name({}, "stolen"));
  replicator::Page page{.request = 1,
                        .naming_context = context,
                        .source = originator,
                        .objects = {},
                        .end = {},
                        .vector = std::nullopt};
  const replicator::ObjectId object(base::Guid::from_name({}, "mallory"));
  page.objects.push_back(
      {object,
       {{.name = std::string(replicator::kName),
         .values = replicator::to_values(
             {.parent = replicator::head_of(context), .rdn = {.type = "cn", .value = "mallory"}}),
         .stamp =
             {.version = 1, .time = now(), .originator = originator, .usn = replicator::Usn(1)},
         .context = {}}}});
  pushes(page);
  pushes(replicator::Notice{context});
}

}  // namespace
}  // namespace ringspan::tests
