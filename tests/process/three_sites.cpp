#include "three_sites.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <stdexcept>
#include <utility>

namespace ringspan::tests {
namespace {

std::string loopback(std::uint16_t port) {
  return fmt::format("127.0.0.1:{}", port);
}

Json read_json(const std::filesystem::path& file) {
  return Json::parse(std::ifstream(file));
}

void write_json(const std::filesystem::path& file, const Json& json) {
  std::ofstream(file) << json.dump(2);
}

void must(const Ended& ended) {
  if (ended.code != 0) throw std::runtime_error(ended.output);
}

}  // namespace

ThreeSites::ThreeSites() {
  Json forest = read_json(RINGSPAN_SOURCE_DIR "/samples/three-sites.json");
  std::set<std::string> sites;
  for (Json& entry : forest.at("controllers")) {
    const std::string name = entry.at("name");
    names_.push_back(name);
    site_of_[name] = entry.at("site");
    sites.insert(site_of_[name]);
    const auto [made, fresh] = controllers_.try_emplace(name, scratch_.path() / name, free_port());
    entry["address"] = loopback(made->second.port());
  }
  write_json(file(), forest);
  for (const std::string& site : sites) {
    for (const std::string& name : names_) {
      if (site_of_[name] != site) wires_.try_emplace({site, name}, at(name).port());
    }
  }
}

void ThreeSites::found() {
  Controller& first = at(names_.front());
  must(run(ringspan(
      {"init", file().string(), "--controller", names_.front(), "--data", first.data().string()})));
  first.serve();
  for (const std::string& name : names_) {
    if (name == names_.front()) continue;
    join(name);
  }
  first.stop();
  for (const std::string& name : names_) {
    lay_wires(name);
    at(name).serve();
  }
}

void ThreeSites::join(const std::string& name) {
  const Json invited = at(names_.front()).ask({{"ask", "invite"}, {"controller", name}});
  const auto token = scratch_.path() / "token";
  std::ofstream(token) << invited.at("token").get<std::string>();
  must(run(ringspan({"join", "--token-file", token.string(), "--data", at(name).data().string()})));
}

void ThreeSites::grow(const std::string& name, const std::string& site) {
  define(name, site);
  admit(name);
}

void ThreeSites::define(const std::string& name, const std::string& site) {
  const auto [made, fresh] = controllers_.try_emplace(name, scratch_.path() / name, free_port());
  Json forest = read_json(file());
  forest.at("controllers")
      .push_back({{"name", name}, {"site", site}, {"address", loopback(made->second.port())}});
  write_json(file(), forest);
  must(run(
      ringspan({"apply", file().string(), "--yes", "--data", at(names_.front()).data().string()})));
  site_of_[name] = site;
}

void ThreeSites::admit(const std::string& name) {
  join(name);
  names_.push_back(name);
  at(name).serve();
}

void ThreeSites::lay_wires(const std::string& name) {
  const auto file = at(name).data() / "forest.json";
  Json forest = read_json(file);
  for (Json& entry : forest.at("controllers")) {
    const auto wire = wires_.find({site_of_.at(name), entry.at("name")});
    if (wire != wires_.end()) entry["address"] = loopback(wire->second.port());
  }
  write_json(file, forest);
}

bool ThreeSites::all_take_writes() {
  return std::ranges::all_of(names_, [&](const std::string& name) {
    return !at(name)
                .set("dc=corp,dc=example", "description", "written at " + name)
                .contains("error");
  });
}

bool ThreeSites::all_equal() {
  const std::string first = at(names_.front()).dump();
  return std::ranges::all_of(names_,
                             [&](const std::string& name) { return at(name).dump() == first; });
}

std::vector<WireCutter*> ThreeSites::border(const std::string& site) {
  std::vector<WireCutter*> wires;
  for (auto& [wire, cutter] : wires_) {
    const auto& [from, to] = wire;
    if (from == site || site_of_.at(to) == site) wires.push_back(&cutter);
  }
  return wires;
}

void ThreeSites::cut(const std::string& site) {
  for (WireCutter* wire : border(site))
    wire->cut();
}

void ThreeSites::heal(const std::string& site) {
  for (WireCutter* wire : border(site))
    wire->mend();
}

}  // namespace ringspan::tests
