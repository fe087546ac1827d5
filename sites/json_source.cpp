#include "sites/json_source.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <set>
#include <utility>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "sites/limits.hpp"

namespace ringspan::sites {
namespace {

constexpr std::size_t kDeepest = 32;

/// Hands out the text byte by byte and knows the line of the last byte read. A number is read one
/// byte too far, and that byte may be the line's end: a line's end still belongs to its line.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, std::size_t* line) : at_(at), line_(line) {}

  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    if (after_line_end_) ++*line_;
    after_line_end_ = *at_ == '\n';
    ++at_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const CountingIterator& left, const CountingIterator& right) {
    return left.at_ == right.at_;
  }

 private:
  const char* at_;
  std::size_t* line_;
  bool after_line_end_ = false;
};

bool is_plain_key(std::string_view key) {
  return !key.empty() && std::ranges::all_of(key, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || c == '-';
  });
}

/// The library's message without its number and position, which we know better.
std::string reason_of(std::string_view what) {
  if (const auto bracket = what.find("] "); bracket != std::string_view::npos) {
    what.remove_prefix(bracket + 2);
  }
  if (what.starts_with("parse error at")) {
    if (const auto colon = what.find(": "); colon != std::string_view::npos) {
      what.remove_prefix(colon + 2);
    }
  }
  return std::string(what);
}

/// Receives the parser's events and builds the tree. Invariant: `open_` is the way from the root to
/// the list or object being read; only its last entry grows, so no pointer in it moves.
class TreeBuilder : public nlohmann::json_sax<nlohmann::json> {
 public:
  TreeBuilder(std::string_view file, const std::size_t* line, std::span<const JsonLimit> limits)
      : file_(file), line_(line), limits_(limits) {}

  JsonSource take() {
    if (!whole_document_) return {std::nullopt, std::move(faults_)};
    return {std::move(root_), std::move(faults_)};
  }
  void finish() { whole_document_ = true; }

  bool null() override {
    add(JsonKind::null);
    return goes_on();
  }
  bool boolean(bool value) override {
    add(JsonKind::flag)->flag = value;
    return goes_on();
  }
  bool number_integer(std::int64_t value) override {
    JsonNode* node = add(JsonKind::whole);
    node->whole = value;
    node->number = static_cast<double>(value);
    return goes_on();
  }
  bool number_unsigned(std::uint64_t value) override {
    if (value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return number_integer(static_cast<std::int64_t>(value));
    }
    add(JsonKind::number)->number = static_cast<double>(value);
    return goes_on();
  }
  bool number_float(double value, const std::string& /*text*/) override {
    constexpr double exact = 9007199254740992.0;  // 2^53: beyond it a double skips whole numbers
    if (std::trunc(value) == value && std::abs(value) <= exact) {
      return number_integer(static_cast<std::int64_t>(value));
    }
    add(JsonKind::number)->number = value;
    return goes_on();
  }
  bool string(std::string& value) override {
    add(JsonKind::text)->text = std::move(value);
    return goes_on();
  }
  bool binary(nlohmann::json::binary_t& /*value*/) override { return false; }
  bool start_object(std::size_t /*count*/) override { return open(JsonKind::object); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t /*count*/) override { return open(JsonKind::list); }
  bool end_array() override { return close(); }
  bool key(std::string& key) override {
    key_ = std::move(key);
    if (!open_.back().keys.insert(key_).second) {
      fault(path_of_next(), fmt::format("the key \"{}\" stands twice in this object", key_),
            "remove one of them");
    }
    return true;
  }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const nlohmann::json::exception& error) override {
    fault(open_.empty() ? "$" : open_.back().node->path, reason_of(error.what()),
          "correct the JSON there");
    return false;
  }

 private:
  struct Open {
    JsonNode* node = nullptr;
    std::set<std::string> keys;
    const JsonLimit* limit = nullptr;
  };

  std::string path_of_next() const {
    if (open_.empty()) return "$";
    const JsonNode& parent = *open_.back().node;
    if (parent.kind == JsonKind::list) {
      return fmt::format("{}[{}]", parent.path, parent.children.size());
    }
    return is_plain_key(key_) ? fmt::format("{}.{}", parent.path, key_)
                              : fmt::format("{}['{}']", parent.path, key_);
  }

  JsonNode* add(JsonKind kind) {
    JsonNode node;
    node.kind = kind;
    node.line = *line_;
    node.path = path_of_next();
    if (open_.empty()) {
      root_ = std::move(node);
      return &root_;
    }
    JsonNode& parent = *open_.back().node;
    if (parent.kind == JsonKind::object) node.key = key_;
    const JsonLimit* limit = open_.back().limit;
    if (limit != nullptr && parent.children.size() == limit->most) {
      fault(parent.path, too_many(limit->key, limit->most), std::string(kTooManyRemedy));
      beyond_limit_ = true;
    }
    return &parent.children.emplace_back(std::move(node));
  }

  bool goes_on() const { return !beyond_limit_; }

  /// Of the list that begins.
  const JsonLimit* limit_of_next() const {
    const auto limit =
        open_.size() == 1 ? std::ranges::find(limits_, key_, &JsonLimit::key) : limits_.end();
    return limit == limits_.end() ? nullptr : &*limit;
  }

  bool open(JsonKind kind) {
    if (open_.size() == kDeepest) {
      fault(path_of_next(), fmt::format("nested deeper than {} levels", kDeepest), "flatten it");
      return false;
    }
    const JsonLimit* limit = limit_of_next();
    open_.push_back({add(kind), {}, limit});
    return goes_on();
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  void fault(std::string path, std::string reason, std::string remedy) {
    faults_.push_back({file_, *line_, std::move(path), std::move(reason), std::move(remedy)});
  }

  std::string file_;
  const std::size_t* line_;
  std::span<const JsonLimit> limits_;
  std::vector<Open> open_;
  std::string key_;
  JsonNode root_;
  std::vector<Fault> faults_;
  bool whole_document_ = false;
  bool beyond_limit_ = false;
};

}  // namespace

std::string_view to_string(JsonKind kind) {
  constexpr std::array<std::string_view, 7> words{
      "null", "true or false", "a whole number", "a number", "a text", "a list", "an object"};
  return words[static_cast<std::size_t>(kind)];
}

JsonSource read_json(std::string_view text, std::string_view file,
                     std::span<const JsonLimit> limits) {
  std::size_t line = 1;
  TreeBuilder builder(file, &line, limits);
  const CountingIterator begin(text.data(), &line);
  const CountingIterator end(text.data() + text.size(), &line);
  if (nlohmann::json::sax_parse(begin, end, &builder)) builder.finish();
  return builder.take();
}

}  // namespace ringspan::sites
