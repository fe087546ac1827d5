#include "cli/place.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <system_error>

#include "base/fold.hpp"
#include "cli/files.hpp"
#include "sites/read_forest.hpp"

namespace ringspan::cli {
namespace {

namespace fs = std::filesystem;

/// A controller's folder as far as asking needs it.
struct Home {
  fs::path folder;
  std::string name;
  std::string address;
  bool has_operator = false;
};

bool is_there(const fs::path& path) {
  std::error_code trouble;
  return fs::exists(path, trouble);
}

std::string text_field(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<Home> read_home(const fs::path& folder) {
  const auto text = read_file(folder / "controller.json");
  if (!text) return std::nullopt;
  const auto file = nlohmann::json::parse(*text, nullptr, false);
  if (!file.is_object()) return std::nullopt;
  return Home{folder, text_field(file, "name"), text_field(file, "listen"),
              is_there(folder / "tls" / "operator.pem")};
}

/// The homes in `state`, that of the operator first, then by name of the folder.
std::vector<Home> homes_in(const fs::path& state) {
  std::vector<Home> homes;
  std::error_code trouble;
  for (const auto& entry : fs::directory_iterator(state, trouble)) {
    if (auto home = read_home(entry.path())) homes.push_back(std::move(*home));
  }
  std::sort(homes.begin(), homes.end(), [](const Home& left, const Home& right) {
    if (left.has_operator != right.has_operator) return left.has_operator;
    return left.folder < right.folder;
  });
  return homes;
}

/// The address of every controller that some home, or a forest definition in the state folder,
/// knows of, by folded name; what a controller says of itself counts most.
std::map<std::string, std::string> addresses_in(const fs::path& state,
                                                const std::vector<Home>& homes) {
  std::map<std::string, std::string> addresses;
  for (const auto& home : homes) {
    if (!home.address.empty()) addresses[base::fold_name(home.name)] = home.address;
  }
  std::vector<fs::path> folders;
  for (const auto& home : homes)
    folders.push_back(home.folder);
  folders.push_back(state);
  for (const auto& folder : folders) {
    const auto text = read_file(folder / "forest.json");
    const auto forest = text ? sites::read_forest(*text, "forest.json") : sites::Forest{};
    if (!forest) continue;
    for (const auto& controller : forest->controllers) {
      if (controller.address.empty()) continue;
      addresses.emplace(base::fold_name(controller.name), controller.address);
    }
  }
  return addresses;
}

/// A person's certificate lies in one folder only; the other controllers' beside it take it too.
fs::path operator_folder_for(const Home& home) {
  if (home.has_operator) return home.folder;
  const auto parent = fs::absolute(home.folder).lexically_normal().parent_path();
  for (const auto& neighbour : homes_in(parent)) {
    if (neighbour.has_operator) return neighbour.folder;
  }
  return home.folder;
}

base::Result<Route> route_through(const fs::path& folder, const std::string& at) {
  const auto home = read_home(folder);
  if (!home) {
    return base::fail(base::Errc::not_found,
                      fmt::format("{}: no controller's folder; give one that `ringspan init` or "
                                  "`ringspan join` made",
                                  folder.string()));
  }
  const bool carry = !at.empty() && base::fold_name(at) != base::fold_name(home->name);
  return Route{{{home->name, home->address, carry}}, operator_folder_for(*home)};
}

}  // namespace

base::Result<Route> find_route(const Place& place) {
  if (!place.server.empty()) return Route{{{place.server, place.server, !place.at.empty()}}, {}};
  if (place.data) return route_through(*place.data, place.at);
  if (is_there(place.state / "controller.json")) return route_through(place.state, place.at);
  const auto homes = homes_in(place.state);
  if (homes.empty()) {
    return base::fail(base::Errc::not_found,
                      fmt::format("{}: no controller's folder in it; name the right one with "
                                  "--state or --data, or make one with `ringspan init`",
                                  place.state.string()));
  }
  Route route{{}, homes.front().folder};
  if (!place.at.empty()) {
    const auto addresses = addresses_in(place.state, homes);
    const auto known = addresses.find(base::fold_name(place.at));
    if (known != addresses.end()) {
      route.candidates.push_back({place.at, known->second, false});
      return route;
    }
  }
  for (const auto& home : homes) {
    route.candidates.push_back({home.name, home.address, !place.at.empty()});
  }
  return route;
}

std::string controller_of(const std::filesystem::path& folder) {
  const auto home = read_home(folder);
  return home ? home->name : std::string();
}

}  // namespace ringspan::cli
