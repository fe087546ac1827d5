#include "replicator/net/difference_json.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/net/journal_json.hpp"

namespace ringspan::replicator::net {
namespace {

/// What one of the two answers calls it.
std::string named(const DifferenceWords& words, const char* table, const std::string& guid) {
  for (const Json* answer : {&words.a_answer, &words.b_answer}) {
    const auto names = answer->find(table);
    if (names == answer->end() || !names->is_object() || !names->contains(guid)) continue;
    if ((*names)[guid].is_string()) return (*names)[guid].get<std::string>();
  }
  return table == std::string_view("originators") ? guid : std::string();
}

std::string writer_of(const DifferenceWords& words, const Stamp& stamp) {
  return fmt::format("{} USN {}", named(words, "originators", stamp.originator.value.to_string()),
                     stamp.usn.value);
}

Json held_json(const DifferenceWords& words, const Difference& difference,
               const std::optional<Held>& held) {
  if (!held) return nullptr;
  return {{"values", shown_values(difference.attribute, held->values)},
          {"present", held->present},
          {"version", held->stamp.version},
          {"time", base::to_string(held->stamp.time)},
          {"originator", named(words, "originators", held->stamp.originator.value.to_string())},
          {"usn", held->stamp.usn.value}};
}

std::string reason_of(const DifferenceWords& words, const Difference& difference) {
  const std::string& lacking = difference.a_lacks ? words.a : words.b;
  const auto& greater = difference.a_lacks ? difference.b : difference.a;
  switch (difference.verdict) {
    case Verdict::coming:
      return fmt::format("not yet replicated: the vector of {} does not cover {}; it will come",
                         lacking, writer_of(words, greater->stamp));
    case Verdict::lost:
      return fmt::format("{} covers {} but does not hold it: divergence", lacking,
                         writer_of(words, greater->stamp));
    case Verdict::two_values:
      break;
  }
  const bool only_context = difference.a->values == difference.b->values &&
                            difference.a->present == difference.b->present &&
                            difference.a->stamp == difference.b->stamp;
  return fmt::format("{} is one write and differs{}: divergence",
                     writer_of(words, difference.a->stamp),
                     only_context ? " in what its writer had seen" : "");
}

std::string_view word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::coming:
      return "coming";
    case Verdict::lost:
      return "lost";
    case Verdict::two_values:
      return "two_values";
  }
  return "";
}

Json difference_json(const DifferenceWords& words, const Difference& difference) {
  const std::string target = difference.target ? difference.target->value.to_string() : "";
  const bool one_lacks = difference.verdict != Verdict::two_values;
  return {{"attribute", difference.attribute},
          {"target", difference.target ? Json(target) : Json(nullptr)},
          {"target_dn", named(words, "dns", target)},
          {"a", held_json(words, difference, difference.a)},
          {"b", held_json(words, difference, difference.b)},
          {"verdict", word_of(difference.verdict)},
          {"lacks", one_lacks ? Json(difference.a_lacks ? words.a : words.b) : Json(nullptr)},
          {"reason", reason_of(words, difference)}};
}

std::string objects_text(std::uint64_t count) {
  return count == 1 ? "1 object" : fmt::format("{} objects", count);
}

}  // namespace

Json object_difference_json(const DifferenceWords& words,
                            const std::vector<Difference>& differences) {
  const std::string guid = differences.front().object.value.to_string();
  Json list = Json::array();
  for (const Difference& difference : differences)
    list.push_back(difference_json(words, difference));
  const bool diverges = std::ranges::any_of(differences, &Difference::diverges);
  return {{"object", guid},
          {"dn", named(words, "dns", guid)},
          {"state", diverges ? "diverging" : "coming"},
          {"differences", std::move(list)}};
}

std::string comparison_summary(const std::string& a, const std::string& b, std::uint64_t compared,
                               std::uint64_t coming, std::uint64_t diverging) {
  if (compared == 0) return fmt::format("Nothing of {} and {} could be compared.", a, b);
  const std::string way = coming == 0
                              ? ""
                              : fmt::format(" {} on the way between them.",
                                            objects_text(coming) + (coming == 1 ? " is" : " are"));
  if (diverging > 0) {
    return fmt::format("{} and {} diverge in {}.{}", a, b, objects_text(diverging), way);
  }
  if (coming > 0) return fmt::format("{} and {} do not diverge.{}", a, b, way);
  return fmt::format("{} and {} hold the same.", a, b);
}

}  // namespace ringspan::replicator::net
