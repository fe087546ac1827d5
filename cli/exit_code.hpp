#pragma once

namespace ringspan::cli {

/// What the program ends with. Scripts rely on these numbers.
enum class ExitCode {
  well = 0,
  not_well = 1,       ///< Refused, not found, behind, a scenario that failed, a file with faults.
  failing = 2,        ///< A connection fails, a controller is silent, or two diverge.
  could_not_ask = 3,  ///< No controller answered, or none that makes sense.
  usage = 64,         ///< The command line itself is wrong (EX_USAGE).
  interrupted = 130,  ///< Ctrl-C ended a `sync` through the forest, `compare` or `changes`.
};

}  // namespace ringspan::cli
