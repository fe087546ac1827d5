#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/fold.hpp"
#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/difference.hpp"
#include "cli/forest_file.hpp"
#include "sites/nearest.hpp"
#include "sites/read_forest.hpp"

namespace ringspan::cli {
namespace {

/// Edits a forest on paper. What cannot be done is noted, and the rest goes on.
class Paper {
 public:
  explicit Paper(sites::Forest forest) : forest_(std::move(forest)) {}

  void remove_controller(const std::string& name) {
    if (const auto* one = find(forest_.controllers, "controller", name)) drop(one->id);
  }

  void remove_link(const std::string& name) {
    if (const auto* one = find(forest_.links, "site link", name)) drop(one->id);
  }

  void remove_site(const std::string& name);
  void add_link(const std::string& words);
  void set_cost(const std::string& words);

  const sites::Forest& forest() const { return forest_; }
  const std::vector<std::string>& faults() const { return faults_; }

 private:
  template <typename Part>
  const Part* find(const std::vector<Part>& parts, const char* kind, const std::string& name) {
    std::vector<std::string> names;
    for (const Part& part : parts) {
      if (base::fold_name(part.name) == base::fold_name(name)) return &part;
      names.push_back(part.name);
    }
    const auto meant = sites::nearest(name, names);
    faults_.push_back(
        fmt::format("{}: no {} of this name; {}", name, kind,
                    meant ? fmt::format("did you mean {}?", *meant) : "the definition lists them"));
    return nullptr;
  }

  void drop(sites::ControllerId id) {
    std::erase_if(forest_.controllers, [id](const auto& one) { return one.id == id; });
    for (auto& context : forest_.naming_contexts)
      std::erase(context.replicas, id);
  }

  void drop(sites::SiteLinkId id) {
    std::erase_if(forest_.links, [id](const auto& one) { return one.id == id; });
    for (auto& bridge : forest_.bridges)
      std::erase(bridge.links, id);
  }

  std::optional<sites::Cost> cost_of(const std::string& words, const std::string& number) {
    std::uint32_t cost = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), cost);
    if (error == std::errc() && end == number.data() + number.size() && cost > 0) {
      return sites::Cost(cost);
    }
    faults_.push_back(fmt::format("{}: {} is no cost; give a whole number from 1 to {}", words,
                                  number.empty() ? "nothing" : number,
                                  std::numeric_limits<std::uint32_t>::max()));
    return std::nullopt;
  }

  sites::Forest forest_;
  std::vector<std::string> faults_;
};

void Paper::remove_site(const std::string& name) {
  const auto* found = find(forest_.sites, "site", name);
  if (found == nullptr) return;
  const sites::SiteId id = found->id;
  const std::vector<sites::Controller> controllers = forest_.controllers;
  for (const auto& one : controllers)
    if (one.site == id) drop(one.id);
  const std::vector<sites::SiteLink> links = forest_.links;
  for (const auto& one : links) {
    if (std::ranges::find(one.sites, id) != one.sites.end() && one.sites.size() < 3) drop(one.id);
  }
  for (auto& link : forest_.links)
    std::erase(link.sites, id);
  std::erase_if(forest_.sites, [id](const auto& one) { return one.id == id; });
}

void Paper::add_link(const std::string& words) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at != std::string::npos;) {
    const std::size_t comma = words.find(',', at);
    parts.push_back(words.substr(at, comma == std::string::npos ? comma : comma - at));
    at = comma == std::string::npos ? comma : comma + 1;
  }
  if (parts.size() != 3) {
    faults_.push_back(
        fmt::format("{}: no new link; give two sites and a cost, as oslo,rome,80", words));
    return;
  }
  const auto* one = find(forest_.sites, "site", parts[0]);
  const auto* other = find(forest_.sites, "site", parts[1]);
  const auto cost = cost_of(words, parts[2]);
  if (one == nullptr || other == nullptr || !cost) return;
  if (one == other) {
    faults_.push_back(fmt::format("{}: a link joins two different sites", words));
    return;
  }
  sites::SiteLink link;
  link.name = fmt::format("{}-{}", one->name, other->name);
  const auto is_taken = [&](const std::string& name) {
    return std::ranges::any_of(forest_.links, [&](const auto& present) {
      return base::fold_name(present.name) == base::fold_name(name);
    });
  };
  const std::string first = link.name;
  for (int number = 2; is_taken(link.name); ++number)
    link.name = fmt::format("{}-{}", first, number);
  link.id = sites::SiteLinkId(sites::id_from_name(forest_.id, "site-link", link.name));
  link.sites = {std::min(one->id, other->id), std::max(one->id, other->id)};
  link.cost = *cost;
  forest_.links.push_back(std::move(link));
  std::ranges::sort(forest_.links, {}, &sites::SiteLink::id);
}

