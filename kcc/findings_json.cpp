#include "kcc/findings_json.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace ringspan::kcc {
namespace {

using Json = nlohmann::ordered_json;

/// A name may have come from anywhere: what is no UTF-8 is shown as such.
std::string text_of(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::size_t count(const std::vector<Finding>& findings, Severity severity) {
  return static_cast<std::size_t>(std::ranges::count(findings, severity, &Finding::severity));
}

Json rules_json() {
  Json rules = Json::array();
  for (const CheckRule& rule : check_rules()) {
    rules.push_back({{"id", rule.code},
                     {"shortDescription", {{"text", rule.what}}},
                     {"defaultConfiguration", {{"level", to_string(rule.severity)}}}});
  }
  return rules;
}

Json result_json(const std::string& file, const Finding& finding) {
  Json place{{"artifactLocation", {{"uri", file}}}};
  if (finding.line > 0) place["region"] = {{"startLine", finding.line}};
  const auto rule = std::ranges::find(check_rules(), finding.code, &CheckRule::code);
  return {{"ruleId", finding.code},
          {"ruleIndex", rule - check_rules().begin()},
          {"level", to_string(finding.severity)},
          {"message", {{"text", finding.place + ": " + finding.reason + "; " + finding.remedy}}},
          {"locations",
           {{{"physicalLocation", std::move(place)},
             {"logicalLocations", {{{"fullyQualifiedName", finding.place}}}}}}}};
}

}  // namespace

std::string findings_json(const std::string& file, const std::vector<Finding>& findings) {
  Json json{{"file", file},
            {"errors", count(findings, Severity::error)},
            {"warnings", count(findings, Severity::warning)},
            {"notes", count(findings, Severity::note)},
            {"findings", Json::array()}};
  for (const Finding& finding : findings) {
    Json one{{"code", finding.code},     {"severity", to_string(finding.severity)},
             {"place", finding.place},   {"line", nullptr},
             {"reason", finding.reason}, {"remedy", finding.remedy}};
    if (finding.line > 0) one["line"] = finding.line;
    json["findings"].push_back(std::move(one));
  }
  return text_of(json);
}

std::string findings_sarif(const std::string& file, const std::vector<Finding>& findings) {
  Json results = Json::array();
  for (const Finding& finding : findings)
    results.push_back(result_json(file, finding));
  Json run{{"tool", {{"driver", {{"name", "ringspan check"}, {"rules", rules_json()}}}}},
           {"results", std::move(results)}};
  return text_of({{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                  {"version", "2.1.0"},
                  {"runs", Json::array({std::move(run)})}});
}

}  // namespace ringspan::kcc
