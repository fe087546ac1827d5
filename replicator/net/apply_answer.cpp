#include "replicator/net/apply_answer.hpp"

#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "kcc/comparison_json.hpp"
#include "kcc/names.hpp"

namespace ringspan::replicator::net {

std::string cut_off_in_words(const Weighed& weighed) {
  const kcc::Names before(weighed.before.forest);
  std::vector<std::string> words;
  for (const kcc::CutOff& one : weighed.comparison.cut_off) {
    std::vector<std::string> lost;
    for (const NamingContextId id : before.in_order(one.naming_contexts))
      lost.push_back(before.dn(id));
    words.push_back(
        fmt::format("{} ({})", before.controller(one.controller),
                    one.removed ? "removed from the definition"
                                : fmt::format("no longer reached for {}", fmt::join(lost, ", "))));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

Json apply_answer(const Weighed& weighed, const std::string& controller) {
  Json removed = Json::array();
  for (const RemovedContext& one : weighed.removed) {
    removed.push_back(
        {{"dn", one.dn}, {"objects", one.objects ? Json(*one.objects) : Json(nullptr)}});
  }
  Json answer{{"controller", controller},
              {"forest", weighed.after.forest.name},
              {"written", false},
              {"basis", weighed.basis},
              {"hash", weighed.hash}};
  answer.update(
      kcc::comparison_json(weighed.before, weighed.after, weighed.comparison, weighed.changes));
  answer["not_joined"] = weighed.not_joined;
  answer["removed_contexts"] = std::move(removed);
  answer["definition"] = nullptr;
  return answer;
}

Json to_json(const configuration::Definition& definition) {
  return {{"hash", definition.hash},
          {"when", base::to_string(definition.when)},
          {"who", definition.who},
          {"summary", definition.summary}};
}

}  // namespace ringspan::replicator::net
