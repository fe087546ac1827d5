#include "replicator/store/page_sums.hpp"

#include <sqlite3.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <new>

namespace ringspan::replicator::store {
namespace {

constexpr const char* kName = "ringspan_page_sums";
constexpr int kSumBytes = 8;
constexpr int kSmallestPage = 512;
constexpr int kReservedAt = 20;  // of the file: how many bytes of each page SQLite leaves alone

/// Our file; the one below lies on the heap, since whose layer it is may change.
struct SummedFile {
  sqlite3_file base;
  sqlite3_file* below;
  bool is_database;
  bool has_sums;  // as its first page says
};

/// SQLite's layer at this moment.
sqlite3_vfs* default_layer() {
  return sqlite3_vfs_find(nullptr);
}

thread_local int system_error = 0;

int noted(int code) {
  const bool failed = code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ;
  if (failed) system_error = default_layer()->xGetLastError(default_layer(), 0, nullptr);
  return code;
}

sqlite3_file* below(sqlite3_file* file) {
  return reinterpret_cast<SummedFile*>(file)->below;
}

bool is_page(int bytes, sqlite3_int64 offset) {
  return bytes >= kSmallestPage && std::has_single_bit(static_cast<unsigned>(bytes)) &&
         offset % bytes == 0;
}

std::uint64_t sum_of(const unsigned char* page, int bytes, sqlite3_int64 offset) {
  const auto number = static_cast<XXH64_hash_t>(offset / bytes);
  return XXH3_64bits_withSeed(page, static_cast<std::size_t>(bytes - kSumBytes), number);
}

void learn(SummedFile& file, const unsigned char* bytes, int count, sqlite3_int64 offset) {
  if (file.is_database && offset == 0 && count > kReservedAt) {
    file.has_sums = bytes[kReservedAt] == kSumBytes;
  }
}

/// A page that SQLite has made room for and never written is all zero.
bool is_sound(const unsigned char* page, int bytes, sqlite3_int64 offset) {
  std::uint64_t kept = 0;
  std::memcpy(&kept, page + bytes - kSumBytes, kSumBytes);
  if (kept == sum_of(page, bytes, offset)) return true;
  return std::all_of(page, page + bytes, [](unsigned char byte) { return byte == 0; });
}

int close_file(sqlite3_file* file) {
  auto* const lower = below(file);
  const int code = lower->pMethods == nullptr ? SQLITE_OK : lower->pMethods->xClose(lower);
  sqlite3_free(lower);
  return code;
}

int read_file(sqlite3_file* file, void* into, int bytes, sqlite3_int64 offset) {
  auto& ours = *reinterpret_cast<SummedFile*>(file);
  const int code = noted(ours.below->pMethods->xRead(ours.below, into, bytes, offset));
  if (code != SQLITE_OK) return code;
  const auto* page = static_cast<const unsigned char*>(into);
  learn(ours, page, bytes, offset);
  if (!ours.has_sums || !is_page(bytes, offset) || is_sound(page, bytes, offset)) return code;
  sqlite3_log(SQLITE_IOERR_DATA, "page %lld has another sum than it was written with",
              offset / bytes + 1);
  return SQLITE_IOERR_DATA;
}

int write_file(sqlite3_file* file, const void* from, int bytes, sqlite3_int64 offset) {
  auto& ours = *reinterpret_cast<SummedFile*>(file);
  const auto* page = static_cast<const unsigned char*>(from);
  learn(ours, page, bytes, offset);
  if (ours.has_sums && is_page(bytes, offset)) {
    // SQLite's own buffer, as each layer of this kind does it: the bytes are reserved for us.
    const std::uint64_t sum = sum_of(page, bytes, offset);
    std::memcpy(const_cast<unsigned char*>(page) + bytes - kSumBytes, &sum, kSumBytes);
  }
  return noted(ours.below->pMethods->xWrite(ours.below, from, bytes, offset));
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  return noted(below(file)->pMethods->xTruncate(below(file), size));
}
int sync_file(sqlite3_file* file, int flags) {
  return noted(below(file)->pMethods->xSync(below(file), flags));
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
  return below(file)->pMethods->xFileSize(below(file), size);
}
int lock_file(sqlite3_file* file, int lock) {
  return below(file)->pMethods->xLock(below(file), lock);
}
int unlock_file(sqlite3_file* file, int lock) {
  return below(file)->pMethods->xUnlock(below(file), lock);
}
int check_lock(sqlite3_file* file, int* locked) {
  return below(file)->pMethods->xCheckReservedLock(below(file), locked);
}
int control_file(sqlite3_file* file, int operation, void* argument) {
  return below(file)->pMethods->xFileControl(below(file), operation, argument);
}
int sector_size(sqlite3_file* file) {
  return below(file)->pMethods->xSectorSize(below(file));
}
int device(sqlite3_file* file) {
  return below(file)->pMethods->xDeviceCharacteristics(below(file));
}
int map_shared(sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
  return below(file)->pMethods->xShmMap(below(file), page, size, extend, memory);
}
int lock_shared(sqlite3_file* file, int offset, int count, int flags) {
  return below(file)->pMethods->xShmLock(below(file), offset, count, flags);
}
void barrier(sqlite3_file* file) {
  below(file)->pMethods->xShmBarrier(below(file));
}
int unmap_shared(sqlite3_file* file, int remove) {
  return below(file)->pMethods->xShmUnmap(below(file), remove);
}

/// Version 2: files are never mapped into memory, where nobody would look at the sums.
constexpr sqlite3_io_methods kMethods{
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = file_size,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = check_lock,
    .xFileControl = control_file,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = device,
    .xShmMap = map_shared,
    .xShmLock = lock_shared,
    .xShmBarrier = barrier,
    .xShmUnmap = unmap_shared,
};

int open_file(sqlite3_vfs* /*layer*/, const char* name, sqlite3_file* file, int flags,
              int* flags_out) {
  auto* const lower_layer = default_layer();
  auto& ours = *new (file) SummedFile{};
  const auto size = static_cast<sqlite3_uint64>(lower_layer->szOsFile);
  ours.below = static_cast<sqlite3_file*>(sqlite3_malloc64(size));
  if (ours.below == nullptr) return SQLITE_NOMEM;
  std::memset(static_cast<void*>(ours.below), 0, size);
  ours.is_database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
  const int code = noted(lower_layer->xOpen(lower_layer, name, ours.below, flags, flags_out));
  if (code != SQLITE_OK && ours.below->pMethods == nullptr) {
    sqlite3_free(ours.below);
    return code;
  }
  ours.base.pMethods = &kMethods;  // so that it is closed, also after a failure
  return code;
}

int remove_file(sqlite3_vfs* /*layer*/, const char* name, int sync) {
  return default_layer()->xDelete(default_layer(), name, sync);
}
int file_access(sqlite3_vfs* /*layer*/, const char* name, int flags, int* result) {
  return default_layer()->xAccess(default_layer(), name, flags, result);
}
int full_name(sqlite3_vfs* /*layer*/, const char* name, int bytes, char* out) {
  return default_layer()->xFullPathname(default_layer(), name, bytes, out);
}
int chance(sqlite3_vfs* /*layer*/, int bytes, char* out) {
  return default_layer()->xRandomness(default_layer(), bytes, out);
}
int sleep_for(sqlite3_vfs* /*layer*/, int microseconds) {
  return default_layer()->xSleep(default_layer(), microseconds);
}
int time_of_day(sqlite3_vfs* /*layer*/, sqlite3_int64* time) {
  return default_layer()->xCurrentTimeInt64(default_layer(), time);
}
int last_error(sqlite3_vfs* /*layer*/, int /*bytes*/, char* /*out*/) {
  return last_system_error();
}

int register_layer() {
  static sqlite3_vfs layer{
      .iVersion = 2,
      .szOsFile = sizeof(SummedFile),
      .mxPathname = default_layer()->mxPathname,
      .pNext = nullptr,
      .zName = kName,
      .pAppData = nullptr,
      .xOpen = open_file,
      .xDelete = remove_file,
      .xAccess = file_access,
      .xFullPathname = full_name,
      .xDlOpen = nullptr,
      .xDlError = nullptr,
      .xDlSym = nullptr,
      .xDlClose = nullptr,
      .xRandomness = chance,
      .xSleep = sleep_for,
      .xCurrentTime = nullptr,
      .xGetLastError = last_error,
      .xCurrentTimeInt64 = time_of_day,
  };
  return sqlite3_vfs_register(&layer, 0);
}

/// How many bytes of each page are reserved; to set it where there is nothing yet, or for the next
/// remaking.
int reserved(sqlite3* connection, int wanted) {
  int bytes = wanted;
  sqlite3_file_control(connection, "main", SQLITE_FCNTL_RESERVE_BYTES, &bytes);
  return bytes;
}

}  // namespace

int last_system_error() {
  return system_error;
}

const char* page_sums_layer() {
  static const bool registered = register_layer() == SQLITE_OK;
  return registered ? kName : nullptr;
}

int give_page_sums(sqlite3* connection) {
  if (reserved(connection, -1) == kSumBytes) return SQLITE_OK;
  reserved(connection, kSumBytes);
  sqlite3_int64 bytes = 0;
  sqlite3_file* file = nullptr;
  sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file));
  if (const int code = file->pMethods->xFileSize(file, &bytes); code != SQLITE_OK) return code;
  if (bytes == 0) return SQLITE_OK;
  return sqlite3_exec(connection, "PRAGMA journal_mode = DELETE; VACUUM", nullptr, nullptr,
                      nullptr);
}

}  // namespace ringspan::replicator::store
