// Power cuts under load: six real controllers take writes without a pause while one after the other
// is killed. RINGSPAN_KILL_ROUNDS says how often; RINGSPAN_FIRST_SEED draws other moments.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "three_sites.hpp"

namespace ringspan::tests {
namespace {

using namespace std::chrono_literals;

constexpr int kObjects = 20;                   // of each writer
constexpr std::size_t kMostBetweenKills = 60;  // acknowledged writes
constexpr int kAllAtOnce = 10;                 // every so many rounds

int from_environment(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::stoi(text);
}

/// A person who writes at one controller without a pause, and notes what was acknowledged: of each
/// object the greatest value. Asks anew where the answer is lost.
class WritingPerson {
 public:
  WritingPerson(std::filesystem::path data, std::string name, const std::function<void()>& counts)
      : data_(std::move(data)), name_(std::move(name)), counts_(counts) {
    thread_ = std::thread([this] { write_on(); });
  }
  WritingPerson(const WritingPerson&) = delete;
  WritingPerson& operator=(const WritingPerson&) = delete;
  ~WritingPerson() { stop(); }

  void stop() {
    stops_ = true;
    if (thread_.joinable()) thread_.join();
  }

  std::map<std::string, std::uint64_t> acknowledged() const {
    const std::lock_guard lock(mutex_);
    return acknowledged_;
  }

  std::vector<std::string> refused() const {
    const std::lock_guard lock(mutex_);
    return refused_;
  }

 private:
  void write_on() {
    std::optional<replicator::net::AdminClient> client;
    for (std::uint64_t value = 1; !stops_; ++value) {
      if (!client && !eventually([&] { return stops_ || connects(client); })) return;
      if (!client) continue;
      const std::string dn =
          "cn=" + name_ + " " + std::to_string(value % kObjects) + ",dc=corp,dc=example";
      // Whether an object is there is known only where its addition was answered: add it, else set.
      const auto answer = ask(*client, dn, value);
      if (!answer) {
        client.reset();
        continue;
      }
      note(dn, value, *answer);
    }
  }

  bool connects(std::optional<replicator::net::AdminClient>& client) const {
    auto connected = replicator::net::AdminClient::connect(data_, 1s);
    if (connected) client.emplace(*std::move(connected));
    return client.has_value();
  }

  std::optional<Json> ask(replicator::net::AdminClient& client, const std::string& dn,
                          std::uint64_t value) const {
    const Json attributes{{"title", Json::array({std::to_string(value)})}};
    for (const char* what : {"set", "add"}) {
      const Json request{{"ask", what}, {"dn", dn}, {"attributes", attributes}};
      const auto answer = client.ask(request.dump(), 20s);
      if (!answer) return std::nullopt;
      Json said = Json::parse(*answer);
      if (!said.contains("error") || said.at("error").at("code") != "not_found") return said;
    }
    return std::nullopt;
  }

  void note(const std::string& dn, std::uint64_t value, const Json& answer) {
    {
      const std::lock_guard lock(mutex_);
      if (answer.contains("error")) {
        refused_.push_back(answer.dump());
        return;
      }
      acknowledged_[dn] = value;
    }
    counts_();
  }

  const std::filesystem::path data_;
  const std::string name_;
  const std::function<void()>& counts_;
  mutable std::mutex mutex_;
  std::map<std::string, std::uint64_t> acknowledged_;
  std::vector<std::string> refused_;
  std::atomic<bool> stops_ = false;
  std::thread thread_;
};

class Crash : public testing::Test {
 protected:
  void SetUp() override {
    forest_.found();
    for (const std::string& name : forest_.names())
      ASSERT_TRUE(eventually([&] { return takes_writes(name); })) << name;
    for (const std::string& name : forest_.names()) {
      writers_[name] = std::make_unique<WritingPerson>(forest_.at(name).data(), name, counts_);
    }
  }

  bool takes_writes(const std::string& name) {
    return !forest_.at(name)
                .ask({{"ask", "add"}, {"dn", "cn=first of " + name + ",dc=corp,dc=example"}})
                .contains("error");
  }

  /// Until so many more writes were acknowledged, wherever.
  bool more_writes(std::uint64_t count) {
    std::unique_lock lock(mutex_);
    const std::uint64_t wanted = acknowledged_ + count;
    return changed_.wait_for(lock, kPatience, [&] { return acknowledged_ >= wanted; });
  }

  /// What this controller has of what a writer had acknowledged: every value, or a later one.
  void has_all(const std::string& name, const std::map<std::string, std::uint64_t>& acknowledged) {
    for (const auto& [dn, value] : acknowledged) {
      const Json seen = forest_.at(name).ask({{"ask", "get"}, {"dn", dn}});
      ASSERT_FALSE(seen.contains("error")) << name << " lost " << dn << ": " << seen.dump();
      const std::string text = seen.at("attributes").at("title").at(0);
      ASSERT_GE(std::stoull(text), value) << name << " lost a write to " << dn;
    }
  }

  bool all_equal() {
    const std::string first = forest_.at(forest_.names().front()).dump();
    return std::ranges::all_of(
        forest_.names(), [&](const std::string& name) { return forest_.at(name).dump() == first; });
  }

  ThreeSites forest_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t acknowledged_ = 0;
  const std::function<void()> counts_ = [this] {
    {
      const std::lock_guard lock(mutex_);
      ++acknowledged_;
    }
    changed_.notify_all();
  };
  std::map<std::string, std::unique_ptr<WritingPerson>> writers_;
};

TEST_F(Crash, LosesNothingThatWasAcknowledged) {
  std::mt19937 random(static_cast<unsigned>(from_environment("RINGSPAN_FIRST_SEED", 1)));
  const auto below = [&](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  const int rounds = from_environment("RINGSPAN_KILL_ROUNDS", 5);
  for (int round = 1; round <= rounds; ++round) {
    std::vector<std::string> killed{forest_.names()[below(forest_.names().size())]};
    if (round % kAllAtOnce == 0) killed = forest_.names();
    ASSERT_TRUE(more_writes(1 + below(kMostBetweenKills))) << "round " << round;
    for (const std::string& name : killed)
      forest_.at(name).kill_hard();
    for (const std::string& name : killed) {
      const auto before = writers_.at(name)->acknowledged();
      forest_.at(name).serve();
      has_all(name, before);
      if (HasFatalFailure()) FAIL() << "in round " << round;
    }
  }

  std::map<std::string, std::uint64_t> acknowledged;
  for (const auto& [name, writer] : writers_) {
    writer->stop();
    acknowledged.merge(writer->acknowledged());
    EXPECT_TRUE(writer->refused().empty()) << name << ": " << writer->refused().front();
  }
  ASSERT_GE(acknowledged.size(), forest_.names().size());
  EXPECT_TRUE(eventually([this] { return all_equal(); })) << "they do not become equal";
  for (const std::string& name : forest_.names())
    has_all(name, acknowledged);
}

}  // namespace
}  // namespace ringspan::tests
