#include "replicator/engine/rollback.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "replicator/engine/holding.hpp"
#include "replicator/engine/life.hpp"
#include "replicator/engine/role_standing.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {
namespace {

constexpr base::Duration kServes = std::chrono::minutes(10);
constexpr std::uint32_t kKept = 16'384;  // marks; a cursor of an older one proves nothing
constexpr std::string_view kLastMark = "mark";

std::string place_of(std::uint32_t ordinal) {
  return fmt::format("mark {}", ordinal % kKept);
}

std::string quarantine_fact(InvocationId me) {
  return "quarantine " + me.value.to_string();
}

// Numbers with a blank between; what is no number is 0.
std::vector<std::uint64_t> numbers_in(std::string_view text) {
  std::vector<std::uint64_t> numbers;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    std::from_chars(word.data(), word.data() + word.size(), numbers.emplace_back(0));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
  return numbers;
}

std::uint64_t number_of(base::Time time) {
  return static_cast<std::uint64_t>(
      std::max<base::Duration::rep>(time.time_since_epoch().count(), 0));
}

base::Time time_of(std::uint64_t number) {
  return base::Time(base::Duration(static_cast<base::Duration::rep>(number)));
}

// A mark as it is kept: where it began itself, in the counter and in time.
struct Kept {
  Mark mark;
  Usn start;
  base::Time began{};
};

std::string to_text(const Kept& kept) {
  return fmt::format("{} {} {} {} {}", kept.mark.ordinal, kept.mark.word, kept.mark.start.value,
                     kept.start.value, number_of(kept.began));
}

std::optional<Kept> read_kept(std::string_view text) {
  const auto numbers = numbers_in(text);
  if (numbers.size() != 5) return std::nullopt;
  return Kept{.mark = {.ordinal = static_cast<std::uint32_t>(numbers[0]),
                       .word = static_cast<std::uint32_t>(numbers[1]),
                       .start = Usn{numbers[2]}},
              .start = Usn{numbers[3]},
              .began = time_of(numbers[4])};
}

std::optional<Kept> kept_mark(const Snapshot& snapshot, std::uint32_t ordinal) {
  const auto kept = read_kept(snapshot.fact(place_of(ordinal)));
  return kept && kept->mark.ordinal == ordinal ? kept : std::nullopt;
}

std::optional<Kept> last_mark(const Snapshot& snapshot) {
  return read_kept(snapshot.fact(kLastMark));
}

// Where the first life that began at `when` or later began: whoever gave out what we do not know
// did so before the disk was put back, so all that began later is of the life since then.
Usn start_of_lives_since(const Snapshot& snapshot, base::Time when) {
  auto mark = last_mark(snapshot);
  if (!mark) return snapshot.highest_usn();
  Usn start = mark->start;
  while (mark && mark->began >= when) {
    start = mark->start;
    mark = kept_mark(snapshot, mark->mark.ordinal - 1);
  }
  return start;
}

// Sixteen bits of chance.
std::uint32_t chance(const base::Guid& life, const std::string& what) {
  const base::Guid guid = base::Guid::from_name(life, what);
  return std::uint32_t{guid.bytes[14]} << 8U | guid.bytes[15];
}

// Up to where the history that `shown` is of is ours, too; nullopt: all of it is.
std::optional<Usn> common_part(const Snapshot& snapshot, const Cursor& shown) {
  if (shown.cut) return shown.usn;
  const auto last = last_mark(snapshot);
  const bool beyond = shown.usn > snapshot.highest_usn();
  if (!last || shown.mark.ordinal == 0) {
    return beyond ? std::optional(start_of_lives_since(snapshot, shown.time)) : std::nullopt;
  }
  const std::uint32_t ordinal = shown.mark.ordinal;
  if (ordinal > last->mark.ordinal) return start_of_lives_since(snapshot, shown.time);
  const auto ours = kept_mark(snapshot, ordinal);
  if (!ours)
    return beyond ? std::optional(start_of_lives_since(snapshot, shown.time)) : std::nullopt;
  if (ours->mark != shown.mark) {
    return std::min(ours->start, start_of_lives_since(snapshot, shown.time));
  }
  if (ordinal == last->mark.ordinal) {
    return beyond ? std::optional(ours->start) : std::nullopt;
  }
  const auto next = kept_mark(snapshot, ordinal + 1);
  return next && shown.usn > next->start ? std::optional(next->start) : std::nullopt;
}

}  // namespace

