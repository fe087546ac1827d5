#include "replicator/net/conflict_document.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/engine/restore.hpp"
#include "replicator/engine/settle_links.hpp"
#include "replicator/net/journal_json.hpp"
#include "replicator/net/originators.hpp"

namespace ringspan::replicator::net {
namespace {

/// "cn=alice,ou=people,...", or "<GUID=...>" for what is not held here.
std::string named(const ConflictGround& ground, ObjectId id) {
  const Directory directory(ground.snapshot, ground.contexts);
  const auto object = directory.object(id);
  return object ? directory.dn_of(*object) : value_of(id);
}

std::string named(const ConflictGround& ground, const Target& target) {
  if (const auto* dn = std::get_if<sites::Dn>(&target)) return dn->to_string();
  return named(ground, std::get<ObjectId>(target));
}

/// A place as one DN, a link as that of its object; all else as it is.
std::vector<std::string> words_of(const ConflictGround& ground, const std::string& attribute,
                                  const std::vector<std::string>& values, bool is_link) {
  if (attribute == kName) {
    const auto place = to_placement(values);
    if (!place) return values;
    const std::string rdn = place->rdn.to_string();
    return {place->parent.value.is_nil() ? rdn : rdn + "," + named(ground, place->parent)};
  }
  std::vector<std::string> words = values;
  for (std::string& word : words) {
    const auto target = is_link ? target_of(word) : std::nullopt;
    if (target) word = named(ground, *target);
  }
  return words;
}

/// Of the controller that wrote it; empty where nobody here knows.
std::string site_of(const ConflictGround& ground, InvocationId originator) {
  const auto* controller =
      sites::find_controller(ground.forest, ground.originators.name_of(originator));
  const auto* site = controller ? sites::find_site(ground.forest, controller->site) : nullptr;
  return site ? site->name : std::string();
}

Json or_null(std::string text) {
  return text.empty() ? Json(nullptr) : Json(std::move(text));
}

Json side_json(const ConflictGround& ground, const JournalEntry& entry, const Stamp& stamp,
               const std::vector<std::string>& values) {
  const bool is_link = linked_target(Schema(ground.snapshot, ground.contexts), entry).has_value();
  Json side{{"values", words_of(ground, entry.attribute, values, is_link)}};
  side.update(to_json(stamp, ground.originators));
  side["site"] = or_null(site_of(ground, stamp.originator));
  return side;
}

std::string quoted(const std::vector<std::string>& values) {
  std::string words;
  for (const std::string& value : values)
    words += fmt::format("{}\"{}\"", words.empty() ? "" : ", ", value);
  return words;
}

/// A write of one conflict in words.
class Spoken {
 public:
  explicit Spoken(const ConflictGround& ground) : ground_(ground) {}

  std::string operator()(const Set& set) const {
    std::string words;
    for (const auto& [attribute, values] : set.attributes)
      words += fmt::format("{} becomes {}", attribute, quoted(values));
    return words;
  }
  std::string operator()(const Unset& unset) const {
    return fmt::format("{} is removed", fmt::join(unset.attributes, ", "));
  }
  std::string operator()(const Rename& rename) const {
    return "it is renamed to " + rename.rdn.to_string();
  }
  std::string operator()(const Move& move) const {
    return "it moves below " + named(ground_, move.parent);
  }
  std::string operator()(const Delete&) const { return "it is deleted"; }
  std::string operator()(const Undelete&) const { return "it is undeleted"; }
  std::string operator()(const AddLink& link) const {
    return fmt::format("{} gets {}", link.attribute, named(ground_, link.target));
  }
  std::string operator()(const RemoveLink& link) const {
    return fmt::format("{} loses {}", link.attribute, named(ground_, link.target));
  }
  std::string operator()(const Add& add) const { return add.dn.to_string() + " is added"; }
  std::string operator()(const CreateContext& create) const {
    return create.head.dn.to_string() + " is made";
  }
  std::string operator()(const GiveRole& give) const {
    return fmt::format("the role {} is given away", to_string(give.role.role));
  }
  std::string operator()(const SeizeRole& seize) const {
    return fmt::format("the role {} is seized", to_string(seize.role.role));
  }
  std::string operator()(const GrantPool& grant) const {
    return fmt::format("a {} of identifiers is set aside", to_string(grant.kind));
  }
  std::string operator()(const TakeIdentifiers& take) const {
    return fmt::format("{} identifiers are issued", take.count);
  }
  std::string operator()(const TakeRole& take) const {
    return fmt::format("the role {} is taken", to_string(take.role.role));
  }
  std::string operator()(const Together& together) const {
    std::string words;
    for (const Change& change : together.changes)
      words += (words.empty() ? "" : ", ") + std::visit(*this, change);
    return words;
  }

