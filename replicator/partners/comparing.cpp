#include "replicator/partners/comparing.hpp"

#include <chrono>

#include <fmt/format.h>

namespace ringspan::replicator::partners {
namespace {

base::Duration time_of_day(ControllerId me, ControllerId partner, NamingContextId context,
                           std::chrono::sys_days day) {
  const std::string who = fmt::format("compare:{}:{}:{}", partner.value.to_string(),
                                      context.value.to_string(), day.time_since_epoch().count());
  const auto drawn = base::Guid::from_name(me.value, who).bytes;
  std::uint64_t number = 0;
  for (std::size_t at = 0; at < 4; ++at)
    number = number * 256 + drawn[at];
  return base::Duration(number % std::uint64_t{24 * 60 * 60 * 1000});
}

}  // namespace

base::Time next_comparison(ControllerId me, ControllerId partner, NamingContextId context,
                           base::Time after) {
  auto day = std::chrono::floor<std::chrono::days>(after);
  while (day + time_of_day(me, partner, context, day) <= after)
    day += std::chrono::days(1);
  return day + time_of_day(me, partner, context, day);
}

}  // namespace ringspan::replicator::partners