Mark mark_of(const Snapshot& snapshot) {
  const auto last = last_mark(snapshot);
  return last ? last->mark : Mark{};
}

bool mark_is_due(const Snapshot& snapshot, base::Time now) {
  const auto last = last_mark(snapshot);
  return !last || (now - last->began >= kServes && snapshot.highest_usn() > last->start);
}

void begin_mark(Transaction& store, const base::Guid& life, base::Time now) {
  const auto last = last_mark(store);
  const std::uint32_t ordinal = (last ? last->mark.ordinal : 0U) + 1;
  const std::string what =
      fmt::format("{} {} {}", ordinal, store.highest_usn().value, number_of(now));
  const std::uint32_t word = chance(life, "life") << 16U | chance(life, what);
  const bool goes_on = last && of_one_life(last->mark, Mark{.word = word});
  const Kept kept{.mark = {.ordinal = ordinal,
                           .word = word,
                           .start = goes_on ? last->mark.start : store.highest_usn()},
                  .start = store.highest_usn(),
                  .began = now};
  store.set_fact(place_of(ordinal), to_text(kept));
  store.set_fact(kLastMark, to_text(kept));
}

std::optional<Quarantine> proof_in(const Snapshot& snapshot, const Cursor& shown, ControllerId by,
                                   base::Time now) {
  const auto common = common_part(snapshot, shown);
  if (!common) return std::nullopt;
  return Quarantine{.since = now, .shown_by = by, .shown = shown.usn, .safe = *common};
}

std::optional<Quarantine> proof_in(const Snapshot& snapshot, const Identity& me,
                                   const GetChanges& request, ControllerId by, base::Time now) {
  const auto& cursors = request.known.cursors();
  const auto known = cursors.find(originator_in(snapshot, request.naming_context, me.invocation));
  if (known != cursors.end()) {
    if (auto proof = proof_in(snapshot, known->second, by, now)) return proof;
  }
  if (request.after.source != me.invocation) return std::nullopt;
  // It stands where pages without a vector have led it, later than its cursor says.
  const base::Time last_whole = known == cursors.end() ? base::Time{} : known->second.time;
  return proof_in(snapshot,
                  {.usn = request.after.usn, .time = last_whole, .mark = request.after.mark}, by,
                  now);
}

Quarantine proof_by(const Snapshot& snapshot, const Stamp& lost, ControllerId by, base::Time now) {
  return {.since = now,
          .shown_by = by,
          .shown = lost.usn,
          .safe = start_of_lives_since(snapshot, lost.time - kClockTolerance)};
}

void note_quarantine(Transaction& store, InvocationId me, const Quarantine& quarantine) {
  store.set_fact(quarantine_fact(me),
                 fmt::format("{} {} {} {}", number_of(quarantine.since), quarantine.shown.value,
                             quarantine.safe.value, quarantine.shown_by.value.to_string()));
}

std::optional<Quarantine> quarantine_of(const Snapshot& snapshot, InvocationId me) {
  const std::string text = snapshot.fact(quarantine_fact(me));
  if (text.empty()) return std::nullopt;
  const std::size_t last = text.rfind(' ');
  const auto numbers = numbers_in(std::string_view(text).substr(0, last));
  const auto by = base::Guid::parse(std::string_view(text).substr(last + 1));
  if (numbers.size() != 3 || !by) throw StoreFailure("the note of the quarantine is damaged");
  return Quarantine{.since = time_of(numbers[0]),
                    .shown_by = ControllerId(*by),
                    .shown = Usn{numbers[1]},
                    .safe = Usn{numbers[2]}};
}

std::string sentence(const Snapshot& snapshot, const Identity& me, const Quarantine& quarantine) {
  const std::string name = name_of(snapshot, me.controller);
  return fmt::format(
      "{0}: is quarantined: its disk was put back behind its back ({1} has its write {2} from a "
      "life that it does not know); it takes no writes, and nothing from or to others; bring it "
      "back with: ringspan recover --at {0}",
      name, name_of(snapshot, quarantine.shown_by), quarantine.shown.value);
}

}  // namespace ringspan::replicator
