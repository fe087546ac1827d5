// The lines of a scenario that describe its forest.

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/time.hpp"
#include "replicator/simulator/expectations.hpp"
#include "replicator/simulator/stage.hpp"
#include "sites/read_forest.hpp"

namespace ringspan::replicator::simulator {
namespace {

using base::Errc;
using base::fail;
using base::Result;
using Json = nlohmann::ordered_json;

Result<void> need_words(Words words, std::size_t count, std::string_view form) {
  if (words.size() == count) return {};
  return fail(Errc::invalid, fmt::format("say: {}", form));
}

Result<int> whole_number(const std::string& text) {
  try {
    std::size_t used = 0;
    const int number = std::stoi(text, &used);
    if (used == text.size() && number > 0) return number;
  } catch (const std::logic_error&) {  // falls through to the error below
  }
  return fail(Errc::invalid, fmt::format("'{}' is no whole number above 0", text));
}

Result<void> write_policy(Json& policy, const std::string& setting, const std::string& value) {
  if (setting == "bridging" || setting == "recycle-bin" || setting == "forward") {
    if (value != "on" && value != "off") return fail(Errc::invalid, setting + ": on or off");
    policy[setting == "bridging"  ? "bridge_all_site_links"
           : setting == "forward" ? "forward_writes"
                                  : "recycle_bin"] = value == "on";
    return {};
  }
  if (setting == "tombstone-lifetime") {
    policy["tombstone_lifetime"] = value;
    return {};
  }
  const auto number = whole_number(value);
  if (!number) return fail(number.error());
  policy[setting == "max-hops" ? "max_hops" : "redundancy"] = *number;
  return {};
}

Result<void> write_link(Json& link, const std::string& setting, const std::string& value) {
  if (setting == "every") link["interval"] = value;
  if (setting == "schedule") link["schedule"] = value;
  if (setting == "notify") link["notify"] = true;
  if (setting == "no-notify") link["notify"] = false;
  if (setting == "no-compress") link["compress"] = false;
  if (setting != "cost") return {};
  const auto cost = whole_number(value);
  if (!cost) return fail(cost.error());
  link["cost"] = *cost;
  return {};
}

// A forest file's text with what the scenario says otherwise; as it is if it is no JSON object.
std::string with_policy(const std::string& text, const Json& policy) {
  Json forest = Json::parse(text, nullptr, false);
  if (policy.empty() || !forest.is_object()) return text;
  forest["policy"].update(policy);
  return forest.dump(1);
}

}  // namespace

std::string first_writable(const std::string& forest_text) {
  const Json forest = Json::parse(forest_text, nullptr, false);
  if (!forest.is_object() || !forest.contains("controllers")) return {};
  for (const Json& controller : forest["controllers"]) {
    if (!controller.value("read_only", false)) return controller.value("name", "");
  }
  return {};
}

Result<bool> Stage::describe(Words words) {
  const std::string& verb = words.front();
  const auto done = [](Result<void> result) -> Result<bool> {
    if (!result) return fail(result.error());
    return true;
  };
  if (verb == "site") return done(describe_site(words));
  if (verb == "link" && words.size() >= 3) return done(describe_link(words));
  if (verb == "manual") {
    manual_ = true;
    return true;
  }
  if (verb == "fence" && words.size() == 1) {
    world_options_.fence = true;
    return true;
  }
  if (verb == "configuration") {
    world_options_.configuration = true;
    return true;
  }
  if (verb == "forest") {
    if (auto form = need_words(words, 2, "forest FILE.json"); !form) return fail(form.error());
    std::ifstream file(folder_ + words[1]);
    if (!file) return fail(Errc::not_found, fmt::format("{}: cannot be read", words[1]));
    forest_text_ = (std::ostringstream() << file.rdbuf()).str();
    return true;
  }
  if (verb == "attribute" || verb == "single-valued") {
    if (words.size() < 2) return fail(Errc::invalid, fmt::format("say: {} NAME", verb));
    auto attribute =
        verb == "attribute" ? attribute_of(words.subspan(1)) : single_valued_link(words[1]);
    if (!attribute) return fail(attribute.error());
    world_options_.attributes.push_back(*std::move(attribute));
    return true;
  }
  if (verb == "page") {
    if (auto form = need_words(words, 2, "page OBJECTS"); !form) return fail(form.error());
    const auto objects = whole_number(words[1]);
    if (!objects) return fail(objects.error());
    world_options_.settings.page.objects = static_cast<std::uint32_t>(*objects);
    return true;
  }
  if (verb == "hold-back") {
    const auto duration = words.size() == 2 ? base::parse_duration(words[1]) : std::nullopt;
    if (!duration) return fail(Errc::invalid, "say: hold-back DURATION");
    world_options_.settings.hold_back = *duration;
    return true;
  }
  if (verb == "weather") return done(describe_weather(words));
  return describe_policy(words);
}

// weather lost 20 repeated 50 delayed 300: of 1000 messages so many, until the last judgement
Result<void> Stage::describe_weather(Words words) {
  Weather& weather = world_options_.weather;
  const std::map<std::string, std::uint64_t*> kinds{
      {"lost", &weather.lost}, {"repeated", &weather.repeated}, {"delayed", &weather.delayed}};
  for (std::size_t i = 1; i + 1 < words.size(); i += 2) {
    const auto kind = kinds.find(words[i]);
    const auto number = number_of(words[i + 1]);
    if (kind == kinds.end() || !number || *number > weather.whole) {
      return fail(Errc::invalid, "say: weather [lost N] [repeated N] [delayed N], of 1000");
    }
    *kind->second = *number;
  }
  return {};
}

// max-hops 6 redundancy 1
Result<bool> Stage::describe_policy(Words words) {
  static const std::set<std::string> kSettings{"bridging",           "max-hops",    "redundancy",
                                               "tombstone-lifetime", "recycle-bin", "forward"};
  if (!kSettings.contains(words.front())) return false;
  for (std::size_t i = 0; i < words.size(); i += 2) {
    if (!kSettings.contains(words[i]) || i + 1 == words.size()) {
      return fail(Errc::invalid, fmt::format("say: {} VALUE", words[i]));
    }
    policy_[words[i]] = words[i + 1];
  }
  return true;
}

// site oslo: o1 o2 n1!
Result<void> Stage::describe_site(Words words) {
  if (words.size() < 2) return fail(Errc::invalid, "say: site NAME: CONTROLLER...");
  std::string name = words[1];
  if (name.ends_with(':')) name.pop_back();
  std::vector<std::string> controllers(words.begin() + 2, words.end());
  std::erase(controllers, ":");
  sites_.emplace_back(std::move(name), std::move(controllers));
  return {};
}

// link oslo nuuk cost 100 every 15m notify no-compress schedule "Mon-Fri 18:00-06:00"
// A link of a scenario notifies only where it says so, so that a story can tell the interval.
Result<void> Stage::describe_link(Words words) {
  Link link;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "notify" || word == "no-notify" || word == "no-compress") {
      link.settings[word] = "yes";
    } else if ((word == "cost" || word == "every" || word == "schedule") && i + 1 < words.size()) {
      link.settings[word] = words[++i];
    } else {
      link.sites.push_back(word);
    }
  }
  links_.push_back(std::move(link));
  return {};
}

