#include "cli/forest_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <ostream>
#include <utility>

#include "cli/answer.hpp"
#include "cli/complain.hpp"
#include "cli/files.hpp"
#include "cli/style.hpp"
#include "sites/unicode.hpp"
#include "sites/write_forest.hpp"

namespace ringspan::cli {
namespace {

constexpr std::uint64_t kMostControllers = 1000;
constexpr std::size_t kMostFindings = 20;

void tell(World& world, const std::string& file, const std::vector<sites::Fault>& findings) {
  if (findings.empty()) return;
  const std::size_t shown = std::min(findings.size(), kMostFindings);
  for (std::size_t at = 0; at < shown; ++at)
    world.err << printable(sites::to_string(findings[at])) << "\n";
  if (shown < findings.size()) {
    world.err << fmt::format("ringspan: {} more findings are not shown\n", findings.size() - shown);
  }
  world.err << fmt::format("ringspan: {}: {} to look at; all else is used\n", printable(file),
                           counted(findings.size(), "finding"));
}

tl::expected<sites::GraphmlOptions, ExitCode> map_options(const Arguments& given, World& world) {
  sites::GraphmlOptions options;
  const auto controllers = given.number("--controllers-per-site", options.controllers_per_site);
  if (controllers < 1 || controllers > kMostControllers) {
    return tl::unexpected(complain(world, ExitCode::usage,
                                   fmt::format("--controllers-per-site: {} is out of range; give "
                                               "1 to {}",
                                               controllers, kMostControllers)));
  }
  options.controllers_per_site = static_cast<std::uint32_t>(controllers);
  if (given.text("--cost-from") == "distance") options.cost = sites::CostFrom::distance;
  return options;
}

}  // namespace

tl::expected<OpenedFile, ExitCode> open_forest_file(const Arguments& given, World& world,
                                                    const std::string& file) {
  const auto options = map_options(given, world);
  if (!options) return tl::unexpected(options.error());
  auto text = read_file(file);
  if (!text) return tl::unexpected(complain(world, text.error()));
  auto read = sites::read_any(*text, file, *options);
  for (const auto* map_only : {"--controllers-per-site", "--cost-from"}) {
    if (!read || !given.has(map_only) || read->format == sites::ForestFormat::graphml) continue;
    return tl::unexpected(complain(
        world, ExitCode::usage,
        fmt::format("{}: goes with a map in GraphML; {} is {} and says itself what stands where",
                    map_only, file, to_string(read->format))));
  }
  return OpenedFile{*std::move(text), std::move(read)};
}

tl::expected<ForestFile, ExitCode> read_forest_file(const Arguments& given, World& world,
                                                    const std::string& file) {
  auto opened = open_forest_file(given, world, file);
  if (!opened) return tl::unexpected(opened.error());
  auto& read = opened->forest;
  if (!read) return tl::unexpected(complain(world, file, read.error()));
  tell(world, file, read->findings);
  ForestFile made{*std::move(read), {}};
  made.json = made.format == sites::ForestFormat::json
                  ? sites::text_in_utf8(opened->text).value_or(opened->text)
                  : sites::write_forest(made.forest);
  return made;
}

std::vector<Parameter> reading_maps(std::vector<Parameter> options) {
  std::vector<Parameter> all{{.name = "--controllers-per-site",
                              .value = "N",
                              .help = "How many stand in each site of a GraphML map, 2 without it",
                              .form = Form::number},
                             {.name = "--cost-from",
                              .value = "WHAT",
                              .help = "What the cost of a map's links follows from: their speed "
                                      "where the map knows it, or their length",
                              .completes = Completes::choice,
                              .choices = {"speed", "distance"}}};
  std::ranges::move(options, std::back_inserter(all));
  return all;
}

}  // namespace ringspan::cli
