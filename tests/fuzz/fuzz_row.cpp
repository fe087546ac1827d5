// Stored bytes, whatever they are: an error or an object that reads back as itself.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/contracts.hpp"
#include "replicator/engine/row.hpp"

using namespace ringspan::replicator;

// Input: one byte of flags, sixteen of the parent, one that says where the stamps end, then stamps
// and values.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kPrefix = 18;
  if (size < kPrefix) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view bytes = input.substr(kPrefix);
  const std::size_t split = bytes.size() * data[17] / 255;
  const Row row{.id = {},
                .naming_context = {},
                .parent = ObjectId{*ringspan::base::Guid::from_bytes(input.substr(1, 16))},
                .name_key = {},
                .usn = {},
                .deleted = (data[0] & 1U) != 0,
                .unplaced = (data[0] & 2U) != 0,
                .stamps = std::string(bytes.substr(0, split)),
                .values = std::string(bytes.substr(split))};
  const auto stamps = read_stamps(row);
  const auto object = to_object(row);
  if (!object) return 0;
  EXPECTS(stamps.has_value());
  EXPECTS(object->placement().parent == row.parent);
  const Row again = to_row(*object);
  EXPECTS(again.stamps == row.stamps && again.values == row.values);
  return 0;
}
