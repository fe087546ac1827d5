#include "replicator/engine/place.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/fold.hpp"
#include "base/rng.hpp"

namespace ringspan::tests {
namespace {

using namespace replicator;

TEST(ConflictName, CarriesTheMarkAndTheGuid) {
  const ObjectId id(base::Rng(1).guid());
  const sites::Rdn rdn = conflict_name({.type = "cn", .value = "alice"}, id);
  EXPECT_EQ(rdn.value, "alice\nCNF:" + id.value.to_string());
  EXPECT_TRUE(is_conflict_name(rdn, id));
  EXPECT_FALSE(is_conflict_name({.type = "cn", .value = "alice"}, id));
}

TEST(ConflictName, IsMarkedAnewFromTheBaseName) {
  const ObjectId id(base::Rng(1).guid());
  const sites::Rdn once = conflict_name({.type = "cn", .value = "alice"}, id);
  EXPECT_EQ(conflict_name(once, id), once);
}

TEST(ConflictName, CutsTheNameAndNeverTheMarkNorACharacter) {
  const ObjectId id(base::Rng(1).guid());
  std::string name;
  while (name.size() < 254)
    name += "å";
  const sites::Rdn rdn = conflict_name({.type = "cn", .value = name}, id);
  EXPECT_LE(rdn.value.size(), 255U);
  EXPECT_TRUE(is_conflict_name(rdn, id));
  EXPECT_TRUE(base::is_utf8(rdn.value));
}

}  // namespace
}  // namespace ringspan::tests
