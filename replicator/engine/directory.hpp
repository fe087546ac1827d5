#pragma once

// Directory: reading one snapshot by name. Functions of a snapshot, usable from any thread.
//
//     Directory directory(*snapshot, contexts);
//     auto alice = directory.locate(*sites::Dn::parse("cn=alice,ou=people"));
//     print(directory.dn_of(*alice));             // "cn=Alice,ou=people,dc=corp,dc=example"

#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "replicator/engine/naming_context.hpp"
#include "replicator/engine/store.hpp"
#include "replicator/engine/write.hpp"

namespace ringspan::replicator {

class Directory {
 public:
  /// Both must outlive the Directory.
  Directory(const Snapshot& snapshot, const NamingContextHeads& contexts)
      : snapshot_(snapshot), contexts_(contexts) {}

  /// The living object at `dn`: absolute if it ends in the DN of a naming context, otherwise below
  /// the home domain. Errc::not_found names the first part of the DN that is not there.
  base::Result<Object> locate(const sites::Dn& dn) const;

  /// The living object that `target` means.
  base::Result<Object> locate(const Target& target) const;

  /// The deleted objects that bore `dn`, not empty; the last part alone decides where a parent is
  /// deleted too.
  base::Result<std::vector<Object>> deleted_at(const sites::Dn& dn) const;

  /// The one deleted object that `target` means. Errc::refused if the one with this id lives, or if
  /// several bore the DN: the error names their ids.
  base::Result<Object> locate_deleted(const Target& target) const;

  /// One value of a linked attribute as people see it: both ends live.
  struct LinkedObject {
    std::string attribute;
    ObjectId other;
    std::string dn;  ///< Of an object that is not held here by its phantom, or "<GUID=...>".
  };

  /// In the order of attribute and DN; back links bear the name that the schema gives them.
  std::vector<LinkedObject> links(const Object& object) const;
  std::vector<LinkedObject> back_links(const Object& object) const;

  /// By id, deleted ones too.
  base::Result<Object> object(ObjectId id) const;

  /// The absolute DN as it now stands. An object whose place is not settled, or that is deleted, is
  /// shown below the nearest ancestor that can be named.
  std::string dn_of(const Object& object) const;
  sites::Dn full_dn(const Object& object) const;

  /// The DN that a person would type for it: relative to the home domain where it lies within.
  std::string short_dn_of(const Object& object) const;

  using Visitor = std::function<bool(const Object&)>;

  /// Living children that have a place, in the order of their folded names.
  std::vector<Object> children(ObjectId parent) const;

  /// `top` and all that lives below it, parents before children; false ends the visit.
  void subtree(const Object& top, const Visitor& visit) const;

  /// Where `dn` lies and its absolute form; Errc::not_found if in no context held here.
  base::Result<std::pair<NamingContextHead, sites::Dn>> absolute(const sites::Dn& dn) const;

 private:
  LinkedObject seen(std::string attribute, ObjectId other) const;
  bool is_deleted(ObjectId id) const;

  const Snapshot& snapshot_;
  const NamingContextHeads& contexts_;
};

}  // namespace ringspan::replicator
