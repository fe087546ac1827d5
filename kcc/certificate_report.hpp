#pragma once

#include <cstdint>
#include <string>

#include "kcc/certify.hpp"
#include "sites/forest.hpp"

namespace ringspan::kcc {

/// What is written to the forest.
struct WriteRate {
  std::uint64_t changes = 1'000;  ///< An hour.
  std::uint64_t bytes = 200;      ///< Of one, as it travels: two short attributes of a new object.
};

/// The certificate in words, for people: what any one loss does, hops and delay, what crosses the
/// links at the rate.
std::string certificate_report(const sites::Forest& forest, const Certificate& certificate,
                               const WriteRate& rate = {});

}  // namespace ringspan::kcc
