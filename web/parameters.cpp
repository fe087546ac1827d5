#include "web/parameters.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ringspan::web {
namespace {

using Json = nlohmann::ordered_json;

Json split_at_commas(std::string_view text) {
  Json texts = Json::array();
  while (true) {
    const auto comma = text.find(',');
    texts.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return texts;
    text.remove_prefix(comma + 1);
  }
}

base::Result<Json> read_given(const Route& route, const Request& request) {
  base::Result<Json> given = Json::object();
  if (request.method == "POST") {
    given = read_body(request.body);
    if (!given) return given;
  } else {
    for (const auto& [name, value] : request.query)
      (*given)[name] = value;
  }
  for (const Parameter& parameter : route.parameters) {
    const auto name = std::string(parameter.name);
    if (parameter.name.empty() || !given->contains(name)) continue;
    if (in_path(route, parameter)) {
      return base::fail(base::Errc::invalid,
                        fmt::format("\"{}\": the path says it; leave it out", name));
    }
    if (parameter.kind == Kind::texts && (*given)[name].is_string()) {
      (*given)[name] = split_at_commas((*given)[name].get<std::string>());
    }
  }
  for (const auto& [name, value] : path_values(route, request.path))
    (*given)[std::string(name)] = value;
  return given;
}

/// A query has text alone; nullopt is no number.
std::optional<std::uint64_t> number_in(const Json& value) {
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  std::uint64_t number = 0;
  const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (trouble != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool fits(const Parameter& parameter, const Json& value) {
  if (parameter.kind == Kind::number) return number_in(value).has_value();
  if (parameter.kind == Kind::texts) {
    return value.is_array() &&
           std::ranges::all_of(value, [](const Json& one) { return one.is_string(); });
  }
  return parameter.kind == Kind::flag ? value.is_boolean() : value.is_string();
}

std::string_view words_for(Kind kind) {
  if (kind == Kind::number) return "a number";
  if (kind == Kind::texts) return "texts";
  return kind == Kind::flag ? "true or false" : "a text";
}

base::Result<void> check(const Parameter& parameter, const Json& given) {
  const bool there = given.contains(parameter.name) && !given[parameter.name].is_null();
  if (!there) {
    if (!parameter.required) return {};
    return base::fail(base::Errc::invalid, fmt::format("\"{}\": is missing", parameter.name));
  }
  if (fits(parameter, given[parameter.name])) return {};
  return base::fail(base::Errc::invalid,
                    fmt::format("\"{}\": must be {}", parameter.name, words_for(parameter.kind)));
}

}  // namespace

base::Result<Json> read_body(const std::string& body) {
  constexpr int kDepth = 4;  // no parameter is deeper than one
  bool deep = false;
  const auto check = [&deep](int depth, Json::parse_event_t, Json&) {
    deep = deep || depth > kDepth;
    return !deep;
  };
  Json given = Json::parse(body, check, false);
  if (deep || !given.is_object()) {
    return base::fail(base::Errc::invalid, "the body is not a JSON object of parameters");
  }
  return given;
}

base::Result<Json> read_parameters(const Route& route, const Request& request) {
  auto given = read_given(route, request);
  if (!given) return base::fail(given.error());
  for (const Parameter& parameter : route.parameters) {
    if (parameter.name.empty()) continue;
    if (const auto good = check(parameter, *given); !good) return base::fail(good.error());
  }
  for (const auto& [name, value] : given->items()) {
    const bool known = std::ranges::any_of(route.parameters, [&name = name](const Parameter& one) {
      return !one.name.empty() && one.name == name;
    });
    if (!known) {
      return base::fail(base::Errc::invalid, fmt::format("\"{}\": no such parameter here", name));
    }
  }
  return given;
}

base::Result<std::string> admin_request(const Route& route, const Request& request) {
  const auto given = read_parameters(route, request);
  if (!given) return base::fail(given.error());
  Json ask{{"ask", route.ask}};
  for (const Parameter& parameter : route.parameters) {
    if (parameter.name.empty() || !given->contains(parameter.name)) continue;
    const Json& value = (*given)[parameter.name];
    if (value.is_null()) continue;
    const bool number = parameter.kind == Kind::number;
    ask[std::string(parameter.field)] = number ? Json(number_in(value).value_or(0)) : value;
  }
  return ask.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ringspan::web