void Paper::set_cost(const std::string& words) {
  const std::size_t equals = words.rfind('=');
  if (equals == std::string::npos) {
    faults_.push_back(fmt::format("{}: no cost; give it as LINK=50", words));
    return;
  }
  const auto* found = find(forest_.links, "site link", words.substr(0, equals));
  const auto cost = cost_of(words, words.substr(equals + 1));
  if (found == nullptr || !cost) return;
  std::ranges::find(forest_.links, found->id, &sites::SiteLink::id)->cost = *cost;
}

/// The forest that runs, as a controller defines it.
tl::expected<sites::Forest, ExitCode> live_forest(const Arguments& given, World& world) {
  const auto came = world.ask(place_of(given, world), nlohmann::json{{"ask", "export"}}.dump());
  if (!came) {
    return tl::unexpected(
        complain(world, base::Error{base::Errc::unavailable, came.error().message}));
  }
  if (const auto answer = read_answer(*came); !answer) {
    return tl::unexpected(complain(world, answer.error()));
  }
  auto forest = sites::read_forest(*came, "the running forest");
  if (!forest) return tl::unexpected(complain(world, "the running forest", forest.error()));
  return *std::move(forest);
}

tl::expected<sites::Forest, ExitCode> present_forest(const Arguments& given, World& world) {
  if (given.has("--live")) return live_forest(given, world);
  auto read = read_forest_file(given, world, given.text("FILE"));
  if (!read) return tl::unexpected(read.error());
  return std::move(read->forest);
}

ExitCode run(const Arguments& given, World& world) {
  if (given.has("--live") == given.has("FILE")) {
    return complain(world, ExitCode::usage,
                    given.has("FILE") ? "FILE: not together with --live; choose one"
                                      : "FILE: missing; write FILE, or --live for the forest that "
                                        "runs");
  }
  const auto forest = present_forest(given, world);
  if (!forest) return forest.error();
  Paper paper(*forest);
  const auto each = [&](const char* option, void (Paper::*edit)(const std::string&)) {
    for (const auto& words : given.texts(option))
      (paper.*edit)(words);
  };
  each("--set-cost", &Paper::set_cost);
  each("--add-link", &Paper::add_link);
  each("--without-link", &Paper::remove_link);
  each("--without-controller", &Paper::remove_controller);
  each("--without-site", &Paper::remove_site);
  if (!paper.faults().empty()) return complain(world, ExitCode::not_well, paper.faults());
  return show_difference(*forest, paper.forest(), given, world);
}

}  // namespace

Command what_if_command() {
  const auto edit = [](std::string name, std::string value, std::string help) {
    return Parameter{.name = std::move(name),
                     .value = std::move(value),
                     .help = std::move(help),
                     .repeated = true};
  };
  return {.name = "what-if",
          .group = {},
          .summary = "The plan as it would be with this or that changed, beside the present one",
          .description =
              "Changes nothing, and needs no controller but for --live. Each option may be given "
              "several times; "
              "costs are set first, then links added, then parts removed.",
          .arguments = {{.name = "FILE",
                         .value = {},
                         .help = "The forest: forest.json, LDIF or GraphML",
                         .completes = Completes::file}},
          .options = asking(reading_maps(
              {edit("--without-controller", "NAME", "Without this controller"),
               edit("--without-link", "NAME", "Without this site link"),
               edit("--without-site", "NAME", "Without this site and its controllers"),
               edit("--add-link", "SITE,SITE,COST", "With one more site link"),
               edit("--set-cost", "LINK=COST", "With this cost of a site link"),
               {.name = "--live", .value = {}, .help = "The forest that runs, instead of FILE"}})),
          .examples = {{"ringspan what-if samples/three-sites.json --without-link oslo-nuuk",
                        "Before the line is given up"},
                       {"ringspan what-if forest.json --add-link nuuk,rome,80 --set-cost "
                        "oslo-nuuk=50",
                        "Two changes at once"},
                       {"ringspan what-if --live --without-controller nuuk-1",
                        "May this machine be switched off?"}},
          .endings = {{ExitCode::well, "Everyone who is left is reached as before"},
                      {ExitCode::not_well,
                       "Somebody would be cut off, or what is named is not there; each is named"},
                      {ExitCode::usage, "The command line itself is wrong"}},
          .run = run};
}

}  // namespace ringspan::cli
