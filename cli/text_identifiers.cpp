#include "cli/text_identifiers.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/relative_time.hpp"
#include "cli/style.hpp"
#include "cli/table.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

std::string text(const json& part, const char* field) {
  return printable(part.at(field).get<std::string>());
}

std::string number(const json& part, const char* field) {
  return std::to_string(part.at(field).get<std::uint64_t>());
}

std::string range_text(const json& range) {
  const auto first = number(range, "first");
  const auto last = number(range, "last");
  return first == last ? first : first + "-" + last;
}

std::string domain_text(const json& domain, const World& world) {
  const double used = 100.0 * domain.at("next").get<double>() / domain.at("space").get<double>();
  auto told =
      fmt::format("{}: handed out by {} (epoch {}){}, {:.2f} % of the space set aside\n",
                  world.style.paint(Paint::strong, text(domain, "domain")), text(domain, "owner"),
                  domain.at("epoch").at("counter").get<std::uint64_t>(),
                  domain.at("hands_out") == "from_the_fence" ? ", counted at the fence" : "", used);
  Table table({{"CONTROLLER"},
               {"POOLS", Align::right},
               {"ISSUED", Align::right},
               {"AT HAND", Align::right},
               {"RESERVE", Align::right}});
  for (const auto& one : domain.at("controllers")) {
    table.add({text(one, "controller"), number(one, "pools"), number(one, "issued"),
               number(one, "at_hand"), number(one, "reserve")});
    if (!one.at("alone").is_null())
      table.note("issued unconfirmed (--alone): " + text(one, "alone"), Paint::warning);
  }
  told += table.to_string(world.style);
  for (const auto& gap : domain.at("gaps")) {
    told += fmt::format("{} are never issued: {} was lost {} and may have issued some\n",
                        range_text(gap), text(gap, "lost"), relative(gap.at("since"), world.now()));
  }
  return told;
}

std::string waiting_for(const json& domain) {
  std::string names;
  for (const auto& name : domain.at("waits_for"))
    names += (names.empty() ? "" : ", ") + printable(name.get<std::string>());
  return names;
}

/// What an administrator should know; empty: nothing.
std::string aside(const json& domain) {
  std::string told;
  if (domain.at("hands_out") == "from_its_reserve") {
    const std::string names = waiting_for(domain);
    told += fmt::format(
        "{}: {} hands out of its reserve alone until every writable member knows that it has the "
        "rid role{}{}\n",
        text(domain, "domain"), text(domain, "owner"), names.empty() ? "" : "; it waits for ",
        names);
  } else if (domain.at("hands_out") == "from_the_fence" && !domain.at("waits_for").empty()) {
    told += fmt::format(
        "{}: {} begins to count at the fence once every writable member knows that it has the rid "
        "role; it waits for {}\n",
        text(domain, "domain"), text(domain, "owner"), waiting_for(domain));
  }
  const auto tenths = domain.at("tenths_used").get<std::uint64_t>();
  if (tenths > 0) {
    told += fmt::format("{}: {} tenths of the space of identifiers are set aside\n",
                        text(domain, "domain"), tenths);
  }
  return told;
}

}  // namespace

Rendered identifiers_text(const json& answer, const World& /*world*/) {
  Rendered told;
  for (const auto& range : answer.at("ranges"))
    told.text += range_text(range) + "\n";
  return told;
}

Rendered identifier_status_text(const json& answer, const World& world) {
  Rendered told;
  for (const auto& domain : answer.at("domains")) {
    told.text += (told.text.empty() ? "" : "\n") + domain_text(domain, world);
    told.aside += aside(domain);
  }
  if (answer.at("domains").empty()) {
    told.text = fmt::format("{} holds no domain whole.\n", text(answer, "controller"));
  }
  return told;
}

}  // namespace ringspan::cli
