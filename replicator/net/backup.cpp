#include "replicator/net/backup.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replicator/engine/recovery.hpp"
#include "replicator/net/ask.hpp"
#include "replicator/net/private_file.hpp"
#include "replicator/net/scaffold.hpp"
#include "replicator/net/secrets.hpp"
#include "replicator/store/backup.hpp"
#include "replicator/store/sqlite_store.hpp"

namespace ringspan::replicator::net {
namespace {

using base::Errc;
using base::fail;
using std::filesystem::path;

constexpr int kForm = 1;
constexpr const char* kManifest = "backup.json";
constexpr const char* kSeal = "backup.sha256";
constexpr const char* kDatabase = "directory.sqlite";
constexpr std::uintmax_t kSpare = 16U << 20U;  // that a disk keeps for others

/// What a backup holds beside the database, as far as it is there.
std::vector<path> small_files(const DataFolder& folder) {
  return {folder.forest(),       folder.controller(),
          folder.authority(),    folder.certificate(),
          folder.key(),          folder.authority_key(),
          folder.operator_key(), folder.operator_certificate()};
}

/// The database and what is not yet written back into it.
std::uintmax_t size_of_database(const DataFolder& folder) {
  std::uintmax_t bytes = 0;
  for (const char* part : {"", "-wal"}) {
    std::error_code error;
    const auto size = std::filesystem::file_size(folder.database().string() + part, error);
    if (!error) bytes += size;
  }
  return bytes;
}

base::Result<void> check_room(const path& at, std::uintmax_t bytes) {
  std::error_code error;
  const auto space = std::filesystem::space(at, error);
  if (error || space.available >= bytes + kSpare) return {};
  return fail(Errc::refused,
              fmt::format("{}: {} bytes are free on this disk, and the backup may take {}; make "
                          "room, or name a folder on another disk",
                          at.string(), space.available, bytes + kSpare));
}

base::Result<BackupFile> described(const path& root, const path& name) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(root / name, error);
  auto hash = sha256_of(root / name);
  if (error || !hash) {
    return fail(Errc::unavailable, fmt::format("{}: cannot be read", (root / name).string()));
  }
  return BackupFile{name.string(), bytes, *std::move(hash)};
}

Json to_json(const Backup& backup) {
  Json contexts = Json::array();
  for (const BackupContext& context : backup.contexts)
    contexts.push_back({{"naming_context", context.dn}, {"usn", context.usn.value}});
  Json files = Json::array();
  for (const BackupFile& file : backup.files)
    files.push_back({{"name", file.name}, {"bytes", file.bytes}, {"sha256", file.sha256}});
  return {{"ringspan_backup", kForm},
          {"controller", backup.controller},
          {"guid", backup.id.value.to_string()},
          {"forest", backup.forest},
          {"invocation", backup.invocation},
          {"time", base::to_string(backup.time)},
          {"tombstone_lifetime", base::to_string(backup.good_for)},
          {"usn", backup.usn.value},
          {"naming_contexts", std::move(contexts)},
          {"files", std::move(files)}};
}

/// nullopt where a field is missing or makes no sense.
std::optional<Backup> read_manifest(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  const Asked asked(json);
  const auto form = asked.number("ringspan_backup", 0);
  const auto id = base::Guid::parse(asked.text("guid").value_or(""));
  const auto time = base::parse_time(asked.text("time").value_or(""));
  const auto good_for = base::parse_duration(asked.text("tombstone_lifetime").value_or(""));
  const auto usn = asked.number("usn", 0);
  if (!form || *form != kForm || !id || !time || !good_for || !usn) return std::nullopt;
  Backup backup{.controller = asked.text("controller").value_or(""),
                .id = ControllerId(*id),
                .forest = asked.text("forest").value_or(""),
                .invocation = asked.text("invocation").value_or(""),
                .time = *time,
                .good_for = *good_for,
                .usn = Usn(*usn),
                .contexts = {},
                .files = {}};
  for (const char* list : {"naming_contexts", "files"}) {
    if (!json.contains(list) || !json[list].is_array()) return std::nullopt;
  }
  for (const Json& entry : json["naming_contexts"]) {
    const Asked context(entry);
    const auto dn = context.text("naming_context");
    const auto at = context.number("usn", 0);
    if (!dn || !at) return std::nullopt;
    backup.contexts.push_back({*dn, Usn(*at)});
  }
  for (const Json& entry : json["files"]) {
    const Asked file(entry);
    const auto name = file.text("name");
    const auto bytes = file.number("bytes", 0);
    const auto hash = file.text("sha256");
    if (!name || !bytes || !hash) return std::nullopt;
    backup.files.push_back({*name, *bytes, *hash});
  }
  return backup;
}

/// Nothing outside of the backup is meant by it.
bool stays_inside(const std::string& name) {
  const path relative = path(name).lexically_normal();
  return relative.is_relative() && !relative.empty() && *relative.begin() != "..";
}

void check_file(const path& folder, const BackupFile& file, std::vector<std::string>& faults) {
  const path place = folder / file.name;
  std::error_code error;
  const auto bytes = std::filesystem::file_size(place, error);
  if (!stays_inside(file.name)) {
    faults.push_back(fmt::format("{}: lies outside of the backup", file.name));
  } else if (error) {
    faults.push_back(fmt::format("{}: is missing", place.string()));
  } else if (bytes != file.bytes) {
    faults.push_back(
        fmt::format("{}: has {} bytes instead of {}", place.string(), bytes, file.bytes));
  } else if (sha256_of(place) != file.sha256) {
    faults.push_back(
        fmt::format("{}: is not as it was written: its SHA-256 is another", place.string()));
  }
}

std::string dn_of(const sites::Forest& forest, NamingContextId id) {
  const auto* context = sites::find_naming_context(forest, id);
  return context == nullptr ? id.value.to_string() : context->dn;
}

base::Result<void> write_manifest(const path& root, const Backup& backup) {
  const std::string text = to_json(backup).dump(2) + "\n";
  if (auto written = write_private(root / kManifest, text); !written) return written;
  return write_private(root / kSeal, sha256(text) + "\n");
}

/// Everything of the backup into a data folder under construction.
base::Result<void> unpack(const path& from, const Backup& backup, const path& root) {
  const DataFolder folder{root};
  if (auto made = make_private_folder(folder.tls()); !made) return made;
  for (const BackupFile& file : backup.files) {
    if (file.name == kDatabase) continue;
    const auto content = read_file(from / file.name);
    if (!content) return fail(content.error());
    if (auto written = write_private(root / file.name, *content); !written) return written;
  }
  store::copy_database((from / kDatabase).string(), folder.database().string());
  return {};
}

base::Result<void> check_age(const Backup& backup, base::Time now) {
  const base::Duration lifetime = backup.good_for;
  if (now - backup.time <= lifetime) return {};
  return fail(Errc::refused,
              fmt::format("backup of {} of {}: is older than the forest's tombstone lifetime ({}): "
                          "what was deleted since may be forgotten by all others and would come to "
                          "life again; make {} anew: ringspan invite {}, then ringspan join",
                          backup.controller, base::to_string(backup.time),
                          base::to_string(lifetime), backup.controller, backup.controller));
}

/// Under another invocation id from now on.
std::string begin_anew(const Home& home, base::Time now) {
  store::SqliteStore store(home.folder.database().string());
  const auto former =
      base::Guid::parse(store::check_database(home.folder.database().string()).invocation);
  if (!former) throw StoreFailure("the backup's database does not say whose it is");
  const InvocationId next(base::Guid::from_random(random_bytes()));
  const auto transaction = store.begin();
  begin_life(*transaction, InvocationId(*former), next, std::nullopt, now);
  transaction->commit();
  return next.value.to_string();
}

}  // namespace

