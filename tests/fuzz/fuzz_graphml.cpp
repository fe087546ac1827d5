// GraphML, whatever stands in it: faults, or a forest that forest.json holds.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/contracts.hpp"
#include "sites/read_forest.hpp"
#include "sites/read_graphml.hpp"
#include "sites/write_forest.hpp"

using namespace ringspan::sites;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = read_graphml(text, "x");
  if (!read) {
    EXPECTS(!read.error().empty());
    return 0;
  }
  const auto again = read_forest(write_forest(read->forest), "again");
  EXPECTS(again.has_value() && *again == read->forest);
  return 0;
}
