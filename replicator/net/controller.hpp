#pragma once

// One controller as a running program.
//
//     auto served = net::serve("state/oslo-1", {});        // returns on SIGINT or SIGTERM
//     if (!served) return complain(served.error());

#include <filesystem>

#include "base/result.hpp"

namespace ringspan::replicator::net {

enum class LogForm { text, json };

struct ServeOptions {
  LogForm log = LogForm::text;  ///< On standard error, one line an event.
};

/// Serves the controller of `data_folder` until SIGINT or SIGTERM, then stops in order: refuse,
/// drain, close. Prints "serving oslo-1 on 127.0.0.1:41001" on standard output once it can be
/// asked. Fails where it could not start, and with Errc::damaged when the disk gave way underneath
/// it. Call it from the main thread, before any other thread was started: it blocks both signals.
base::Result<void> serve(const std::filesystem::path& data_folder, const ServeOptions& options);

}  // namespace ringspan::replicator::net
