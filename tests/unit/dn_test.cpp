#include "sites/dn.hpp"

#include <string>

#include <gtest/gtest.h>

#include "base/rng.hpp"

namespace ringspan::sites {
namespace {

TEST(DnTest, NamesReadAndWriteAsTheTableSays) {
  struct Case {
    std::string text;
    std::string canonical;
    std::string key;
  };
  const Case cases[] = {
      {"", "", ""},
      {"CN=Alice, OU=People", "cn=Alice,ou=People", "cn=alice,ou=people"},
      {"cn = Alice ", "cn=Alice", "cn=alice"},
      {"cn=Smith\\, Jo", "cn=Smith\\, Jo", "cn=smith\\, jo"},
      {"cn=\\20x\\20", "cn=\\ x\\ ", "cn=\\ x\\ "},
      {"cn=\\#1", "cn=\\#1", "cn=\\#1"},
      {"cn=a\\0Acnf:1", "cn=a\\0Acnf:1", "cn=a\\0Acnf:1"},
      {"cn=\\C3\\85se", "cn=Åse", "cn=åse"},
      {"2.5.4.3=x=y", "2.5.4.3=x=y", "2.5.4.3=x=y"},
  };
  for (const Case& row : cases) {
    const auto dn = Dn::parse(row.text);
    ASSERT_TRUE(dn) << row.text << ": " << dn.error().message;
    EXPECT_EQ(dn->to_string(), row.canonical);
    EXPECT_EQ(dn->key(), row.key);
  }
}

TEST(DnTest, BadNamesAreRefusedWithARemedy) {
  for (const std::string& text :
       {std::string("Alice"), std::string("cn="), std::string("=x"), std::string("cn=a,,ou=b"),
        std::string("cn=a,"), std::string("cn=a+sn=b"), std::string("cn=\"a\""),
        std::string("cn=a\\"), std::string("cn=a\\zz"), std::string("cn=#0401"),
        std::string("c n=x"), std::string("cn=\\00"), std::string("cn=\\ff"),
        "cn=" + std::string(256, 'x')}) {
    const auto dn = Dn::parse(text);
    ASSERT_FALSE(dn) << text;
    EXPECT_NE(dn.error().message.find("; "), std::string::npos) << dn.error().message;
  }
}

TEST(DnTest, SiblingsClashByValueWhateverTheType) {
  EXPECT_EQ(Rdn::parse("cn=Åse")->key(), Rdn::parse("ou=åSE")->key());
}

TEST(DnTest, ANameLiesWithinItselfAndItsAncestors) {
  const auto leaf = *Dn::parse("cn=a,ou=B,dc=c");
  EXPECT_TRUE(leaf.is_within(leaf));
  EXPECT_TRUE(leaf.is_within(*Dn::parse("OU=b,DC=C")));
  EXPECT_TRUE(leaf.is_within(*Dn::parse("")));
  EXPECT_FALSE(leaf.is_within(*Dn::parse("cn=b,dc=c")));
  EXPECT_FALSE(Dn::parse("dc=c")->is_within(leaf));
}

TEST(DnTest, AnyValueReadsBackFromItsText) {
  const std::string alphabet = "aB ,+\"\\<>;=#\n\x7f";
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    base::Rng rng(seed);
    Dn dn;
    for (std::uint64_t parts = 1 + rng.below(3); parts > 0; --parts) {
      std::string value;
      for (std::uint64_t length = 1 + rng.below(6); length > 0; --length) {
        value += rng.chance(1, 8) ? std::string("é")
                                  : std::string(1, alphabet[rng.below(alphabet.size())]);
      }
      dn.rdns.push_back({rng.chance(1, 2) ? "cn" : "ou", value});
    }
    const auto back = Dn::parse(dn.to_string());
    ASSERT_TRUE(back) << "seed " << seed << ": " << back.error().message;
    EXPECT_EQ(*back, dn) << "seed " << seed << ": " << dn.to_string();
  }
}

}  // namespace
}  // namespace ringspan::sites
