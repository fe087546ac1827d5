#pragma once

// LdifForestReader: the reading behind read_ldif_forest(). Names and naming contexts are read in
// ldif_contexts.cpp, controllers and connections in ldif_controllers.cpp, places and wires in
// read_ldif_forest.cpp.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sites/directory.hpp"
#include "sites/forest.hpp"
#include "sites/name_giver.hpp"
#include "sites/notes.hpp"
#include "sites/read_ldif_forest.hpp"

namespace ringspan::sites {

class LdifForestReader {
 public:
  LdifForestReader(const DirectoryExport& directory, Notes& faults, Notes& findings)
      : directory_(directory), faults_(faults), findings_(findings) {}

  LdifForest read();

 private:
  bool find_root();
  void name_forest(const Dn& root_domain);
  void read_contexts();
  void read_context(const DirectoryEntry& entry);
  void contexts_of_controllers();
  NamingContextId add_context(NamingContextKind kind, const Reference& name);
  void read_sites();
  void read_site_settings();
  void read_subnets();
  void read_transport();
  void read_links();
  void read_link(const DirectoryEntry& entry);
  void read_bridges();
  void read_service();
  void read_keywords();
  const DirectoryEntry* own_entry() const;
  bool is_over_ip(const DirectoryEntry& entry);
  Schedule read_schedule(const DirectoryEntry& entry);

  void read_controllers();
  void read_controller(const DirectoryEntry& entry);
  NamingContextId domain_of(const DirectoryEntry& entry, const std::string& name);
  void read_replicas();
  void read_connections();
  void read_connection(const DirectoryEntry& entry);

  /// `name` as `given`, or a finding that it had to be changed.
  std::string name_for(NameGiver& giver, const DirectoryEntry& entry, std::string_view wanted);
  /// A whole number; a finding and nothing if it is none or out of range.
  std::optional<std::int64_t> number(const DirectoryEntry& entry, std::string_view attribute,
                                     std::int64_t least, std::int64_t most);
  std::uint32_t bits(const DirectoryEntry& entry);
  bool is_true(const DirectoryEntry& entry, std::string_view attribute, bool assumed);
  /// What the values of a list refer to; a finding for each that is not in the file.
  template <typename Id>
  std::vector<Id> resolve_all(const DirectoryEntry& entry, std::string_view attribute,
                              EntryKind kind, const std::map<std::string, Id>& ids,
                              std::string_view what);
  template <typename Id>
  Id id_of(const DirectoryEntry& entry, std::string_view kind, std::string_view name) const;
  void left_out(const DirectoryEntry& entry, std::string reason, std::string remedy);

  const DirectoryExport& directory_;
  Notes& faults_;
  Notes& findings_;
  LdifForest made_;
  Dn configuration_;
  // By the key of the entry.
  std::map<std::string, SiteId> sites_;
  std::map<std::string, SiteLinkId> links_;
  std::map<std::string, ControllerId> controllers_;  ///< By the key of the agent.
  std::map<std::string, NamingContextId> contexts_;
  std::set<NamingContextId> context_ids_;
  std::set<NamingContextId> domains_;
  NameGiver link_names_;
  NameGiver controller_names_;
  std::map<ControllerId, NameGiver> connection_names_;  ///< By destination.
  bool ignore_schedules_ = false;
};

template <typename Id>
std::vector<Id> LdifForestReader::resolve_all(const DirectoryEntry& entry,
                                              std::string_view attribute, EntryKind kind,
                                              const std::map<std::string, Id>& ids,
                                              std::string_view what) {
  std::set<Id> found;
  for (const LdifValue* value : entry.all(attribute)) {
    const auto reference = parse_reference(value->value);
    const DirectoryEntry* meant = reference ? directory_.find(kind, *reference) : nullptr;
    const auto id = meant == nullptr ? ids.end() : ids.find(meant->keys.front());
    if (id != ids.end()) {
      found.insert(id->second);
      continue;
    }
    findings_.add(value->line, entry.dn.to_string(),
                  "no " + std::string(what) + " " + shortened(value->value) + " in this file",
                  "export the whole configuration, or remove the value from the object");
  }
  return {found.begin(), found.end()};
}

template <typename Id>
Id LdifForestReader::id_of(const DirectoryEntry& entry, std::string_view kind,
                           std::string_view name) const {
  return Id(entry.guid ? *entry.guid : id_from_name(made_.forest.id, kind, name));
}

}  // namespace ringspan::sites
