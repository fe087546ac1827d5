#include "replicator/engine/image_age.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "replicator/engine/horizon.hpp"
#include "replicator/engine/ownership.hpp"

namespace ringspan::replicator {
namespace {

constexpr std::uint64_t kStartsKept = 64;  // starts
constexpr std::string_view kStarts = "starts";

std::string place_of(std::uint64_t number) {
  return fmt::format("start {}", number % kStartsKept);
}

// The number at the beginning of a text, 0 where there is none; and what follows the blank after.
std::pair<std::uint64_t, std::string_view> split(std::string_view text) {
  std::uint64_t number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number).ptr;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return {number, text.substr(std::min<std::size_t>(text.size(), 1))};
}

base::Time last_use(const Snapshot& snapshot) {
  base::Time last = steady_time(snapshot);
  for (const SourceRecord& record : snapshot.sources())
    last = std::max({last, record.last_attempt, record.last_success});
  return last;
}

}  // namespace

void note_start(Transaction& store) {
  const std::uint64_t number = split(store.fact(kStarts)).first + 1;
  store.set_fact(kStarts, std::to_string(number));
  const auto milliseconds =
      std::max<base::Duration::rep>(last_use(store).time_since_epoch().count(), 0);
  store.set_fact(place_of(number), fmt::format("{} {}", store.highest_usn().value, milliseconds));
}

base::Time image_time(const Snapshot& snapshot, Usn safe) {
  base::Time earliest{};
  for (std::uint64_t place = 0; place < kStartsKept; ++place) {
    const std::string text = snapshot.fact(place_of(place));
    const auto [usn, rest] = split(text);
    const auto milliseconds = static_cast<base::Duration::rep>(split(rest).first);
    const base::Time last{base::Duration{milliseconds}};
    if (last == base::Time{} || usn < safe.value) continue;
    if (earliest == base::Time{} || last < earliest) earliest = last;
  }
  return earliest;
}

base::Result<void> may_recover(const Snapshot& snapshot, const Identity& me,
                               const Quarantine& quarantine, base::Duration tombstone_lifetime,
                               base::Time now) {
  const base::Time image = image_time(snapshot, quarantine.safe);
  if (image == base::Time{} || now - image <= tombstone_lifetime) return {};
  const std::string name = name_of(snapshot, me.controller);
  return base::fail(
      base::Errc::refused,
      fmt::format("{0}: its disk was put back to {1}, which is longer ago than the tombstone "
                  "lifetime ({2}): what was deleted since may be forgotten by all others and would "
                  "live again; make it anew: ringspan retire {0}, then ringspan apply with it, "
                  "ringspan invite {0} and ringspan join",
                  name, base::to_string(image), base::to_string(tombstone_lifetime)));
}

}  // namespace ringspan::replicator
