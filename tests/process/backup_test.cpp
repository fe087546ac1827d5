// Backup and restore with real controllers: a backup is made while people write, the folder is
// lost, and everything that was acknowledged is there again.

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "controllers.hpp"

namespace ringspan::tests {
namespace {

namespace fs = std::filesystem;

class Backup : public testing::Test {
 protected:
  void SetUp() override {
    pair_.found();
    pair_.join_nuuk();
    const Json filled = pair_.nuuk.ask({{"ask", "sync"}, {"from", "oslo-1"}});
    ASSERT_FALSE(filled.contains("error")) << filled.dump();
  }

  Ended program(const std::string& words) {
    return run({"sh", "-c", std::string(RINGSPAN_PROGRAM) + " " + words});
  }

  /// A person of number `i`, added at oslo-1.
  bool add(int i) {
    const Json added = pair_.oslo.ask({{"ask", "add"},
                                       {"dn", "cn=p" + std::to_string(i) + ",ou=people"},
                                       {"attributes", {{"title", {std::to_string(i)}}}}});
    return added.contains("usn");
  }

  /// Is that person there, as it was added?
  bool has(int i) {
    const Json found =
        pair_.oslo.ask({{"ask", "get"}, {"dn", "cn=p" + std::to_string(i) + ",ou=people"}});
    return found.value("attributes", Json()) == Json({{"title", {std::to_string(i)}}});
  }

  bool same() {
    return eventually([this] { return pair_.oslo.dump() == pair_.nuuk.dump(); });
  }

