#include "kcc/remedies.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>
#include <set>
#include <tuple>

#include "sites/distance.hpp"

namespace ringspan::kcc {
namespace {

constexpr double kUnknown = 50'000;  // farther than the earth is round where a place is not known

double between(const sites::Site& left, const sites::Site& right) {
  const bool known = left.coordinates && right.coordinates;
  return known ? sites::distance(*left.coordinates, *right.coordinates) : kUnknown;
}

/// No place so many degrees north or south is nearer, rounding allowed for.
double at_least(double degrees) {
  constexpr double kilometres = 6371 * std::numbers::pi / 180;
  return std::abs(degrees) * kilometres * (1 - 1e-9) - 1e-6;
}

}  // namespace

struct Remedies::Link {
  const sites::Site* here = nullptr;
  const sites::Site* there = nullptr;
  double apart = 0;
  std::size_t first = 0;  // of the controllers there

  auto rank() const { return std::tie(apart, here->name, there->name, first, here->id); }
  bool is_known() const { return here != nullptr && apart < kUnknown; }
};

Remedies::Remedies(const sites::Forest& forest) : forest_(forest) {
  std::set<sites::SiteId> held;
  for (std::size_t at = 0; at < forest.controllers.size(); ++at) {
    const auto id = forest.controllers[at].site;
    if (!held.insert(id).second) continue;
    const auto site = std::ranges::lower_bound(forest.sites, id, {}, &sites::Site::id);
    by_name_.push_back({&*site, at});
  }
  std::ranges::copy_if(by_name_, std::back_inserter(by_latitude_),
                       [](const Held& one) { return one.site->coordinates.has_value(); });
  std::ranges::sort(by_name_, {},
                    [](const Held& one) { return std::tie(one.site->name, one.first); });
  std::ranges::sort(by_latitude_, {}, [](const Held& one) {
    return std::tuple(one.site->coordinates->latitude, one.first);
  });
}

void Remedies::offer(const sites::Site& here, const Held& there, Link& best) const {
  const Link link{&here, there.site, between(here, *there.site), there.first};
  if (best.here == nullptr || link.rank() < best.rank()) best = link;
}

CutLoss Remedies::cut_by(const Loss& loss, const std::vector<std::size_t>& apart) const {
  CutLoss cut{.loss = loss, .apart = {}, .site = {}, .other = {}};
  std::set<sites::SiteId> away;
  for (const std::size_t at : apart) {
    cut.apart.push_back(forest_.controllers[at].id);
    away.insert(forest_.controllers[at].site);
  }
  if (loss.controller) {
    cut.remedy = Remedy::second_controller;
    const auto lost =
        std::ranges::lower_bound(forest_.controllers, *loss.controller, {}, &sites::Controller::id);
    cut.site = lost->site;
    return cut;
  }
  const auto is_there = [&](const Held& one) {
    return !away.contains(one.site->id) && one.site->id != loss.site;
  };
  Link best;
  std::vector<const sites::Site*> here;
  for (const auto id : away)
    here.push_back(&*std::ranges::lower_bound(forest_.sites, id, {}, &sites::Site::id));
  // From each place to the south and to the north, until none that follows can be nearer.
  for (const sites::Site* site : here) {
    if (!site->coordinates) continue;
    const double latitude = site->coordinates->latitude;
    const auto start = std::ranges::lower_bound(by_latitude_, latitude, {}, [](const Held& one) {
      return one.site->coordinates->latitude;
    });
    const auto look = [&](const Held& one) {
      if (best.is_known() && at_least(one.site->coordinates->latitude - latitude) > best.apart)
        return false;
      if (is_there(one)) offer(*site, one, best);
      return true;
    };
    for (auto one = start; one != by_latitude_.end() && look(*one);)
      ++one;
    for (auto one = start; one != by_latitude_.begin() && look(*std::prev(one));)
      --one;
  }
  if (!best.is_known()) {  // then names decide
    const auto there = std::ranges::find_if(by_name_, is_there);
    for (const sites::Site* site : here)
      if (there != by_name_.end()) offer(*site, *there, best);
  }
  if (best.here == nullptr) return cut;
  cut.site = best.here->id;
  cut.other = best.there->id;
  return cut;
}

}  // namespace ringspan::kcc
