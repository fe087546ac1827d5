#include "sites/ldif.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sites/base64.hpp"
#include "sites/unicode.hpp"

namespace ringspan::sites {
namespace {

struct Read {
  std::vector<LdifRecord> records;
  std::string faults;
  std::string findings;
};

std::string lines_of(const Notes& notes) {
  std::string text;
  if (notes.none()) return text;
  for (const Fault& fault : notes.sorted())
    text += to_string(fault) + "\n";
  return text;
}

Read read(std::string_view text) {
  Notes faults("x.ldif");
  Notes findings("x.ldif");
  Read read;
  read_ldif(
      text,
      [&read](LdifRecord record) {
        read.records.push_back(std::move(record));
        return true;
      },
      faults, findings);
  read.faults = lines_of(faults);
  read.findings = lines_of(findings);
  return read;
}

TEST(LdifTest, FoldedLinesCommentsAndBothLineEndsAreRead) {
  const auto got = read(
      "version: 1\r\n# a comment\r\n  that goes on\r\ndn: CN=oslo,CN=Si\r\n tes\r\n"
      "changetype: add\r\nobjectClass: site\r\n\r\n\n"
      "# record 2\ndn:: Q049bnV1aw==\nDescription;lang-en:plain\nempty:\n");
  EXPECT_EQ(got.faults, "");
  EXPECT_EQ(got.findings, "");
  ASSERT_EQ(got.records.size(), 2U);
  EXPECT_EQ(got.records[0].dn, "CN=oslo,CN=Sites");
  EXPECT_EQ(got.records[0].line, 4U);
  EXPECT_EQ(got.records[0].values.back().attribute, "objectclass");
  EXPECT_EQ(got.records[0].values.back().line, 7U);
  EXPECT_EQ(got.records[1].dn, "CN=nuuk");
  EXPECT_EQ(got.records[1].values.front().attribute, "description");
  EXPECT_EQ(got.records[1].values.front().value, "plain");
  EXPECT_EQ(got.records[1].values.back().value, "");
}

TEST(LdifTest, WhatSearchToolsPrintAroundTheEntriesIsNone) {
  const auto got = read("dn: CN=a\ncn: a\n\n# search result\nsearch: 2\nresult: 0 Success\n");
  EXPECT_EQ(got.faults + got.findings, "");
  EXPECT_EQ(got.records.size(), 1U);
}

TEST(LdifTest, AChangeOfSeveralPartsIsOneFinding) {
  const auto got = read(
      "dn: CN=a\nchangetype: modify\nreplace: cn\ncn: b\n-\nadd: sn\nsn: c\n-\n\n"
      "dn: CN=b\ncn: b\n");
  EXPECT_EQ(got.faults, "");
  EXPECT_EQ(got.findings,
            "x.ldif:2: CN=a: a change (modify) is no entry; left out; export the directory "
            "itself\n");
  EXPECT_EQ(got.records.size(), 1U);
}

TEST(LdifTest, AnEntryOfTheRootHasAnEmptyName) {
  const auto got = read("dn:\nconfigurationNamingContext: CN=Configuration,DC=corp\n");
  EXPECT_EQ(got.faults, "");
  ASSERT_EQ(got.records.size(), 1U);
  EXPECT_EQ(got.records[0].values.size(), 1U);
}

TEST(LdifTest, AllFaultsComeAtOnceWithTheirLines) {
  const auto got = read(
      "dn: CN=a\nschedule:: vAAA*\n\ndn: CN=b\nphoto:< file:///etc/passwd\n\ncn: c\n\n"
      "dn: CN=d\nno colon here\n\ndn: CN=e\nchangetype: delete\n\n"
      "dn: CN=f\nmember;range=0-1499: CN=x\n\ndn: CN=g\ncn: cut of");
  EXPECT_EQ(got.faults,
            "x.ldif:2: schedule: the value after :: is no base64; the file is damaged or cut off; "
            "export it again\n"
            "x.ldif:5: photo: the value stands in another file; export it so that values stand in "
            "the LDIF itself\n"
            "x.ldif:7: cn: an entry begins without dn:; a line is missing before it, or a blank "
            "line stands inside an entry\n"
            "x.ldif:10: no colon here: the line has no attribute and colon; is this LDIF? export "
            "it again, or begin the line with # or, if it goes on with the line before, with a "
            "space\n");
  EXPECT_EQ(got.findings,
            "x.ldif:13: CN=e: a change (delete) is no entry; left out; export the directory "
            "itself\n"
            "x.ldif:16: CN=f: the server has cut the list member into pieces; export with a tool "
            "that asks for the rest, such as ldifde or ldbsearch\n"
            "x.ldif:19: the end: the file ends without a line end and may have been cut off; "
            "compare its size with the original\n");
  ASSERT_EQ(got.records.size(), 2U);
}

TEST(LdifTest, ALineOfTenMegabytesAndAMillionFaultsAreRead) {
  const std::string line = "dn: CN=a\ndescription: " + std::string(10 << 20, 'x') + "\n";
  const auto got = read(line);
  ASSERT_EQ(got.records.size(), 1U);
  EXPECT_EQ(got.records[0].values[0].value.size(), std::size_t{10 << 20});

  std::string wrong;
  for (int entry = 0; entry < 1'000'000; ++entry)
    wrong += "wrong\n\n";
  const auto faults = read(wrong).faults;
  EXPECT_NE(faults.find("999000 more of them are not shown"), std::string::npos);
}

TEST(Base64Test, OnlyWholeBase64IsRead) {
  EXPECT_EQ(from_base64("Q049bnV1aw=="), "CN=nuuk");
  EXPECT_EQ(from_base64("AAEC"), std::string("\x00\x01\x02", 3));
  EXPECT_EQ(from_base64(""), "");
  for (const auto* wrong :
       {"Q", "QQ", "QQ=", "=QQQ", "QQ=Q", "Q===", "QQ*=", "QQ==QQ==", " QQ=", "QQQ ", "QQ\r\n"})
    EXPECT_EQ(from_base64(wrong), std::nullopt) << wrong;
}

TEST(Base64Test, WhatIsWrittenReadsBack) {
  std::string bytes;
  for (int size = 0; size < 300; ++size) {
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
    bytes += static_cast<char>(size * 37);
  }
  const std::string long_bytes(5'000'001, '\x9c');  // longer than the pieces that the library gets
  EXPECT_EQ(from_base64(to_base64(long_bytes)), long_bytes);
}

TEST(UnicodeTest, BothOrdersOfUtf16AndTheMarkOfUtf8AreUnderstood) {
  const std::string text = "dn: CN=\xc3\x85se \xf0\x9f\x97\xba\n";
  EXPECT_EQ(*text_in_utf8(text), text);
  EXPECT_EQ(*text_in_utf8("\xef\xbb\xbf" + text), text);
  const std::u16string units = u"dn: CN=\u00c5se \U0001f5fa\n";
  std::string little;
  std::string big;
  for (const char16_t unit : units) {
    const auto low = static_cast<char>(unit & 0xff);
    const auto high = static_cast<char>(unit >> 8);
    little += {low, high};
    big += {high, low};
  }
  EXPECT_EQ(*text_in_utf8(little), text);
  EXPECT_EQ(*text_in_utf8(big), text);
  EXPECT_EQ(*text_in_utf8("\xff\xfe" + little), text);
  EXPECT_EQ(*text_in_utf8("\xfe\xff" + big), text);
}

TEST(UnicodeTest, Utf16ThatBreaksOffIsRefused) {
  EXPECT_FALSE(
      text_in_utf8(std::string("\xff\xfe"
                               "d",
                               3)));
  EXPECT_FALSE(text_in_utf8(std::string("\xff\xfe\x00\xd8", 4)));
  EXPECT_FALSE(text_in_utf8(std::string("\xff\xfe\x00\xdc\x41\x00", 6)));
}

}  // namespace
}  // namespace ringspan::sites
