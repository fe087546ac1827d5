#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

#include <fmt/core.h>

#include "sites/ldif_forest_reader.hpp"
#include "sites/ldif_keywords.hpp"

namespace ringspan::sites {
namespace {

constexpr std::uint32_t kDirectoryContext = 0x1;  ///< crossRef.systemFlags
constexpr std::uint32_t kDomainContext = 0x2;     ///< crossRef.systemFlags

/// The name that many levels above.
Dn above(const Dn& dn, std::size_t levels) {
  return {{dn.rdns.begin() + static_cast<std::ptrdiff_t>(std::min(levels, dn.rdns.size())),
           dn.rdns.end()}};
}

Dn below(const Dn& parent, std::string_view name) {
  Dn dn = parent;
  dn.rdns.insert(dn.rdns.begin(), Rdn{"cn", std::string(name)});
  return dn;
}

}  // namespace

/// Where the configuration lies, and with it the root domain: as the root DSE says, else by the
/// name of a site.
bool LdifForestReader::find_root() {
  const auto& sites = directory_.of(EntryKind::site);
  if (sites.empty()) {
    faults_.add(1, "the file", "there is no site in it",
                "export CN=Configuration with objectClass and all attributes, such as: ldifde -f "
                "corp.ldif -d CN=Configuration,DC=corp,DC=example");
    return false;
  }
  configuration_ = above(sites.front().dn, 2);
  Dn root = above(configuration_, 1);
  const auto& roots = directory_.of(EntryKind::root);
  if (!roots.empty()) {
    const auto said = parse_reference(roots.front().text("configurationnamingcontext"));
    if (said && !said->dn.rdns.empty()) configuration_ = said->dn;
    const auto domain = parse_reference(roots.front().text("rootdomainnamingcontext"));
    root = domain && !domain->dn.rdns.empty() ? domain->dn : above(configuration_, 1);
  }
  if (root.rdns.empty()) {
    faults_.add(sites.front().line, sites.front().dn.to_string(),
                "no domain stands behind this name",
                "export with full names, such as CN=oslo,CN=Sites,CN=Configuration,DC=corp");
    return false;
  }
  name_forest(root);
  Forest& forest = made_.forest;
  forest.root_domain = add_context(NamingContextKind::domain, {std::nullopt, root});
  // As for forest.json: these two are called by rule, so that every form of a forest is the same.
  const Dn configuration = below(root, "configuration");
  for (const auto& [kind, dn] :
       {std::pair(NamingContextKind::configuration, configuration),
        std::pair(NamingContextKind::schema, below(configuration, "schema"))}) {
    const NamingContextId id(id_from_name(forest.id, "naming-context", dn.key()));
    forest.naming_contexts.push_back({id, kind, dn.to_string(), {}});
    contexts_.emplace(dn.key(), id);
    context_ids_.insert(id);
  }
  return true;
}

/// As it was called before it was written as LDIF, else by the DNS name of its root domain.
void LdifForestReader::name_forest(const Dn& root_domain) {
  Forest& forest = made_.forest;
  forest.name = sound_name(dns_name(root_domain));
  forest.id = forest_id_from_name(forest.name);
  const DirectoryEntry* own = own_entry();
  if (own == nullptr) return;
  for (const LdifValue* keyword : own->all("keywords")) {
    auto said = forest_of_keyword(keyword->value);
    if (!said) continue;
    forest.id = said->id;
    forest.name = std::move(said->name);
    return;
  }
}

/// The object that holds what a directory has no attribute for; nullptr in an export of others.
const DirectoryEntry* LdifForestReader::own_entry() const {
  const Dn services = below(configuration_, "services");
  return directory_.find(EntryKind::service_point, below(services, "ringspan").key());
}

/// The id of the context, which is added unless it is there.
NamingContextId LdifForestReader::add_context(NamingContextKind kind, const Reference& name) {
  const std::string key = name.dn.key();
  if (const auto known = contexts_.find(key); known != contexts_.end()) return known->second;
  const DirectoryEntry* head = directory_.find(EntryKind::domain_head, key);
  std::optional<base::Guid> guid = head == nullptr ? name.guid : head->guid;
  if (guid && context_ids_.contains(NamingContextId(*guid))) guid.reset();
  const NamingContextId id(guid ? *guid : id_from_name(made_.forest.id, "naming-context", key));
  made_.forest.naming_contexts.push_back({id, kind, name.dn.to_string(), {}});
  contexts_.emplace(key, id);
  context_ids_.insert(id);
  if (kind == NamingContextKind::domain) domains_.insert(id);
  return id;
}

void LdifForestReader::read_contexts() {
  for (const DirectoryEntry& entry : directory_.of(EntryKind::cross_reference))
    read_context(entry);
  contexts_of_controllers();
}

void LdifForestReader::read_context(const DirectoryEntry& entry) {
  const auto flags = static_cast<std::uint32_t>(number(entry, "systemflags",
                                                       std::numeric_limits<std::int32_t>::min(),
                                                       std::numeric_limits<std::uint32_t>::max())
                                                    .value_or(0));
  if ((flags & kDirectoryContext) == 0) return;  // points out of the forest
  const auto name = parse_reference(entry.text("ncname"));
  if (!name || name->dn.rdns.empty()) {
    return left_out(entry, "it does not say which naming context it stands for",
                    "export it with nCName");
  }
  const std::string key = name->dn.key();
  const std::string configuration = configuration_.key();
  if (key == configuration || key == below(configuration_, "schema").key()) return;
  if (!is_true(entry, "enabled", true)) {
    return left_out(entry, "its naming context is not enabled yet", "nothing, if it is being made");
  }
  add_context(
      (flags & kDomainContext) != 0 ? NamingContextKind::domain : NamingContextKind::application,
      *name);
}

/// Domains for which the file has no cross-reference, since controllers are counted to them.
void LdifForestReader::contexts_of_controllers() {
  for (const DirectoryEntry& agent : directory_.of(EntryKind::agent)) {
    for (const LdifValue* value : agent.all("msds-hasdomainncs")) {
      const auto name = parse_reference(value->value);
      if (!name || name->dn.rdns.empty() || contexts_.contains(name->dn.key())) continue;
      findings_.add(value->line, agent.dn.to_string(),
                    fmt::format("the file has no crossRef of {}", shortened(value->value)),
                    "export CN=Partitions as well: application contexts stand there alone");
      add_context(NamingContextKind::domain, *name);
    }
  }
}

}  // namespace ringspan::sites
