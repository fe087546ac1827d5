#pragma once

// Fields: one object of an administrator's file, read field by field. What is missing, misspelt, of
// the wrong type or out of range becomes a fault, and reading goes on.
//
//     Fields site(faults, node, {"name", "coordinates", "subnets"});
//     const auto name = site.required_name("name");       // nullopt: the fault is noted

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/guid.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "sites/json_source.hpp"

namespace ringspan::sites {

/// The faults found so far in one file.
class Faults {
 public:
  explicit Faults(std::string file) : file_(std::move(file)) {}

  void add(const JsonNode& where, std::string reason, std::string remedy);
  void add(const JsonNode& where, const base::Error& error);  ///< Of a message "reason; remedy".
  void add(std::vector<Fault> faults);
  bool none() const { return faults_.empty(); }

  /// All of them, in the order of the file.
  std::vector<Fault> sorted() const;

 private:
  std::string file_;
  std::vector<Fault> faults_;
};

class Fields {
 public:
  /// Notes a fault if `node` is no object, and one for every key that is not in `known`.
  Fields(Faults& faults, const JsonNode& node, std::initializer_list<std::string_view> known);

  /// nullptr if there is no such field.
  const JsonNode* find(std::string_view key) const;

  // Absent, or present and sound: no fault. The result is empty in both other cases.
  std::optional<std::string> text(std::string_view key);
  std::optional<bool> flag(std::string_view key);
  std::optional<std::int64_t> whole(std::string_view key, std::int64_t least, std::int64_t most);
  std::optional<double> number(std::string_view key, double least, double most);
  std::optional<base::Duration> duration(std::string_view key, base::Duration least,
                                         base::Duration most);
  std::optional<base::Guid> guid(std::string_view key);
  /// A name: 1 to 64 characters, none of them a control character, no space at either end.
  std::optional<std::string> name(std::string_view key);
  /// The elements of a list; empty if absent or no list.
  const std::vector<JsonNode>& list(std::string_view key);

  /// Notes a fault if the field is absent; `what` says what to write.
  bool require(std::string_view key, std::string_view what);

 private:
  const JsonNode* find(std::string_view key, JsonKind kind);

  Faults& faults_;
  const JsonNode& node_;
};

/// Notes a fault unless `node` is a text.
std::optional<std::string> text_of(Faults& faults, const JsonNode& node);

}  // namespace ringspan::sites
