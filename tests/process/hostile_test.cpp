// Peers that mean no good: each is refused with a line in the log that says who and why, and the
// controller serves on.

#include <gtest/gtest.h>
#include <signal.h>
#include <zstd.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "controllers.hpp"
#include "hostile_peer.hpp"
#include "replicator/net/authority.hpp"
#include "replicator/wire/wire.hpp"
#include "sites/read_forest.hpp"

namespace ringspan::tests {
namespace {

namespace wire = replicator::wire;
using replicator::net::Authority;

std::string read(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

base::Time now() {
  return std::chrono::floor<base::Duration>(std::chrono::system_clock::now());
}

/// One controller, alone, and whoever comes.
class Hostile : public testing::Test {
 protected:
  void SetUp() override { pair_.found(); }

  /// After every test: the controller answers a person as if nothing had been.
  void TearDown() override {
    const Json status = pair_.oslo.ask({{"ask", "status"}});
    EXPECT_EQ(status.at("health"), "well") << status.dump(2);
  }

  Papers operator_papers() const {
    const auto tls = pair_.oslo.data() / "tls";
    return {read(tls / "operator.pem"), read(tls / "operator.key")};
  }

  Papers member_papers() const {
    const auto tls = pair_.oslo.data() / "tls";
    return {read(tls / "certificate.pem"), read(tls / "key.pem")};
  }

  void expect_refusal(const std::string& reason) {
    std::optional<std::string> line;
    do {  // other lines may say the same of our own connections
      line = pair_.oslo.process().wait_for_line(reason);
    } while (line && line->find("refused: ") == std::string::npos);
    ASSERT_TRUE(line.has_value()) << reason << "\n" << pair_.oslo.process().output();
    EXPECT_NE(line->find("127.0.0.1:"), std::string::npos) << *line;
  }

  Pair pair_;
};

TEST_F(Hostile, WithoutACertificateAQuestionNeedsAToken) {
  HostilePeer peer(pair_.oslo.port());
  ASSERT_TRUE(peer.handshake({}));
  peer.send(wire::encode(wire::Ask{1, R"({"ask":"status"})", 1}, wire::Compression::none));
  const std::string answer = peer.read_to_end();
  EXPECT_NE(answer.find("\"token\\\": is missing"), std::string::npos) << answer;
  EXPECT_EQ(answer.find("controllers"), std::string::npos);
  expect_refusal("is missing, and there is no certificate");
}

TEST_F(Hostile, WithoutACertificateNothingElseIsRead) {
  HostilePeer peer(pair_.oslo.port());
  ASSERT_TRUE(peer.handshake({}));
  peer.send(wire::encode(wire::Ping{1}, wire::Compression::none));
  EXPECT_EQ(peer.read_to_end(), "");
  expect_refusal("no certificate: only a join request, or one question with a token, is accepted");
}

TEST_F(Hostile, WithoutACertificateOneQuestionMustBeEnough) {
  HostilePeer peer(pair_.oslo.port());
  ASSERT_TRUE(peer.handshake({}));
  const std::string ask =
      wire::encode(wire::Ask{1, R"({"ask":"status"})", 1}, wire::Compression::none);
  peer.send(ask + ask + ask);
  EXPECT_EQ(peer.read_to_end().find("controllers"), std::string::npos);
  expect_refusal("no certificate");
}

TEST_F(Hostile, ACertificateOfAnotherAuthorityEndsTheHandshake) {
  const sites::ForestId forest;
  const auto authority = Authority::create(forest, "corp", now());
  const std::string key = replicator::net::make_key();
  const auto certificate = authority.issue_operator(
      replicator::net::make_signing_request(key, "operator"), "operator", now());
  ASSERT_TRUE(certificate);
  HostilePeer peer(pair_.oslo.port());
  peer.handshake({*certificate, key});  // TLS 1.3: our side is done before theirs has looked
  EXPECT_EQ(peer.read_to_end(), "");
  expect_refusal("its certificate is of another authority");
}

TEST_F(Hostile, ACertificateOfOurAuthorityForAnotherForestIsRefused) {
  const auto tls = pair_.oslo.data() / "tls";
  const auto authority =
      Authority::load({}, read(tls / "authority.pem"), read(tls / "authority.key"));
  ASSERT_TRUE(authority);
  const std::string key = replicator::net::make_key();
  const auto certificate = authority->issue_operator(
      replicator::net::make_signing_request(key, "operator"), "operator", now());
  HostilePeer peer(pair_.oslo.port());
  ASSERT_TRUE(peer.handshake({*certificate, key}));
  EXPECT_EQ(peer.read_to_end(), "");
  expect_refusal("names no controller and no operator of this forest");
}

TEST_F(Hostile, AControllerThatIsNotInTheForestIsRefused) {
  const auto tls = pair_.oslo.data() / "tls";
  const auto forest = sites::read_forest(read(pair_.oslo.data() / "forest.json"), "forest.json");
  ASSERT_TRUE(forest);
  const auto authority =
      Authority::load(forest->id, read(tls / "authority.pem"), read(tls / "authority.key"));
  ASSERT_TRUE(authority);
  const std::string key = replicator::net::make_key();
  const auto certificate = authority->issue_controller(
      replicator::net::make_signing_request(key, "rogue"),
      sites::ControllerId(base::Guid::from_random({7})), "rogue", now());
  HostilePeer peer(pair_.oslo.port());
  ASSERT_TRUE(peer.handshake({*certificate, key}));
  peer.send(wire::encode(wire::Ask{1, R"({"ask":"status"})", 1}, wire::Compression::none));
  peer.read_to_end();
  expect_refusal("not in the forest");
}

TEST_F(Hostile, GarbageInsteadOfTls) {
  HostilePeer peer(pair_.oslo.port());
  peer.send_raw("GET / HTTP/1.1\r\n\r\n");
  expect_refusal("TLS handshake failed");
}

TEST_F(Hostile, GarbageInsteadOfAFrame) {
  HostilePeer peer(pair_.oslo.port());
  ASSERT_TRUE(peer.handshake(operator_papers()));
  peer.send("GET / HTTP/1.1\r\n\r\n");
  expect_refusal("does not begin with RSP1");
}

TEST_F(Hostile, AFrameOfOneGibibyteIsRefusedBeforeItIsRead) {
  HostilePeer peer(pair_.oslo.port());
  ASSERT_TRUE(peer.handshake(operator_papers()));
  peer.send(frame_header(1U << 30U, false));
  expect_refusal("1073741824 bytes are more than");
}

TEST_F(Hostile, AStrangersFrameIsSmall) {
  HostilePeer peer(pair_.oslo.port());
  ASSERT_TRUE(peer.handshake({}));
  peer.send(frame_header(1U << 20U, false));
  expect_refusal("at most 65536");
}

TEST_F(Hostile, ATruncatedFrameEndsTheConnectionOnly) {
  HostilePeer peer(pair_.oslo.port());
  ASSERT_TRUE(peer.handshake(operator_papers()));
  peer.send(frame_header(1000, false) + std::string(10, 'x'));
  peer.hang_up();
  expect_refusal("closed by the other side within a frame");
}

TEST_F(Hostile, ABodyThatIsNoMessageIsRefused) {
  HostilePeer peer(pair_.oslo.port());
  ASSERT_TRUE(peer.handshake(member_papers()));
  peer.send(frame_header(1000, false) + std::string(1000, 'x'));
  expect_refusal("of a kind that this program does not know");
}

TEST_F(Hostile, ACompressionBombIsRefusedBeforeItIsUnpacked) {
  const std::string zeros(256U << 20U, '\0');
  std::string bomb(ZSTD_compressBound(zeros.size()), '\0');
  bomb.resize(ZSTD_compress(bomb.data(), bomb.size(), zeros.data(), zeros.size(), 1));
  ASSERT_LT(bomb.size(), 64U << 10U);
  HostilePeer peer(pair_.oslo.port());
  ASSERT_TRUE(peer.handshake(operator_papers()));
  peer.send(frame_header(static_cast<std::uint32_t>(bomb.size()), true) + bomb);
  expect_refusal("bytes after unpacking are more than");
}

TEST_F(Hostile, AnOperatorCannotPull) {
  HostilePeer peer(pair_.oslo.port());
  ASSERT_TRUE(peer.handshake(operator_papers()));
  peer.send(wire::encode(wire::Ping{1}, wire::Compression::none));
  peer.read_to_end();
  expect_refusal("neither a greeting nor a question");
}

TEST_F(Hostile, WhoeverIsSilentIsGivenUp) {
  HostilePeer peer(pair_.oslo.port());
  expect_refusal("no handshake and first frame within 5 s");
}

TEST_F(Hostile, MoreThan64StrangersAreTurnedAwayAndPeopleGetInAfterThem) {
  std::vector<std::unique_ptr<HostilePeer>> peers;
  for (int i = 0; i < 70; ++i)
    peers.push_back(std::make_unique<HostilePeer>(pair_.oslo.port()));
  expect_refusal("have not shown who they are");
  peers.clear();
  expect_refusal("closed by the other side");  // the first of them has been let go
}

}  // namespace
}  // namespace ringspan::tests
