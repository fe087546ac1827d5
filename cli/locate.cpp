#include "sites/locate.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/forest_file.hpp"

namespace ringspan::cli {
namespace {

using sites::Forest;
using sites::Location;
using sites::NearSite;

std::string name_of(const Forest& forest, sites::SiteId id) {
  const auto* site = sites::find_site(forest, id);
  return site == nullptr ? "unknown" : site->name;
}

std::vector<std::string> names_of(const Forest& forest,
                                  const std::vector<sites::ControllerId>& ids) {
  std::vector<std::string> names;
  for (const auto id : ids)
    names.push_back(sites::find_controller(forest, id)->name);
  return names;
}

nlohmann::ordered_json json_of(const Forest& forest, const std::vector<NearSite>& near) {
  auto list = nlohmann::ordered_json::array();
  for (const NearSite& one : near) {
    list.push_back({{"site", name_of(forest, one.site)},
                    {"cost", one.cost.value},
                    {"controllers", names_of(forest, one.controllers)}});
  }
  return list;
}

std::string json_of(const Forest& forest, const std::string& address, const Location& found) {
  nlohmann::ordered_json json{{"address", address}, {"subnet", nullptr}, {"site", nullptr}};
  if (found.subnet) json["subnet"] = *found.subnet;
  if (found.site) json["site"] = name_of(forest, *found.site);
  json["controllers"] = names_of(forest, found.controllers);
  json["covered_by"] = json_of(forest, found.covered_by);
  json["next"] = json_of(forest, found.next);
  return json.dump(2) + "\n";
}

std::string text_of(const Forest& forest, const std::string& address, const Location& found) {
  std::string text = fmt::format("{} is in site {}, by subnet {}.\n", address,
                                 name_of(forest, *found.site), *found.subnet);
  if (!found.controllers.empty()) {
    text +=
        fmt::format("Its controllers: {}.\n", fmt::join(names_of(forest, found.controllers), ", "));
  } else if (found.covered_by.empty()) {
    text += "No controller stands there, and no link leads straight to a site that has one.\n";
  } else {
    text += "No controller stands there; it is covered over its cheapest link by\n";
    for (const NearSite& one : found.covered_by)
      text += fmt::format("  {} (cost {}): {}\n", name_of(forest, one.site), one.cost.value,
                          fmt::join(names_of(forest, one.controllers), ", "));
  }
  if (found.next.empty()) return text + "No other site with controllers is in reach.\n";
  text += "The next closest sites:\n";
  for (const NearSite& one : found.next)
    text += fmt::format("  {} (cost {}): {}\n", name_of(forest, one.site), one.cost.value,
                        fmt::join(names_of(forest, one.controllers), ", "));
  return text;
}

ExitCode run(const Arguments& given, World& world) {
  const auto read = read_forest_file(given, world, given.text("FILE"));
  if (!read) return read.error();
  const auto address = given.text("IP");
  const auto found = sites::locate(read->forest, address);
  if (!found) return complain(world, found.error());
  if (given.has("--json")) world.out << json_of(read->forest, address, *found);
  if (!found->site) {
    return complain(world, ExitCode::not_well,
                    fmt::format("{}: no subnet of {} holds it; add a subnet to a site", address,
                                given.text("FILE")));
  }
  if (!given.has("--json")) world.out << text_of(read->forest, address, *found);
  return ExitCode::well;
}

}  // namespace

Command locate_command() {
  return {.name = "locate",
          .group = {},
          .summary = "Which site a client's address belongs to, and who serves it",
          .description =
              "The longest subnet that holds the address decides. A site without controllers is "
              "covered by the site at the other end of its cheapest link. The next closest sites "
              "follow by cost, along ways that the links and bridges allow.",
          .arguments = {{.name = "FILE",
                         .value = {},
                         .help = "The forest: forest.json, LDIF or GraphML",
                         .required = true,
                         .completes = Completes::file},
                        {.name = "IP",
                         .value = {},
                         .help = "The client's address, IPv4 or IPv6",
                         .required = true}},
          .options = {json_option()},
          .examples = {{"ringspan locate samples/ad/branch-offices.ldif 10.0.3.9",
                        "Where does this client log on?"},
                       {"ringspan locate forest.json 2001:db8::7 --json", "For a script"}},
          .endings = {{ExitCode::well, "It belongs to a site"},
                      {ExitCode::not_well,
                       "No subnet holds it, it is no address, or the file has faults"},
                      {ExitCode::usage, "The command line itself is wrong"}},
          .run = run};
}

}  // namespace ringspan::cli
