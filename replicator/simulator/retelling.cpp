#include "replicator/simulator/retelling.hpp"

#include <fmt/format.h>

#include "base/contracts.hpp"

namespace ringspan::replicator::simulator {
namespace {

// A word of a scenario; no value of ours holds a quote.
std::string word(const std::string& text) {
  EXPECTS(text.find('"') == std::string::npos);
  return text.find_first_of(" \t#") == std::string::npos ? text : "\"" + text + "\"";
}

std::string words(const Values& values) {
  std::string text;
  for (const auto& [attribute, all] : values) {
    for (const std::string& value : all)
      text += " " + word(attribute + "=" + value);
  }
  return text;
}

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

}  // namespace

void Retelling::wrote(std::string_view at, const Write& write,
                      const base::Result<Written>& result) {
  text_ += fmt::format("{}at {} {}", result ? "" : "refused: ", at, line(write));
  if (result && std::holds_alternative<Add>(write)) {
    const std::string name = fmt::format("@n{}", names_.size() + 1);
    names_.emplace(result->object, name);
    text_ += " as " + name;
  }
  text_ += "\n";
}

void Retelling::happened(std::string_view statement) {
  text_ += statement;
  text_ += "\n";
}

std::string Retelling::name_of(const Target& target) const {
  if (const auto* dn = std::get_if<sites::Dn>(&target)) return word(dn->to_string());
  return names_.at(std::get<ObjectId>(target));
}

std::string Retelling::line(const Write& write) const {
  const Overloaded told{
      [](const Add& add) {
        return fmt::format("add {}{}", word(add.dn.to_string()), words(add.attributes));
      },
      [&](const Set& set) {
        return fmt::format("set {}{}", name_of(set.target), words(set.attributes));
      },
      [&](const Unset& unset) {
        std::string text = "unset " + name_of(unset.target);
        for (const std::string& attribute : unset.attributes)
          text += " " + attribute;
        return text;
      },
      [&](const Rename& rename) {
        return fmt::format("rename {} {}", name_of(rename.target), word(rename.rdn.to_string()));
      },
      [&](const Move& move) {
        return fmt::format("move {} {}", name_of(move.target), name_of(move.parent));
      },
      [&](const Delete& deletion) {
        return fmt::format("delete {}{}", name_of(deletion.target), deletion.tree ? " tree" : "");
      },
      [&](const Undelete& undelete) { return "undelete " + name_of(undelete.target); },
      [&](const AddLink& add) {
        return fmt::format("link {} {}={}", name_of(add.source), add.attribute,
                           name_of(add.target));
      },
      [&](const RemoveLink& remove) {
        return fmt::format("unlink {} {}={}", name_of(remove.source), remove.attribute,
                           name_of(remove.target));
      },
      [](const CreateContext&) -> std::string { EXPECTS(false); },
      [](const GiveRole&) -> std::string { EXPECTS(false); },
      [](const SeizeRole&) -> std::string { EXPECTS(false); },
      [](const GrantPool&) -> std::string { EXPECTS(false); },
      [](const TakeIdentifiers&) -> std::string { EXPECTS(false); },
      [](const TakeRole&) -> std::string { EXPECTS(false); },
      [](const Together&) -> std::string { EXPECTS(false); }};
  return std::visit(told, write);
}

}  // namespace ringspan::replicator::simulator
