// What a scenario says of the schema: definitions from the start, and changes of them.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/fold.hpp"
#include "replicator/engine/define.hpp"
#include "replicator/engine/originate.hpp"
#include "replicator/simulator/stage.hpp"

namespace ringspan::replicator::simulator {
namespace {

using base::Errc;
using base::fail;
using base::Result;

struct Flag {
  std::string_view word;
  bool AttributeDefinition::* meant;
};
constexpr Flag kFlags[] = {{"single-valued", &AttributeDefinition::single_valued},
                           {"not-replicated", &AttributeDefinition::not_replicated},
                           {"partial", &AttributeDefinition::partial},
                           {"filtered", &AttributeDefinition::filtered},
                           {"urgent", &AttributeDefinition::urgent},
                           {"retired", &AttributeDefinition::retired}};

bool is_syntax(const std::string& word) {
  return std::ranges::any_of(kSyntaxes,
                             [&](Syntax syntax) { return replicator::to_string(syntax) == word; });
}

}  // namespace

Result<AttributeDefinition> attribute_of(Words words) {
  if (words.empty()) {
    return fail(Errc::invalid,
                "say: attribute NAME [SYNTAX] [back-link NAME] [single-valued] [not-replicated] "
                "[partial] [filtered] [urgent] [retired]");
  }
  auto name = attribute_name(words.front());
  if (!name) return fail(name.error());
  AttributeDefinition definition{.name = *std::move(name)};
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    const auto* flag = std::ranges::find(kFlags, word, &Flag::word);
    if (flag != std::end(kFlags)) {
      definition.*flag->meant = true;
    } else if (is_syntax(word)) {
      definition.syntax = to_syntax(word);
    } else if (word == "back-link" && i + 1 < words.size()) {
      definition.back_link = base::fold_name(words[++i]);
    } else {
      return fail(Errc::invalid, fmt::format("'{}' says nothing of an attribute", word));
    }
  }
  if (definition.linked()) definition.syntax = Syntax::dn;
  return definition;
}

// A linked attribute of one value, as every forest has it if it has one of this name.
Result<AttributeDefinition> single_valued_link(std::string_view word) {
  const auto name = attribute_name(word);
  if (!name) return fail(name.error());
  const auto known = first_definitions();
  const auto at = std::ranges::find(known, *name, &AttributeDefinition::name);
  AttributeDefinition definition =
      at != known.end() && at->linked()
          ? *at
          : AttributeDefinition{.name = *name, .syntax = Syntax::dn, .back_link = *name + "-of"};
  definition.single_valued = true;
  return definition;
}

Result<void> expect_attribute(const Stage& stage, const std::string& controller, Words words) {
  const auto wanted = attribute_of(words);
  if (!wanted) return fail(Errc::refused, wanted.error().message);
  const auto snapshot = stage.world().read(controller);
  if (!snapshot) return fail(Errc::refused, snapshot.error().message);
  const Schema schema(**snapshot, stage.world().identity(controller).contexts);
  const AttributeDefinition& held = schema.definition(wanted->name);
  if (held == *wanted) return {};
  std::string found = fmt::format("found {} {}", held.name, replicator::to_string(held.syntax));
  if (held.linked()) found += " back-link " + held.back_link;
  for (const Flag& flag : kFlags) {
    if (held.*flag.meant) found += fmt::format(" {}", flag.word);
  }
  return fail(Errc::invalid, found);
}

}  // namespace ringspan::replicator::simulator
