#include "replicator/simulator/outcome.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/contracts.hpp"
#include "replicator/engine/directory.hpp"
#include "replicator/engine/settle_links.hpp"

namespace ringspan::replicator::simulator {
namespace {

// The DN of an object at the first controller that knows of it; its GUID if none does.
std::string dn_of(const World& world, ObjectId id) {
  for (const std::string& name : world.controllers()) {
    const auto snapshot = world.read(name);
    const Directory directory(**snapshot, world.identity(name).contexts);
    const auto object = directory.object(id);
    if (object) return directory.short_dn_of(*object);
  }
  return id.value.to_string();
}

std::vector<std::string> readable(const World& world, const std::string& attribute,
                                  const std::vector<std::string>& values) {
  if (attribute == kName) {
    const auto placement = to_placement(values);
    if (!placement) return {};
    const std::string parent = dn_of(world, placement->parent);
    return {on_one_line(fmt::format("{},{}", placement->rdn.to_string(), parent))};
  }
  std::vector<std::string> texts;
  for (const std::string& value : values) {
    const auto target = target_of(value);
    texts.push_back(on_one_line(target ? dn_of(world, *target) : value));
  }
  return texts;
}

Side side(const World& world, const std::string& attribute, const Stamp& stamp,
          const std::vector<std::string>& values) {
  return {.values = readable(world, attribute, values),
          .writer = world.name_of(stamp.originator),
          .version = stamp.version,
          .time = stamp.time};
}

std::string spoken(const Side& side) {
  if (side.values.empty()) return "no value by " + side.writer;
  return fmt::format("\"{}\" by {}", fmt::join(side.values, "\" \""), side.writer);
}

}  // namespace

std::string on_one_line(std::string text) {
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at))
    text.replace(at, 1, "␊");
  return text;
}

std::string Loss::to_string() const {
  switch (kind) {
    case ConflictKind::name:
      return fmt::format("name clash: {} steps aside as {}", spoken(lost), kept.values.front());
    case ConflictKind::orphan:
      return fmt::format("orphan: {} had lost its parent and is now {}", spoken(lost),
                         kept.values.front());
    case ConflictKind::cycle:
      return fmt::format("ring: {} stood below itself and is now {}",
                         object.substr(0, object.find(',')), kept.values.front());
    case ConflictKind::deletion:
      return fmt::format("{} of {}: {} is lost to the deletion by {}", attribute, object,
                         spoken(lost), kept.writer);
    case ConflictKind::divergence:
      return fmt::format("{} of {}: {} was replaced by {}", attribute, object, spoken(lost),
                         spoken(kept));
    case ConflictKind::attribute:
    case ConflictKind::link:
      return fmt::format("{} of {}: {} stays, {} is lost", attribute, object, spoken(kept),
                         spoken(lost));
  }
  EXPECTS(false);
}

std::vector<Loss> losses(const World& world) {
  std::vector<JournalEntry> entries = world.conflicts();
  std::ranges::stable_sort(entries, {}, [](const JournalEntry& entry) { return entry.lost.time; });
  std::vector<Loss> found;
  for (const JournalEntry& entry : entries) {
    found.push_back({.kind = entry.kind,
                     .object = on_one_line(dn_of(world, entry.object)),
                     .attribute = entry.attribute,
                     .lost = side(world, entry.attribute, entry.lost, entry.lost_values),
                     .kept = side(world, entry.attribute, entry.kept, entry.kept_values)});
  }
  return found;
}

}  // namespace ringspan::replicator::simulator
