#include "kcc/connection_text.hpp"

namespace ringspan::kcc {
namespace {

void join(std::string& text, const std::string& word) {
  text += (text.empty() ? "" : "; ") + word;
}

}  // namespace

std::string contexts_text(const Connection& connection, const Names& names) {
  std::string text;
  for (const auto& id : names.in_order(connection.naming_contexts))
    join(text, names.dn(id));
  return text;
}

std::string path_text(const Connection& connection, const Names& names) {
  std::string text;
  for (const auto& id : connection.path)
    join(text, names.link(id));
  return text;
}

}  // namespace ringspan::kcc
