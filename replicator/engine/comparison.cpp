#include "replicator/engine/comparison.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "replicator/engine/answer.hpp"
#include "replicator/engine/canonical.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {
namespace {

// Where a value stands; an attribute has no target.
using Place = std::tuple<ObjectId, std::string, std::optional<ObjectId>>;
using Values = std::map<Place, Held>;

std::size_t size_of(const Object& object) {
  std::size_t size = 64;
  for (const auto& [name, attribute] : object.attributes) {
    size += name.size() + 64 + 24 * attribute.context.entries().size();
    for (const std::string& value : attribute.values)
      size += value.size() + 2;
  }
  return size;
}

ObjectChange change_of(Object&& object) {
  ObjectChange change{.id = object.id, .attributes = {}};
  for (auto& [name, attribute] : object.attributes) {
    change.attributes.push_back({.name = name,
                                 .values = std::move(attribute.values),
                                 .stamp = attribute.stamp,
                                 .context = std::move(attribute.context)});
  }
  return change;
}

Values values_of(const Part& part) {
  Values values;
  for (const ObjectChange& object : part.page.objects) {
    for (const AttributeChange& attribute : object.attributes) {
      values.emplace(
          Place(object.id, attribute.name, std::nullopt),
          Held{.values = attribute.values, .stamp = attribute.stamp, .context = attribute.context});
    }
  }
  for (const LinkChange& link : part.page.links) {
    values.emplace(Place(link.id.source, link.id.attribute, link.id.target),
                   Held{.values = {},
                        .present = link.present,
                        .created = link.created,
                        .stamp = link.stamp,
                        .context = link.context});
  }
  return values;
}

bool hides(const Part& part, const Place& place) {
  const auto& [object, attribute, target] = place;
  return target && part.hidden.contains(LinkId{object, attribute, *target});
}

class Comparing {
 public:
  Comparing(const Part& a, const Part& b, base::Time collected)
      : a_(a), b_(b), a_values_(values_of(a)), b_values_(values_of(b)), collected_(collected) {}

  std::vector<Difference> differences() const {
    std::vector<Difference> found;
    for (const auto& [place, held] : a_values_) {
      const auto other = b_values_.find(place);
      look(found, place, &held, other == b_values_.end() ? nullptr : &other->second);
    }
    for (const auto& [place, held] : b_values_) {
      if (!a_values_.contains(place)) look(found, place, nullptr, &held);
    }
    std::ranges::sort(found, {}, [](const Difference& one) {
      return std::tie(one.object, one.attribute, one.target);
    });
    return found;
  }

 private:
  void look(std::vector<Difference>& found, const Place& place, const Held* a,
            const Held* b) const {
    if (a != nullptr && b != nullptr && *a == *b) return;
    if (hides(a_, place) || hides(b_, place)) return;
    if (b == nullptr && was_collected(place, *a, b_values_)) return;
    if (a == nullptr && was_collected(place, *b, a_values_)) return;
    Difference difference{.object = std::get<0>(place),
                          .attribute = std::get<1>(place),
                          .target = std::get<2>(place),
                          .a = a == nullptr ? std::nullopt : std::optional(*a),
                          .b = b == nullptr ? std::nullopt : std::optional(*b)};
    judge(difference);
    found.push_back(std::move(difference));
  }

  void judge(Difference& difference) const {
    const auto& a = difference.a;
    const auto& b = difference.b;
    if (a && b && a->stamp.same_write(b->stamp)) {
      difference.verdict = Verdict::two_values;
      return;
    }
    difference.a_lacks = !a || (b && rank(*a) < rank(*b));
    const UpToDatenessVector& lacking = *(difference.a_lacks ? a_ : b_).page.vector;
    const Stamp& lacked = (difference.a_lacks ? b : a)->stamp;
    const bool comes = !lacking.covers(lacked) ||
                       (difference.a_lacks ? comes_whole(difference.object, b_values_, a_)
                                           : comes_whole(difference.object, a_values_, b_));
    difference.verdict = comes ? Verdict::coming : Verdict::lost;
  }

  // Of an object that one side has nothing of all comes with whatever write of it is on its way
  // (rule R27).
  bool comes_whole(ObjectId object, const Values& held, const Part& lacking) const {
    const Values& there = &held == &a_values_ ? b_values_ : a_values_;
    if (there.contains(Place(object, std::string(kName), std::nullopt))) return false;
    return std::ranges::any_of(held, [&](const auto& entry) {
      return std::get<0>(entry.first) == object && !lacking.page.vector->covers(entry.second.stamp);
    });
  }

  // Is `held` nothing but a stamp that is old enough to be dropped, as the other side has done?
  bool was_collected(const Place& place, const Held& held, const Values& other) const {
    const auto& [object, attribute, target] = place;
    const auto deletion = Place(object, std::string(kIsDeleted), std::nullopt);
    if (!target && !other.contains(Place(object, std::string(kName), std::nullopt))) {
      const Values& ours = &other == &a_values_ ? b_values_ : a_values_;
      const auto deleted = ours.find(deletion);
      return deleted != ours.end() && !deleted->second.values.empty() &&
             deleted->second.stamp.time <= collected_;
    }
    return held.stamp.time <= collected_ && (target ? !held.present : held.values.empty());
  }

  const Part& a_;
  const Part& b_;
  Values a_values_;
  Values b_values_;
  base::Time collected_;
};

}  // namespace

Part part_of(const Snapshot& snapshot, NamingContextId context, std::span<const ObjectId> objects,
             const Identity& me, const Selection& selection, base::Time now,
             std::size_t most_bytes) {
  Part part{.page = {.naming_context = context,
                     .source = me.invocation,
                     .objects = {},
                     .links = {},
                     .end = {.source = me.invocation},
                     .vector = vector_of(snapshot, context, me.invocation, now),
                     .selection = selection},
            .hidden = {}};
  std::size_t bytes = 0;
  for (const ObjectId id : objects) {
    const auto row = snapshot.find(id);
    if (!row || row->naming_context != context) {
      ++part.looked;
      continue;
    }
    Object object = canonical(stored_object(*row), selection);
    bytes += size_of(object);
    std::vector<Link> links;
    snapshot.links_from(id, [&](const Link& link) {
      if (selection.has(link.id.attribute)) links.push_back(link);
      return true;
    });
    bytes += links.size() * 128;
    if (bytes > most_bytes && !part.page.objects.empty()) break;
    ++part.looked;
    part.page.objects.push_back(change_of(std::move(object)));
    for (const Link& link : links) {
      if (!ends_live(snapshot, link)) part.hidden.insert(link.id);
      part.page.links.push_back({.id = link.id,
                                 .present = link.present,
                                 .created = link.created,
                                 .stamp = link.stamp,
                                 .context = link.context});
    }
  }
  return part;
}

Part first_of(Part part, std::span<const ObjectId> objects, std::size_t count) {
  const auto first = objects.first(std::min(count, objects.size()));
  const std::set<ObjectId> kept(first.begin(), first.end());
  std::erase_if(part.page.objects, [&](const ObjectChange& one) { return !kept.contains(one.id); });
  std::erase_if(part.page.links,
                [&](const LinkChange& one) { return !kept.contains(one.id.source); });
  part.looked = first.size();
  return part;
}

std::vector<Difference> compare(const Part& a, const Part& b, base::Time collected) {
  return Comparing(a, b, collected).differences();
}

}  // namespace ringspan::replicator