  Pair pair_;
  const std::string place_ = (pair_.scratch.path() / "backup").string();
};

TEST_F(Backup, MadeWhilePeopleWriteBringsEverythingBack) {
  std::atomic<int> added = 0;
  std::atomic<bool> enough = false;
  std::thread people([&] {
    for (int i = 0; !enough && add(i); ++i)
      ++added;
  });
  EXPECT_TRUE(eventually([&] { return added > 20; }));
  const Ended made = program("backup " + place_ + " --json --data " + pair_.oslo.data().string());
  const int then = added;
  EXPECT_TRUE(eventually([&] { return added > then + 20; }));
  enough = true;
  people.join();
  ASSERT_EQ(made.code, 0) << made.output;
  const Json answer = Json::parse(made.output);
  EXPECT_EQ(answer.at("controller"), "oslo-1");
  EXPECT_GT(answer.at("usn").get<std::uint64_t>(), 20U);
  for (const char* secret : {"tls/key.pem", "tls/authority.key", "directory.sqlite"}) {
    EXPECT_EQ(fs::status(fs::path(place_) / secret).permissions(),
              fs::perms::owner_read | fs::perms::owner_write)
        << secret;
  }
  ASSERT_TRUE(same());

  // While it serves its folder stands as it is.
  const std::string restore =
      "restore " + place_ + " --data " + pair_.oslo.data().string() + " --replace";
  const Ended in_use = program(restore);
  EXPECT_EQ(in_use.code, 1) << in_use.output;
  EXPECT_NE(in_use.output.find("another process has this database open"), std::string::npos)
      << in_use.output;

  pair_.oslo.kill_hard();
  const Ended kept = program("restore " + place_ + " --data " + pair_.oslo.data().string());
  EXPECT_EQ(kept.code, 1) << kept.output;
  EXPECT_NE(kept.output.find("--replace"), std::string::npos) << kept.output;
  const Ended restored = program(restore + " --json");
  ASSERT_EQ(restored.code, 0) << restored.output;
  EXPECT_NE(Json::parse(restored.output).at("invocation"), answer.at("invocation"));
  pair_.oslo.serve();
  ASSERT_TRUE(add(100'000));
  EXPECT_TRUE(same());
  for (int i = 0; i < added; ++i)
    EXPECT_TRUE(has(i)) << i;
  EXPECT_EQ(pair_.oslo.ask({{"ask", "status"}}).at("controllers").at(0).at("state"), "serving");
}

TEST_F(Backup, ThatIsDamagedIsRefusedWithAllThatIsWrong) {
  const std::string data = pair_.oslo.data().string();
  ASSERT_EQ(program("backup " + place_ + " --data " + data).code, 0);
  const Ended twice = program("backup " + place_ + " --data " + data);
  EXPECT_EQ(twice.code, 1) << twice.output;
  EXPECT_NE(twice.output.find("is there already"), std::string::npos) << twice.output;
  {
    std::fstream database(fs::path(place_) / "directory.sqlite",
                          std::ios::in | std::ios::out | std::ios::binary);
    database.seekp(5000);
    database << "not what was written";
  }
  fs::remove(fs::path(place_) / "tls" / "key.pem");
  const auto target = (pair_.scratch.path() / "again").string();
  const Ended refused = program("restore " + place_ + " --data " + target);
  EXPECT_EQ(refused.code, 3) << refused.output;
  EXPECT_NE(refused.output.find("directory.sqlite"), std::string::npos) << refused.output;
  EXPECT_NE(refused.output.find("key.pem: is missing"), std::string::npos) << refused.output;
  EXPECT_FALSE(fs::exists(target));
  EXPECT_EQ(program("restore " + data + " --data " + target).code, 1);
}

// Somebody copies a data folder, serves on, and puts the copy back.
TEST_F(Backup, FolderPutBackBehindItsBackIsQuarantinedUntilOneCommand) {
  const std::string data = pair_.nuuk.data().string();
  const auto named = [](const Json& status) {
    for (const Json& one : status.at("controllers")) {
      if (one.at("name") == "nuuk-1") return one.at("state").get<std::string>();
    }
    return std::string();
  };
  const auto write = [this](const std::string& name) {
    return pair_.nuuk.ask({{"ask", "add"}, {"dn", "cn=" + name + ",ou=people"}});
  };
  ASSERT_TRUE(write("first").contains("usn"));
  ASSERT_TRUE(same());
  pair_.nuuk.stop();
  const fs::path copy = pair_.scratch.path() / "copy";
  fs::copy(data, copy, fs::copy_options::recursive);
  pair_.nuuk.serve();
  ASSERT_TRUE(write("lost-1").contains("usn"));
  ASSERT_TRUE(write("lost-2").contains("usn"));
  ASSERT_TRUE(same());
  pair_.cut();
  pair_.nuuk.stop();
  fs::remove_all(data);
  fs::copy(copy, data, fs::copy_options::recursive);
  pair_.nuuk.serve();
  for (int i = 0; i < 20; ++i)  // more than it has lost: its counter overtakes oslo-1's knowledge
    ASSERT_TRUE(write("since-" + std::to_string(i)).contains("usn"));
  pair_.mend();
  ASSERT_TRUE(
      eventually([&] { return named(pair_.oslo.ask({{"ask", "status"}})) == "quarantined"; }));

  const auto says = [&](const std::string& words, int code, const std::string& text) {
    const Ended ended = program(words);
    EXPECT_EQ(ended.code, code) << ended.output;
    EXPECT_NE(ended.output.find(text), std::string::npos) << ended.output;
  };
  const std::string through = " --data " + pair_.oslo.data().string();
  says("status" + through, 2, "ringspan recover --at nuuk-1");
  says("set cn=first,ou=people title=X --at nuuk-1" + through, 1, "is quarantined");
  says("backup " + place_ + " --at nuuk-1" + through, 1, "is quarantined");
  says("recover" + through, 1, "is not quarantined");
  pair_.nuuk.kill_hard();
  pair_.nuuk.serve();
  EXPECT_EQ(named(pair_.nuuk.ask({{"ask", "status"}})), "quarantined");

  says("recover --at nuuk-1" + through, 0, "since-19");
  pair_.nuuk.forget_connection();  // it has begun another life
  EXPECT_TRUE(eventually([&] { return named(pair_.oslo.ask({{"ask", "status"}})) == "serving"; }));
  EXPECT_TRUE(same());
  for (const char* name : {"first", "lost-1", "lost-2", "since-0", "since-19"}) {
    const Json found =
        pair_.nuuk.ask({{"ask", "get"}, {"dn", std::string("cn=") + name + ",ou=people"}});
    EXPECT_TRUE(found.contains("object")) << found.dump();
  }
}

}  // namespace
}  // namespace ringspan::tests