std::uint64_t Backup::bytes() const {
  std::uint64_t sum = 0;
  for (const BackupFile& file : files)
    sum += file.bytes;
  return sum;
}

base::Result<Backup> make_backup(const Home& home, const path& target, base::Time now) {
  const path parent = target.has_parent_path() ? target.parent_path() : path(".");
  std::error_code error;
  if (!std::filesystem::is_directory(parent, error)) {
    return fail(Errc::not_found,
                fmt::format("{}: there is no such folder to put the backup into", parent.string()));
  }
  if (auto room = check_room(parent, size_of_database(home.folder)); !room) {
    return fail(room.error());
  }
  auto scaffold = Scaffold::raise(target);
  if (!scaffold) return fail(scaffold.error());
  const path& root = scaffold->root();
  Backup backup{.controller = home.controller.name,
                .id = home.controller.id,
                .forest = home.forest.name,
                .invocation = {},
                .time = now,
                .good_for = home.forest.policy.tombstone_lifetime,
                .usn = {},
                .contexts = {},
                .files = {}};
  if (auto made = make_private_folder(DataFolder{root}.tls()); !made) return fail(made.error());
  std::vector<path> names;
  for (const path& file : small_files(home.folder)) {
    const path name = file.lexically_relative(home.folder.root);
    const auto content = read_file(file);
    if (!content && content.error().code == Errc::not_found) continue;  // only the first has it
    if (!content) return fail(content.error());
    if (auto written = write_private(root / name, *content); !written) return fail(written.error());
    names.push_back(name);
  }
  try {
    store::copy_database(home.folder.database().string(), (root / kDatabase).string());
    const store::Contents contents = store::check_database((root / kDatabase).string());
    backup.invocation = contents.invocation;
    backup.usn = contents.highest_usn;
    for (const auto& [id, usn] : contents.contexts)
      backup.contexts.push_back({dn_of(home.forest, id), usn});
  } catch (const StoreFailure& trouble) {
    return fail(Errc::unavailable, trouble.what());
  }
  names.emplace_back(kDatabase);
  for (const path& name : names) {
    auto file = described(root, name);
    if (!file) return fail(file.error());
    backup.files.push_back(*std::move(file));
  }
  if (auto written = write_manifest(root, backup); !written) return fail(written.error());
  if (auto synced = sync_folder(DataFolder{root}.tls()); !synced) return fail(synced.error());
  if (auto finished = scaffold->finish(); !finished) return fail(finished.error());
  return backup;
}

