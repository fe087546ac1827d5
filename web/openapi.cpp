#include "web/openapi.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "web/routes.hpp"

namespace ringspan::web {
namespace {

using Json = nlohmann::ordered_json;

Json schema_of(std::string_view name) {
  return {{"$ref", fmt::format("https://ringspan.example/schemas/{}.schema.json", name)}};
}

Json json_content(Json schema) {
  return {{"application/json", {{"schema", std::move(schema)}}}};
}

Json type_of(const Parameter& parameter) {
  if (parameter.kind == Kind::number) return {{"type", "integer"}, {"minimum", 0}};
  if (parameter.kind == Kind::texts) {
    return {{"type", "array"}, {"items", {{"type", "string"}}}};
  }
  return {{"type", parameter.kind == Kind::flag ? "boolean" : "string"}};
}

/// What stands in the path and, but for what has a body, in the query.
Json parameters_of(const Route& route) {
  Json parameters = Json::array();
  for (const Parameter& one : route.parameters) {
    const bool path = in_path(route, one);
    if (one.name.empty() || (!path && route.method == "POST")) continue;
    Json parameter{{"name", one.name},
                   {"in", path ? "path" : "query"},
                   {"required", one.required},
                   {"schema", type_of(one)}};
    if (one.kind == Kind::texts) parameter["explode"] = false;
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

Json body_of(const Route& route) {
  Json members = Json::object();
  Json required = Json::array();
  for (const Parameter& one : route.parameters) {
    if (one.name.empty() || in_path(route, one)) continue;
    members[std::string(one.name)] = type_of(one);
    if (one.required) required.push_back(one.name);
  }
  return {{"required", true},
          {"content", json_content({{"type", "object"},
                                    {"required", std::move(required)},
                                    {"properties", std::move(members)},
                                    {"additionalProperties", false}})}};
}

Json success_of(const Route& route) {
  if (route.answer == Answer::close_session) return {{"204", {{"description", "It ended"}}}};
  if (route.answer == Answer::feed) return {{"101", {{"description", "The feed"}}}};
  Json good{{"description", "The answer"}};
  if (route.answer == Answer::metrics) {
    good["content"] = {{"text/plain", {{"schema", {{"type", "string"}}}}}};
  } else {
    good["content"] =
        json_content(route.schema.empty() ? Json{{"type", "object"}} : schema_of(route.schema));
  }
  return {{"200", std::move(good)}};
}

Json operation_of(const Route& route) {
  Json operation{{"summary", route.summary},
                 {"x-ringspan-role", route.role ? to_string(*route.role) : "none"}};
  operation["security"] = Json::array();
  if (route.role) {
    operation["security"].push_back({{"session", Json::array()}});
    operation["security"].push_back({{"token", Json::array()}});
  }
  if (Json parameters = parameters_of(route); !parameters.empty()) {
    operation["parameters"] = std::move(parameters);
  }
  if (route.method == "POST") operation["requestBody"] = body_of(route);
  Json responses = success_of(route);
  responses["default"] = {{"description", "What went wrong"},
                          {"content", json_content(schema_of("error"))}};
  operation["responses"] = std::move(responses);
  return operation;
}

}  // namespace

std::string openapi_text() {
  Json paths = Json::object();
  for (const Route& route : routes()) {
    std::string method(route.method);
    std::ranges::transform(method, method.begin(), [](char letter) {
      return static_cast<char>(letter - 'A' + 'a');  // the table has capitals alone
    });
    paths[std::string(route.path)][method] = operation_of(route);
  }
  return Json{{"openapi", "3.1.0"},
              {"info", {{"title", "Ringspan"}, {"version", "1"}}},
              {"paths", std::move(paths)},
              {"components",
               {{"securitySchemes",
                 {{"session",
                   {{"type", "apiKey"},
                    {"in", "cookie"},
                    {"name", "ringspan-CONTROLLER"},
                    {"description",
                     "From POST /api/session; the name ends with the "
                     "controller's"}}},
                  {"token",
                   {{"type", "http"},
                    {"scheme", "bearer"},
                    {"description", "A person's, from ringspan token add"}}}}}}}}
      .dump(2);
}

}  // namespace ringspan::web
