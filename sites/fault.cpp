#include "sites/fault.hpp"

#include <fmt/core.h>

namespace ringspan::sites {

std::string to_string(const Fault& fault) {
  return fmt::format("{}:{}: {}: {}; {}", fault.file, fault.line, fault.path, fault.reason,
                     fault.remedy);
}

}  // namespace ringspan::sites
