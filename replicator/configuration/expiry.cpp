#include "replicator/configuration/expiry.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "replicator/configuration/contexts.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator::configuration {
namespace {

constexpr std::string_view kPublicKey = "publickey";
constexpr std::string_view kReplica = "replica";

const Attribute* find(const std::optional<Object>& object, std::string_view name) {
  if (!object || object->deleted()) return nullptr;
  const auto found = object->attributes.find(name);
  return found == object->attributes.end() ? nullptr : &found->second;
}

std::optional<Object> object_in(const Snapshot& snapshot, ObjectId id) {
  const auto row = snapshot.find(id);
  return row ? std::optional(stored_object(*row)) : std::nullopt;
}

std::string text_in(const Snapshot& snapshot, ControllerId id, std::string_view attribute) {
  const auto object = object_in(snapshot, ObjectId(id.value));
  const Attribute* found = find(object, attribute);
  return found == nullptr || found->values.empty() ? std::string() : found->values.front();
}

base::Time written_at(const Snapshot& snapshot, ObjectId id, std::string_view attribute) {
  const auto object = object_in(snapshot, id);
  const Attribute* found = find(object, attribute);
  return found == nullptr ? base::Time{} : found->stamp.time;
}

}  // namespace

std::optional<Pause> parse_expiry(std::string_view text, std::string_view key) {
  auto written = parse_pause(text);
  if (!written) return std::nullopt;
  const std::string words = written->by;  // KEY WHO
  const std::size_t blank = words.find(' ');
  if (blank == std::string::npos || words.substr(0, blank) != key) return std::nullopt;
  return Pause{.by = words.substr(blank + 1), .since = written->since};
}

Set expires(ControllerId controller, const std::string& key, const Pause& since) {
  return {.target = ObjectId(controller.value),
          .attributes = {{std::string(kExpired),
                          {fmt::format("{} {} {}", base::to_string(since.since), key, since.by)}}}};
}

std::string expiry_text(const Snapshot& snapshot, ControllerId controller) {
  return text_in(snapshot, controller, kExpired);
}

std::string key_text(const Snapshot& snapshot, ControllerId controller) {
  return text_in(snapshot, controller, kPublicKey);
}

std::optional<Pause> expiry_of(const Snapshot& snapshot, ControllerId controller,
                               std::string_view key) {
  return parse_expiry(expiry_text(snapshot, controller), key);
}

std::string spoken(const Pause& expiry) {
  return fmt::format("{} by {}, since nobody had heard of it for too long",
                     minute_text(expiry.since), expiry.by);
}

// Who was expired and joins anew is another replica; who gives an application context back
// and gets it again is another one of that.
MembersChanged members_in(const sites::Forest& joined, const Snapshot& snapshot) {
  MembersChanged now{.as_of = snapshot.highest_usn(), .replicas = {}};
  for (const sites::NamingContext& context : joined.naming_contexts) {
    const bool comes_and_goes = context.kind == sites::NamingContextKind::application;
    const base::Time given =
        comes_and_goes ? written_at(snapshot, entry_of(context.id), kReplica) : base::Time{};
    for (const sites::Controller& controller : joined.controllers) {
      const auto kind = sites::replica_kind(controller, context);
      if (kind == sites::ReplicaKind::none) continue;
      const ObjectId object(controller.id.value);
      const base::Time joined_at = std::max(written_at(snapshot, object, kPublicKey),
                                            written_at(snapshot, object, kExpired));
      now.replicas[context.id][controller.id] = {.since = std::max(given, joined_at),
                                                 .writes = kind == sites::ReplicaKind::writable};
    }
  }
  return now;
}

}  // namespace ringspan::replicator::configuration
