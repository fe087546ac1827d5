#include "replicator/configuration/person.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/fold.hpp"
#include "replicator/configuration/item.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator::configuration {
namespace {

constexpr std::string_view kPerson = "person";
constexpr std::size_t kLongestName = 64;
constexpr std::size_t kHashDigits = 64;

/// The one value of an attribute; nullptr for none or several.
const std::string* only_value(const Object& object, std::string_view name) {
  const auto found = object.attributes.find(name);
  if (found == object.attributes.end() || found->second.values.size() != 1) return nullptr;
  return &found->second.values.front();
}

bool is_person(const Object& object) {
  const std::string* object_class = only_value(object, "objectclass");
  return !object.deleted() && object_class != nullptr && *object_class == kPerson;
}

/// Without what a clash put into it (rule R12: "alice<line break>CNF:<GUID>").
std::string name_of(const Object& object) {
  const std::string name = object.placement().rdn.value;
  return name.substr(0, name.find('\n'));
}

/// What makes no sense; empty: nothing.
std::string read(const Object& object, Person& person) {
  person.id = object.id;
  person.name = name_of(object);
  const std::string* role = only_value(object, "role");
  const std::string* expires = only_value(object, "expires");
  const std::string* hash = only_value(object, "tokenhash");
  const std::string* made_by = only_value(object, "madeby");
  const auto known = role == nullptr ? std::nullopt : parse_role(*role);
  const auto end = expires == nullptr ? std::nullopt : base::parse_time(*expires);
  if (!known) return "role";
  if (!end) return "expires";
  if (hash == nullptr || hash->size() != kHashDigits) return "tokenhash";
  person.role = *known;
  person.expires = *end;
  person.hash = *hash;
  person.made_by = made_by == nullptr ? std::string() : *made_by;
  person.made = object.attributes.find("tokenhash")->second.stamp.time;
  return {};
}

}  // namespace

People people_in(const Snapshot& snapshot, NamingContextId context) {
  People found;
  snapshot.changed_since(context, Usn{}, [&found](const Row& row) {
    const Object object = stored_object(row);
    if (!is_person(object)) return true;
    Person person;
    const std::string wrong = read(object, person);
    if (wrong.empty()) {
      found.people.push_back(std::move(person));
    } else {
      found.findings.push_back(
          fmt::format("person {}: {} is unreadable; no rights", person.name, wrong));
    }
    return true;
  });
  std::ranges::sort(found.people, {}, [](const Person& person) {
    return std::tuple(base::fold_name(person.name), person.id);
  });
  std::ranges::sort(found.findings);
  return found;
}

std::optional<Person> find_person(const Snapshot& snapshot, NamingContextId context, ObjectId id) {
  const auto row = snapshot.find(id);
  if (!row) return std::nullopt;
  const Object object = stored_object(*row);
  Person person;
  if (object.naming_context != context || !is_person(object)) return std::nullopt;
  if (!read(object, person).empty()) return std::nullopt;
  return person;
}

std::optional<Add> added(const Person& person, const sites::Forest& forest) {
  const auto* context = sites::find_naming_context(forest, configuration_of(forest));
  const auto head = context == nullptr ? std::nullopt : std::optional(context->dn);
  auto dn = head ? sites::Dn::parse(*head) : base::Result<sites::Dn>(sites::Dn{});
  if (!head || !dn) return std::nullopt;
  dn->rdns.insert(dn->rdns.begin(),
                  {{.type = "cn", .value = person.name}, {.type = "cn", .value = "people"}});
  return Add{.dn = *std::move(dn),
             .attributes = {{"objectclass", {std::string(kPerson)}},
                            {"role", {std::string(to_string(person.role))}},
                            {"expires", {base::to_string(person.expires)}},
                            {"tokenhash", {person.hash}},
                            {"madeby", {person.made_by}}}};
}

std::string why_no_name(const std::string& name) {
  if (name.empty() || name.size() > kLongestName) return "must have 1 to 64 bytes";
  if (!base::is_utf8(name)) return "is not UTF-8";
  if (std::ranges::any_of(name, [](unsigned char c) { return c < ' ' || c == 0x7F; })) {
    return "has a control character";
  }
  if (name.front() == ' ' || name.back() == ' ') return "has a blank at an end";
  return {};
}

}  // namespace ringspan::replicator::configuration
