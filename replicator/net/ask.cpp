#include "replicator/net/ask.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/guid.hpp"
#include "replicator/net/originators.hpp"

namespace ringspan::replicator::net {
namespace {

tl::unexpected<base::Error> wrong(const char* field, std::string_view reason) {
  return base::fail(base::Errc::invalid, fmt::format("\"{}\": {}", field, reason));
}

/// Values may be given as one text or as an array of texts.
std::optional<std::vector<std::string>> read_texts(const Json& json) {
  if (json.is_string()) return std::vector{json.get<std::string>()};
  if (!json.is_array()) return std::nullopt;
  if (!std::ranges::all_of(json, [](const Json& one) { return one.is_string(); })) {
    return std::nullopt;
  }
  return json.get<std::vector<std::string>>();
}

}  // namespace

bool Asked::has(const char* field) const {
  return request_.is_object() && request_.contains(field) && !request_[field].is_null();
}

base::Result<void> Asked::only(std::initializer_list<std::string_view> fields) const {
  if (!request_.is_object()) return base::fail(base::Errc::invalid, "not a JSON object");
  for (const auto& [name, value] : request_.items()) {
    if (std::ranges::find(fields, name) != fields.end()) continue;
    return base::fail(base::Errc::invalid, fmt::format("\"{}\": no such field here; there are {}",
                                                       name, fmt::join(fields, ", ")));
  }
  return {};
}

base::Result<std::string> Asked::text(const char* field) const {
  if (!has(field)) return wrong(field, "is missing");
  const Json& value = request_[field];
  if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
    return wrong(field, "must be a text that is not empty");
  }
  return value.get<std::string>();
}

base::Result<bool> Asked::flag(const char* field) const {
  if (!has(field)) return false;
  if (!request_[field].is_boolean()) return wrong(field, "must be true or false");
  return request_[field].get<bool>();
}

base::Result<std::uint64_t> Asked::number(const char* field, std::uint64_t otherwise) const {
  if (!has(field)) return otherwise;
  if (!request_[field].is_number_unsigned()) return wrong(field, "must be a whole number");
  return request_[field].get<std::uint64_t>();
}

base::Result<std::vector<std::string>> Asked::texts(const char* field) const {
  if (!has(field)) return wrong(field, "is missing");
  auto read = read_texts(request_[field]);
  if (!read) return wrong(field, "must be a list of texts");
  return *std::move(read);
}

base::Result<sites::Dn> Asked::dn(const char* field) const {
  const auto given = text(field);
  if (!given) return base::fail(given.error());
  return sites::Dn::parse(*given);
}

base::Result<Target> Asked::target(const char* field) const {
  const auto given = text(field);
  if (!given) return base::fail(given.error());
  if (const auto guid = base::Guid::parse(*given)) return Target(ObjectId(*guid));
  auto name = sites::Dn::parse(*given);
  if (!name) return base::fail(name.error());
  return Target(*std::move(name));
}

base::Result<Values> Asked::values(const char* field) const {
  if (!has(field)) return wrong(field, "is missing");
  if (!request_[field].is_object()) {
    return wrong(field, "must be an object such as {\"title\": [\"Head of A\"]}");
  }
  Values values;
  for (const auto& [name, given] : request_[field].items()) {
    auto read = read_texts(given);
    if (!read) return wrong(name.c_str(), "must be a list of texts");
    values[name] = *std::move(read);
  }
  return values;
}

base::Result<Json> parse_request(std::string_view text) {
  constexpr int kDepth = 32;
  bool deep = false;
  const auto check = [&deep](int depth, Json::parse_event_t, Json&) {
    deep = deep || depth > kDepth;
    return !deep;
  };
  Json json = Json::parse(text, check, false);
  if (deep || !json.is_object()) {
    return base::fail(base::Errc::invalid, deep ? "the request is nested more than 32 levels deep"
                                                : "the request is not a JSON object");
  }
  return json;
}

base::Result<Json> read_answer(const std::string& text) {
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return base::fail(base::Errc::damaged, "an answer that is no JSON object");
  if (!json.contains("error")) return json;
  const Asked error(json["error"]);
  return base::fail(base::Errc::unavailable, error.text("message").value_or("an error"));
}

std::string to_text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string error_text(const base::Error& error) {
  return to_text(Json{{"error", {{"code", to_string(error.code)}, {"message", error.message}}}});
}

std::string moved_text(const base::Error& error, const std::string& controller,
                       const std::string& address) {
  return to_text(Json{{"error",
                       {{"code", to_string(error.code)},
                        {"message", error.message},
                        {"go_to", {{"controller", controller}, {"address", address}}}}}});
}

std::string faults_text(base::Errc code, const std::vector<FieldFault>& faults) {
  std::string message;
  Json fields = Json::array();
  for (const FieldFault& fault : faults) {
    message += (message.empty() ? "" : "; ") + fault.message;
    fields.push_back({{"field", fault.field},
                      {"at", fault.at ? Json(*fault.at) : Json(nullptr)},
                      {"message", fault.message}});
  }
  return to_text(Json{{"error",
                       {{"code", to_string(code)},
                        {"message", std::move(message)},
                        {"fields", std::move(fields)}}}});
}

Json to_json(base::Time time) {
  if (time == base::Time{}) return nullptr;
  return base::to_string(time);
}

Json to_json(const Stamp& stamp, const Originators& originators) {
  return {{"version", stamp.version},
          {"time", base::to_string(stamp.time)},
          {"originator", originators.name_of(stamp.originator)},
          {"usn", stamp.usn.value}};
}

Json attributes_of(const Object& object) {
  Json attributes = Json::object();
  for (const auto& [name, attribute] : object.attributes) {
    if (name == kName || name == kIsDeleted || attribute.values.empty()) continue;
    attributes[name] = attribute.values;
  }
  return attributes;
}

}  // namespace ringspan::replicator::net
