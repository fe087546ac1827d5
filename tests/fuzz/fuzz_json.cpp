// forest.json, whatever stands in it: faults, or a forest that forest.json holds.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/contracts.hpp"
#include "sites/read_forest.hpp"
#include "tests/fuzz/readable.hpp"

using namespace ringspan;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = sites::read_forest(text, "x");
  EXPECTS(read || !read.error().empty());
  if (read) fuzz::expect_same_again(*read);
  return 0;
}
