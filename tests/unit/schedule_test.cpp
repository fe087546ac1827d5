#include "sites/schedule.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/rng.hpp"

namespace ringspan::sites {
namespace {

using namespace std::chrono_literals;

struct Case {
  std::string text;
  std::string canonical;
  std::size_t open_quarters;
};

TEST(ScheduleTest, WindowsReadAndWriteAsTheTableSays) {
  const std::vector<Case> cases{
      {"always", "always", 672},
      {"never", "never", 0},
      {"Mon-Sun 00:00-24:00", "always", 672},
      {"Mon 08:00-09:00", "Mon 08:00-09:00", 4},
      {" mon-FRI  18:00-06:00 , Sun 00:00-24:00", "Mon-Fri 18:00-06:00, Sun 00:00-24:00", 336},
      {"Fri-Mon 12:00-12:15", "Fri-Mon 12:00-12:15", 4},
      {"Sat 23:45-00:15", "Sat 23:45-00:15", 2},
      {"Mon 18:00-24:00, Tue 00:00-06:00", "Mon 18:00-06:00", 48},
      {"Mon 00:00-24:00, Tue 00:00-24:00", "Mon-Tue 00:00-24:00", 192},
  };
  for (const Case& row : cases) {
    const auto schedule = Schedule::parse(row.text);
    ASSERT_TRUE(schedule) << row.text << ": " << schedule.error().message;
    EXPECT_EQ(schedule->to_string(), row.canonical);
    EXPECT_EQ(schedule->open_quarters(), row.open_quarters) << row.text;
  }
}

TEST(ScheduleTest, BadWindowsAreRefusedWithARemedy) {
  for (const std::string text : {"", "Mon", "Mon 08:00", "Mon 08:07-09:00", "Mun 08:00-09:00",
                                 "Mon 08:00-08:00", "Mon 24:00-06:00", "Mon 08:00-25:00",
                                 "Mon 08:00-09:00,", "Mon-Tue-Wed 08:00-09:00", "always, never"}) {
    const auto schedule = Schedule::parse(text);
    ASSERT_FALSE(schedule) << text;
    EXPECT_NE(schedule.error().message.find("; "), std::string::npos) << schedule.error().message;
  }
}

TEST(ScheduleTest, EverySetOfQuartersReadsBackFromItsText) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    base::Rng rng(seed);
    const auto days = std::vector<std::string>{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    std::string text;
    const std::uint64_t windows = 1 + rng.below(8);
    for (std::uint64_t window = 0; window < windows; ++window) {
      const auto clock = [&rng] {
        const auto quarter = rng.below(96);
        const std::string hour = std::to_string(100 + quarter / 4).substr(1);
        return hour + ":" + std::to_string(100 + quarter % 4 * 15).substr(1);
      };
      const std::string start = clock();
      std::string end = clock();
      if (start == end) end = start == "00:00" ? "24:00" : "00:00";
      text += (text.empty() ? "" : ", ") + rng.pick(days) + "-" + rng.pick(days) + " " + start +
              "-" + end;
    }
    const auto schedule = Schedule::parse(text);
    ASSERT_TRUE(schedule) << text;
    const auto back = Schedule::parse(schedule->to_string());
    ASSERT_TRUE(back) << schedule->to_string();
    EXPECT_EQ(*back, *schedule) << "seed " << seed << ": " << text;
    EXPECT_EQ(back->to_string(), schedule->to_string());
  }
}

TEST(ScheduleTest, OpensAtTheQuarterThatTheTextSays) {
  const auto schedule = Schedule::parse("Mon 18:00-06:00");
  const auto monday = *base::parse_time("2024-01-01T00:00:00Z");
  EXPECT_FALSE(schedule->open_at(monday + 17h + 59min));
  EXPECT_TRUE(schedule->open_at(monday + 18h));
  EXPECT_TRUE(schedule->open_at(monday + 29h + 59min));
  EXPECT_FALSE(schedule->open_at(monday + 30h));
  EXPECT_EQ(schedule->next_opening(monday + 1h + 7min), monday + 18h);
  EXPECT_EQ(schedule->next_opening(monday + 19h + 7min), monday + 19h + 7min);
  EXPECT_EQ(schedule->next_opening(monday + 31h), monday + 18h + 24h * 7);
  EXPECT_EQ(Schedule::parse("never")->next_opening(monday), std::nullopt);
}

TEST(ScheduleTest, APathIsOpenWhereAllItsLinksAre) {
  const auto day = *Schedule::parse("Mon-Fri 08:00-18:00");
  const auto night = *Schedule::parse("Mon-Fri 18:00-08:00");
  EXPECT_TRUE((day & night).is_never());
  EXPECT_EQ(day & Schedule(), day);
  EXPECT_EQ(night & *Schedule::parse("Wed 00:00-24:00"),
            *Schedule::parse("Wed 00:00-08:00, Wed 18:00-24:00"));
}

}  // namespace
}  // namespace ringspan::sites
