#include "cli/text_simulate.hpp"

#include <nlohmann/json.hpp>

#include <set>
#include <tuple>

#include "cli/table.hpp"

namespace ringspan::cli {
namespace {

using replicator::simulator::Loss;
using replicator::simulator::Side;
using replicator::simulator::SwarmResult;
using replicator::simulator::TraceLine;
using Json = nlohmann::ordered_json;

Json side_json(const Side& side) {
  return {{"values", side.values},
          {"writer", side.writer},
          {"version", side.version},
          {"time", base::to_string(side.time)}};
}

Json loss_json(const Loss& loss) {
  return {{"kind", to_string(loss.kind)},
          {"object", loss.object},
          {"attribute", loss.attribute},
          {"lost", side_json(loss.lost)},
          {"kept", side_json(loss.kept)}};
}

Json trace_json(const TraceLine& line) {
  Json json{{"time", base::to_string(line.time)}, {"line", line.line}, {"what", line.what}};
  if (line.to.empty()) return json;
  json["from"] = line.from;
  json["to"] = line.to;
  json["pages"] = line.counts->pages;
  json["objects"] = line.counts->objects;
  json["values"] = line.counts->values;
  json["bytes"] = line.counts->bytes;
  return json;
}

}  // namespace

std::string story_table(const std::vector<TraceLine>& trace, const Style& style) {
  Table table({{"TIME"},
               {"FROM"},
               {"TO"},
               {"WHAT", Align::left, 20},
               {"OBJECTS", Align::right},
               {"VALUES", Align::right}});
  std::set<std::tuple<std::string, std::string, std::string>> told;
  const TraceLine* last = nullptr;
  for (const TraceLine& line : trace) {
    const std::string time = base::to_string(line.time).substr(5, 18);
    const bool repeated = last != nullptr && line.to.empty() && last->what == line.what &&
                          last->time == line.time && last->line == line.line;
    last = &line;
    if (repeated) continue;  // of each naming context the same
    if (line.to.empty()) {
      table.add({time, "", "", {printable(line.what), Paint::strong}, "", ""});
      continue;
    }
    if (line.counts->values == 0) {
      const bool anew = told.emplace(line.from, line.to, line.what).second;
      if (anew) table.add({time, line.from, line.to, {line.what, Paint::warning}, "", ""});
      continue;
    }
    std::erase_if(told, [&](const auto& one) {
      return std::get<0>(one) == line.from && std::get<1>(one) == line.to;
    });
    table.add({time, line.from, line.to, line.what, std::to_string(line.counts->objects),
               std::to_string(line.counts->values)});
  }
  return table.empty() ? "" : table.to_string(style);
}

Json run_json(const ScenarioRun& run) {
  const auto& [file, result] = run;
  Json trace = Json::array();
  for (const TraceLine& line : result.trace)
    trace.push_back(trace_json(line));
  Json story = Json::array();
  for (const TraceLine& line : result.trace)
    story.push_back(to_string(line));
  Json conflicts = Json::array();
  for (const Loss& loss : result.losses)
    conflicts.push_back(loss_json(loss));
  return {{"file", file},
          {"passed", result.passed},
          {"failure", result.failure},
          {"statements", result.statements},
          {"expectations", result.expectations},
          {"conflicts", conflicts},
          {"trace", trace},
          {"story", story},
          {"output", result.output}};
}

Json swarm_json(const SwarmResult& result, const std::string& file) {
  return {{"seed", result.seed},     {"failure", result.failure},     {"drawn", result.drawn},
          {"writes", result.writes}, {"conflicts", result.conflicts}, {"scenario", file}};
}

}  // namespace ringspan::cli
