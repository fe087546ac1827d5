#include "cli/text_sync_all.hpp"

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

bool not_begun(const json& answer) {
  return answer.at("state") == "running" && answer.at("goal").at("naming_contexts").empty();
}

/// Deliveries and connections, done and to be done.
struct Sum {
  std::uint64_t done = 0;
  std::uint64_t all = 0;
};

Sum sum_of(const json& answer) {
  Sum sum{number(answer.at("pulls"), "done"), number(answer.at("pulls"), "all")};
  for (const auto& hop : answer.at("hops")) {
    sum.done += number(hop, "reached");
    sum.all += number(hop, "all");
  }
  return sum;
}

std::string hop_name(const json& hop) {
  return hop.at("hop").is_null() ? "no way" : fmt::format("hop {}", number(hop, "hop"));
}

std::string hops_words(const json& answer) {
  std::string words;
  for (const auto& hop : answer.at("hops")) {
    words += fmt::format("{}{}: {} of {}", words.empty() ? "" : ", ", hop_name(hop),
                         number(hop, "reached"), number(hop, "all"));
  }
  return words.empty() ? "nothing is lacking anywhere" : words;
}

ExitCode code_of(const std::string& health) {
  if (health == "well") return ExitCode::well;
  return health == "failing" ? ExitCode::failing : ExitCode::not_well;
}

Paint paint_of(const std::string& state) {
  if (state == "complete" || state == "done") return Paint::good;
  if (state == "silent" || state == "failed") return Paint::bad;
  return state == "lacking" || state == "paused" ? Paint::warning : Paint::plain;
}

std::string hops_table(const json& answer, const Style& style) {
  Table table({{"HOP"}, {"REACHED", Align::right}, {"OF", Align::right}});
  for (const auto& hop : answer.at("hops")) {
    table.add({hop.at("hop").is_null() ? "-" : fmt::format("{}", number(hop, "hop")),
               fmt::format("{}", number(hop, "reached")), fmt::format("{}", number(hop, "all"))});
  }
  return table.empty() ? std::string() : "\n" + table.to_string(style);
}

/// "3 values of 2 objects in dc=corp, written at oslo-1".
std::string lack_words(const json& lack) {
  std::string writers;
  for (const auto& name : lack.at("of"))
    writers += (writers.empty() ? "" : ", ") + printable(name.get<std::string>());
  std::string what = "something";
  if (!lack.at("values").is_null()) {
    what = fmt::format("{} of {}", counted(number(lack, "values"), "value"),
                       counted(number(lack, "objects"), "object"));
  }
  return fmt::format("lacks {} in {}, written at {}", what, text(lack, "naming_context"), writers);
}

/// Those that have not all, and what they lack.
std::string controllers_table(const json& answer, const World& world) {
  Table table({{"CONTROLLER"}, {"SITE", Align::left, 6}, {"STATE"}, {"LAST HEARD"}});
  for (const auto& controller : answer.at("controllers")) {
    const auto state = text(controller, "state");
    const bool silent = state == "silent";
    if (state == "complete" || (!silent && !controller.at("wanted").get<bool>())) continue;
    table.add({{text(controller, "name")},
               {text(controller, "site")},
               {state, paint_of(state)},
               {silent ? relative(controller.at("last_heard"), world.now()) : "now"}});
    const auto error = text(controller, "error");
    if (!error.empty()) table.note(error, paint_of(state));
    const auto& lacks = controller.at("lacks");
    if (lacks.is_null()) {
      table.note("nobody knows what it lacks, nor what it alone has", Paint::warning);
      continue;
    }
    for (const auto& lack : lacks)
      table.note(lack_words(lack));
  }
  return table.empty() ? std::string() : "\n" + table.to_string(world.style);
}

std::string failed_table(const json& answer, const Style& style) {
  Table table({{"CONTROLLER"}, {"PULLS FROM"}, {"STATE"}});
  for (const auto& connection : answer.at("connections")) {
    const auto state = text(connection, "state");
    if (state != "failed" && state != "paused") continue;
    table.add({{text(connection, "destination")},
               {text(connection, "source")},
               {state, paint_of(state)}});
    const auto error = text(connection, "error");
    if (!error.empty()) table.note(error, paint_of(state));
  }
  return table.empty() ? std::string() : "\n" + table.to_string(style);
}

}  // namespace

std::string progress_bar(const json& answer, const Style& style) {
  if (not_begun(answer)) {
    return shortened(progress_words(answer), style.width > 1 ? style.width - 1 : 100);
  }
  constexpr std::uint64_t kWidth = 24;
  const auto sum = sum_of(answer);
  const auto filled = sum.all == 0 ? kWidth : sum.done * kWidth / sum.all;
  const auto bar = std::string(filled, '#') + std::string(kWidth - filled, '.');
  return shortened(fmt::format("[{}]  {} of {}  {}", bar, sum.done, sum.all, hops_words(answer)),
                   style.width > 1 ? style.width - 1 : 100);
}

std::string progress_words(const json& answer) {
  const auto& pulls = answer.at("pulls");
  if (not_begun(answer)) return "asking everyone what there is";
  return fmt::format("{}; {} of {} pulled", hops_words(answer), number(pulls, "done"),
                     counted(number(pulls, "all"), "connection"));
}

Rendered sync_all_text(const json& answer, const World& world) {
  Rendered told;
  const auto health = text(answer, "health");
  told.code = answer.at("state") == "done" ? code_of(health)
              : health == "failing"        ? ExitCode::failing
                                           : ExitCode::not_well;
  if (answer.at("state") == "failed") {
    told.aside = fmt::format("ringspan: {}\n", text(answer, "summary"));
    return told;
  }
  const auto& carried = answer.at("carried");
  const base::Duration span(answer.at("milliseconds").get<std::int64_t>());
  const auto paint = told.code == ExitCode::well      ? Paint::good
                     : told.code == ExitCode::failing ? Paint::bad
                                                      : Paint::warning;
  told.text = fmt::format(
      "{}\n{} of {} pulled: {}, {}, {} in {}.\n", world.style.paint(paint, text(answer, "summary")),
      number(answer.at("pulls"), "done"), counted(number(answer.at("pulls"), "all"), "connection"),
      counted(number(carried, "objects"), "object"), counted(number(carried, "values"), "value"),
      bytes_text(number(carried, "bytes")), span_text(span));
  told.text += hops_table(answer, world.style);
  told.text += controllers_table(answer, world);
  told.text += failed_table(answer, world.style);
  return told;
}

}  // namespace ringspan::cli
