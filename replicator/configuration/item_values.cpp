#include "replicator/configuration/item_values.hpp"

#include <charconv>

namespace ringspan::replicator::configuration {

const std::string* ItemValues::text(const Item& item, std::string_view attribute) {
  const auto found = item.attributes.find(std::string(attribute));
  return found == item.attributes.end() ? nullptr : &found->second.front();
}

bool ItemValues::flag(const Item& item, std::string_view attribute, bool assumed) {
  const std::string* written = text(item, attribute);
  if (written == nullptr) return assumed;
  if (*written == "TRUE" || *written == "FALSE") return *written == "TRUE";
  useless(item, attribute);
  return assumed;
}

std::uint32_t ItemValues::number(const Item& item, std::string_view attribute,
                                 std::uint32_t assumed, std::uint32_t least, std::uint32_t most) {
  const std::string* written = text(item, attribute);
  if (written == nullptr) return assumed;
  std::uint32_t value = 0;
  const char* end = written->data() + written->size();
  const auto parsed = std::from_chars(written->data(), end, value);
  if (parsed.ec == std::errc{} && parsed.ptr == end && value >= least && value <= most) {
    return value;
  }
  useless(item, attribute);
  return assumed;
}

base::Duration ItemValues::duration(const Item& item, std::string_view attribute,
                                    base::Duration assumed) {
  const std::string* written = text(item, attribute);
  if (written == nullptr) return assumed;
  const auto parsed = base::parse_duration(*written);
  if (parsed && *parsed > base::Duration::zero()) return *parsed;
  useless(item, attribute);
  return assumed;
}

std::optional<sites::Coordinates> ItemValues::coordinates(const Item& item) {
  const std::string* north = text(item, "latitude");
  const std::string* east = text(item, "longitude");
  if (north == nullptr || east == nullptr) return std::nullopt;
  sites::Coordinates read;
  const auto parse = [](const std::string& written, double& value, double most) {
    const char* end = written.data() + written.size();
    const auto parsed = std::from_chars(written.data(), end, value);
    return parsed.ec == std::errc{} && parsed.ptr == end && value >= -most && value <= most;
  };
  if (parse(*north, read.latitude, 90) && parse(*east, read.longitude, 180)) return read;
  useless(item, "latitude or longitude");
  return std::nullopt;
}

}  // namespace ringspan::replicator::configuration
