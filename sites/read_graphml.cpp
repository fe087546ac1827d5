#include "sites/read_graphml.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include <fmt/core.h>
#include <pugixml.hpp>

#include "base/fold.hpp"
#include "sites/distance.hpp"
#include "sites/dn.hpp"
#include "sites/limits.hpp"
#include "sites/name_giver.hpp"
#include "sites/notes.hpp"
#include "sites/unicode.hpp"

namespace ringspan::sites {
namespace {

/// The line of a place in the text.
class LineIndex {
 public:
  explicit LineIndex(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (text[at] == '\n') ends_.push_back(at);
    }
  }

  std::size_t line(std::ptrdiff_t offset) const {
    const auto at = static_cast<std::size_t>(std::max<std::ptrdiff_t>(offset, 0));
    return static_cast<std::size_t>(std::ranges::lower_bound(ends_, at) - ends_.begin()) + 1;
  }

 private:
  std::vector<std::size_t> ends_;
};

/// The attributes of one element under their names in lower case.
using Attributes = std::map<std::string, std::string>;

/// What <key> says: for whom an id stands for which attribute, and what it is where nothing is
/// said.
class Keys {
 public:
  explicit Keys(const pugi::xml_node& root) {
    for (const pugi::xml_node& key : root.children("key")) {
      const std::string what = key.attribute("for").value();
      names_[key.attribute("id").value()] = base::fold_name(key.attribute("attr.name").value());
      if (const pugi::xml_node assumed = key.child("default")) {
        assumed_[what][base::fold_name(key.attribute("attr.name").value())] = assumed.text().get();
      }
    }
  }

  Attributes of(const pugi::xml_node& element) const {
    Attributes attributes;
    for (const auto& what : {std::string("all"), std::string(element.name())}) {
      const auto assumed = assumed_.find(what);
      if (assumed != assumed_.end())
        attributes.insert(assumed->second.begin(), assumed->second.end());
    }
    for (const pugi::xml_node& data : element.children("data")) {
      const auto name = names_.find(data.attribute("key").value());
      if (name != names_.end()) attributes[name->second] = data.text().get();
    }
    return attributes;
  }

