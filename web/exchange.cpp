#include "web/exchange.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <nlohmann/json.hpp>

namespace ringspan::web {
namespace {

enum class Plus { itself, blank };

std::optional<std::string> decoded(std::string_view text, Plus plus) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus == Plus::blank) {
      plain += ' ';
    } else if (text[i] != '%') {
      plain += text[i];
    } else {
      unsigned byte = 0;
      const auto digits = text.substr(i + 1, 2);
      const auto [end, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
      if (error != std::errc{} || digits.size() != 2 || end != digits.data() + 2) {
        return std::nullopt;
      }
      plain += static_cast<char>(byte);
      i += 2;
    }
  }
  return plain;
}

unsigned status_of(std::string_view code) {
  static const std::map<std::string_view, unsigned> statuses{
      {"invalid", 400}, {"refused", 403},     {"not_found", 404},
      {"exists", 409},  {"unavailable", 503}, {"damaged", 500}};
  const auto found = statuses.find(code);
  return found == statuses.end() ? 500 : found->second;
}

}  // namespace

bool read_target(std::string_view target, Request& request) {
  const std::size_t mark = target.find('?');
  const auto path = decoded(target.substr(0, mark), Plus::itself);
  if (!path || !path->starts_with('/')) return false;
  request.path = *path;
  std::string_view rest = mark == std::string_view::npos ? "" : target.substr(mark + 1);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const auto name = decoded(pair.substr(0, equals), Plus::blank);
    const auto value = decoded(pair.substr(std::min(equals + 1, pair.size())), Plus::blank);
    if (!name || !value) return false;
    if (!pair.empty()) request.query[*name] = *value;
  }
  return true;
}

std::optional<std::string> cookie_of(const Request& request, std::string_view name) {
  std::string_view rest = request.cookie;
  while (!rest.empty()) {
    std::string_view pair = rest.substr(0, rest.find(';'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    while (pair.starts_with(' '))
      pair.remove_prefix(1);
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) {
      return std::string(pair.substr(name.size() + 1));
    }
  }
  return std::nullopt;
}

std::optional<std::string> bearer_of(const Request& request) {
  if (!request.authorization) return std::nullopt;
  constexpr std::string_view kScheme = "bearer ";
  const std::string_view given = *request.authorization;
  const bool fits =
      given.size() > kScheme.size() &&
      std::ranges::equal(given.substr(0, kScheme.size()), kScheme, [](char ours, char theirs) {
        return (ours >= 'A' && ours <= 'Z' ? ours | 0x20 : ours) == theirs;
      });
  return std::string(fits ? given.substr(kScheme.size()) : "");
}

Response error_response(unsigned status, std::string_view code, std::string_view message) {
  const nlohmann::ordered_json error{{"error", {{"code", code}, {"message", message}}}};
  return {.status = status,
          .body = error.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

Response admin_response(std::string answer) {
  Response response{.body = std::move(answer)};
  if (!response.body.starts_with(R"({"error":)")) return response;  // no other answer begins so
  const auto json = nlohmann::json::parse(response.body, nullptr, false);
  const auto code = nlohmann::json::json_pointer("/error/code");
  response.status = !json.is_discarded() && json.contains(code) && json[code].is_string()
                        ? status_of(json[code].get<std::string>())
                        : 500;
  return response;
}

}  // namespace ringspan::web
