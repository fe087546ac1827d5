#pragma once

#include <cstdint>
#include <string>

#include "kcc/certify.hpp"
#include "sites/forest.hpp"

namespace ringspan::kcc {

/// The certificate in words, for people: what any one loss does, hops and delay, what crosses the
/// links when `writes` are made an hour.
std::string certificate_report(const sites::Forest& forest, const Certificate& certificate,
                               std::uint64_t writes);

}  // namespace ringspan::kcc
