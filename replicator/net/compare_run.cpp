#include "replicator/net/compare_run.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/net/difference_json.hpp"
#include "replicator/net/part_json.hpp"

namespace ringspan::replicator::net {
namespace {

constexpr std::size_t kFirstDigits = 3;  // 4,096 ranges
constexpr std::size_t kMoreDigits = 2;   // of one that is still too large
constexpr std::uint64_t kSmall = 4096;   // objects of a range that is told object by object
constexpr std::uint64_t kObjectsOfAnswer = 20'000;  // digests of objects in one answer
constexpr std::size_t kRangesOfAnswer = 16;         // ranges that are split in one answer
constexpr std::size_t kObjectsAtOnce = 500;         // objects that are looked at in one answer

std::uint64_t objects_in(const Digests& digests, const std::string& range) {
  const auto found = digests.find(range);
  return found == digests.end() ? 0 : found->second.objects;
}

base::Result<Digests> digests_in(const Json& answer) {
  return read_digests(answer.value("ranges", Json()));
}

}  // namespace

/// One naming context of the comparison.
struct CompareRun::Context {
  std::string dn;
  std::string reason;  ///< Why it is not compared; empty: it is.
  Selection selection;
  std::uint64_t a_objects = 0;
  std::uint64_t b_objects = 0;
  bool counted = false;
  std::uint64_t coming = 0;
  std::uint64_t diverging = 0;
  Json coming_objects = Json::array();
  Json diverging_objects = Json::array();
};

CompareRun::CompareRun(CompareWish wish, base::Time now) : wish_(std::move(wish)), now_(now) {}
CompareRun::~CompareRun() = default;
CompareRun::CompareRun(CompareRun&&) noexcept = default;
CompareRun& CompareRun::operator=(CompareRun&&) noexcept = default;

std::optional<CompareRun::Questions> CompareRun::next() {
  if (error_) return std::nullopt;
  const auto both = [this](Json question) {
    ++round_trips_;
    const auto shared = std::make_shared<const Json>(std::move(question));
    return Questions{shared, shared};
  };
  if (!begun_) return both({{"ask", "digest"}});
  while (at_ < contexts_.size() && ranges_.empty() && objects_.empty()) {
    ++at_;
    begin_context();
  }
  if (at_ >= contexts_.size()) return std::nullopt;
  const Context& context = contexts_[at_];
  if (!ranges_.empty()) {
    return both({{"ask", "digest"},
                 {"naming_context", context.dn},
                 {"selection", to_text(context.selection)},
                 {"ranges", ranges_.front().ranges},
                 {"more", ranges_.front().more}});
  }
  asked_for_.assign(objects_.begin(), objects_.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                             objects_.size(), kObjectsAtOnce)));
  return both({{"ask", "holds"},
               {"naming_context", context.dn},
               {"selection", to_text(context.selection)},
               {"objects", objects_json(asked_for_)}});
}

void CompareRun::took(const base::Result<Json>& a, const base::Result<Json>& b) {
  if (!a) return fail(wish_.a, a.error());
  if (!b) return fail(wish_.b, b.error());
  if (!begun_) return begin(*a, *b);
  if (!ranges_.empty()) return take_digests(*a, *b);
  take_objects(*a, *b);
}

void CompareRun::fail(const std::string& side, const base::Error& error) {
  error_ = {error.code,
            error.message.starts_with(side) ? error.message : side + ": " + error.message};
}

// What both hold; of what one of them holds alone nothing is said unless it was asked for.
void CompareRun::begin(const Json& a, const Json& b) {
  begun_ = true;
  const auto lifetime = std::chrono::milliseconds(a.value("tombstone_lifetime", std::int64_t{0}));
  collected_ = now_ - lifetime;
  const Json theirs = b.value("naming_contexts", Json::array());
  for (const Json& ours : a.value("naming_contexts", Json::array())) {
    const auto dn = ours.value("dn", "");
    const auto their = std::ranges::find_if(
        theirs, [&](const Json& one) { return one.value("guid", "") == ours.value("guid", "?"); });
    const bool wanted = !wish_.naming_context ||
                        sites::Dn::parse(*wish_.naming_context).value_or(sites::Dn()).key() ==
                            sites::Dn::parse(dn).value_or(sites::Dn()).key();
    if (their == theirs.end() || !wanted) continue;
    Context context{.dn = dn};
    context.selection = both(to_selection(ours.value("selection", "")),
                             to_selection(their->value("selection", "")));
    context.reason = ours.value("reason", "");
    if (context.reason.empty()) context.reason = their->value("reason", "");
    contexts_.push_back(std::move(context));
  }
  if (contexts_.empty()) {
    error_ = {base::Errc::not_found,
              wish_.naming_context
                  ? fmt::format("naming context {}: not held by both {} and {}",
                                *wish_.naming_context, wish_.a, wish_.b)
                  : fmt::format("{} and {} hold no naming context in common", wish_.a, wish_.b)};
  }
  begin_context();
}

