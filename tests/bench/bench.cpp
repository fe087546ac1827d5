// ringspan_bench [folder]: how fast the parts of a replica are, beside SQLite alone.

#include "tests/bench/bench.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include <fmt/core.h>

namespace ringspan::bench {

using namespace replicator;

double median(const std::function<double()>& run) {
  std::vector<double> results;
  for (int i = 0; i < kRuns; ++i)
    results.push_back(run());
  std::ranges::sort(results);
  return results[kRuns / 2];
}

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

void print(const Figure& figure) {
  const std::string ratio =
      figure.raw > 0 ? fmt::format("{:.2f}", figure.per_second / figure.raw) : "";
  fmt::print("{:<58} {:>12.0f} {:<10} {:>6}\n", figure.name, figure.per_second, figure.unit, ratio);
  std::fflush(stdout);
}

}  // namespace
}  // namespace ringspan::bench

int main(int argc, char** argv) {
  using namespace ringspan::bench;
  const auto base = argc > 1 ? std::filesystem::path(argv[1]) : std::filesystem::current_path();
  const auto folder = base / "ringspan-bench";
  std::filesystem::create_directories(folder);
  fmt::print("{:<58} {:>12} {:<10} {:>6}\n", "median of 5 runs", "", "", "to raw");
  const Rates raw = raw_rates(folder.string());
  for (const auto& figure : store_figures(folder.string(), raw))
    print(figure);
  for (const auto& figure : engine_figures(folder.string(), raw))
    print(figure);
  for (const auto& figure : codec_figures())
    print(figure);
  std::filesystem::remove_all(folder);
}