 private:
  std::map<std::string, std::string> names_;   ///< By id.
  std::map<std::string, Attributes> assumed_;  ///< By element.
};

std::string text(const Attributes& attributes, const std::string& name) {
  const auto found = attributes.find(name);
  return found == attributes.end() ? std::string() : found->second;
}

std::optional<double> number(const Attributes& attributes, const std::string& name) {
  const std::string raw = text(attributes, name);
  const auto first = raw.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return std::nullopt;
  const std::string written = raw.substr(first, raw.find_last_not_of(" \t\r\n") - first + 1);
  double value = 0;
  const char* end = written.data() + written.size();
  const auto [stop, code] = std::from_chars(written.data(), end, value);
  if (code != std::errc{} || stop != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<Coordinates> coordinates(const Attributes& attributes) {
  const auto latitude = number(attributes, "latitude");
  const auto longitude = number(attributes, "longitude");
  if (!latitude || !longitude || std::abs(*latitude) > 90 || std::abs(*longitude) > 180) {
    return std::nullopt;
  }
  return Coordinates{*latitude, *longitude};
}

Cost cost_of(const Attributes& edge, const Site& one, const Site& other, CostFrom from) {
  const auto rounded = [](double cost) {
    return Cost(static_cast<std::uint32_t>(std::lround(std::max(cost, 1.0))));
  };
  constexpr double slowest = 2;  // kbit/s: the rule has no answer for one and below
  const auto speed = number(edge, "linkspeedraw");
  if (from == CostFrom::speed && speed && *speed > 0) {
    return rounded(1024 / std::log10(std::max(*speed / 1000, slowest)));
  }
  if (!one.coordinates || !other.coordinates) return Cost(200);
  return rounded(150 + distance(*one.coordinates, *other.coordinates) / 20);
}

class GraphReader {
 public:
  GraphReader(const pugi::xml_node& root, const LineIndex& lines, const GraphmlOptions& options,
              Notes& findings)
      : root_(root), lines_(lines), options_(options), findings_(findings), keys_(root) {}

  Forest read(const std::string& assumed_name);

  /// Where the map went beyond what a forest may hold, and how; what was read is of no use then.
  struct Beyond {
    std::size_t line = 0;
    std::string reason;
  };
  const std::optional<Beyond>& beyond() const { return beyond_; }

 private:
  void begin(const std::string& name);
  void read_node(const pugi::xml_node& node);
  void find_beyond(const pugi::xml_node& node);
  void read_edge(const pugi::xml_node& edge);
  std::optional<std::size_t> end_of(const pugi::xml_node& edge, const char* attribute);
  void note(const pugi::xml_node& element, std::string_view where, std::string reason,
            std::string remedy) {
    findings_.add(lines_.line(element.offset_debug()), where, std::move(reason), std::move(remedy));
  }
  void add_links();
  void add_controllers();

  struct Node {
    std::optional<std::size_t> site;  ///< Where it stands in `sites_`; none: outside the network.
  };

  const pugi::xml_node& root_;
  const LineIndex& lines_;
  const GraphmlOptions& options_;
  Notes& findings_;
  Keys keys_;
  Forest forest_;
  NameGiver site_names_;
  std::vector<Site> sites_;  ///< In the order of the file.
  std::map<std::string, Node> nodes_;
  std::map<std::pair<std::size_t, std::size_t>, Cost> costs_;  ///< Of the cheapest edge.
  std::optional<Beyond> beyond_;
};

Forest GraphReader::read(const std::string& assumed_name) {
  bool first = true;
  for (const pugi::xml_node& graph : root_.children("graph")) {
    std::string name = text(keys_.of(graph), "network");
    if (first) begin(sound_name(base::fold_name(name.empty() ? assumed_name : name)));
    first = false;
    for (const pugi::xml_node& node : graph.children("node")) {
      read_node(node);
      find_beyond(node);
      if (beyond_) return {};
    }
    for (const pugi::xml_node& edge : graph.children("edge"))
      read_edge(edge);
    for (const pugi::xml_node& edge : graph.children("hyperedge"))
      note(edge, "hyperedge", "edges of more than two nodes are left out", "write it as edges");
  }
  add_links();
  add_controllers();
  forest_.sites = std::move(sites_);
  std::ranges::sort(forest_.sites, {}, &Site::id);
  std::ranges::sort(forest_.links, {}, &SiteLink::id);
  std::ranges::sort(forest_.controllers, {}, &Controller::id);
  std::ranges::sort(forest_.naming_contexts, {}, &NamingContext::id);
  return std::move(forest_);
}

/// The forest's name, its domain, configuration and schema.
void GraphReader::begin(const std::string& name) {
  forest_.name = name;
  forest_.id = forest_id_from_name(name);
  Dn dn{{Rdn{"dc", name}, Rdn{"dc", "example"}}};
  const auto add = [this](NamingContextKind kind, const Dn& named) {
    const NamingContextId id(id_from_name(forest_.id, "naming-context", named.key()));
    forest_.naming_contexts.push_back({id, kind, named.to_string(), {}});
    return id;
  };
  forest_.root_domain = add(NamingContextKind::domain, dn);
  dn.rdns.insert(dn.rdns.begin(), Rdn{"cn", "configuration"});
  add(NamingContextKind::configuration, dn);
  dn.rdns.insert(dn.rdns.begin(), Rdn{"cn", "schema"});
  add(NamingContextKind::schema, dn);
}

void GraphReader::read_node(const pugi::xml_node& node) {
  const std::string id = node.attribute("id").value();
  const Attributes attributes = keys_.of(node);
  const auto [entry, fresh] = nodes_.try_emplace(id);
  if (!fresh) {
    return note(node, id, "the node stands here twice; the first one counts", "remove one");
  }
  const std::string label = text(attributes, "label");
  const std::string& wanted = label.empty() ? id : label;
  if (node.child("graph")) {
    note(node, wanted, "it has a graph inside it, which is left out", "give its nodes a map each");
  }
  if (number(attributes, "internal") == 0.0) {
    return note(node, wanted, "it lies outside the network (Internal is 0); left out",
                "set Internal to 1 if it is a site");
  }
  Site site;
  site.name = site_names_.give(wanted);
  if (site.name != wanted) {
    note(node, wanted,
         fmt::format("the label is taken or no name; it is called {} here", site.name),
         "give it a label of its own");
  }
  site.id = SiteId(id_from_name(forest_.id, "site", site.name));
  site.coordinates = coordinates(attributes);
  entry->second.site = sites_.size();
  sites_.push_back(std::move(site));
}

void GraphReader::find_beyond(const pugi::xml_node& node) {
  const auto refuse = [&](std::string_view what, std::size_t most) {
    beyond_ = Beyond{lines_.line(node.offset_debug()), too_many(what, most)};
  };
  if (sites_.size() > kMostSites) return refuse("sites", kMostSites);
  if (sites_.size() * options_.controllers_per_site > kMostControllers) {
    refuse("controllers", kMostControllers);
  }
}

/// The site at one end; nothing if it lies outside, which is no finding, or is not there, which is.
std::optional<std::size_t> GraphReader::end_of(const pugi::xml_node& edge, const char* attribute) {
  const std::string id = edge.attribute(attribute).value();
  const auto node = nodes_.find(id);
  if (node != nodes_.end()) return node->second.site;
  note(edge, "edge", fmt::format("its {} \"{}\" is no node; left out", attribute, shortened(id)),
       "correct the id or add the node");
  return std::nullopt;
}

void GraphReader::read_edge(const pugi::xml_node& edge) {
  auto one = end_of(edge, "source");
  auto other = end_of(edge, "target");
  if (!one || !other || *one == *other) return;
  const auto key = [this](std::size_t site) { return base::fold_name(sites_[site].name); };
  if (key(*other) < key(*one)) std::swap(one, other);
  const Cost cost = cost_of(keys_.of(edge), sites_[*one], sites_[*other], options_.cost);
  const auto [entry, fresh] = costs_.try_emplace({*one, *other}, cost);
  if (!fresh) entry->second = std::min(entry->second, cost);
}

void GraphReader::add_links() {
  NameGiver names;
  for (const auto& [ends, cost] : costs_) {
    const Site& one = sites_[ends.first];
    const Site& other = sites_[ends.second];
    SiteLink link;
    link.name = names.give(one.name + "-" + other.name);
    link.id = SiteLinkId(id_from_name(forest_.id, "site-link", link.name));
    link.sites = {std::min(one.id, other.id), std::max(one.id, other.id)};
    link.cost = cost;
    forest_.links.push_back(std::move(link));
  }
}

void GraphReader::add_controllers() {
  NameGiver names;
  for (const Site& site : sites_) {
    for (std::uint32_t count = 1; count <= options_.controllers_per_site; ++count) {
      Controller controller;
      controller.name = names.give(fmt::format("{}-{}", site.name, count));
      controller.id = ControllerId(id_from_name(forest_.id, "controller", controller.name));
      controller.site = site.id;
      controller.domain = forest_.root_domain;
      forest_.controllers.push_back(std::move(controller));
    }
  }
}

/// "zoo-Abilene" of "wan/zoo-Abilene.graphml".
std::string stem(const std::string& file_name) {
  const auto slash = file_name.rfind('/');
  const std::string last = slash == std::string::npos ? file_name : file_name.substr(slash + 1);
  const auto dot = last.rfind('.');
  return dot == std::string::npos || dot == 0 ? last : last.substr(0, dot);
}

}  // namespace

tl::expected<GraphmlForest, std::vector<Fault>> read_graphml(std::string_view bytes,
                                                             std::string file_name,
                                                             const GraphmlOptions& options) {
  Notes faults(file_name);
  Notes findings(file_name);
  const auto refuse = [&faults](std::size_t line, std::string reason, std::string remedy) {
    faults.add(line, "the file", std::move(reason), std::move(remedy));
    return tl::unexpected(faults.sorted());
  };
  const auto text = text_in_utf8(bytes);
  if (!text) {
    faults.add(1, "the file", text.error());
    return tl::unexpected(faults.sorted());
  }
  const LineIndex lines(*text);
  pugi::xml_document document;
  const auto parsed =
      document.load_buffer(text->data(), text->size(), pugi::parse_default, pugi::encoding_utf8);
  if (!parsed) {
    return refuse(lines.line(parsed.offset), fmt::format("no XML: {}", parsed.description()),
                  "the file is damaged or cut off; copy it again");
  }
  const pugi::xml_node root = document.child("graphml");
  if (!root || !root.child("graph")) {
    return refuse(1, "there is no <graphml> with a <graph> in it", "give a GraphML file");
  }
  GraphmlForest read;
  GraphReader reader(root, lines, options, findings);
  read.forest = reader.read(stem(file_name));
  if (reader.beyond()) {
    return refuse(reader.beyond()->line, reader.beyond()->reason, std::string(kTooManyRemedy));
  }
  if (read.forest.sites.empty()) {
    return refuse(1, "there is no node in it that is a site",
                  "add <node> elements; Internal must not be 0 everywhere");
  }
  if (!findings.none()) read.findings = findings.sorted();
  return read;
}

}  // namespace ringspan::sites
