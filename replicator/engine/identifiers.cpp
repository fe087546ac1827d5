#include "replicator/engine/identifiers.hpp"

#include <algorithm>
#include <charconv>
#include <span>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {
namespace {

using base::Errc;
using base::fail;
using base::Result;

constexpr std::string_view kContainer = "identifiers";
constexpr std::string_view kPoolClass = "identifierpool";
constexpr std::string_view kTakerClass = "identifiertaker";
constexpr std::string_view kNone = "-";

// Attributes of our own, so that whoever defines "first" for people changes nothing here.
constexpr const char* kClass = "objectclass";
constexpr const char* kNumbers = "poolnumbers";
constexpr const char* kWhen = "poolwhen";
constexpr const char* kController = "identifiercontroller";
constexpr const char* kFormer = "takerformer";
constexpr const char* kKnows = "takerknows";
constexpr const char* kSettled = "takersettled";
constexpr const char* kPools = "takerpools";
constexpr const char* kReserve = "takerreserve";
constexpr const char* kAnswers = "takeranswers";
constexpr const char* kAlone = "takeralone";

std::string next_fact(NamingContextId domain) {
  return "identifiers " + domain.value.to_string();
}

std::string counted_fact(NamingContextId domain) {
  return "identifiers counted " + domain.value.to_string();
}

ObjectId container_of(NamingContextId domain) {
  return ObjectId(base::Guid::from_name(domain.value, kContainer));
}

std::optional<std::uint64_t> read_number(std::string_view digits) {
  std::uint64_t number = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (code != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;)
    words.push_back(word);
  return words;
}

std::vector<std::string> values_in(const Object& object, std::string_view attribute) {
  const auto found = object.attributes.find(attribute);
  return found == object.attributes.end() ? std::vector<std::string>{} : found->second.values;
}

std::string text(const Object& object, std::string_view attribute) {
  const auto values = values_in(object, attribute);
  return values.empty() ? std::string() : values.front();
}

// "3 <owner>", behind a fence "3 <owner> 17".
std::string spoken(const Epoch& epoch) {
  std::string words = fmt::format("{} {}", epoch.counter, epoch.owner.value.to_string());
  if (epoch.revision != Revision{}) words += fmt::format(" {}", epoch.revision.value);
  return words;
}

std::optional<Epoch> read_epoch(std::span<const std::string> words) {
  if (words.size() != 2 && words.size() != 3) return std::nullopt;
  const auto number = read_number(words[0]);
  const auto guid = base::Guid::parse(words[1]);
  const auto revision = words.size() == 3 ? read_number(words[2]) : 0;
  if (!number || !guid || !revision) return std::nullopt;
  return Epoch{.revision = Revision(*revision), .counter = *number, .owner = InvocationId(*guid)};
}

std::string name_of(const PoolKey& key) {
  return fmt::format("{} {} {} {}", to_string(key.kind), key.taker.value.to_string(), key.ordinal,
                     spoken(key.epoch));
}

std::optional<PoolKey> read_key(const std::string& name) {
  const auto words = words_of(name);
  if (words.size() < 4) return std::nullopt;
  const auto kind = parse_pool_kind(words[0]);
  const auto taker = base::Guid::parse(words[1]);
  const auto ordinal = read_number(words[2]);
  const auto epoch = read_epoch(std::span(words).subspan(3));
  if (!kind || !taker || !ordinal || !epoch) return std::nullopt;
  return PoolKey{
      .kind = *kind, .taker = InvocationId(*taker), .ordinal = *ordinal, .epoch = *epoch};
}

std::string name_of_taker(InvocationId invocation) {
  return "taker " + invocation.value.to_string();
}

std::string spoken(const NumberRanges& ranges) {
  if (ranges.empty()) return std::string(kNone);
  std::string text;
  for (const NumberRange& range : ranges)
    text += (text.empty() ? "" : ",") + to_string(range);
  return text;
}

NumberRanges read_ranges(const std::string& words) {
  NumberRanges ranges;
  std::istringstream stream(words);
  for (std::string word; std::getline(stream, word, ',');) {
    if (const auto range = parse_range(word)) ranges.push_back(*range);
  }
  return ranges;
}

// "3 1 <owner> 1207-1499,2000-2499", behind a fence with the revision before the ranges
std::string spoken(const Stock& stock) {
  return fmt::format("{} {} {}", stock.ordinal, spoken(stock.epoch), spoken(stock.left));
}

Stock stock_in(const Object& object, std::string_view attribute) {
  const auto words = words_of(text(object, attribute));
  if (words.size() < 4) return {};
  const auto ordinal = read_number(words[0]);
  const auto epoch = read_epoch(std::span(words).subspan(1, words.size() - 2));
  if (!ordinal || !epoch) return {};
  return {.ordinal = *ordinal, .epoch = *epoch, .left = read_ranges(words.back())};
}

// Values are a set: the place in the order stands before each.
std::vector<Issued> answers_in(const Object& object) {
  std::vector<Issued> answers;
  for (const std::string& value : values_in(object, kAnswers)) {
    const auto words = words_of(value);
    if (words.size() == 3) answers.push_back({words[2], read_ranges(words[1])});
  }
  return answers;
}

std::vector<std::string> to_values(const std::vector<Issued>& answers) {
  std::vector<std::string> values;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    values.push_back(fmt::format("{:03} {} {}", i, spoken(answers[i].numbers), answers[i].request));
  }
  return values;
}

