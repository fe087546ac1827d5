// What a scenario says of identifiers: new-id, distinct, equal, identifiers, reserve, settled.

#include <algorithm>

#include <fmt/format.h>

#include "replicator/simulator/expectations.hpp"
#include "sites/naming_context.hpp"

namespace ringspan::replicator::simulator {
namespace {

using base::fail;
using base::Result;

constexpr std::string_view kNewId =
    "at CONTROLLER new-id [xN] [request WORD] [alone] [of DN] [as @NAME]";

std::string spoken(const NumberRanges& numbers) {
  std::string text;
  for (const NumberRange& range : numbers)
    text += (text.empty() ? "" : " ") + to_string(range);
  return text;
}

Result<NumberRanges> numbers_named(const Stage& stage, const std::string& name) {
  const auto found = stage.numbers().find(name);
  if (found == stage.numbers().end())
    return senseless(fmt::format("{}: no identifiers of that name", name));
  return found->second;
}

Result<void> known(const Stage& stage, const std::string& controller) {
  if (stage.world().read(controller)) return {};
  return senseless(fmt::format("no controller is named {}", controller));
}

}  // namespace

Result<NamingContextId> take_domain(const Stage& stage, Words& words) {
  const sites::Forest& forest = stage.world().forest();
  if (words.size() < 2 || words[words.size() - 2] != "of") return forest.root_domain;
  const auto dn = sites::Dn::parse(words.back());
  if (!dn) return senseless(dn.error().message);
  const auto* context = sites::find_naming_context(forest, *dn);
  if (context == nullptr || context->kind != sites::NamingContextKind::domain) {
    return senseless(fmt::format("{} is no domain", words.back()));
  }
  words = words.first(words.size() - 2);
  return context->id;
}

// at o1 new-id x600 as @n
Result<std::string> take_identifiers(Stage& stage, const std::string& at, Words words) {
  if (auto named = known(stage, at); !named) return fail(named.error());
  std::string alias;
  if (words.size() >= 2 && words[words.size() - 2] == "as") {
    alias = words.back();
    words = words.first(words.size() - 2);
  }
  const auto domain = take_domain(stage, words);
  if (!domain) return fail(domain.error());
  TakeIdentifiers take{.domain = *domain, .who = "scenario"};
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "alone") {
      take.alone = true;
    } else if (words[i] == "request" && i + 1 < words.size()) {
      take.request = words[++i];
    } else if (words[i].starts_with("x")) {
      const auto count = number_of(std::string_view(words[i]).substr(1));
      if (!count) return fail(count.error());
      take.count = *count;
    } else {
      return say_form(kNewId);
    }
  }
  if (take.request.empty()) take.request = stage.new_request();
  const auto numbers = stage.world().take_identifiers(at, take);
  if (!numbers) return fail(numbers.error());
  if (!alias.empty()) stage.name(alias, *numbers);
  return spoken(*numbers) + "\n";
}

// distinct @n @m
Result<void> expect_distinct(Stage& stage, Words words) {
  if (words.size() < 2) return say_form("expect distinct @NAME @NAME...");
  NumberRanges all;
  for (const std::string& name : words) {
    const auto numbers = numbers_named(stage, name);
    if (!numbers) return fail(numbers.error());
    all.insert(all.end(), numbers->begin(), numbers->end());
  }
  std::ranges::sort(all);
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (all[i].first <= all[i - 1].last) {
      return found(fmt::format("{} twice", all[i].first));
    }
  }
  return {};
}

// equal @n @m
Result<void> expect_equal(Stage& stage, Words words) {
  if (words.size() != 2) return say_form("expect equal @NAME @NAME");
  const auto one = numbers_named(stage, words[0]);
  const auto other = numbers_named(stage, words[1]);
  if (!one) return fail(one.error());
  if (!other) return fail(other.error());
  if (*one == *other) return {};
  return found(fmt::format("{} and {}", spoken(*one), spoken(*other)));
}

// settled o1
Result<void> expect_settled(Stage& stage, Words words) {
  const auto domain = take_domain(stage, words);
  if (!domain) return fail(domain.error());
  if (words.size() != 1) return say_form("expect settled CONTROLLER [of DN]");
  if (auto named = known(stage, words[0]); !named) return named;
  if (stage.world().settled(words[0], *domain)) return {};
  return found("that it is not");
}

// identifiers 500 | reserve 10000
Result<void> expect_stock(const Stage& stage, const std::string& controller, Words words) {
  const auto domain = take_domain(stage, words);
  if (!domain) return fail(domain.error());
  if (words.size() != 2) return say_form("expect CONTROLLER identifiers|reserve N [of DN]");
  if (auto named = known(stage, controller); !named) return named;
  const auto wanted = number_of(words[1]);
  if (!wanted) return fail(wanted.error());
  const auto taker = stage.world().taker(controller, *domain).value_or(Taker{});
  const std::uint64_t held = words[0] == "reserve" ? taker.reserve.count() : taker.pools.count();
  return held == *wanted ? Result<void>{} : Result<void>(found(std::to_string(held)));
}

}  // namespace ringspan::replicator::simulator