base::Result<Backup> check_backup(const path& folder) {
  const auto text = read_file(folder / kManifest);
  if (!text) {
    return fail(text.error().code,
                fmt::format("{}: is no backup: it has no {}; make one with ringspan backup",
                            folder.string(), kManifest));
  }
  std::vector<std::string> faults;
  const auto seal = read_file(folder / kSeal);
  if (!seal || *seal != sha256(*text) + "\n") {
    faults.push_back(fmt::format("{}: is not as it was written: {} does not fit it",
                                 (folder / kManifest).string(), kSeal));
  }
  auto backup = read_manifest(*text);
  if (!backup) {
    faults.push_back(
        fmt::format("{}: makes no sense, or is of a later program", (folder / kManifest).string()));
  } else {
    for (const BackupFile& file : backup->files)
      check_file(folder, file, faults);
    for (const char* needed : {kDatabase, "forest.json", "controller.json", "tls/key.pem"}) {
      if (std::ranges::find(backup->files, needed, &BackupFile::name) != backup->files.end())
        continue;
      faults.push_back(fmt::format("{}: does not list {}", (folder / kManifest).string(), needed));
    }
  }
  if (faults.empty()) return *std::move(backup);
  return fail(Errc::damaged, fmt::format("{}\nuse another backup", fmt::join(faults, "\n")));
}

base::Result<Restored> restore_backup(const path& from, const path& target, bool replace,
                                      base::Time now) {
  auto backup = check_backup(from);
  if (!backup) return fail(backup.error());
  if (auto young = check_age(*backup, now); !young) return fail(young.error());
  std::error_code error;
  const bool holds_something =
      std::filesystem::exists(target, error) && !std::filesystem::is_empty(target, error);
  if (holds_something && !replace) {
    return fail(Errc::exists, fmt::format("{}: is not empty; name another folder, or replace what "
                                          "is there with --replace",
                                          target.string()));
  }
  try {
    std::optional<store::SqliteStore::Lock> in_use;
    if (const DataFolder old{target}; std::filesystem::exists(old.database(), error)) {
      in_use.emplace(old.database().string() + ".lock");
    }
    auto scaffold = Scaffold::raise(target, true);
    if (!scaffold) return fail(scaffold.error());
    if (auto unpacked = unpack(from, *backup, scaffold->root()); !unpacked) {
      return fail(unpacked.error());
    }
    const auto home = read_home(scaffold->root());
    if (!home) return fail(home.error());
    std::string invocation = begin_anew(*home, now);
    if (auto synced = sync_folder(home->folder.tls()); !synced) return fail(synced.error());
    if (auto finished = scaffold->finish(); !finished) return fail(finished.error());
    return Restored{*std::move(backup), std::move(invocation)};
  } catch (const StoreFailure& trouble) {
    return fail(Errc::refused, trouble.what());
  }
}

}  // namespace ringspan::replicator::net