std::optional<Pool> pool_in(const Object& object) {
  if (object.deleted() || text(object, kClass) != kPoolClass) return std::nullopt;
  const auto key = read_key(object.placement().rdn.value);
  const auto numbers = parse_range(text(object, kNumbers));
  const auto controller = base::Guid::parse(text(object, kController));
  if (!key || !numbers || !controller) return std::nullopt;
  return Pool{.key = *key,
              .controller = ControllerId(*controller),
              .numbers = *numbers,
              .when = base::parse_time(text(object, kWhen)).value_or(base::Time{})};
}

std::optional<Taker> taker_in(const Object& object) {
  if (object.deleted() || text(object, kClass) != kTakerClass) return std::nullopt;
  const auto name = words_of(object.placement().rdn.value);
  const auto invocation = name.size() == 2 ? base::Guid::parse(name[1]) : std::nullopt;
  const auto controller = base::Guid::parse(text(object, kController));
  if (!invocation || !controller) return std::nullopt;
  Taker taker{.invocation = InvocationId(*invocation), .controller = ControllerId(*controller)};
  for (const std::string& value : values_in(object, kFormer)) {
    if (const auto former = base::Guid::parse(value)) taker.former.emplace_back(*former);
  }
  const auto epoch_of = [](const std::string& value) { return read_epoch(words_of(value)); };
  for (const std::string& value : values_in(object, kKnows)) {
    if (const auto epoch = epoch_of(value)) taker.knows.push_back(*epoch);
  }
  std::ranges::sort(taker.knows);
  taker.settled = epoch_of(text(object, kSettled));
  taker.pools = stock_in(object, kPools);
  taker.reserve = stock_in(object, kReserve);
  taker.answers = answers_in(object);
  taker.alone = text(object, kAlone);
  return taker;
}

Values values_of(const Pool& pool) {
  return {{kClass, {std::string(kPoolClass)}},
          {kNumbers, {to_string(pool.numbers)}},
          {kController, {pool.controller.value.to_string()}},
          {kWhen, {base::to_string(pool.when)}}};
}

Values values_of(const Taker& taker) {
  Values values{{kClass, {std::string(kTakerClass)}},
                {kController, {taker.controller.value.to_string()}},
                {kPools, {spoken(taker.pools)}},
                {kReserve, {spoken(taker.reserve)}},
                {kAnswers, to_values(taker.answers)}};
  for (const InvocationId former : taker.former)
    values[kFormer].push_back(former.value.to_string());
  for (const Epoch& epoch : taker.knows)
    values[kKnows].push_back(spoken(epoch));
  if (taker.settled) values[kSettled] = {spoken(*taker.settled)};
  if (!taker.alone.empty()) values[kAlone] = {taker.alone};
  return values;
}

template <typename Read>
auto all_of(const Snapshot& snapshot, NamingContextId domain, Read read) {
  std::vector<typename decltype(read(Object{}))::value_type> all;
  snapshot.children(container_of(domain), [&](const Row& row) {
    if (row.deleted) return true;
    if (auto one = read(stored_object(row))) all.push_back(*std::move(one));
    return true;
  });
  return all;
}

// Writes what differs from what stands there.
void put(Writer& writer, NamingContextId domain, ObjectId id, const Placement& placement,
         const Values& values) {
  auto stored = writer.find(id);
  const bool fresh = !stored;
  Object object = fresh ? Object{.id = id, .naming_context = domain} : *std::move(stored);
  std::vector<std::pair<std::string, std::vector<std::string>>> changes;
  for (const auto& [attribute, written] : values) {
    auto wanted = value_set(written);
    if (values_in(object, attribute) != wanted) changes.emplace_back(attribute, std::move(wanted));
  }
  if (!fresh && changes.empty()) return;
  const Usn usn = writer.store().next_usn();
  if (fresh) writer.originate(object, kName, to_values(placement), usn);
  for (auto& [attribute, wanted] : changes)
    writer.originate(object, attribute, std::move(wanted), usn);
  writer.put(object, usn);
}

Result<void> ensure_container(Writer& writer, NamingContextId domain) {
  const ObjectId container = container_of(domain);
  if (writer.find(container)) return {};
  const sites::Rdn rdn{.type = "cn", .value = std::string(kContainer)};
  if (writer.store().child(head_of(domain), rdn.key())) {
    return fail(Errc::exists,
                "cn=identifiers: another object of the domain has this name; rename it first");
  }
  put(writer, domain, container, {.parent = head_of(domain), .rdn = rdn},
      {{kClass, {"container"}}});
  return {};
}

}  // namespace

