#include "replicator/engine/recovery.hpp"

#include <algorithm>
#include <utility>

#include "replicator/engine/holding.hpp"
#include "replicator/engine/promotion.hpp"
#include "replicator/engine/resolve.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {
namespace {

// What was seen of `originator` up to `safe` only.
Context cut_off(const Context& context, InvocationId originator, Usn safe) {
  std::vector<std::pair<InvocationId, Usn>> entries = context.entries();
  for (auto& [who, usn] : entries) {
    if (who == originator) usn = std::min(usn, safe);
  }
  return Context::of(entries);
}

// Writes one naming context's doubtful values again.
class Renewal {
 public:
  Renewal(Writer& writer, NamingContextId context, InvocationId former, Usn safe,
          std::vector<Renewed>& renewed)
      : writer_(writer), context_(context), former_(former), safe_(safe), renewed_(renewed) {}

  void operator()() {
    std::vector<ObjectId> objects;
    std::vector<Link> links;
    // A write of ours lies at its own USN or, where more came to the object, above it.
    writer_.store().all_changed_since(context_, safe_, [&](const Snapshot::Changed& changed) {
      if (const auto* link = std::get_if<const Link*>(&changed)) {
        if (is_doubtful((*link)->stamp)) links.push_back(**link);
      } else {
        objects.push_back(std::get<const Row*>(changed)->id);
      }
      return true;
    });
    for (const ObjectId id : objects)
      renew(id);
    for (Link& link : links)
      renew(link);
  }

 private:
  bool is_doubtful(const Stamp& stamp) const {
    return stamp.originator == former_ && stamp.usn > safe_;
  }

  void renew(ObjectId id) {
    Object object = *writer_.find(id);
    std::vector<std::string> names;
    for (const auto& [name, attribute] : object.attributes) {
      if (is_doubtful(attribute.stamp)) names.push_back(name);
    }
    if (names.empty()) return;
    const Usn usn = writer_.store().next_usn();
    for (const std::string& name : names) {
      Attribute& attribute = object.attributes.find(name)->second;
      const base::Time time = attribute.stamp.time;
      writer_.originate(object, name, attribute.values, usn);
      attribute.stamp.time = time;
      attribute.context = cut_off(attribute.context, former_, safe_);
      renewed_.push_back({id, name});
    }
    writer_.put(object, usn);
  }

  void renew(Link& link) {
    const base::Time time = link.stamp.time;
    writer_.originate(link.id, context_, link.present);
    Link renewed = *writer_.store().link(link.id);
    renewed.stamp.time = time;
    renewed.context = cut_off(renewed.context, former_, safe_);
    writer_.put_quietly(renewed);
    renewed_.push_back({link.id.source, link.id.attribute});
  }

  Writer& writer_;
  NamingContextId context_;
  InvocationId former_;
  Usn safe_;
  std::vector<Renewed>& renewed_;
};

}  // namespace

void begin_life(Transaction& store, InvocationId former, InvocationId next, std::optional<Usn> cut,
                base::Time now) {
  for (const NamingContextId context : store.contexts()) {
    if (has_arrived(store, context, former)) note_created(store, context);
    UpToDatenessVector vector = store.vector(context);
    vector.merge(originator_in(store, context, former),
                 {.usn = cut.value_or(store.highest_usn()), .time = now, .cut = cut.has_value()});
    store.set_vector(context, vector);
  }
  for (SourceRecord& record : store.sources()) {
    if (!cut) break;
    record.watermark = {};  // what was taken for known may not be here
    store.set_source(record);
  }
  store.set_fact("invocation", next.value.to_string());
  if (promoted_as(store)) note_promotion(store, next);
}

Recovery recover(Transaction& store, Identity& identity, const Quarantine& quarantine,
                 InvocationId next, base::Time now) {
  Recovery recovery{
      .former = identity.invocation, .invocation = next, .from = quarantine, .renewed = {}};
  begin_life(store, identity.invocation, next, quarantine.safe, now);
  identity.invocation = next;
  identity.quarantined = false;
  Writer writer(store, identity, now);
  for (const NamingContextId context : store.contexts()) {
    const InvocationId former = originator_in(store, context, recovery.former);
    Renewal(writer, context, former, quarantine.safe, recovery.renewed)();
  }
  return recovery;
}

}  // namespace ringspan::replicator