 private:
  const ConflictGround& ground_;
};

/// The ten with the most entries, as rows made by `row`; ties in the order of keys.
template <typename Key, typename Row>
Json most(const std::map<Key, std::uint64_t>& counts, const Row& row) {
  constexpr std::size_t kShown = 10;
  std::vector<std::pair<Key, std::uint64_t>> ranked(counts.begin(), counts.end());
  std::ranges::stable_sort(ranked, std::greater{}, [](const auto& one) { return one.second; });
  ranked.resize(std::min(ranked.size(), kShown));
  Json rows = Json::array();
  for (const auto& [key, count] : ranked) {
    Json made = row(key);
    made["conflicts"] = count;
    rows.push_back(std::move(made));
  }
  return rows;
}

}  // namespace

Json conflict_json(const ConflictGround& ground, const Conflict& conflict) {
  const JournalEntry& entry = conflict.entry;
  const Directory directory(ground.snapshot, ground.contexts);
  const auto object = directory.object(entry.object);
  Json noticed = Json::array();
  for (const auto& [when, controller] : conflict.noticed)
    noticed.push_back({{"controller", controller}, {"time", base::to_string(when)}});
  return {{"id", conflict.id},
          {"kind", to_string(entry.kind)},
          {"object", entry.object.value.to_string()},
          {"dn", object ? directory.dn_of(*object) : conflict.dn},
          {"attribute", entry.attribute},
          {"lost", side_json(ground, entry, entry.lost, entry.lost_values)},
          {"kept", side_json(ground, entry, entry.kept, entry.kept_values)},
          {"noticed", base::to_string(conflict.noticed.front().first)},
          {"noticed_at", std::move(noticed)}};
}

Json hot_json(const ConflictGround& ground, const std::vector<Conflict>& conflicts) {
  std::map<ObjectId, std::uint64_t> objects;
  std::map<std::string, std::uint64_t> attributes;
  std::map<std::pair<std::string, std::string>, std::uint64_t> pairs;
  std::map<ObjectId, std::string> names;  // as others call them
  for (const Conflict& conflict : conflicts) {
    ++objects[conflict.entry.object];
    ++attributes[conflict.entry.attribute];
    ++pairs[sites_of(ground, conflict.entry)];
    names.try_emplace(conflict.entry.object, conflict.dn);
  }
  const auto object_row = [&](ObjectId id) {
    const Directory directory(ground.snapshot, ground.contexts);
    const auto object = directory.object(id);
    return Json{{"object", id.value.to_string()},
                {"dn", object ? directory.dn_of(*object) : names.at(id)}};
  };
  const auto attribute_row = [](const std::string& name) { return Json{{"attribute", name}}; };
  const auto pair_row = [](const std::pair<std::string, std::string>& pair) {
    return Json{{"sites", {or_null(pair.first), or_null(pair.second)}}};
  };
  return {{"objects", most(objects, object_row)},
          {"attributes", most(attributes, attribute_row)},
          {"sites", most(pairs, pair_row)}};
}

Json present_json(const ConflictGround& ground, const JournalEntry& entry) {
  const Directory directory(ground.snapshot, ground.contexts);
  const auto object = directory.object(entry.object);
  if (!object) return nullptr;
  if (const auto target = linked_target(Schema(ground.snapshot, ground.contexts), entry)) {
    const auto link = ground.snapshot.link(
        {.source = entry.object, .attribute = entry.attribute, .target = *target});
    return link && link->present ? Json::array({named(ground, *target)}) : Json::array();
  }
  const auto at = object->attributes.find(entry.attribute);
  if (at == object->attributes.end()) return Json::array();
  return words_of(ground, entry.attribute, at->second.values, false);
}

std::string restoration_text(const ConflictGround& ground, const Write& write) {
  return std::visit(Spoken(ground), write);
}

std::pair<std::string, std::string> sites_of(const ConflictGround& ground,
                                             const JournalEntry& entry) {
  std::pair sites(site_of(ground, entry.lost.originator), site_of(ground, entry.kept.originator));
  if (sites.second < sites.first) std::swap(sites.first, sites.second);
  return sites;
}

}  // namespace ringspan::replicator::net
