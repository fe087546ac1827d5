// Identifiers on real controllers: ten thousand of them at six controllers at once, with the rid
// role on its way to another in the middle, and one controller killed at the end.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <map>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "three_sites.hpp"

namespace ringspan::tests {
namespace {

constexpr int kRequests = 167;  // of each controller
constexpr int kCount = 10;      // identifiers of each request

using Numbers = std::vector<std::uint64_t>;

Numbers numbers_in(const Json& answer) {
  Numbers numbers;
  for (const Json& range : answer.at("ranges")) {
    const auto last = range.at("last").get<std::uint64_t>();
    for (auto number = range.at("first").get<std::uint64_t>(); number <= last; ++number)
      numbers.push_back(number);
  }
  return numbers;
}

std::string request_of(const std::string& name, int number) {
  return name + "/" + std::to_string(number);
}

class Identifiers : public testing::Test {
 protected:
  void SetUp() override {
    forest_.found();
    for (const std::string& name : forest_.names()) {
      ASSERT_TRUE(eventually([&] { return stock(name).first > 0 && stock(name).second > 0; }))
          << name << " " << forest_.at(name).ask({{"ask", "id_status"}}).dump(2);
    }
  }

  /// What it has at hand and in reserve.
  std::pair<std::uint64_t, std::uint64_t> stock(const std::string& name) {
    const Json answer = forest_.at(name).ask({{"ask", "id_status"}});
    if (answer.contains("error")) return {};
    for (const Json& one : answer.at("domains").at(0).at("controllers")) {
      if (one.at("controller") != name) continue;
      return {one.at("at_hand").get<std::uint64_t>(), one.at("reserve").get<std::uint64_t>()};
    }
    return {};
  }

  /// Asks until it is answered; while a role is on its way nobody may have any.
  Numbers take(const std::string& name, const std::string& request) {
    Json answer;
    const bool answered = eventually([&] {
      answer = forest_.at(name).ask({{"ask", "id_new"}, {"count", kCount}, {"request", request}});
      return answer.contains("ranges");
    });
    return answered ? numbers_in(answer) : Numbers{};
  }

  /// `ringspan WORDS` through a controller.
  Ended through(const std::string& name, const std::string& words) {
    return run({"sh", "-c",
                std::string(RINGSPAN_PROGRAM) + " " + words + " --data " +
                    forest_.at(name).data().string()});
  }

  ThreeSites forest_;
};

TEST_F(Identifiers, TenThousandOfSixControllersAreAllDifferentAndDurable) {
  std::atomic<int> answered = 0;
  std::map<std::string, std::map<std::string, Numbers>> given;
  std::vector<std::thread> people;
  for (const std::string& name : forest_.names()) {
    auto& mine = given[name];
    people.emplace_back([this, name, &mine, &answered] {
      for (int i = 0; i < kRequests; ++i) {
        mine[request_of(name, i)] = take(name, request_of(name, i));
        ++answered;
      }
    });
  }
  const int half = kRequests * static_cast<int>(forest_.names().size()) / 2;
  EXPECT_TRUE(eventually([&] { return answered > half; }));
  const std::string& owner = forest_.names()[4];
  const Ended moved = through(forest_.names()[2], "role transfer rid --to " + owner + " --json");
  EXPECT_EQ(moved.code, 0) << moved.output;
  for (std::thread& person : people)
    person.join();

  std::set<std::uint64_t> all;
  std::size_t count = 0;
  for (const auto& [name, requests] : given) {
    for (const auto& [request, numbers] : requests) {
      EXPECT_EQ(numbers.size(), std::size_t{kCount}) << request;
      count += numbers.size();
      all.insert(numbers.begin(), numbers.end());
    }
  }
  EXPECT_GE(count, 10'000U);
  EXPECT_EQ(all.size(), count) << "some identifier was issued twice";

  // Whatever was answered is there after a power cut; and nothing of it is issued again.
  const std::string& killed = forest_.names()[3];
  forest_.at(killed).kill_hard();
  forest_.at(killed).serve();
  for (int i = kRequests - 100; i < kRequests; ++i) {
    const std::string request = request_of(killed, i);
    EXPECT_EQ(take(killed, request), given.at(killed).at(request)) << request;
  }
  for (int i = 0; i < 100; ++i) {
    for (const std::uint64_t number : take(killed, request_of(killed, kRequests + i)))
      EXPECT_TRUE(all.insert(number).second) << number << " was issued again";
  }
}

TEST_F(Identifiers, AreIssuedByTheProgramAndToldWhoHasThem) {
  const std::string& name = forest_.names()[3];
  const Ended one = through(name, "id new");
  ASSERT_EQ(one.code, 0) << one.output;
  const Ended many = through(name, "id new --count 3000 --request import --json");
  ASSERT_EQ(many.code, 0) << many.output;
  const Numbers numbers = numbers_in(Json::parse(many.output));
  EXPECT_EQ(std::set(numbers.begin(), numbers.end()).size(), 3000U);
  EXPECT_EQ(std::ranges::count(numbers, std::stoull(one.output)), 0);
  const Ended again = through(name, "id new --count 3000 --request import --json");
  EXPECT_EQ(numbers_in(Json::parse(again.output)), numbers);
  const Ended other = through(name, "id new --count 3001 --request import");
  EXPECT_EQ(other.code, 1) << other.output;
  EXPECT_NE(other.output.find("take another request id"), std::string::npos) << other.output;

  Ended shown;
  EXPECT_TRUE(eventually([&] {
    shown = through(name, "id status");
    return std::ranges::all_of(forest_.names(), [&](const std::string& controller) {
      return shown.output.find(controller) != std::string::npos;
    });
  })) << shown.output;
  EXPECT_EQ(shown.code, 0) << shown.output;

  // Its owner is lost, and the numbers at hand do not do.
  forest_.at(forest_.names()[0]).kill_hard();
  const Ended refused = through(name, "id new --count 9000");
  EXPECT_EQ(refused.code, 3) << refused.output;
  EXPECT_NE(refused.output.find(forest_.names()[0]), std::string::npos) << refused.output;
  EXPECT_NE(refused.output.find("role seize rid"), std::string::npos) << refused.output;
  const Ended seized = through(name, "role seize rid --at " + name + " --yes");
  ASSERT_EQ(seized.code, 0) << seized.output;
  const Ended reserve = through(name, "id new --count 9000 --json");
  ASSERT_EQ(reserve.code, 0) << reserve.output;
  for (const std::uint64_t number : numbers_in(Json::parse(reserve.output)))
    EXPECT_EQ(std::ranges::count(numbers, number), 0);
  Ended waits;
  EXPECT_TRUE(eventually([&] {
    waits = through(name, "id status");
    return waits.output.find("it waits for " + forest_.names()[0] + "\n") != std::string::npos;
  })) << waits.output;
}

}  // namespace
}  // namespace ringspan::tests
