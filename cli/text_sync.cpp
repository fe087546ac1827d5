#include "cli/text_sync.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/relative_time.hpp"
#include "cli/table.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

std::string text(const json& part, const char* field) {
  return printable(part.at(field).get<std::string>());
}

std::uint64_t number(const json& part, const char* field) {
  return part.at(field).get<std::uint64_t>();
}

struct Total {
  std::uint64_t objects = 0;
  std::uint64_t values = 0;
  std::uint64_t bytes = 0;
  std::uint64_t milliseconds = 0;
  std::uint64_t failed = 0;
};

Total total_of(const json& pulls) {
  Total total;
  for (const auto& pull : pulls) {
    total.objects += number(pull, "objects");
    total.values += number(pull, "values");
    total.bytes += number(pull, "bytes");
    total.milliseconds += number(pull, "milliseconds");
    if (!text(pull, "error").empty()) ++total.failed;
  }
  return total;
}

std::string elapsed(std::uint64_t milliseconds) {
  return span_text(base::Duration(static_cast<std::int64_t>(milliseconds)));
}

}  // namespace

Rendered sync_text(const json& answer, const World& world) {
  const auto& pulls = answer.at("pulls");
  const auto total = total_of(pulls);
  Rendered told;
  told.text = fmt::format("{} pulled from {}: {}, {}, {} in {}.\n", text(answer, "destination"),
                          text(answer, "source"), counted(total.objects, "object"),
                          counted(total.values, "value"), bytes_text(total.bytes),
                          elapsed(total.milliseconds));
  Table table({{"NAMING CONTEXT", Align::left, 14},
               {"OBJECTS", Align::right},
               {"VALUES", Align::right},
               {"BYTES", Align::right},
               {"PAGES", Align::right},
               {"TIME", Align::right}});
  for (const auto& pull : pulls) {
    table.add({text(pull, "naming_context"), fmt::format("{}", number(pull, "objects")),
               fmt::format("{}", number(pull, "values")), fmt::format("{}", number(pull, "bytes")),
               fmt::format("{}", number(pull, "pages")), elapsed(number(pull, "milliseconds"))});
    const auto error = text(pull, "error");
    if (!error.empty()) table.note(error, Paint::bad);
  }
  if (!table.empty()) told.text += "\n" + table.to_string(world.style);
  if (total.failed > 0) {
    told.aside = fmt::format("ringspan: {} of {} failed; the reasons stand below each\n",
                             total.failed, counted(pulls.size(), "pull"));
    told.code = ExitCode::not_well;
  }
  return told;
}

}  // namespace ringspan::cli
