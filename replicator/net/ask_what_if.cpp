// what_if, explain: the plan as it would be with something changed, and why it is as it is. Nothing
// is written.

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "kcc/analyse.hpp"
#include "kcc/difference_json.hpp"
#include "kcc/explain.hpp"
#include "kcc/explanation_json.hpp"
#include "replicator/net/service.hpp"
#include "sites/nearest.hpp"
#include "sites/paper_changes.hpp"

namespace ringspan::replicator::net {
namespace {

constexpr std::size_t kMostChanges = 1000;

struct Field {
  const char* name;
  std::vector<std::string> sites::PaperChanges::* words;
};
constexpr Field kFields[] = {
    {"without_controllers", &sites::PaperChanges::without_controllers},
    {"without_links", &sites::PaperChanges::without_links},
    {"without_sites", &sites::PaperChanges::without_sites},
    {"add_links", &sites::PaperChanges::add_links},
    {"set_costs", &sites::PaperChanges::set_costs},
};

/// What has a good form is taken; the rest is noted.
sites::PaperChanges read_changes(const Json& given, std::vector<FieldFault>& faults) {
  sites::PaperChanges changes;
  for (const auto& [name, value] : given.items()) {
    const auto* field = std::ranges::find(kFields, std::string_view(name), &Field::name);
    if (field == std::end(kFields)) {
      faults.push_back({name, std::nullopt,
                        fmt::format("\"{}\": no such change; there are without_controllers, "
                                    "without_links, without_sites, add_links, set_costs",
                                    name)});
    } else if (!value.is_array()) {
      faults.push_back({name, std::nullopt, fmt::format("\"{}\": must be a list of texts", name)});
    } else {
      auto& words = changes.*(field->words);
      for (std::size_t at = 0; at < value.size(); ++at) {
        if (!value[at].is_string())
          faults.push_back({name, at, fmt::format("\"{}\" {}: must be a text", name, at)});
        words.push_back(value[at].is_string() ? value[at].get<std::string>() : std::string());
      }
    }
  }
  return changes;
}

bool is_known(const std::vector<FieldFault>& faults, const sites::ChangeFault& fault) {
  return std::ranges::any_of(faults, [&](const FieldFault& one) {
    return one.field == fault.field && one.at == fault.at;
  });
}

const sites::Controller* controller_named(const ServiceGround& ground, const Asked& asked,
                                          const char* field, std::vector<FieldFault>& faults) {
  const auto name = asked.text(field);
  if (!name) {
    faults.push_back({field, std::nullopt, name.error().message});
    return nullptr;
  }
  const auto* found = sites::find_controller(ground.forest(), *name);
  if (found == nullptr) {
    std::vector<std::string> names;
    for (const auto& controller : ground.forest().controllers)
      names.push_back(controller.name);
    faults.push_back(
        {field, std::nullopt,
         sites::no_such_name("controller", *name, names, "the definition lists them")});
  } else if (sites::find_controller(ground.in_force->joined, found->id) == nullptr) {
    faults.push_back(
        {field, std::nullopt,
         fmt::format("{}: has not joined yet; the plan is for those who have", found->name)});
    return nullptr;
  }
  return found;
}

}  // namespace

void answer_what_if(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  const Asked asked(request);
  if (auto known = asked.only({"ask", "changes"}); !known) return taker(error_text(known.error()));
  if (!asked.has("changes") || !request["changes"].is_object()) {
    return taker(error_text({base::Errc::invalid, "\"changes\": must be an object of lists"}));
  }
  std::vector<FieldFault> faults;
  const sites::PaperChanges changes = read_changes(request["changes"], faults);
  if (changes.size() > kMostChanges) {
    return taker(error_text(
        {base::Errc::invalid, fmt::format("\"changes\": {} at once; at most {} are weighed",
                                          changes.size(), kMostChanges)}));
  }
  const auto wanted = sites::change_on_paper(ground.forest(), changes);
  if (!wanted) {
    for (const sites::ChangeFault& fault : wanted.error()) {
      if (!is_known(faults, fault)) faults.push_back({fault.field, fault.at, fault.message});
    }
  }
  if (!faults.empty()) return taker(faults_text(base::Errc::invalid, faults));
  taker(to_text(kcc::difference_json(ground.forest(), *wanted)));
}

void answer_explain(const ServiceGround& ground, const Json& request, JsonTaker taker) {
  const Asked asked(request);
  if (auto known = asked.only({"ask", "destination", "source"}); !known) {
    return taker(error_text(known.error()));
  }
  std::vector<FieldFault> faults;
  const auto* destination = controller_named(ground, asked, "destination", faults);
  const auto* source = controller_named(ground, asked, "source", faults);
  if (destination != nullptr && destination == source) {
    faults.push_back({"source", std::nullopt, source->name + ": twice; name two controllers"});
  }
  if (!faults.empty()) return taker(faults_text(base::Errc::invalid, faults));
  const sites::Forest& joined = ground.in_force->joined;
  const kcc::Planned planned{joined, ground.plan(), kcc::analyse(joined, ground.plan())};
  const auto there = kcc::explain(planned, destination->id, source->id);
  const auto back = kcc::explain(planned, source->id, destination->id);
  taker(
      to_text(Json{{"directions",
                    {kcc::explanation_json(joined, there), kcc::explanation_json(joined, back)}}}));
}

}  // namespace ringspan::replicator::net
