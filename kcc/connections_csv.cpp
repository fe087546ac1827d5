#include "kcc/connections_csv.hpp"

#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "kcc/connection_text.hpp"

namespace ringspan::kcc {
namespace {

/// RFC 4180: in quotes where it holds a comma, a quote or a line end; quotes are doubled.
std::string cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

std::string row(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t at = 0; at < cells.size(); ++at)
    line += (at == 0 ? "" : ",") + cell(cells[at]);
  return line + "\r\n";
}

std::string yes_or_no(bool is) {
  return is ? "true" : "false";
}

}  // namespace

std::string connections_csv(const sites::Forest& forest, const Topology& topology) {
  const Names names(forest);
  std::string text =
      row({"source", "source_site", "destination", "destination_site", "naming_contexts", "rule",
           "standby", "cost", "path", "interval", "schedule", "notify", "compress"});
  for (const Connection& one : topology.connections) {
    text +=
        row({names.controller(one.source), names.site_of(one.source),
             names.controller(one.destination), names.site_of(one.destination),
             contexts_text(one, names), std::string(to_string(one.rule)), yes_or_no(one.standby),
             std::to_string(one.cost.value), path_text(one, names), base::to_string(one.interval),
             one.schedule.to_string(), yes_or_no(one.notify), yes_or_no(one.compress)});
  }
  return text;
}

}  // namespace ringspan::kcc
