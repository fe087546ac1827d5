#pragma once

// DirectoryExport: the objects of an exported directory that say what its topology is made of,
// found by name and by GUID (MS-ADTS 6.1.1; active-directory A3).
//
//     DirectoryExport directory(faults, findings);
//     read_ldif(text, [&](LdifRecord record) { return directory.add(std::move(record)); }, faults,
//     findings);
//
//     for (const DirectoryEntry& site : directory.of(EntryKind::site)) use(site.text("cn"));

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/guid.hpp"
#include "sites/dn.hpp"
#include "sites/ldif.hpp"
#include "sites/notes.hpp"

namespace ringspan::sites {

enum class EntryKind {
  root,  ///< The root DSE, which says where the naming contexts lie.
  transport,
  site,
  site_settings,
  subnet,
  link,
  bridge,
  server,
  agent,  ///< nTDSDSA: what makes a server a controller.
  connection,
  cross_reference,
  partitions,  ///< The container of the cross-references.
  domain_head,
  service,
  service_point,  ///< Where a program keeps what is its own; ours holds keywords.
};

struct DirectoryEntry {
  EntryKind kind = EntryKind::root;
  std::size_t line = 0;
  Dn dn;
  std::vector<std::string> keys;  ///< Of the name and each name above it; keys[1] is the parent's.
  std::optional<base::Guid> guid;
  bool read_only_agent = false;
  std::vector<LdifValue> values;

  /// nullptr if there is no such attribute.
  const LdifValue* find(std::string_view attribute) const;
  std::vector<const LdifValue*> all(std::string_view attribute) const;
  std::string text(std::string_view attribute) const;  ///< Empty if there is none.
  /// The key of the `levels`-th name above; empty if the name is too short.
  std::string_view above(std::size_t levels) const;
};

/// A name inside a value: "CN=oslo,CN=Sites" or, with extended DNs, "<GUID=...>;CN=oslo,CN=Sites".
struct Reference {
  std::optional<base::Guid> guid;
  Dn dn;
};

/// Fails with Errc::invalid; so does a name of more than 64 levels.
base::Result<Reference> parse_reference(std::string_view value);

/// The keys of a name and of all names above it, leaf first.
std::vector<std::string> keys_of(const Dn& dn);

class DirectoryExport {
 public:
  DirectoryExport(Notes& faults, Notes& findings) : faults_(faults), findings_(findings) {}

  /// Keeps the record if it matters. Deleted objects do not. Of two of one name the first is kept.
  /// False, and a fault: there are more sites or controllers than a forest may have.
  bool add(LdifRecord record);

  const std::vector<DirectoryEntry>& of(EntryKind kind) const;

  /// The entry of this kind that is meant: by GUID where one is given and known, else by name.
  const DirectoryEntry* find(EntryKind kind, const Reference& reference) const;
  const DirectoryEntry* find(EntryKind kind, std::string_view key) const;

 private:
  struct Place {
    EntryKind kind = EntryKind::root;
    std::size_t at = 0;
  };

  void keep(EntryKind kind, LdifRecord record);
  const DirectoryEntry* at(EntryKind kind, const Place& place) const;

  Notes& faults_;
  Notes& findings_;
  std::map<EntryKind, std::vector<DirectoryEntry>> entries_;
  std::unordered_map<std::string, Place> by_key_;
  std::unordered_map<base::Guid, Place> by_guid_;
};

}  // namespace ringspan::sites
