// ringspan_bench [folder]: how fast the parts of a replica are, beside SQLite alone.

#include "tests/bench/bench.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include <fmt/core.h>

namespace ringspan::bench {

using namespace replicator;

NamingContextId people_context() {
  return NamingContextId{base::Guid::from_name({}, "corp")};
}

namespace {

ObjectId team(std::uint64_t number) {
  return ObjectId{base::Guid::from_name(people_context().value, std::to_string(number))};
}

Object parent_object(ObjectId id, const Placement& placement) {
  Object object{
      .id = id, .naming_context = people_context(), .attributes = {}, .usn = {}, .unplaced = false};
  object.attributes["name"].values = to_values(placement);
  object.attributes["name"].stamp.version = 1;
  return object;
}

}  // namespace

std::vector<Object> people_parents() {
  const ObjectId head = head_of(people_context());
  std::vector<Object> parents{parent_object(head, {ObjectId{}, sites::Rdn{"dc", "corp"}})};
  for (std::uint64_t i = 0; i < 100; ++i) {
    parents.push_back(parent_object(team(i), {head, sites::Rdn{"ou", fmt::format("team-{}", i)}}));
  }
  return parents;
}

std::vector<Object> people(std::size_t count, std::uint64_t seed) {
  base::Rng rng(seed);
  const NamingContextId context = people_context();
  const InvocationId originator{base::Guid::from_name({}, "oslo-1")};
  const auto word = [&](std::size_t length) {
    std::string text(length, ' ');
    for (char& c : text)
      c = static_cast<char>('a' + rng.below(26));
    return text;
  };
  std::vector<Object> objects;
  objects.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    Object object{.id = ObjectId{rng.guid()},
                  .naming_context = context,
                  .attributes = {},
                  .usn = Usn{i + 1},
                  .unplaced = false};
    const Stamp stamp{.version = 1,
                      .time = base::Time{base::Duration{1'700'000'000'000 + std::int64_t(i)}},
                      .originator = originator,
                      .usn = object.usn};
    const ObjectId parent = team(rng.below(100));
    object.attributes["name"] = {
        to_values({parent, sites::Rdn{"cn", word(12) + std::to_string(i)}}), stamp, {}, {}};
    for (const char* name : {"department", "description", "givenname", "mail", "mobile", "office",
                             "sn", "telephone", "title"}) {
      object.attributes[name] = {{word(60)}, stamp, {}, {}};
    }
    objects.push_back(std::move(object));
  }
  return objects;
}

std::vector<Row> rows_of(const std::vector<Object>& objects) {
  std::vector<Row> rows;
  rows.reserve(objects.size());
  for (const auto& object : objects)
    rows.push_back(to_row(object));
  return rows;
}

namespace {

std::vector<Figure> round_of_all(const std::string& folder) {
  const Rates raw = raw_round(folder);
  std::vector<Figure> figures = store_round(folder, raw);
  const auto add = [&](const std::vector<Figure>& more) {
    figures.insert(figures.end(), more.begin(), more.end());
  };
  add(engine_round(folder, raw));
  add(codec_round());
  return figures;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

/// Medians of the figures at `place` of each round, and of their ratios to the round's own raw.
void print(const std::vector<std::vector<Figure>>& rounds, std::size_t place) {
  std::vector<double> rates;
  std::vector<double> ratios;
  for (const auto& round : rounds) {
    const Figure& figure = round[place];
    rates.push_back(figure.per_second);
    if (figure.raw > 0) ratios.push_back(figure.per_second / figure.raw);
  }
  const Figure& figure = rounds.front()[place];
  const std::string ratio = ratios.empty() ? "" : fmt::format("{:.2f}", median(ratios));
  fmt::print("{:<58} {:>12.0f} {:<10} {:>6}\n", figure.name, median(rates), figure.unit, ratio);
}

}  // namespace

void print_table(const std::string& folder) {
  std::vector<std::vector<Figure>> rounds;
  for (int i = 0; i < kRuns; ++i)
    rounds.push_back(round_of_all(folder));
  fmt::print("{:<58} {:>12} {:<10} {:>6}\n", "median of 5 rounds", "", "", "to raw");
  for (std::size_t place = 0; place < rounds.front().size(); ++place)
    print(rounds, place);
}

}  // namespace ringspan::bench

int main(int argc, char** argv) {
  const auto base = argc > 1 ? std::filesystem::path(argv[1]) : std::filesystem::current_path();
  const auto folder = base / "ringspan-bench";
  ringspan::bench::print_table(folder.string());
  std::filesystem::remove_all(folder);
}
