#pragma once

// A sum on every page of a database file, so that a bit that flipped on the disk is never taken for
// data: SQLite by itself finds damage to its own order, not to what it keeps.
//
//     page of 4096 bytes:  4088 of SQLite's  |  8: XXH3 of these, seeded with the page's number
//
// A layer (VFS) between SQLite and whatever was its layer to the files. The sum lies in bytes that
// SQLite reserves at the end of each page; who opens the file without this layer can still read it.
// The log of writes has sums of SQLite's own.

struct sqlite3;

namespace ringspan::replicator::store {

/// The name of the layer, for sqlite3_open_v2; registered by the first call. Any thread.
const char* page_sums_layer();

/// Why the operation on a file failed that was the last to fail in this thread, as errno says it;
/// SQLite forgets it where a commit fails (sqlite3_system_errno is 0 then).
int last_system_error();

/// Reserves the bytes in a database that is still empty, or remakes one that has none, which takes
/// as long as copying it. The connection must be the only one. An SQLite result code.
int give_page_sums(sqlite3* connection);

}  // namespace ringspan::replicator::store
