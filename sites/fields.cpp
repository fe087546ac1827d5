#include "sites/fields.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "sites/nearest.hpp"

namespace ringspan::sites {
namespace {

constexpr std::size_t kLongestName = 64;

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

/// What is wrong with a name, or nothing.
std::optional<std::string> name_fault(std::string_view name) {
  if (name.empty()) return "the name is empty";
  if (name.front() == ' ' || name.back() == ' ') return "a space stands at an end of the name";
  if (std::ranges::any_of(name, is_control)) return "the name holds a control character";
  const auto characters = std::ranges::count_if(
      name, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
  if (static_cast<std::size_t>(characters) > kLongestName) {
    return fmt::format("the name is longer than {} characters", kLongestName);
  }
  return std::nullopt;
}

void note_unknown_keys(Faults& faults, const JsonNode& node,
                       const std::vector<std::string>& known) {
  for (const JsonNode& child : node.children) {
    if (std::ranges::find(known, child.key) != known.end()) continue;
    const auto meant = nearest(child.key, known);
    faults.add(child, fmt::format("unknown key \"{}\"", child.key),
               meant ? fmt::format("did you mean \"{}\"?", *meant)
                     : fmt::format("the keys here are {}", fmt::join(known, ", ")));
  }
}

}  // namespace

void Faults::add(const JsonNode& where, std::string reason, std::string remedy) {
  faults_.push_back({file_, where.line, where.path, std::move(reason), std::move(remedy)});
}

void Faults::add(const JsonNode& where, const base::Error& error) {
  const auto cut = error.message.rfind("; ");
  if (cut == std::string::npos) return add(where, error.message, "correct it");
  add(where, error.message.substr(0, cut), error.message.substr(cut + 2));
}

void Faults::add(std::vector<Fault> faults) {
  std::ranges::move(faults, std::back_inserter(faults_));
}

std::vector<Fault> Faults::sorted() const {
  std::vector<Fault> sorted = faults_;
  std::ranges::stable_sort(sorted, {}, &Fault::line);
  return sorted;
}

Fields::Fields(Faults& faults, const JsonNode& node, std::initializer_list<std::string_view> known)
    : faults_(faults), node_(node) {
  if (node.kind != JsonKind::object) {
    faults.add(node, fmt::format("{} stands where an object belongs", to_string(node.kind)),
               "write it in braces: {...}");
    return;
  }
  note_unknown_keys(faults, node, {known.begin(), known.end()});
}

const JsonNode* Fields::find(std::string_view key) const {
  if (node_.kind != JsonKind::object) return nullptr;
  const auto found = std::ranges::find(node_.children, key, &JsonNode::key);
  return found == node_.children.end() ? nullptr : &*found;
}

const JsonNode* Fields::find(std::string_view key, JsonKind kind) {
  const JsonNode* field = std::as_const(*this).find(key);
  if (field == nullptr) return nullptr;
  const bool fits =
      field->kind == kind || (kind == JsonKind::number && field->kind == JsonKind::whole);
  if (fits) return field;
  faults_.add(
      *field,
      fmt::format("\"{}\" must be {}, not {}", key, to_string(kind), to_string(field->kind)),
      "correct the value");
  return nullptr;
}

std::optional<std::string> Fields::text(std::string_view key) {
  const JsonNode* field = find(key, JsonKind::text);
  if (field == nullptr) return std::nullopt;
  return field->text;
}

std::optional<bool> Fields::flag(std::string_view key) {
  const JsonNode* field = find(key, JsonKind::flag);
  if (field == nullptr) return std::nullopt;
  return field->flag;
}

std::optional<std::int64_t> Fields::whole(std::string_view key, std::int64_t least,
                                          std::int64_t most) {
  const JsonNode* field = find(key, JsonKind::whole);
  if (field == nullptr) return std::nullopt;
  if (field->whole >= least && field->whole <= most) return field->whole;
  faults_.add(*field, fmt::format("\"{}\" is {}", key, field->whole),
              fmt::format("use a whole number from {} to {}", least, most));
  return std::nullopt;
}

std::optional<double> Fields::number(std::string_view key, double least, double most) {
  const JsonNode* field = find(key, JsonKind::number);
  if (field == nullptr) return std::nullopt;
  if (field->number >= least && field->number <= most) return field->number;
  faults_.add(*field, fmt::format("\"{}\" is {}", key, field->number),
              fmt::format("use a number from {} to {}", least, most));
  return std::nullopt;
}

std::optional<base::Duration> Fields::duration(std::string_view key, base::Duration least,
                                               base::Duration most) {
  const JsonNode* field = find(key, JsonKind::text);
  if (field == nullptr) return std::nullopt;
  const auto duration = base::parse_duration(field->text);
  if (duration && *duration >= least && *duration <= most) return duration;
  faults_.add(*field,
              fmt::format("\"{}\" is \"{}\", {}", key, field->text,
                          duration ? "out of range" : "which is no duration"),
              fmt::format("use {} to {}, written like 30s, 15m, 4h or 7d", base::to_string(least),
                          base::to_string(most)));
  return std::nullopt;
}

std::optional<base::Guid> Fields::guid(std::string_view key) {
  const JsonNode* field = find(key, JsonKind::text);
  if (field == nullptr) return std::nullopt;
  const auto guid = base::Guid::parse(field->text);
  if (guid && !guid->is_nil()) return guid;
  faults_.add(
      *field, fmt::format("\"{}\" is no GUID", field->text),
      "write it like 00112233-4455-6677-8899-aabbccddeeff, or leave it out: it then follows "
      "from the name");
  return std::nullopt;
}

std::optional<std::string> Fields::name(std::string_view key) {
  const JsonNode* field = find(key, JsonKind::text);
  if (field == nullptr) return std::nullopt;
  const auto fault = name_fault(field->text);
  if (!fault) return field->text;
  faults_.add(*field, *fault,
              fmt::format("use 1 to {} characters without control characters and without spaces at "
                          "the ends",
                          kLongestName));
  return std::nullopt;
}

const std::vector<JsonNode>& Fields::list(std::string_view key) {
  static const std::vector<JsonNode> nothing;
  const JsonNode* field = find(key, JsonKind::list);
  return field == nullptr ? nothing : field->children;
}

bool Fields::require(std::string_view key, std::string_view what) {
  if (node_.kind != JsonKind::object || std::as_const(*this).find(key) != nullptr) return true;
  faults_.add(node_, fmt::format("\"{}\" is missing", key), fmt::format("add {}", what));
  return false;
}

std::optional<std::string> text_of(Faults& faults, const JsonNode& node) {
  if (node.kind == JsonKind::text) return node.text;
  faults.add(node, fmt::format("{} stands where a text belongs", to_string(node.kind)),
             "write it in quotation marks");
  return std::nullopt;
}

}  // namespace ringspan::sites