std::string_view to_string(PoolKind kind) {
  switch (kind) {
    case PoolKind::pool:
      return "pool";
    case PoolKind::reserve:
      return "reserve";
    case PoolKind::gap:
      return "gap";
  }
  return "";
}

std::optional<PoolKind> parse_pool_kind(std::string_view text) {
  for (const PoolKind kind : {PoolKind::pool, PoolKind::reserve, PoolKind::gap}) {
    if (to_string(kind) == text) return kind;
  }
  return std::nullopt;
}

std::uint64_t count_of(const NumberRanges& ranges) {
  std::uint64_t count = 0;
  for (const NumberRange& range : ranges)
    count += range.count();
  return count;
}

std::string to_string(const NumberRange& range) {
  if (range.first == range.last) return std::to_string(range.first);
  return fmt::format("{}-{}", range.first, range.last);
}

std::optional<NumberRange> parse_range(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto first = read_number(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : read_number(text.substr(dash + 1));
  if (!first || !last || *last < *first || *last >= kIdentifierSpace) return std::nullopt;
  return NumberRange{*first, *last};
}

bool is_of_identifiers(const Object& object) {
  const ObjectId container = container_of(object.naming_context);
  return object.id == container || object.placement().parent == container;
}

std::optional<Pool> find_pool(const Snapshot& snapshot, NamingContextId domain,
                              const PoolKey& key) {
  const auto row = snapshot.find(pool_id(domain, key));
  return row ? pool_in(stored_object(*row)) : std::nullopt;
}

std::optional<Taker> find_taker(const Snapshot& snapshot, NamingContextId domain,
                                InvocationId invocation) {
  const auto row = snapshot.find(taker_id(domain, invocation));
  return row ? taker_in(stored_object(*row)) : std::nullopt;
}

std::vector<Pool> pools_of(const Snapshot& snapshot, NamingContextId domain) {
  auto pools = all_of(snapshot, domain, pool_in);
  std::ranges::sort(pools, {}, &Pool::key);
  return pools;
}

std::vector<Taker> takers_of(const Snapshot& snapshot, NamingContextId domain) {
  auto takers = all_of(snapshot, domain, taker_in);
  std::ranges::sort(takers, {}, &Taker::invocation);
  return takers;
}

std::uint64_t next_unallotted(const Snapshot& snapshot, NamingContextId domain) {
  return read_number(snapshot.fact(next_fact(domain))).value_or(kFirstIdentifier);
}

Revision last_counted(const Snapshot& snapshot, NamingContextId domain) {
  return Revision(read_number(snapshot.fact(counted_fact(domain))).value_or(0));
}

std::uint64_t tenths_used(std::uint64_t next) {
  return std::min(next, kIdentifierSpace) * 10 / kIdentifierSpace;
}

std::optional<NumberRanges> answer_to(const Snapshot& snapshot, NamingContextId domain,
                                      const Taker& taker, std::string_view request) {
  const auto found = std::ranges::find(taker.answers, request, &Issued::request);
  if (found != taker.answers.end()) return found->numbers;
  for (const InvocationId invocation : taker.former) {
    const auto former = find_taker(snapshot, domain, invocation);
    if (!former) continue;
    const auto earlier = std::ranges::find(former->answers, request, &Issued::request);
    if (earlier != former->answers.end()) return earlier->numbers;
  }
  return std::nullopt;
}

ObjectId pool_id(NamingContextId domain, const PoolKey& key) {
  return ObjectId(base::Guid::from_name(domain.value, name_of(key)));
}

ObjectId taker_id(NamingContextId domain, InvocationId invocation) {
  return ObjectId(base::Guid::from_name(domain.value, name_of_taker(invocation)));
}

Result<void> write_pool(Writer& writer, NamingContextId domain, const Pool& pool) {
  if (auto there = ensure_container(writer, domain); !there) return there;
  put(writer, domain, pool_id(domain, pool.key),
      {.parent = container_of(domain), .rdn = {.type = "cn", .value = name_of(pool.key)}},
      values_of(pool));
  return {};
}

Result<void> write_taker(Writer& writer, NamingContextId domain, const Taker& taker) {
  if (auto there = ensure_container(writer, domain); !there) return there;
  put(writer, domain, taker_id(domain, taker.invocation),
      {.parent = container_of(domain),
       .rdn = {.type = "cn", .value = name_of_taker(taker.invocation)}},
      values_of(taker));
  return {};
}

bool heed_identifiers(Transaction& store, const Object& object) {
  if (!object.attributes.contains(kName) || !is_of_identifiers(object)) return false;
  const auto pool = pool_in(object);
  const NamingContextId domain = object.naming_context;
  if (pool && pool->numbers.last >= next_unallotted(store, domain)) {
    store.set_fact(next_fact(domain), std::to_string(pool->numbers.last + 1));
  }
  if (pool && pool->key.epoch.revision > last_counted(store, domain)) {
    store.set_fact(counted_fact(domain), std::to_string(pool->key.epoch.revision.value));
  }
  return true;
}

}  // namespace ringspan::replicator