Result<std::string> Stage::forest_text() const {
  Json policy = Json::object();
  for (const auto& [setting, value] : policy_) {
    if (auto written = write_policy(policy, setting, value); !written) return fail(written.error());
  }
  if (!forest_text_.empty()) return with_policy(forest_text_, policy);
  Json sites = Json::array();
  Json controllers = Json::array();
  for (const auto& [site, names] : sites_) {
    sites.push_back({{"name", site}});
    for (const std::string& name : names) {
      const bool read_only = name.ends_with('!');
      controllers.push_back({{"name", name.substr(0, name.size() - (read_only ? 1 : 0))},
                             {"site", site},
                             {"read_only", read_only}});
    }
  }
  Json links = Json::array();
  for (const Link& link : links_) {
    Json written{{"sites", link.sites}, {"notify", false}};
    for (const auto& [setting, value] : link.settings) {
      if (auto set = write_link(written, setting, value); !set) return fail(set.error());
    }
    links.push_back(std::move(written));
  }
  if (links_.empty() && sites_.size() > 1) {  // one link of all sites
    Json all = Json::array();
    for (const auto& [site, names] : sites_)
      all.push_back(site);
    links.push_back({{"sites", all}, {"cost", 100}, {"interval", "15m"}, {"notify", false}});
  }
  const Json forest{
      {"name", "scenario"}, {"domains", Json::array({{{"dn", "dc=corp,dc=example"}}})},
      {"policy", policy},   {"sites", sites},
      {"links", links},     {"controllers", controllers}};
  return forest.dump(1);
}

Result<void> Stage::build() {
  const auto text = forest_text();
  if (!text) return fail(text.error());
  auto read = sites::read_forest(*text, "the scenario's forest");
  if (!read) {
    std::string faults = "the forest is not sound:";
    for (const auto& fault : read.error())
      faults += "\n  " + sites::to_string(fault);
    return fail(Errc::invalid, faults);
  }
  world_options_.founder = first_writable(*text);
  world_options_.seed = options_.seed;
  world_options_.manual = manual_;
  if (options_.adjust) options_.adjust(world_options_);
  world_ = std::make_unique<World>(*std::move(read), world_options_);
  if (world_->trouble()) return fail(*world_->trouble());
  return {};
}

}  // namespace ringspan::replicator::simulator
