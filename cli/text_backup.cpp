#include "cli/text_backup.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/table.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

std::string text(const json& part, const char* field) {
  return printable(part.at(field).get<std::string>());
}

}  // namespace

Rendered backup_text(const json& answer, const World& world) {
  Table table({{"NAMING CONTEXT"}, {"USN", Align::right}});
  for (const json& context : answer.at("naming_contexts")) {
    table.add({{text(context, "naming_context")},
               {fmt::format("{}", context.at("usn").get<std::uint64_t>())}});
  }
  const std::string file = text(answer, "backup");
  return {
      fmt::format("{} as of {} is at {}: {} bytes, up to USN {} of database {}\n\n{}",
                  text(answer, "controller"), text(answer, "time"), file,
                  answer.at("bytes").get<std::uint64_t>(), answer.at("usn").get<std::uint64_t>(),
                  text(answer, "invocation"), table.to_string(world.style)),
      "It holds this controller's keys: keep it where only its owner reads.\n"};
}

Rendered recovered_text(const json& answer, const World& /*world*/) {
  std::string said =
      fmt::format("{} has left quarantine as database {}; what it lacks comes by replication.\n",
                  text(answer, "controller"), text(answer, "invocation"));
  const json& renewed = answer.at("renewed");
  if (renewed.empty()) return {said + "Nothing was written there since its disk was put back.\n"};
  said += fmt::format(
      "Written there since its disk was put back, and written again so that all others get it; "
      "where it meets other writes see ringspan conflicts:\n");
  for (const json& object : renewed) {
    const auto attributes = object.at("attributes").get<std::vector<std::string>>();
    said += fmt::format("  {}: {}\n", text(object, "dn"),
                        printable(fmt::format("{}", fmt::join(attributes, ", "))));
  }
  return {said};
}

}  // namespace ringspan::cli
