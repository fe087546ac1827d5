#include "replicator/engine/ownership.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "replicator/engine/directory.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {
namespace {

using base::Errc;
using base::fail;
using base::Result;

constexpr std::string_view kRecordClass = "roleownership";
constexpr std::string_view kContainer = "roles";

// Attributes of our own, so that whoever defines "owner" for people changes nothing here.
constexpr const char* kClass = "objectclass";
constexpr const char* kFounder = "founder";
constexpr const char* kOwner = "roleowner";
constexpr const char* kGained = "rolegained";
constexpr const char* kWhen = "rolewhen";
constexpr const char* kWho = "rolewho";
constexpr const char* kWhy = "rolewhy";
constexpr const char* kFormer = "roleformer";
constexpr const char* kRequest = "rolerequest";
constexpr const char* kHandover = "rolehandover";
constexpr const char* kSettled = "rolesettled";

std::string text(const Object& object, std::string_view attribute) {
  const auto found = object.attributes.find(attribute);
  if (found == object.attributes.end() || found->second.values.empty()) return {};
  return found->second.values.front();
}

std::optional<ControllerId> controller_in(const Object& object, std::string_view attribute) {
  const auto guid = base::Guid::parse(text(object, attribute));
  if (!guid) return std::nullopt;
  return ControllerId(*guid);
}

template <typename Number>
bool read_number(std::string_view digits, Number& number) {
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return code == std::errc{} && end == digits.data() + digits.size();
}

std::string record_name(const RoleId& role, const Epoch& epoch) {
  std::string name = fmt::format("{} {} {} {}", to_string(role.role), epoch.counter,
                                 role.scope.value.to_string(), epoch.owner.value.to_string());
  if (epoch.revision != Revision{}) name += fmt::format(" {}", epoch.revision.value);
  return name;
}

bool read_name(const std::string& name, RoleId& role, Epoch& epoch) {
  std::istringstream words(name);
  std::string word;
  std::string counter;
  std::string scope;
  std::string owner;
  std::string revision;
  words >> word >> counter >> scope >> owner >> revision;
  const auto known = parse_master_role(word);
  const auto scope_id = base::Guid::parse(scope);
  const auto owner_id = base::Guid::parse(owner);
  if (!known || !scope_id || !owner_id || !read_number(counter, epoch.counter)) return false;
  if (!revision.empty() && !read_number(revision, epoch.revision.value)) return false;
  role = {*known, NamingContextId(*scope_id)};
  epoch.owner = InvocationId(*owner_id);
  return true;
}

Gained gained_in(const Object& object) {
  for (const Gained gained : {Gained::transfer, Gained::seize, Gained::fence}) {
    if (text(object, kGained) == to_string(gained)) return gained;
  }
  return Gained::first;
}

std::optional<Handover> handover_in(const Object& object) {
  const std::string words = text(object, kHandover);
  const std::size_t blank = words.find(' ');
  if (blank == std::string::npos) return std::nullopt;
  const auto giver = base::Guid::parse(words.substr(0, blank));
  Handover handover;
  if (!giver || !read_number(std::string_view(words).substr(blank + 1), handover.usn.value)) {
    return std::nullopt;
  }
  handover.giver = InvocationId(*giver);
  return handover;
}

/// nullopt where it makes no sense, or has come in part only.
std::optional<Ownership> ownership_in(const Object& object) {
  Ownership read;
  const auto owner = controller_in(object, kOwner);
  if (object.deleted() || text(object, kClass) != kRecordClass || !owner) return std::nullopt;
  if (!read_name(object.placement().rdn.value, read.role, read.epoch)) return std::nullopt;
  read.owner = *owner;
  read.gained = gained_in(object);
  read.when = base::parse_time(text(object, kWhen)).value_or(base::Time{});
  read.who = text(object, kWho);
  read.why = text(object, kWhy);
  read.former = controller_in(object, kFormer);
  read.request = text(object, kRequest);
  read.handover = handover_in(object);
  read.settled = !text(object, kSettled).empty();
  return read;
}

Values values_of(const Ownership& ownership) {
  Values values{{kClass, {std::string(kRecordClass)}},
                {kOwner, {ownership.owner.value.to_string()}},
                {kGained, {std::string(to_string(ownership.gained))}},
                {kWhen, {base::to_string(ownership.when)}}};
  const auto put = [&values](const char* attribute, const std::string& value) {
    if (!value.empty()) values[attribute] = {value};
  };
  put(kWho, ownership.who);
  put(kWhy, ownership.why);
  put(kRequest, ownership.request);
  if (ownership.former) put(kFormer, ownership.former->value.to_string());
  if (ownership.handover) {
    put(kHandover, fmt::format("{} {}", ownership.handover->giver.value.to_string(),
                               ownership.handover->usn.value));
  }
  if (ownership.settled) put(kSettled, "yes");
  return values;
}

/// Adds an object that is not there yet.
Usn add(Writer& writer, Object object, const Placement& placement, const Values& values) {
  const Usn usn = writer.store().next_usn();
  writer.originate(object, kName, to_values(placement), usn);
  for (const auto& [attribute, written] : values)
    writer.originate(object, attribute, written, usn);
  writer.put(object, usn);
  return usn;
}

void add_container(Writer& writer, NamingContextId configuration, const Values& more) {
  Values values = more;
  values[kClass] = {"container"};
  add(writer, {.id = roles_container(configuration), .naming_context = configuration},
      {.parent = head_of(configuration), .rdn = {.type = "cn", .value = std::string(kContainer)}},
      values);
}

Ownership first_of(const Snapshot& snapshot, NamingContextId configuration, const RoleId& role) {
  Ownership first{.role = role};
  if (const auto head = snapshot.find(head_of(configuration))) {
    const Stamp stamp = stored_object(*head).name_stamp();
    first.epoch.owner = stamp.originator;
    first.when = stamp.time;
  }
  if (const auto container = snapshot.find(roles_container(configuration))) {
    first.owner = controller_in(stored_object(*container), kFounder).value_or(ControllerId{});
  }
  return first;
}

}  // namespace

