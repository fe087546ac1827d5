#include "cli/answer.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "cli/complain.hpp"
#include "cli/files.hpp"

namespace ringspan::cli {
namespace {

constexpr base::Errc kCodes[] = {base::Errc::invalid, base::Errc::not_found,   base::Errc::exists,
                                 base::Errc::refused, base::Errc::unavailable, base::Errc::damaged};

base::Error error_of(const nlohmann::json& said) {
  base::Error error{base::Errc::damaged, "the controller sent an error without a message"};
  if (!said.is_object()) return error;
  for (const auto code : kCodes) {
    if (said.value("code", std::string()) == base::to_string(code)) error.code = code;
  }
  error.message = said.value("message", error.message);
  return error;
}

base::Error makes_no_sense() {
  return {base::Errc::damaged,
          "the answer makes no sense to this program; compare `ringspan version` here and there"};
}

ExitCode tell(const Arguments& given, World& world, const base::Error& error,
              const Reword& reword) {
  if (given.has("--json")) world.out << error_json(error);
  const bool reworded = reword && ending_of(error.code) != ExitCode::could_not_ask;
  return complain(world, {error.code, reworded ? reword(error) : error.message});
}

}  // namespace

Place place_of(const Arguments& given, const World& world, base::Duration patience) {
  Place place;
  if (given.has("--data")) place.data = given.text("--data");
  place.state = given.has("--state")
                    ? given.text("--state")
                    : world.environment("RINGSPAN_STATE").value_or(std::string("state"));
  place.at = given.text("--at");
  place.timeout = base::parse_duration(given.text("--timeout")).value_or(patience);
  if (!given.has("--token-file")) {
    place.token = world.environment("RINGSPAN_TOKEN").value_or("");
  } else if (auto token = read_token(given.text("--token-file"), world.in,
                                     "make one with `ringspan token add`")) {
    place.token = *std::move(token);
  } else {
    place.fault = token.error();
  }
  place.server = given.text("--server");
  if (place.server.empty() && !place.token.empty() && !place.data) {
    place.server = world.environment("RINGSPAN_SERVER").value_or("");
  }
  return place;
}

ExitCode ask_and_print(const Arguments& given, World& world, const Place& place,
                       const nlohmann::json& request, const Render& render, const Reword& reword) {
  const auto came = world.ask(place, request.dump());
  if (!came) return tell(given, world, {base::Errc::unavailable, came.error().message}, {});
  const auto answer = read_answer(*came);
  if (!answer) return tell(given, world, answer.error(), reword);
  Rendered rendered;
  try {
    rendered = render(*answer, world);
  } catch (const nlohmann::json::exception&) {
    // A field is missing or of another type: a controller of another version.
    return tell(given, world, makes_no_sense(), {});
  }
  if (given.has("--json")) {
    world.out << pretty(*came);
  } else {
    world.out << rendered.text;
    world.out.flush();
    world.err << rendered.aside;
  }
  return rendered.code;
}

ExitCode ask_and_print(const Arguments& given, World& world, const nlohmann::json& request,
                       const Render& render, const Reword& reword) {
  return ask_and_print(given, world, place_of(given, world), request, render, reword);
}

base::Result<nlohmann::json> read_answer(const std::string& answer) {
  auto json = nlohmann::json::parse(answer, nullptr, false);
  if (!json.is_object()) return base::fail(makes_no_sense());
  try {
    if (json.contains("error")) return base::fail(error_of(json.at("error")));
  } catch (const nlohmann::json::exception&) {
    return base::fail(makes_no_sense());
  }
  return json;
}

std::string pretty(const std::string& answer) {
  const auto json = nlohmann::ordered_json::parse(answer, nullptr, false);
  // What is no JSON goes through as it came: the reader sees what we saw.
  return (json.is_discarded() ? answer : json.dump(2)) + "\n";
}

std::string error_json(const base::Error& error) {
  const nlohmann::ordered_json json{
      {"error", {{"code", base::to_string(error.code)}, {"message", error.message}}}};
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace ringspan::cli
