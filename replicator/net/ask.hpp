#pragma once

// Asked: one admin request (docs/admin-requests.md) while it is read, and the words that answers
// are made of.

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.hpp"
#include "replicator/engine/journal.hpp"
#include "replicator/engine/object.hpp"
#include "replicator/engine/write.hpp"

namespace ringspan::replicator::net {

class Originators;

/// Keeps the order in which answers are documented.
using Json = nlohmann::ordered_json;

/// Reads fields and says what is wrong with them. The JSON must outlive it.
class Asked {
 public:
  explicit Asked(const Json& request) : request_(request) {}

  const Json& json() const { return request_; }
  bool has(const char* field) const;

  /// Errc::invalid names the first field that is not among these.
  base::Result<void> only(std::initializer_list<std::string_view> fields) const;

  base::Result<std::string> text(const char* field) const;  ///< There, and not empty.
  base::Result<bool> flag(const char* field) const;         ///< False when absent.
  base::Result<std::uint64_t> number(const char* field, std::uint64_t otherwise) const;
  base::Result<std::vector<std::string>> texts(const char* field) const;
  base::Result<sites::Dn> dn(const char* field) const;
  base::Result<Target> target(const char* field) const;  ///< A DN or a GUID.
  base::Result<Values> values(const char* field) const;  ///< {"title": ["Head of A"]}

 private:
  const Json& request_;
};

/// Text of at most 32 levels; Errc::invalid otherwise.
base::Result<Json> parse_request(std::string_view text);

/// What another controller answered; Errc::unavailable with its message where that is an error.
base::Result<Json> read_answer(const std::string& text);

/// One line; bytes that are not UTF-8 are replaced.
std::string to_text(const Json& json);
std::string error_text(const base::Error& error);

/// The same, with the controller at which it would go well: {"error":{...,"go_to":{"controller":
/// "oslo-1","address":"..."}}}.
std::string moved_text(const base::Error& error, const std::string& controller,
                       const std::string& address);

/// What is wrong with one field, or with one word of its list.
struct FieldFault {
  std::string field;
  std::optional<std::size_t> at{};
  std::string message;  ///< The thing, the reason and the remedy.
};

/// All of them at once:
/// {"error":{"code":..,"message":..,"fields":[{"field":..,"at":0,"message":..}]}}. At least one.
std::string faults_text(base::Errc code, const std::vector<FieldFault>& faults);

/// `null` for a time that never was.
Json to_json(base::Time time);

/// {"version": 1, "time": "...", "originator": "oslo-1", "usn": 411}
Json to_json(const Stamp& stamp, const Originators& originators);

/// What people are shown of an object: its attributes without the two that say where it stands.
Json attributes_of(const Object& object);

}  // namespace ringspan::replicator::net