void CompareRun::begin_context() {
  found_ = 0;
  if (at_ >= contexts_.size() || !contexts_[at_].reason.empty()) return;
  ranges_.push_back({{""}, kFirstDigits});
}

void CompareRun::take_digests(const Json& a, const Json& b) {
  const auto ours = digests_in(a);
  const auto theirs = digests_in(b);
  if (!ours) return fail(wish_.a, ours.error());
  if (!theirs) return fail(wish_.b, theirs.error());
  ranges_.pop_front();
  Context& context = contexts_[at_];
  if (!std::exchange(context.counted, true)) {
    context.a_objects = total(*ours).objects;
    context.b_objects = total(*theirs).objects;
  }
  Ranges split{{}, kMoreDigits};
  Ranges told;
  std::uint64_t objects = 0;
  for (const std::string& range : differing(*ours, *theirs)) {
    if (const auto object = object_of(range)) {
      objects_.push_back(*object);
      ++found_;
      continue;
    }
    const auto here = std::max(objects_in(*ours, range), objects_in(*theirs, range));
    if (here > kSmall) {
      split.ranges.insert(range);
      if (split.ranges.size() >= kRangesOfAnswer)
        ranges_.push_back(std::exchange(split, {{}, kMoreDigits}));
      continue;
    }
    told.more = kObjectDigits - range.size();
    told.ranges.insert(range);
    objects += here;
    if (objects < kObjectsOfAnswer) continue;
    ranges_.push_back(std::exchange(told, {}));
    objects = 0;
  }
  if (!split.ranges.empty()) ranges_.push_back(std::move(split));
  if (!told.ranges.empty()) ranges_.push_back(std::move(told));
}

void CompareRun::take_objects(const Json& a, const Json& b) {
  auto ours = read_part(Asked(a));
  auto theirs = read_part(Asked(b));
  if (!ours) return fail(wish_.a, ours.error());
  if (!theirs) return fail(wish_.b, theirs.error());
  const std::size_t looked = std::min({ours->looked, theirs->looked, asked_for_.size()});
  if (looked == 0) {
    return fail(wish_.a, {base::Errc::damaged, "looked at no object that it was asked for"});
  }
  const Part first = first_of(*std::move(ours), asked_for_, looked);
  const Part second = first_of(*std::move(theirs), asked_for_, looked);
  objects_.erase(objects_.begin(), objects_.begin() + static_cast<std::ptrdiff_t>(looked));
  const auto differences = compare(first, second, collected_);
  for (auto from = differences.begin(); from != differences.end();) {
    const auto end = std::find_if(
        from, differences.end(), [&](const Difference& one) { return one.object != from->object; });
    tell({from, end}, a, b);
    from = end;
  }
}

void CompareRun::tell(const std::vector<Difference>& differences, const Json& a, const Json& b) {
  Context& context = contexts_[at_];
  const bool diverges = std::ranges::any_of(differences, &Difference::diverges);
  ++(diverges ? context.diverging : context.coming);
  if (diverges) diverging_[context.dn].push_back(differences.front().object);
  Json& objects = diverges ? context.diverging_objects : context.coming_objects;
  if (objects.size() >= wish_.limit) return;
  objects.push_back(object_difference_json({wish_.a, wish_.b, a, b}, differences));
}

std::string CompareRun::progress() const {
  if (at_ >= contexts_.size()) return "done";
  const std::string& dn = contexts_[at_].dn;
  if (!ranges_.empty()) return fmt::format("{}: looking for what differs", dn);
  return fmt::format("{}: {} of {} objects that differ", dn, found_ - objects_.size(), found_);
}

Json CompareRun::document() const {
  Json contexts = Json::array();
  std::uint64_t coming = 0;
  std::uint64_t diverging = 0;
  std::uint64_t compared = 0;
  for (const Context& context : contexts_) {
    coming += context.coming;
    diverging += context.diverging;
    compared += context.reason.empty() ? 1U : 0U;
    Json objects = context.diverging_objects;
    for (const Json& object : context.coming_objects) {
      if (objects.size() < wish_.limit) objects.push_back(object);
    }
    contexts.push_back({{"dn", context.dn},
                        {"state", !context.reason.empty() ? "not_compared"
                                  : context.diverging > 0 ? "diverging"
                                  : context.coming > 0    ? "coming"
                                                          : "equal"},
                        {"reason", context.reason},
                        {"compared", to_text(context.selection)},
                        {"objects_a", context.a_objects},
                        {"objects_b", context.b_objects},
                        {"coming", context.coming},
                        {"diverging", context.diverging},
                        {"truncated", objects.size() < context.coming + context.diverging},
                        {"objects", std::move(objects)}});
  }
  return {{"a", wish_.a},
          {"b", wish_.b},
          {"time", base::to_string(now_)},
          {"health", diverging > 0 ? "failing" : "well"},
          {"summary", comparison_summary(wish_.a, wish_.b, compared, coming, diverging)},
          {"round_trips", round_trips_},
          {"naming_contexts", std::move(contexts)}};
}

}  // namespace ringspan::replicator::net
