#include "tests/contract/faulty_disk.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <new>

#include "base/contracts.hpp"

namespace ringspan::tests {

struct FaultyDisk::File {
  sqlite3_file base;
  FaultyDisk* disk;
  const char* name;
  sqlite3_file* below;
};

namespace {

constexpr std::size_t kSector = 512;

template <typename File>
File& ours(sqlite3_file* file) {
  return *reinterpret_cast<File*>(file);
}

}  // namespace

const sqlite3_io_methods* FaultyDisk::methods() {
  static const sqlite3_io_methods all{
      .iVersion = 2,
      .xClose =
          [](sqlite3_file* file) {
            auto* const below = ours<File>(file).below;
            const int code = below->pMethods->xClose(below);
            sqlite3_free(below);
            return code;
          },
      .xRead =
          [](sqlite3_file* file, void* into, int bytes, sqlite3_int64 offset) {
            auto* const below = ours<File>(file).below;
            return below->pMethods->xRead(below, into, bytes, offset);
          },
      .xWrite =
          [](sqlite3_file* file, const void* from, int bytes, sqlite3_int64 offset) {
            return ours<File>(file).disk->write(ours<File>(file), from, bytes, offset);
          },
      .xTruncate =
          [](sqlite3_file* file, sqlite3_int64 size) {
            return ours<File>(file).disk->truncate(ours<File>(file), size);
          },
      .xSync = [](sqlite3_file* file,
                  int /*flags*/) { return ours<File>(file).disk->sync(ours<File>(file)); },
      .xFileSize =
          [](sqlite3_file* file, sqlite3_int64* size) {
            auto* const below = ours<File>(file).below;
            return below->pMethods->xFileSize(below, size);
          },
      .xLock =
          [](sqlite3_file* file, int lock) {
            auto* const below = ours<File>(file).below;
            return below->pMethods->xLock(below, lock);
          },
      .xUnlock =
          [](sqlite3_file* file, int lock) {
            auto* const below = ours<File>(file).below;
            return below->pMethods->xUnlock(below, lock);
          },
      .xCheckReservedLock =
          [](sqlite3_file* file, int* locked) {
            auto* const below = ours<File>(file).below;
            return below->pMethods->xCheckReservedLock(below, locked);
          },
      .xFileControl =
          [](sqlite3_file* file, int operation, void* argument) {
            auto* const below = ours<File>(file).below;
            return below->pMethods->xFileControl(below, operation, argument);
          },
      .xSectorSize =
          [](sqlite3_file* file) {
            auto* const below = ours<File>(file).below;
            return below->pMethods->xSectorSize(below);
          },
      // Nothing is promised of a write that was not synced.
      .xDeviceCharacteristics = [](sqlite3_file* /*file*/) { return 0; },
      .xShmMap =
          [](sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
            auto* const below = ours<File>(file).below;
            return below->pMethods->xShmMap(below, page, size, extend, memory);
          },
      .xShmLock =
          [](sqlite3_file* file, int offset, int count, int flags) {
            auto* const below = ours<File>(file).below;
            return below->pMethods->xShmLock(below, offset, count, flags);
          },
      .xShmBarrier =
          [](sqlite3_file* file) {
            auto* const below = ours<File>(file).below;
            below->pMethods->xShmBarrier(below);
          },
      .xShmUnmap =
          [](sqlite3_file* file, int remove) {
            auto* const below = ours<File>(file).below;
            return below->pMethods->xShmUnmap(below, remove);
          },
  };
  return &all;
}

FaultyDisk& FaultyDisk::here(sqlite3_vfs* layer) {
  return *static_cast<FaultyDisk*>(layer->pAppData);
}

FaultyDisk::FaultyDisk() : below_(sqlite3_vfs_find(nullptr)), layer_(*below_) {
  layer_.iVersion = 2;
  layer_.zName = "ringspan_faulty_disk";
  layer_.szOsFile = sizeof(File);
  layer_.pNext = nullptr;
  layer_.pAppData = this;
  layer_.xOpen = [](sqlite3_vfs* layer, const char* name, sqlite3_file* file, int flags,
                    int* flags_out) { return here(layer).open(name, file, flags, flags_out); };
  layer_.xDelete = [](sqlite3_vfs* layer, const char* name, int sync) {
    FaultyDisk& disk = here(layer);
    if (disk.fault_ == Fault::power_is_cut) return SQLITE_IOERR_DELETE;
    disk.unsynced_.erase(name);
    return disk.below_->xDelete(disk.below_, name, sync);
  };
  layer_.xAccess = [](sqlite3_vfs* layer, const char* name, int flags, int* result) {
    return here(layer).below_->xAccess(here(layer).below_, name, flags, result);
  };
  layer_.xFullPathname = [](sqlite3_vfs* layer, const char* name, int bytes, char* out) {
    return here(layer).below_->xFullPathname(here(layer).below_, name, bytes, out);
  };
  layer_.xGetLastError = [](sqlite3_vfs* /*layer*/, int /*bytes*/, char* /*out*/) { return 0; };
  EXPECTS(sqlite3_vfs_register(&layer_, 1) == SQLITE_OK);
}

FaultyDisk::~FaultyDisk() {
  sqlite3_vfs_unregister(&layer_);
  sqlite3_vfs_register(below_, 1);
}

void FaultyDisk::fails_after(std::uint64_t operations, Fault fault) {
  left_ = operations;
  planned_ = fault;
  failed_ = false;
}

int FaultyDisk::next_operation(bool syncs) {
  ++operations_;
  if (planned_ != Fault::none && left_ == 0 && (syncs || planned_ != Fault::sync_fails)) {
    fault_ = planned_;
    planned_ = Fault::none;
    failed_ = true;
  }
  left_ -= left_ > 0 ? 1U : 0U;
  switch (fault_) {
    case Fault::none:
      return SQLITE_OK;
    case Fault::full:
      return syncs ? SQLITE_OK : SQLITE_FULL;
    case Fault::sync_fails:
      return syncs ? SQLITE_IOERR_FSYNC : SQLITE_OK;
    case Fault::write_fails:
    case Fault::power_is_cut:
      return syncs ? SQLITE_IOERR_FSYNC : SQLITE_IOERR_WRITE;
  }
  return SQLITE_IOERR;
}

int FaultyDisk::open(const char* name, sqlite3_file* file, int flags, int* flags_out) {
  const auto size = static_cast<sqlite3_uint64>(below_->szOsFile);
  auto* const lower = static_cast<sqlite3_file*>(sqlite3_malloc64(size));
  EXPECTS(lower != nullptr);
  std::memset(static_cast<void*>(lower), 0, size);
  file->pMethods = nullptr;
  const int code = below_->xOpen(below_, name, lower, flags, flags_out);
  if (code != SQLITE_OK) {
    if (lower->pMethods != nullptr) lower->pMethods->xClose(lower);
    sqlite3_free(lower);
    return code;
  }
  new (file) File{{methods()}, this, name, lower};
  return code;
}

int FaultyDisk::write(File& file, const void* from, int bytes, sqlite3_int64 offset) {
  if (const int code = next_operation(false); code != SQLITE_OK) return code;
  Unsynced one{
      .offset = offset,
      .before = {},
      .after = std::string(static_cast<const char*>(from), static_cast<std::size_t>(bytes)),
      .size_before = 0};
  file.below->pMethods->xFileSize(file.below, &one.size_before);
  const auto there = std::clamp<sqlite3_int64>(one.size_before - offset, 0, bytes);
  one.before.resize(static_cast<std::size_t>(there));
  if (there > 0) {
    file.below->pMethods->xRead(file.below, one.before.data(), static_cast<int>(there), offset);
  }
  if (file.name != nullptr) unsynced_[file.name].push_back(std::move(one));
  return file.below->pMethods->xWrite(file.below, from, bytes, offset);
}

// What it means is kept here; the real disk need not wait.
int FaultyDisk::sync(File& file) {
  const int code = next_operation(true);
  if (file.name == nullptr) return code;
  auto& writes = unsynced_[file.name];
  // The system tells of a failed sync once, and takes the pages for clean from then on.
  if (code != SQLITE_OK) {
    for (Unsynced& one : writes)
      one.given_up = true;
    return code;
  }
  std::erase_if(writes, [](const Unsynced& one) { return !one.given_up; });
  return code;
}

int FaultyDisk::truncate(File& file, sqlite3_int64 size) {
  if (const int code = next_operation(false); code != SQLITE_OK) return code;
  return file.below->pMethods->xTruncate(file.below, size);
}

// From the last write to the first, sector by sector.
void FaultyDisk::power_returns(base::Rng& rng) {
  fault_ = planned_ = Fault::none;
  for (auto& [name, writes] : unsynced_) {
    std::fstream file(name, std::ios::in | std::ios::out | std::ios::binary);
    if (!file || writes.empty()) continue;
    for (auto one = writes.rbegin(); one != writes.rend(); ++one) {
      const auto fate = rng.below(3);  // there, gone, torn
      if (fate == 0) continue;
      const std::size_t sectors = (one->before.size() + kSector - 1) / kSector;
      const std::size_t kept = fate == 1 ? 0 : rng.below(sectors + 1) * kSector;
      if (kept >= one->before.size()) continue;
      file.seekp(one->offset + static_cast<sqlite3_int64>(kept));
      file.write(one->before.data() + kept,
                 static_cast<std::streamsize>(one->before.size() - kept));
    }
    file.close();
    if (rng.chance(1, 2)) {  // what had made the file longer may be gone as well
      const auto size = std::ranges::min(writes, {}, &Unsynced::size_before).size_before;
      std::filesystem::resize_file(name, static_cast<std::uintmax_t>(size));
    }
  }
  unsynced_.clear();
}

}  // namespace ringspan::tests