std::string_view to_string(Gained gained) {
  switch (gained) {
    case Gained::first:
      return "first";
    case Gained::transfer:
      return "transfer";
    case Gained::seize:
      return "seize";
    case Gained::fence:
      return "fence";
  }
  return "";
}

ObjectId roles_container(NamingContextId configuration) {
  return ObjectId(base::Guid::from_name(configuration.value, kContainer));
}

ObjectId record_id(NamingContextId configuration, const RoleId& role, const Epoch& epoch) {
  return ObjectId(base::Guid::from_name(configuration.value, record_name(role, epoch)));
}

bool is_of_roles(const Object& object, NamingContextId configuration) {
  const ObjectId container = roles_container(configuration);
  return object.naming_context == configuration &&
         (object.id == container || object.placement().parent == container);
}

NamingContextId configuration_among(const NamingContextHeads& contexts) {
  const auto role = naming_role(contexts);
  return role ? role->scope : NamingContextId{};
}

std::vector<Ownership> history_of(const Snapshot& snapshot, NamingContextId configuration,
                                  const RoleId& role) {
  // A row that stands under its name is of this role, or is not even decoded.
  const std::string word =
      sites::Rdn{.type = "cn", .value = std::string(to_string(role.role))}.key() + " ";
  const auto may_be = [&](const Row& row) {
    return !row.deleted && (row.name_key.empty() || row.name_key.starts_with(word));
  };
  std::vector<Ownership> history;
  snapshot.children(roles_container(configuration), [&](const Row& row) {
    auto read = may_be(row) ? ownership_in(stored_object(row)) : std::nullopt;
    if (read && read->role == role) history.push_back(*std::move(read));
    return true;
  });
  const bool has_first = std::ranges::any_of(
      history, [](const Ownership& one) { return one.gained == Gained::first; });
  if (!has_first) history.push_back(first_of(snapshot, configuration, role));
  std::ranges::sort(history, {}, &Ownership::epoch);
  return history;
}

Ownership ownership_of(const Snapshot& snapshot, NamingContextId configuration,
                       const RoleId& role) {
  return history_of(snapshot, configuration, role).back();
}

std::string name_of(const Snapshot& snapshot, ControllerId controller) {
  const auto row = snapshot.find(ObjectId(controller.value));
  if (!row || row->deleted) return controller.value.to_string();
  return stored_object(*row).placement().rdn.value;
}

void found_roles(Writer& writer) {
  const Identity& me = writer.identity();
  add_container(writer, configuration_among(me.contexts),
                {{kFounder, {me.controller.value.to_string()}}});
}

Result<Written> record(Writer& writer, const Ownership& ownership) {
  const NamingContextHeads& contexts = writer.identity().contexts;
  const NamingContextId configuration = configuration_among(contexts);
  const ObjectId container = roles_container(configuration);
  if (!writer.find(container)) {  // a forest from before there were roles
    const sites::Rdn rdn{.type = "cn", .value = std::string(kContainer)};
    if (writer.store().child(head_of(configuration), rdn.key())) {
      return fail(Errc::exists,
                  "cn=roles: another object of the configuration has this name; rename it first");
    }
    add_container(writer, configuration, {});
  }
  Object object{.id = record_id(configuration, ownership.role, ownership.epoch),
                .naming_context = configuration};
  const Placement placement{
      .parent = container,
      .rdn = {.type = "cn", .value = record_name(ownership.role, ownership.epoch)}};
  const ObjectId id = object.id;
  const Usn usn = add(writer, std::move(object), placement, values_of(ownership));
  return Written{.object = id,
                 .naming_context = configuration,
                 .dn = Directory(writer.store(), contexts).dn_of(*writer.find(id)),
                 .usn = usn};
}

}  // namespace ringspan::replicator
