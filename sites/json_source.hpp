#pragma once

// JsonNode: a JSON document whose every part knows its line and its path, so that a fault can say
// where it is. For readers of files that people write.
//
//     JsonSource source = read_json(text, "forest.json");
//     if (source.root) use(*source.root);      // otherwise source.faults says why not

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sites/fault.hpp"

namespace ringspan::sites {

enum class JsonKind { null, flag, whole, number, text, list, object };

/// "a text", "a whole number", ...: how a fault speaks of it.
std::string_view to_string(JsonKind kind);

struct JsonNode {
  JsonKind kind = JsonKind::null;
  std::size_t line = 1;  ///< Where the value begins.
  std::string path = "$";
  std::string key;  ///< Its name in the object that holds it.
  bool flag = false;
  std::int64_t whole = 0;
  double number = 0;  ///< Also set for a whole number.
  std::string text;
  std::vector<JsonNode> children;  ///< Of a list or object, in the order of the file.
};

struct JsonSource {
  std::optional<JsonNode> root;  ///< Empty if the text is not JSON.
  std::vector<Fault> faults;     ///< Syntax, nesting beyond 32, and keys that stand twice.
};

/// A list that the root object may hold, and how much of it is read.
struct JsonLimit {
  std::string_view key;
  std::size_t most = 0;
};

/// Stops, with a fault, where a list grows beyond its limit.
JsonSource read_json(std::string_view text, std::string_view file,
                     std::span<const JsonLimit> limits = {});

}  // namespace ringspan::sites
