#pragma once

// Contracts: what the programmer promised, kept on in every build.
//
//     EXPECTS(page.end >= request.after.usn);   // what the caller owes us
//     ENSURES(row.usn == usn);                  // what we owe the caller
//
// A broken contract is our fault, never the world's: it prints the place and the condition and
// aborts. Bad input is a Result (result.hpp), a failing disk is an exception caught at the rim.

namespace ringspan::base {

/// Prints `kind`, the condition and the place on standard error, then aborts.
[[noreturn]] void contract_broken(const char* kind, const char* condition, const char* file,
                                  int line) noexcept;

}  // namespace ringspan::base

#define EXPECTS(condition)            \
  ((condition) ? static_cast<void>(0) \
               : ::ringspan::base::contract_broken("expects", #condition, __FILE__, __LINE__))

#define ENSURES(condition)            \
  ((condition) ? static_cast<void>(0) \
               : ::ringspan::base::contract_broken("ensures", #condition, __FILE__, __LINE__))
