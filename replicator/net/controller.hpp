#pragma once

// One controller as a running program.
//
//     auto served = net::serve("state/oslo-1", {});        // returns on SIGINT or SIGTERM
//     if (!served) return complain(served.error());

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "replicator/net/caller.hpp"

namespace ringspan::replicator::net {

enum class LogForm { text, json };

/// A controller as another server of the same program sees it.
struct Running {
  std::string controller;
  std::string forest;
  std::string host;  ///< Where others reach it, by the forest's definition; may be empty.

  /// Answers an admin request (docs/admin-requests.md); `taker` is called once, from any thread.
  std::function<void(std::string request, const Caller& caller,
                     std::function<void(std::string answer)> taker)>
      ask;

  /// Who has this token; any thread.
  std::function<base::Result<Caller>(const std::string& token)> person;
};

/// A page that is served beside the controller, from its making to its end.
struct ServedPage {
  std::string url;

  /// The answer to page_code for a caller and a role; any thread.
  std::function<base::Result<std::string>(const Caller& caller, Role role)> code;

  /// Returns when nothing is asked any more.
  std::function<void()> stop;
};

/// How this controller proves itself to the fence of the roles; PEM files, all or none.
struct FenceFiles {
  std::filesystem::path certificate;
  std::filesystem::path key;
  std::filesystem::path authority;  ///< Of the fence's own certificate.
};

struct ServeOptions {
  LogForm log = LogForm::text;  ///< On standard error, one line an event.
  FenceFiles fence{};           ///< Needed where the fence is asked over https.

  /// Starts the page, if there is to be one. What it asks before the controller serves waits.
  std::function<base::Result<ServedPage>(const Running&)> page{};
};

/// Serves the controller of `data_folder` until SIGINT or SIGTERM, then stops in order: refuse,
/// drain, close. Prints "serving oslo-1 on 127.0.0.1:41001" on standard output once it can be
/// asked, and where its page is; so it does again when a promotion has made it another one. Fails
/// where it could not start, with Errc::damaged when the disk gave way underneath it, and with
/// Errc::refused when it has left the forest. Call it from the main thread, before any other thread
/// was started: it blocks both signals.
base::Result<void> serve(const std::filesystem::path& data_folder, const ServeOptions& options);

}  // namespace ringspan::replicator::net
