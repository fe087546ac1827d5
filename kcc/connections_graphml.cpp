#include "kcc/connections_graphml.hpp"

#include <algorithm>
#include <sstream>
#include <string_view>
#include <vector>

#include <fmt/core.h>
#include <pugixml.hpp>

#include "base/time.hpp"
#include "kcc/connection_text.hpp"

namespace ringspan::kcc {
namespace {

// yEd's own schema extends GraphML's by the drawing.
constexpr const char* kFrame = R"(<?xml version="1.0" encoding="UTF-8"?>
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
  <graph edgedefault="directed"/>
</graphml>
)";

/// What XML 1.0 cannot hold becomes U+FFFD.
std::string holdable(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') {
      safe += "\xef\xbf\xbd";
    } else {
      safe += c;
    }
  }
  return safe;
}

pugi::xml_node add_data(pugi::xml_node element, const char* key) {
  pugi::xml_node data = element.append_child("data");
  data.append_attribute("key") = key;
  return data;
}

void add(pugi::xml_node element, const char* key, std::string_view value) {
  add_data(element, key).text() = holdable(value).c_str();
}

void add_flag(pugi::xml_node element, const char* key, bool value) {
  add_data(element, key).text() = value;
}

void add_node(pugi::xml_node graph, const sites::Forest& forest,
              const sites::Controller& controller, const Names& names) {
  pugi::xml_node node = graph.append_child("node");
  node.append_attribute("id") = controller.id.value.to_string().c_str();
  add(node, "name", controller.name);
  add(node, "site", names.site(controller.site));
  add(node, "kind", controller.read_only ? "read_only" : "writable");
  add_flag(node, "global_catalog", controller.global_catalog);
  const sites::Site* site = sites::find_site(forest, controller.site);
  if (site != nullptr && site->coordinates) {
    add(node, "latitude", fmt::format("{}", site->coordinates->latitude));
    add(node, "longitude", fmt::format("{}", site->coordinates->longitude));
  }
  pugi::xml_node look = add_data(node, "look_of_node").append_child("y:ShapeNode");
  look.append_child("y:NodeLabel").text() = holdable(controller.name).c_str();
}

void add_edge(pugi::xml_node graph, const Connection& connection, const Names& names) {
  pugi::xml_node edge = graph.append_child("edge");
  edge.append_attribute("source") = connection.source.value.to_string().c_str();
  edge.append_attribute("target") = connection.destination.value.to_string().c_str();
  add(edge, "naming_contexts", contexts_text(connection, names));
  add(edge, "rule", to_string(connection.rule));
  add_flag(edge, "standby", connection.standby);
  add(edge, "cost", std::to_string(connection.cost.value));
  add(edge, "path", path_text(connection, names));
  add(edge, "interval", base::to_string(connection.interval));
  add(edge, "schedule", connection.schedule.to_string());
  add_flag(edge, "notify", connection.notify);
  add_flag(edge, "compress", connection.compress);
  pugi::xml_node look = add_data(edge, "look_of_edge").append_child("y:PolyLineEdge");
  look.append_child("y:LineStyle").append_attribute("type") =
      connection.standby ? "dashed" : "line";
  pugi::xml_node arrows = look.append_child("y:Arrows");
  arrows.append_attribute("source") = "none";
  arrows.append_attribute("target") = "standard";
}

}  // namespace

std::string connections_graphml(const sites::Forest& forest, const Topology& topology) {
  const Names names(forest);
  std::vector<const sites::Controller*> controllers;
  for (const auto& one : forest.controllers)
    controllers.push_back(&one);
  std::ranges::sort(controllers, {}, [](const auto* one) { return one->name; });
  pugi::xml_document document;
  document.load_string(kFrame, pugi::parse_default | pugi::parse_declaration);
  const pugi::xml_node graph = document.child("graphml").child("graph");
  for (const auto* one : controllers)
    add_node(graph, forest, *one, names);
  for (const Connection& one : topology.connections)
    add_edge(graph, one, names);
  std::ostringstream text;
  document.save(text, "  ");
  return text.str();
}

}  // namespace ringspan::kcc
