#include "replicator/engine/writer.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "replicator/engine/audience.hpp"
#include "replicator/engine/holding.hpp"
#include "replicator/engine/identifiers.hpp"
#include "replicator/engine/resolve.hpp"

namespace ringspan::replicator {
namespace {

constexpr std::string_view kHybridFact = "hybrid-time";

base::Time read_fact_time(const std::string& text) {
  std::int64_t milliseconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), milliseconds);
  return base::Time(base::Duration(milliseconds));
}

}  // namespace

Object stored_object(const Row& row) {
  auto object = to_object(row);
  if (!object) {
    throw StoreFailure("object " + row.id.value.to_string() +
                           " is damaged in the database: " + object.error().message,
                       StoreFailure::Kind::damaged);
  }
  return *std::move(object);
}

std::optional<Object> Writer::find(ObjectId id) const {
  const auto row = store_.find(id);
  if (!row) return std::nullopt;
  return stored_object(*row);
}

base::Time Writer::hybrid_time() const {
  return std::max(now_, read_fact_time(store_.fact(kHybridFact)));
}

void Writer::observe(const Stamp& stamp) {
  if (stamp.time <= now_) return;
  const base::Time bounded = std::min(stamp.time, now_ + kClockTolerance);
  if (bounded <= hybrid_time()) return;
  store_.set_fact(kHybridFact, std::to_string(bounded.time_since_epoch().count()));
}

std::optional<std::uint64_t> Writer::draw(const RoleId& role, std::uint64_t count) {
  demand(role);
  const auto drawn = std::exchange(drawn_, std::nullopt);
  if (drawn && drawn->count >= count) return drawn->first;
  drawing_[role] = count;
  return std::nullopt;
}

InvocationId Writer::originator(NamingContextId context) {
  const auto [known, fresh] = originators_.try_emplace(context);
  if (fresh) known->second = originator_in(store_, context, identity_.invocation);
  return known->second;
}

std::uint64_t Writer::least_version(const Object& object, std::string_view attribute) const {
  if (leases_.empty()) return 1;
  const auto role = guarded_by(object, attribute, identity_.contexts);
  const auto lease = role ? leases_.find(*role) : leases_.end();
  return lease == leases_.end() ? 1 : first_version(lease->second);
}

void Writer::originate(Object& object, std::string_view attribute, std::vector<std::string> values,
                       Usn usn) {
  Attribute next{.values = std::move(values),
                 .stamp = {.version = 1,
                           .time = hybrid_time(),
                           .originator = originator(object.naming_context),
                           .usn = usn},
                 .local = usn};
  auto at = object.attributes.find(attribute);
  if (at == object.attributes.end()) {
    at = object.attributes.emplace(attribute, std::move(next)).first;
  } else {
    next.stamp.version = at->second.stamp.version + 1;
    next.context = context_of_successor(at->second);
    at->second = std::move(next);
  }
  auto& version = at->second.stamp.version;
  version = std::max(version, least_version(object, attribute));
}

void Writer::originate(const LinkId& id, NamingContextId context, bool present) {
  const auto last = store_.link(id);
  Link next{.id = id, .naming_context = context, .present = present, .created = hybrid_time()};
  next.stamp = {.version = 1,
                .time = hybrid_time(),
                .originator = originator(context),
                .usn = store_.next_usn()};
  next.usn = next.stamp.usn;
  if (last) {
    next.created = last->created;
    next.stamp.version = last->stamp.version + 1;
    next.context = context_of_successor(*last);
  }
  store_.put(next);
  changed_.insert(context);
}

void Writer::put(Link& link) {
  link.usn = store_.next_usn();
  store_.put(link);
  changed_.insert(link.naming_context);
}

void Writer::put_quietly(const Link& link) {
  store_.put(link);
}

void Writer::unsettle_links(ObjectId id) {
  const auto row = store_.find(id);
  if (!row || row->links_unsettled) return;
  Row marked = *row;
  marked.links_unsettled = true;
  store_.put(marked);
}

void Writer::put(Object& object) {
  put(object, store_.next_usn());
}

void Writer::put(Object& object, Usn usn) {
  object.usn = usn;
  for (auto& [name, attribute] : object.attributes) {
    if (attribute.local == Usn{}) attribute.local = usn;  // it came with this commit
  }
  store_.put(to_row(object));
  heed_schema(object);
  changed_identifiers_ |= heed_identifiers(store_, object);
  changed_.insert(object.naming_context);
}

void Writer::put_quietly(const Object& object) {
  store_.put(to_row(object));
  heed_schema(object);
}

// What was kept of the schema may hold no more.
void Writer::heed_schema(const Object& object) {
  const auto* schema = schema_among(identity_.contexts);
  if (schema != nullptr && schema->id == object.naming_context) drop_selections(store_);
}

void Writer::finding(Finding::Severity severity, std::string text) {
  findings_.push_back({.severity = severity, .text = std::move(text)});
}

}  // namespace ringspan::replicator
