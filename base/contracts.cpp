#include "base/contracts.hpp"

#include <cstdio>
#include <cstdlib>

namespace ringspan::base {

void contract_broken(const char* kind, const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "%s:%d: contract broken: %s(%s)\n", file, line, kind, condition);
  std::abort();
}

}  // namespace ringspan::base
