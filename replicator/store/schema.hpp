#pragma once

namespace ringspan::replicator::store {

class Database;

/// Makes the tables in an empty database and brings an older one forward, one version after the
/// other, each in a transaction of its own. StoreFailure for a later version and for a database of
/// another program; neither is touched.
void migrate(Database& database);

}  // namespace ringspan::replicator::store
