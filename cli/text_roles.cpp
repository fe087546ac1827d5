#include "cli/text_roles.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/relative_time.hpp"
#include "cli/style.hpp"
#include "cli/table.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

std::string text(const json& part, const char* field) {
  const auto& value = part.at(field);
  return value.is_null() ? std::string("-") : printable(value.get<std::string>());
}

std::uint64_t counter(const json& part) {
  return part.at("epoch").at("counter").get<std::uint64_t>();
}

Cell state_cell(const std::string& state) {
  if (state == "effective") return {"effective", Paint::good};
  if (state == "catching_up") return {"not heard a partner yet", Paint::warning};
  if (state == "handing_over") return {"being handed over", Paint::warning};
  if (state == "quarantined") return {"quarantined", Paint::bad};
  if (state == "without_lease") return {"no lease of the fence", Paint::bad};
  if (state == "silent") return {"cannot be asked", Paint::bad};
  if (state == "removed") return {"removed", Paint::bad};
  return {printable(state), Paint::warning};
}

std::string gained_text(const std::string& gained) {
  if (gained == "transfer") return "transferred";
  if (gained == "fence") return "by the fence";
  return gained == "seize" ? "seized" : "first owner";
}

/// "fence https://etcd-1:2379, revision 17, lease 6 s"
std::string fence_text(const json& role, const json& fence) {
  std::string words = fmt::format("fence {}", text(fence, "endpoint"));
  const auto epoch = role.at("epoch");
  if (epoch.is_object() && epoch.contains("revision")) {
    words += fmt::format(", revision {}", epoch.at("revision").get<std::uint64_t>());
  }
  const auto& lease = fence.at("lease_seconds");
  if (lease.is_null()) {
    words += ", no lease";
  } else {
    words += fmt::format(", lease {} s", lease.get<std::int64_t>());
  }
  if (!fence.at("trouble").is_null()) words += ": " + text(fence, "trouble");
  return words;
}

/// "rid of dc=corp,dc=example"
std::string role_text(const json& part) {
  const auto role = text(part, "role");
  if (role == "schema" || role == "naming") return role;
  return fmt::format("{} of {}", role, text(part, "naming_context"));
}

}  // namespace

Rendered roles_text(const json& answer, const World& world) {
  const auto now = base::parse_time(answer.at("time").get<std::string>()).value_or(world.now());
  Table table({{"ROLE"},
               {"NAMING CONTEXT", Align::left, 14},
               {"OWNER"},
               {"EPOCH", Align::right},
               {"SINCE"},
               {"STATE"}});
  for (const auto& role : answer.at("roles")) {
    const bool known = !role.at("epoch").is_null();
    table.add({text(role, "role"), text(role, "naming_context"), text(role, "owner"),
               known ? fmt::format("{}", counter(role)) : "-",
               known ? relative(role.at("since"), now) : "-", state_cell(text(role, "state"))});
    if (const auto fence = role.value("fence", json()); fence.is_object()) {
      table.note(fence_text(role, fence),
                 fence.at("trouble").is_null() ? Paint::plain : Paint::bad);
    }
    for (const auto& other : role.at("opinions")) {
      table.note(fmt::format("{} takes {} for its owner (epoch {}){}", text(other, "controller"),
                             text(other, "owner"), counter(other),
                             other.at("acts").get<bool>() ? " and acts as such" : ""),
                 Paint::warning);
    }
  }
  Rendered told{.text = table.to_string(world.style), .aside = {}};
  for (const auto& fault : answer.at("faults"))
    told.aside += printable(fault.get<std::string>()) + "\n";
  for (const auto& silent : answer.at("silent")) {
    told.aside += fmt::format("{} could not be asked: {}\n", text(silent, "controller"),
                              text(silent, "error"));
  }
  if (!answer.at("faults").empty()) told.code = ExitCode::not_well;
  return told;
}

Rendered role_advice_text(const json& answer, const World& world) {
  Table table({{"ROLE"}, {"NAMING CONTEXT", Align::left, 14}, {"OWNER"}, {"BEST AT"}});
  for (const auto& one : answer.at("advice")) {
    const bool moves = one.at("moves").get<bool>();
    table.add({text(one, "role"),
               text(one, "naming_context"),
               text(one, "owner"),
               {text(one, "advised"), moves ? Paint::warning : Paint::good}});
    for (const auto& reason : one.at("why"))
      table.note(printable(reason.get<std::string>()));
    if (moves) table.note(text(one, "command"), Paint::strong);
  }
  Rendered told{.text = table.to_string(world.style), .aside = {}};
  if (answer.at("advice").empty()) {
    told.text =
        answer.at("lost").is_null()
            ? "Nobody who answers can own a role.\n"
            : fmt::format("{} has no role that another could take.\n", text(answer, "lost"));
  }
  for (const auto& silent : answer.at("silent"))
    told.aside += printable(silent.get<std::string>()) + " could not be asked\n";
  return told;
}

Rendered role_history_text(const json& answer, const World& world) {
  Table table({{"WHEN"},
               {"ROLE"},
               {"NAMING CONTEXT", Align::left, 14},
               {"EPOCH", Align::right},
               {"OWNER"},
               {"FORMER"},
               {"HOW"},
               {"WHO"}});
  for (const auto& change : answer.at("changes")) {
    const bool counts = change.at("in_force").get<bool>();
    table.add({relative(change.at("when"), world.now()),
               text(change, "role"),
               text(change, "naming_context"),
               fmt::format("{}", counter(change)),
               {text(change, "owner"), counts ? Paint::strong : Paint::plain},
               text(change, "former"),
               gained_text(text(change, "gained")),
               text(change, "who")});
    if (!change.at("why").is_null()) table.note(text(change, "why"));
  }
  return {.text = table.to_string(world.style), .aside = {}};
}

Rendered role_changed_text(const json& answer, const World& world) {
  const auto owner = world.style.paint(Paint::strong, text(answer, "owner"));
  Rendered told;
  if (!answer.at("changed").get<bool>()) {
    told.text = fmt::format("{} has the role {} already (epoch {}).\n", owner, role_text(answer),
                            counter(answer));
  } else {
    told.text =
        fmt::format("{} has the role {} now (epoch {}, {} from {}).\n", owner, role_text(answer),
                    counter(answer), gained_text(text(answer, "gained")), text(answer, "former"));
  }
  if (!answer.at("effective").get<bool>()) {
    told.aside = fmt::format("It does not act yet: {}.\n", state_cell(text(answer, "state")).text);
  }
  return told;
}

std::string stakes_text(const json& answer, const World& world) {
  const auto owner = text(answer, "owner");
  std::string told =
      fmt::format("The role {} belongs to {} (epoch {}), last heard of {}.\n", role_text(answer),
                  owner, counter(answer), relative(answer.at("last_heard"), world.now()));
  const auto would = text(answer, "would");
  if (would == "transfer") {
    return told + fmt::format(
                      "{} answers: it is asked to give the role up; only if it does not is "
                      "the role seized.\n",
                      owner);
  }
  for (const auto& stake : answer.at("stakes"))
    told += "  " + printable(stake.get<std::string>()) + "\n";
  return told;
}

}  // namespace ringspan::cli
