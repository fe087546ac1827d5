#pragma once

// The certificate of a plan: what it survives, what it does not and what would mend that, how late
// a change may be, and what crosses each site link.
//
//     const Certificate certificate = certify(forest, plan(forest));
//     for (const CutLoss& cut : certificate.cuts) warn(cut.loss, cut.apart, cut.remedy);

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "kcc/topology.hpp"
#include "sites/forest.hpp"

namespace ringspan::kcc {

/// What fails: the one of the three that is given.
struct Loss {
  std::optional<sites::ControllerId> controller{};
  std::optional<sites::SiteLinkId> link{};
  std::optional<sites::SiteId> site{};
  friend bool operator==(const Loss&, const Loss&) = default;
};

/// What would make a loss survivable.
enum class Remedy {
  second_link,        ///< A link between `site` and `other` besides the present ones.
  second_controller,  ///< One more writable controller in `site`.
};
std::string_view to_string(Remedy remedy);

/// A loss that leaves someone apart who was reached before.
struct CutLoss {
  Loss loss;
  std::vector<sites::ControllerId> apart;  ///< Not joined with the largest part; sorted, not empty.
  Remedy remedy = Remedy::second_link;
  sites::SiteId site;  ///< The two nearest ends by known place, else the first by name.
  sites::SiteId other;
  friend bool operator==(const CutLoss&, const CutLoss&) = default;
};

/// The longest of the shortest ways once one controller, link or site is lost and the standbys are
/// awake.
struct HopsAfterLoss {
  std::size_t worst = 0;
  Loss loss;
  sites::ControllerId from;
  sites::ControllerId to;
  friend bool operator==(const HopsAfterLoss&, const HopsAfterLoss&) = default;
};

/// The longest that a change waits for schedules and polls on its way over primary connections,
/// whenever in the week it is made and however the polls fall. What is open and announced counts
/// nothing.
struct Delay {
  base::Duration worst{};
  sites::ControllerId from;
  sites::ControllerId to;
  base::Duration at{};  ///< Since Sunday 00:00 UTC.
  friend bool operator==(const Delay&, const Delay&) = default;
};

/// How often one change crosses a link, on average over where it may be written, in thousandths.
struct LinkTraffic {
  sites::SiteLinkId link;
  std::uint64_t planned = 0;
  std::uint64_t full_mesh = 0;  ///< Everyone pulls it from its writer over the cheapest path.
  friend bool operator==(const LinkTraffic&, const LinkTraffic&) = default;
};

struct Certificate {
  std::optional<std::size_t> losses;  ///< Tried: every controller, link and site. nullopt: none.
  std::vector<CutLoss> cuts;          ///< Controllers, links, sites; each by id.
  std::optional<HopsAfterLoss> hops_after_loss;  ///< nullopt: too large a forest to try all (more
                                                 ///< than 3,000 controllers as a rule), as for
  std::optional<Delay> delay;                    ///< all other parts that may lack.
  std::uint64_t standby_cost = 0;                ///< Of the pairs of sites that only standbys join.
  std::vector<LinkTraffic> traffic;              ///< By link; of the configuration. May lack.
  /// Bytes that a change's crossing of a link takes besides the change: the page that brings it
  /// also says how far every writable replica has come.
  std::uint64_t crossing_overhead = 0;
  friend bool operator==(const Certificate&, const Certificate&) = default;
};

Certificate certify(const sites::Forest& forest, const Topology& topology);

}  // namespace ringspan::kcc
