#include "cli/style.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/assignments.hpp"
#include "cli/relative_time.hpp"
#include "cli/table.hpp"

namespace ringspan::cli {
namespace {

using namespace std::chrono_literals;

TEST(CliStyle, ColoursAreOnlyForTerminals) {
  EXPECT_EQ(Style{}.paint(Paint::bad, "x"), "x");
  EXPECT_EQ((Style{.colour = true}.paint(Paint::bad, "x")), "\x1b[31mx\x1b[0m");
}

TEST(CliStyle, AValueCannotCommandTheTerminal) {
  EXPECT_EQ(printable("a\x1b[31mb\n\t\x7f"), "a\\x1b[31mb\\n\\t\\x7f");
  EXPECT_EQ(printable("\xC2\x9B"
                      "31m"),
            "\\x9b31m");
  EXPECT_EQ(printable("Åse 花子"), "Åse 花子");
}

TEST(CliStyle, WidthCountsColumnsNotBytes) {
  EXPECT_EQ(columns("Åse"), 3U);
  EXPECT_EQ(columns("花子"), 4U);
  EXPECT_EQ(columns("\x1b[31mx\x1b[0m"), 1U);
  EXPECT_EQ(columns("\xC3"), 1U);  // cut in the middle of a character
}

TEST(CliStyle, ShorteningLeavesWholeCharacters) {
  EXPECT_EQ(shortened("Ålesund", 7), "Ålesund");
  EXPECT_EQ(shortened("Ålesund", 4), "Åle…");
  EXPECT_EQ(shortened("花子花子", 4), "花…");
}

TEST(CliStyle, AShellWordIsQuotedOnlyWhereItMustBe) {
  EXPECT_EQ(shell_word("cn=alice,ou=people"), "cn=alice,ou=people");
  EXPECT_EQ(shell_word("Head of A"), "'Head of A'");
  EXPECT_EQ(shell_word("D'Aubigné"), "'D'\\''Aubigné'");
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(shell_word("a*"), "'a*'");
}

TEST(CliStyle, AgesAreRounded) {
  const auto now = *base::parse_time("2024-01-01T12:00:00.000Z");
  EXPECT_EQ(relative(now, now), "now");
  EXPECT_EQ(relative(now - 3s, now), "3 s ago");
  EXPECT_EQ(relative(now - 5min, now), "5 min ago");
  EXPECT_EQ(relative(now - 5h, now), "5 h ago");
  EXPECT_EQ(relative(now - 100h, now), "4 d ago");
  EXPECT_EQ(relative(now + 29min, now), "in 29 min");
  EXPECT_EQ(relative(nlohmann::json(), now), "never");
  EXPECT_EQ(relative(nlohmann::json("2024-01-01T11:59:00.000Z"), now), "1 min ago");
}

TEST(CliTable, ColumnsAreAligned) {
  Table table({{"NAME"}, {"OBJECTS", Align::right}, {"SITE"}});
  table.add({"Ålesund-1", "7", "å"});
  table.add({"oslo-1", "12", "oslo"});
  table.note("connection refused");
  EXPECT_EQ(table.to_string({}),
            "NAME       OBJECTS  SITE\n"
            "Ålesund-1        7  å\n"
            "oslo-1          12  oslo\n"
            "  connection refused\n");
}

TEST(CliTable, OnANarrowTerminalTheWidestGivesWay) {
  Table table({{"NAME"}, {"NAMING CONTEXT", Align::left, 8}, {"STATE"}});
  table.add({"oslo-1", "dc=corp,dc=example", "in step"});
  EXPECT_EQ(table.to_string({.width = 27}),
            "NAME    NAMING CO…  STATE\n"
            "oslo-1  dc=corp,d…  in step\n");
}

TEST(CliTable, NotesAreWrapped) {
  Table table({{"NAME"}});
  table.add({"oslo-1"});
  table.note("nobody listens at this address");
  EXPECT_EQ(table.to_string({.width = 20}), "NAME\noslo-1\n  nobody listens at\n  this address\n");
}

TEST(CliAssignments, ARepeatedAttributeHasSeveralValuesWhateverItsCase) {
  const auto assigned = read_assignments({"title=Head of A", "phone=1", "Phone=2", "note=a=b"});
  ASSERT_TRUE(assigned.has_value());
  EXPECT_EQ(*assigned, (std::vector<Assigned>{
                           {"title", {"Head of A"}}, {"phone", {"1", "2"}}, {"note", {"a=b"}}}));
}

TEST(CliAssignments, AllFaultsAreToldAtOnce) {
  const auto assigned = read_assignments({"title", "=x", "a=b"});
  ASSERT_FALSE(assigned.has_value());
  EXPECT_EQ(assigned.error(), (std::vector<std::string>{"title: no value; write title=VALUE",
                                                        "=x: no attribute; write ATTRIBUTE=x"}));
}

}  // namespace
}  // namespace ringspan::cli
