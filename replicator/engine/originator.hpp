#pragma once

// Originator: what originate() does, one kind of write after the other.
//
//   originate.cpp          objects, their values and names
//   originate_life.cpp     what is deleted, with what stands below it, and brought back
//   originate_links.cpp    links
//   originate_context.cpp  naming contexts, and whether one may be written here
//   originate_roles.cpp    roles that change hands
//   originate_fence.cpp    roles that the fence gives, and what is void

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "replicator/engine/directory.hpp"
#include "replicator/engine/ownership.hpp"
#include "replicator/engine/schema.hpp"
#include "replicator/engine/writer.hpp"

namespace ringspan::replicator {

// One originating write: checks, then stamps, then stores.
class Originator {
 public:
  template <typename Value>
  using Result = base::Result<Value>;

  Originator(Writer& writer, GuidSource& guids)
      : writer_(writer), guids_(guids), directory_(writer.store(), writer.identity().contexts) {}

  Result<Written> operator()(const Add& add);
  Result<Written> operator()(const Set& set);
  Result<Written> operator()(const Unset& unset);
  Result<Written> operator()(const Rename& rename);
  Result<Written> operator()(const Move& move);
  Result<Written> operator()(const Delete& deletion);
  Result<Written> operator()(const Undelete& undelete);
  Result<Written> operator()(const AddLink& add);
  Result<Written> operator()(const RemoveLink& remove);
  Result<Written> operator()(const CreateContext& create);
  Result<Written> operator()(const GiveRole& give);
  Result<Written> operator()(const SeizeRole& seize);
  Result<Written> operator()(const TakeRole& take);
  Result<Written> operator()(const Together& together);

  /// See originate.hpp.
  void bury_void(const RoleId& role, ObjectId id);

 private:
  static std::string spoken(const Target& target);
  static Result<void> check_name(const sites::Rdn& rdn);

  struct Ends {
    Object source;
    LinkId id;
    bool single_valued = false;
    bool retired = false;
  };

  Result<void> check_writable(NamingContextId context) const;
  Result<void> check_no_record(const Object& object) const;
  Result<Written> record_first(const RoleId& role, std::optional<ControllerId> owner);
  void demand_naming();
  static bool is_naming_context(const Object& object);
  Result<Object> locate(const Target& target) const;
  Result<Object> new_object(const Add& add, const Object& parent) const;
  Result<void> check_free(ObjectId parent, const sites::Rdn& rdn, ObjectId self) const;
  Result<void> check_movable(const Object& object, std::string_view verb) const;
  Result<void> write_values(Object& object, const Values& attributes, Usn usn);
  std::vector<Object> living_below(ObjectId top) const;
  Written bury(Object object);
  Result<Ends> ends_of(const Target& source, const std::string& attribute,
                       const Target& target) const;
  std::vector<Link> present_links(ObjectId object) const;
  void remove_other_values(const LinkId& but);
  Result<Written> place(Object object, const Placement& placement);
  Result<Written> store_checked(Object& object, Usn usn,
                                const std::optional<AttributeDefinition>& before);
  Written store(Object& object, Usn usn);
  Schema schema() const { return {writer_.store(), writer_.identity().contexts}; }
  std::optional<AttributeDefinition> definition_in(const Object& object) const;
  Written written(const Object& object, Usn usn) const;
  Written written(const Ownership& ownership) const;
  void raise(const RoleId& role);
  void journal_void(const Object& object, const std::string& attribute, const Attribute& lost);

  Writer& writer_;
  GuidSource& guids_;
  Directory directory_;
};

}  // namespace ringspan::replicator
