#include "cli/text_token.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/relative_time.hpp"
#include "cli/style.hpp"
#include "cli/table.hpp"

namespace ringspan::cli {
namespace {

std::string text(const nlohmann::json& part, const char* field) {
  return printable(part.at(field).get<std::string>());
}

}  // namespace

/// The token alone on standard output, all else beside it.
Rendered token_add_text(const nlohmann::json& answer, const World& world) {
  return {.text = text(answer, "token") + "\n",
          .aside = fmt::format("The token of {}, {}; it expires {} and is not shown again.\n",
                               text(answer, "name"), text(answer, "role"),
                               relative(answer.at("expires"), world.now()))};
}

Rendered token_list_text(const nlohmann::json& answer, const World& world) {
  Rendered told;
  Table table({{"NAME", Align::left, 8},
               {"ROLE"},
               {"STATE"},
               {"EXPIRES"},
               {"MADE BY", Align::left, 8},
               {"MADE"}});
  for (const auto& person : answer.at("people")) {
    const bool valid = person.at("state") == "valid";
    table.add({text(person, "name"),
               text(person, "role"),
               {text(person, "state"), valid ? Paint::good : Paint::warning},
               relative(person.at("expires"), world.now()),
               text(person, "made_by"),
               relative(person.at("made"), world.now())});
  }
  told.text = table.empty()
                  ? "Nobody has a token; give one with `ringspan token add NAME --role ROLE`.\n"
                  : table.to_string(world.style);
  for (const auto& finding : answer.at("findings"))
    told.aside += printable(finding.get<std::string>()) + "\n";
  return told;
}

Rendered token_revoke_text(const nlohmann::json& answer, const World&) {
  const auto count = answer.at("revoked").get<std::uint64_t>();
  return {.text = fmt::format(
              "The token of {} is revoked at {}{}; elsewhere it ends once that is replicated.\n",
              text(answer, "name"), text(answer, "controller"),
              count > 1 ? fmt::format(" ({} of that name)", count) : ""),
          .aside = {}};
}

}  // namespace ringspan::cli
