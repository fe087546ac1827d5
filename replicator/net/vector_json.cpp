#include "replicator/net/vector_json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ringspan::replicator::net {

Json vector_json(const UpToDatenessVector& vector) {
  Json cursors = Json::array();
  for (const auto& [originator, cursor] : vector.cursors()) {
    if (cursor.usn == Usn{}) continue;  // it writes nothing
    cursors.push_back({{"originator", originator.value.to_string()},
                       {"usn", cursor.usn.value},
                       {"time", base::to_string(cursor.time)}});
  }
  return cursors;
}

base::Result<UpToDatenessVector> read_vector(const Json& json) {
  UpToDatenessVector vector;
  for (const Json& entry : json) {
    const Asked asked(entry);
    const auto originator = read_guid(asked, "originator");
    const auto usn = asked.number("usn", 0);
    const auto time = base::parse_time(asked.text("time").value_or(""));
    if (!originator) return base::fail(originator.error());
    if (!usn) return base::fail(usn.error());
    if (!time) return base::fail(base::Errc::invalid, "\"time\": no time");
    vector.merge(InvocationId(*originator), Cursor{Usn(*usn), *time});
  }
  return vector;
}

Json stamps_json(const Object& object) {
  Json stamps = Json::object();
  for (const auto& [name, attribute] : object.attributes) {
    stamps[name] = {{"version", attribute.stamp.version},
                    {"time", base::to_string(attribute.stamp.time)},
                    {"originator", attribute.stamp.originator.value.to_string()},
                    {"usn", attribute.stamp.usn.value}};
  }
  return stamps;
}

base::Result<std::map<std::string, Stamp>> read_stamps(const Json& json) {
  std::map<std::string, Stamp> stamps;
  for (const auto& [name, entry] : json.items()) {
    const Asked asked(entry);
    const auto originator = read_guid(asked, "originator");
    const auto version = asked.number("version", 0);
    const auto usn = asked.number("usn", 0);
    const auto time = base::parse_time(asked.text("time").value_or(""));
    if (!originator) return base::fail(originator.error());
    if (!version || !usn || !time) {
      return base::fail(base::Errc::invalid, fmt::format("\"{}\": no stamp", name));
    }
    stamps[name] = {.version = *version,
                    .time = *time,
                    .originator = InvocationId(*originator),
                    .usn = Usn(*usn)};
  }
  return stamps;
}

base::Result<base::Guid> read_guid(const Asked& asked, const char* field) {
  const auto text = asked.text(field);
  if (!text) return base::fail(text.error());
  const auto read = base::Guid::parse(*text);
  if (!read) return base::fail(base::Errc::invalid, fmt::format("\"{}\": no GUID", field));
  return *read;
}

}  // namespace ringspan::replicator::net
