#include "kcc/connections_graphml.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include "base/time.hpp"
#include "kcc/connection_text.hpp"

namespace ringspan::kcc {
namespace {

// yEd's own schema extends GraphML's by the drawing.
constexpr std::string_view kHead = R"(<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns"
         xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
         xmlns:y="http://www.yworks.com/xml/graphml"
         xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://www.yworks.com/xml/schema/graphml/1.1/ygraphml.xsd">
  <key id="name" for="node" attr.name="name" attr.type="string"/>
  <key id="site" for="node" attr.name="site" attr.type="string"/>
  <key id="kind" for="node" attr.name="kind" attr.type="string"/>
  <key id="global_catalog" for="node" attr.name="global_catalog" attr.type="boolean"/>
  <key id="latitude" for="node" attr.name="latitude" attr.type="double"/>
  <key id="longitude" for="node" attr.name="longitude" attr.type="double"/>
  <key id="look_of_node" for="node" yfiles.type="nodegraphics"/>
  <key id="naming_contexts" for="edge" attr.name="naming_contexts" attr.type="string"/>
  <key id="rule" for="edge" attr.name="rule" attr.type="string"/>
  <key id="standby" for="edge" attr.name="standby" attr.type="boolean"/>
  <key id="cost" for="edge" attr.name="cost" attr.type="long"/>
  <key id="path" for="edge" attr.name="path" attr.type="string"/>
  <key id="interval" for="edge" attr.name="interval" attr.type="string"/>
  <key id="schedule" for="edge" attr.name="schedule" attr.type="string"/>
  <key id="notify" for="edge" attr.name="notify" attr.type="boolean"/>
  <key id="compress" for="edge" attr.name="compress" attr.type="boolean"/>
  <key id="look_of_edge" for="edge" yfiles.type="edgegraphics"/>
)";

/// A text inside an element. What XML 1.0 cannot hold becomes U+FFFD.
std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '&') {
      safe += "&amp;";
    } else if (c == '<') {
      safe += "&lt;";
    } else if (c == '>') {
      safe += "&gt;";
    } else if (c == '"') {
      safe += "&quot;";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      safe += c == '\t' || c == '\n' || c == '\r' ? fmt::format("&#{};", int{c}) : "\xef\xbf\xbd";
    } else {
      safe += c;
    }
  }
  return safe;
}

std::string data(std::string_view key, std::string_view value) {
  return fmt::format("      <data key=\"{}\">{}</data>\n", key, escaped(value));
}

std::string data(std::string_view key, bool value) {
  return data(key, std::string_view(value ? "true" : "false"));
}

std::string node(const sites::Forest& forest, const sites::Controller& controller,
                 const Names& names) {
  std::string text = fmt::format("    <node id=\"{}\">\n", controller.id.value.to_string());
  text += data("name", controller.name) + data("site", names.site(controller.site));
  text += data("kind", std::string_view(controller.read_only ? "read_only" : "writable"));
  text += data("global_catalog", controller.global_catalog);
  const sites::Site* site = sites::find_site(forest, controller.site);
  if (site != nullptr && site->coordinates) {
    text += data("latitude", fmt::format("{}", site->coordinates->latitude));
    text += data("longitude", fmt::format("{}", site->coordinates->longitude));
  }
  return text + fmt::format(
                    "      <data key=\"look_of_node\"><y:ShapeNode><y:NodeLabel>{}</y:NodeLabel>"
                    "</y:ShapeNode></data>\n    </node>\n",
                    escaped(controller.name));
}

std::string edge(const Connection& connection, const Names& names) {
  std::string text =
      fmt::format("    <edge source=\"{}\" target=\"{}\">\n", connection.source.value.to_string(),
                  connection.destination.value.to_string());
  text += data("naming_contexts", contexts_text(connection, names));
  text += data("rule", to_string(connection.rule)) + data("standby", connection.standby);
  text += data("cost", std::to_string(connection.cost.value));
  text += data("path", path_text(connection, names));
  text += data("interval", base::to_string(connection.interval));
  text += data("schedule", connection.schedule.to_string());
  text += data("notify", connection.notify) + data("compress", connection.compress);
  return text + fmt::format(
                    "      <data key=\"look_of_edge\"><y:PolyLineEdge><y:LineStyle type=\"{}\"/>"
                    "<y:Arrows source=\"none\" target=\"standard\"/></y:PolyLineEdge></data>\n"
                    "    </edge>\n",
                    connection.standby ? "dashed" : "line");
}

}  // namespace

std::string connections_graphml(const sites::Forest& forest, const Topology& topology) {
  const Names names(forest);
  std::vector<const sites::Controller*> controllers;
  for (const auto& one : forest.controllers)
    controllers.push_back(&one);
  std::ranges::sort(controllers, {}, [](const auto* one) { return one->name; });
  std::string text(kHead);
  text += "  <graph edgedefault=\"directed\">\n";
  for (const auto* one : controllers)
    text += node(forest, *one, names);
  for (const Connection& one : topology.connections)
    text += edge(one, names);
  return text + "  </graph>\n</graphml>\n";
}

}  // namespace ringspan::kcc
