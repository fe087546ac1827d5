#include "sites/directory.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include <fmt/core.h>

#include "base/fold.hpp"
#include "sites/limits.hpp"

namespace ringspan::sites {
namespace {

/// By class; a class that another one extends stands after it.
constexpr std::array<std::pair<std::string_view, EntryKind>, 15> kClasses{{
    {"intersitetransport", EntryKind::transport},
    {"site", EntryKind::site},
    {"ntdssitesettings", EntryKind::site_settings},
    {"subnet", EntryKind::subnet},
    {"sitelink", EntryKind::link},
    {"sitelinkbridge", EntryKind::bridge},
    {"server", EntryKind::server},
    {"ntdsdsaro", EntryKind::agent},
    {"ntdsdsa", EntryKind::agent},
    {"ntdsconnection", EntryKind::connection},
    {"crossref", EntryKind::cross_reference},
    {"crossrefcontainer", EntryKind::partitions},
    {"domaindns", EntryKind::domain_head},
    {"ntdsservice", EntryKind::service},
    {"serviceconnectionpoint", EntryKind::service_point},
}};

constexpr std::size_t kDeepest = 64;  ///< Names above a name; each has its key.

std::string folded_text(const LdifValue& value) {
  return base::fold_name(value.value);
}

std::optional<EntryKind> kind_of(const LdifRecord& record) {
  for (const LdifValue& value : record.values) {
    if (value.attribute == "configurationnamingcontext") return EntryKind::root;
    if (value.attribute != "objectclass") continue;
    const std::string name = folded_text(value);
    const auto* const known =
        std::ranges::find(kClasses, name, &decltype(kClasses)::value_type::first);
    if (known != kClasses.end()) return known->second;
  }
  return std::nullopt;
}

/// 32 hex digits are the wire bytes, with hyphens it is the registry form.
std::optional<base::Guid> parse_guid(std::string_view text) {
  if (text.size() != 32) return base::Guid::parse(text);
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); at += 2) {
    constexpr std::string_view digits = "0123456789abcdef";
    const std::string pair = base::fold_name(text.substr(at, 2));
    const auto high = digits.find(pair[0]);
    const auto low = digits.find(pair[1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  return base::Guid::from_bytes(bytes);
}

/// Of objectGUID: its text, or sixteen bytes that stood there in base64.
std::optional<base::Guid> guid_of(const DirectoryEntry& entry) {
  const LdifValue* value = entry.find("objectguid");
  if (value == nullptr) return std::nullopt;
  auto guid =
      value->value.size() == 16 ? base::Guid::from_bytes(value->value) : parse_guid(value->value);
  if (guid && guid->is_nil()) return std::nullopt;
  return guid;
}

bool is_read_only(const DirectoryEntry& entry) {
  const auto is = [&entry](std::string_view attribute, std::string_view wanted) {
    return std::ranges::any_of(entry.all(attribute), [wanted](const LdifValue* value) {
      return folded_text(*value) == wanted;
    });
  };
  return is("objectclass", "ntdsdsaro") || is("msds-isrodc", "true");
}

}  // namespace

const LdifValue* DirectoryEntry::find(std::string_view attribute) const {
  const auto found = std::ranges::find(values, attribute, &LdifValue::attribute);
  return found == values.end() ? nullptr : &*found;
}

std::vector<const LdifValue*> DirectoryEntry::all(std::string_view attribute) const {
  std::vector<const LdifValue*> found;
  for (const LdifValue& value : values) {
    if (value.attribute == attribute) found.push_back(&value);
  }
  return found;
}

std::string DirectoryEntry::text(std::string_view attribute) const {
  const LdifValue* value = find(attribute);
  return value == nullptr ? std::string() : value->value;
}

std::string_view DirectoryEntry::above(std::size_t levels) const {
  return levels < keys.size() ? std::string_view(keys[levels]) : std::string_view();
}

base::Result<Reference> parse_reference(std::string_view value) {
  Reference reference;
  while (value.starts_with('<')) {
    const auto end = value.find('>');
    if (end == std::string_view::npos) {
      return base::fail(
          base::Errc::invalid,
          fmt::format("the name {} has a < without >; export it again", shortened(value)));
    }
    const std::string_view part = value.substr(1, end - 1);
    if (base::fold_name(part.substr(0, 5)) == "guid=") reference.guid = parse_guid(part.substr(5));
    if (reference.guid && reference.guid->is_nil()) reference.guid.reset();
    value.remove_prefix(std::min(value.size(), end + 1));
    if (value.starts_with(';')) value.remove_prefix(1);
  }
  auto dn = Dn::parse(value);
  if (!dn || dn->rdns.size() > kDeepest) {
    return base::fail(base::Errc::invalid,
                      fmt::format("{} is no name of an object; correct it", shortened(value)));
  }
  reference.dn = *std::move(dn);
  return reference;
}

std::vector<std::string> keys_of(const Dn& dn) {
  std::vector<std::string> keys;
  std::string key = dn.key();
  std::vector<std::size_t> begins{0};
  for (std::size_t at = 0; at < key.size(); ++at) {
    if (key[at] == '\\') {
      ++at;
    } else if (key[at] == ',') {
      begins.push_back(at + 1);
    }
  }
  for (const std::size_t begin : begins)
    keys.push_back(key.substr(begin));
  return keys;
}

bool DirectoryExport::add(LdifRecord record) {
  const auto kind = kind_of(record);
  if (!kind) return true;
  const std::size_t line = record.line;
  keep(*kind, std::move(record));
  for (const auto& [limited, what, most] :
       {std::tuple(EntryKind::site, "sites", kMostSites),
        std::tuple(EntryKind::agent, "controllers", kMostControllers)}) {
    if (*kind != limited || of(*kind).size() <= most) continue;
    faults_.add(line, "the file", too_many(what, most), std::string(kTooManyRemedy));
    return false;
  }
  return true;
}

void DirectoryExport::keep(EntryKind kind, LdifRecord record) {
  DirectoryEntry entry;
  entry.kind = kind;
  entry.line = record.line;
  entry.values = std::move(record.values);
  if (base::fold_name(entry.text("isdeleted")) == "true") return;
  if (kind != EntryKind::root) {
    auto name = parse_reference(record.dn);
    if (!name || name->dn.rdns.empty()) {
      faults_.add(record.line, record.dn, "this is no name of an object",
                  "export it again, or correct the name after dn:");
      return;
    }
    entry.dn = std::move(name->dn);
    entry.keys = keys_of(entry.dn);
    entry.guid = guid_of(entry);
    if (!entry.guid) entry.guid = name->guid;
  }
  entry.read_only_agent = kind == EntryKind::agent && is_read_only(entry);
  auto& entries = entries_[kind];
  const Place place{kind, entries.size()};
  if (!entry.keys.empty() && !by_key_.emplace(entry.keys.front(), place).second) {
    findings_.add(entry.line, record.dn, "this entry stands here twice; the first one counts",
                  "remove one of them");
    return;
  }
  if (entry.guid && !by_guid_.emplace(*entry.guid, place).second) {
    findings_.add(entry.line, record.dn,
                  "another entry has this objectGUID; this one goes by its name", "remove one");
    entry.guid.reset();
  }
  entries.push_back(std::move(entry));
}

const std::vector<DirectoryEntry>& DirectoryExport::of(EntryKind kind) const {
  static const std::vector<DirectoryEntry> nothing;
  const auto found = entries_.find(kind);
  return found == entries_.end() ? nothing : found->second;
}

const DirectoryEntry* DirectoryExport::at(EntryKind kind, const Place& place) const {
  return place.kind == kind ? &of(kind)[place.at] : nullptr;
}

const DirectoryEntry* DirectoryExport::find(EntryKind kind, const Reference& reference) const {
  if (reference.guid) {
    const auto found = by_guid_.find(*reference.guid);
    if (found != by_guid_.end()) return at(kind, found->second);
  }
  return reference.dn.rdns.empty() ? nullptr : find(kind, reference.dn.key());
}

const DirectoryEntry* DirectoryExport::find(EntryKind kind, std::string_view key) const {
  const auto found = by_key_.find(std::string(key));
  return found == by_key_.end() ? nullptr : at(kind, found->second);
}

}  // namespace ringspan::sites
