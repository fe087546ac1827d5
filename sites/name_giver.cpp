#include "sites/name_giver.hpp"

#include <fmt/core.h>

#include "base/fold.hpp"

namespace ringspan::sites {
namespace {

constexpr std::size_t kLongest = 64;
constexpr std::size_t kLongestInBytes = 255;  ///< Of a value in a name (sites/dn.hpp).
constexpr std::size_t kRoomForNumber = 8;

bool is_character_begin(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
}

/// Without control characters and spaces at the ends, at most `most` characters.
std::string sound(std::string_view wanted, std::size_t most) {
  std::string name;
  std::size_t characters = 0;
  const bool readable = base::is_utf8(wanted);
  for (char c : wanted) {
    if (!readable && static_cast<unsigned char>(c) >= 0x80) c = '?';
    const bool begins = is_character_begin(c);
    if (begins && (++characters > most || name.size() + 4 > kLongestInBytes)) break;
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    name += control ? ' ' : c;
  }
  const auto first = name.find_first_not_of(' ');
  if (first == std::string::npos) return "unnamed";
  return name.substr(first, name.find_last_not_of(' ') - first + 1);
}

}  // namespace

std::string sound_name(std::string_view wanted) {
  return sound(wanted, kLongest);
}

std::string NameGiver::give(std::string_view wanted) {
  std::string name = sound_name(wanted);
  if (taken_.insert(base::fold_name(name)).second) return name;
  const std::string stem = sound(wanted, kLongest - kRoomForNumber);
  std::size_t& next = next_[base::fold_name(stem)];
  do {
    name = fmt::format("{} {}", stem, ++next + 1);
  } while (!taken_.insert(base::fold_name(name)).second);
  return name;
}

}  // namespace ringspan::sites
