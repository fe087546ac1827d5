#pragma once

// Mender: how mend() (mend.hpp) works. The plan of one group of naming contexts as a graph of its
// replicas; every loss is tried, and what it tears apart is joined.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "kcc/mend.hpp"
#include "kcc/site_graph.hpp"

namespace ringspan::kcc {

inline constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

/// What fails: one replica or one site link, by place.
struct Loss {
  std::size_t replica = kNone;
  std::size_t link = kNone;
  /// Of a link that is the only way between two parts of the network: by site, which part. Nothing
  /// joins them without it, so each is looked at alone.
  const std::vector<bool>* parts = nullptr;
  bool part = false;
};

struct Replica {
  sites::ControllerId id;
  std::size_t site = 0;
  bool writable = false;
  bool partial = false;
  bool relay = false;         ///< Partial, and feeds partial ones.
  bool deaf = false;          ///< May pull from no other site.
  bool mute = false;          ///< No one may pull from it.
  bool closed_ring = false;   ///< Whoever of its site is lost, the others hang together.
  std::size_t group = kNone;  ///< Writable ones that hear each other while all is well.
};

/// Invariant: out_ and in_ hold what the plan has inside sites, `pulls`, and what was added.
class Mender {
 public:
  Mender(const sites::Forest& forest, const SiteGraph& graph, const ContextGroup& group,
         const Planes& planes, const StandbyWays& ways);

  /// What must be added.
  Mending mend_all();

 private:
  struct Edge {
    std::size_t to = 0;
    std::size_t number = 0;
  };
  using Edges = std::vector<std::vector<Edge>>;
  using Marks = std::vector<bool>;
  /// Who still hears somebody, or tells him, and nobody else.
  struct Gap {
    std::vector<std::size_t> known;
    bool outwards = false;  ///< They are told, and tell no one else.
  };
  using BySite = std::map<std::size_t, std::vector<std::size_t>>;  // places of replicas
  /// Who is to be joined to whom.
  struct Errand {
    const BySite& starts;
    std::function<std::vector<std::size_t>(std::size_t site)> ends_at;
    bool outwards = false;  ///< The starts feed the ends.
  };
  struct Found {
    SitePull pull;
    SitePath path;  ///< As it was searched.
  };

  void add_replica(const Replica& replica) {
    places_.emplace(replica.id, replicas_.size());
    replicas_.push_back(replica);
  }

  bool is_member(std::size_t at, std::size_t group) const {
    return replicas_[at].writable && replicas_[at].group == group;
  }

  bool are_joined(std::size_t from, std::size_t to) const {
    return std::ranges::any_of(out_[from], [to](const Edge& edge) { return edge.to == to; });
  }

  static bool feeds(const Replica& source, bool partial) {
    return !source.mute && (source.writable || (partial && source.relay));
  }

  /// Which plane an edge belongs to; those inside the sites belong to both.
  struct InPlanes {
    bool first = false;
    bool second = false;
  };

  void connect(sites::ControllerId source, sites::ControllerId destination,
               const std::vector<std::size_t>& links, InPlanes planes) {
    const std::size_t from = places_.at(source);
    const std::size_t to = places_.at(destination);
    const std::size_t number = ends_.size();
    ends_.emplace_back(from, to);
    lost_.push_back(0);
    planes_.push_back(planes);
    out_[from].push_back({to, number});
    in_[to].push_back({from, number});
    for (const std::size_t link : links)
      over_[link].push_back(number);
  }

  /// From here on the edges over the link are gone, until the next loss begins.
  void begin(const Loss& loss) {
    ++losses_;
    if (loss.link == kNone) return;
    for (const std::size_t number : over_[loss.link])
      if (!leads_round(number, loss.link)) lost_[number] = losses_;
  }
  bool leads_round(std::size_t number, std::size_t link) const {
    const auto rounds = rounds_.find(number);
    return rounds != rounds_.end() && std::ranges::any_of(rounds->second, [link](const auto& way) {
             return std::ranges::find(way, link) == way.end();
           });
  }
  bool is_gone(const Edge& edge, const Loss& loss) const {
    return edge.to == loss.replica || lost_[edge.number] == losses_;
  }

  /// Whether the loss leaves it there, and on the side that is looked at.
  bool is_left(std::size_t at, const Loss& loss) const {
    if (at == loss.replica) return false;
    return loss.parts == nullptr || (*loss.parts)[replicas_[at].site] == loss.part;
  }

  /// By place: the last search that came here.
  using Searches = std::vector<std::uint64_t>;

  void mend_losses();
  bool reaches_more();
  bool holds_without_replica(std::size_t lost);
  bool holds_without_link(std::size_t link);
  void connect_second(const SitePull& pull);
  bool spans(bool InPlanes::* plane);
  std::vector<std::size_t> pairs_over_links(bool InPlanes::* plane) const;
  Marks flood(const Edges& edges, std::vector<std::size_t> front, const Loss& loss) const;
  void find_groups();
  void mend(const Loss& loss);
  bool mend_once(const Loss& loss, std::size_t group);
  std::vector<std::size_t> parts(const Loss& loss, std::size_t group) const;
  std::optional<Gap> gap(std::size_t from, std::size_t to, const Loss& loss);
  bool mend_link(const Loss& loss);
  bool mend_replica(const Loss& loss);
  bool lead_on(std::size_t from, std::size_t to, const Loss& loss);
  bool join(const Gap& gap, const Loss& loss);
  std::optional<SitePull> offer(const Loss& loss, const std::vector<std::size_t>& sources,
                                const std::vector<std::size_t>& destinations) const;
  void search(const Errand& errand, const Loss& loss, std::optional<Found>& best);
  bool add(const std::optional<Found>& best);
  bool bring(const Loss& loss, const Marks& told, const std::vector<std::size_t>& apart);
  bool lead_round(const Loss& loss, std::size_t head);

  const sites::Forest& forest_;
  const SiteGraph& graph_;
  const ContextGroup& group_;
  const StandbyWays& ways_;
  std::vector<Replica> replicas_;
  std::vector<std::vector<std::size_t>> at_site_;  // places of replicas
  std::unordered_map<sites::ControllerId, std::size_t> places_;
  Edges out_;
  Edges in_;
  std::vector<std::vector<std::size_t>> over_;             // link -> numbers of edges
  std::vector<std::pair<std::size_t, std::size_t>> ends_;  // of each edge, by number
  std::vector<std::uint64_t> lost_;                        // of each edge: the last loss to take it
  std::vector<InPlanes> planes_;                           // of each edge
  std::map<std::size_t, std::vector<std::vector<std::size_t>>> rounds_;  // of an edge, by number
  bool second_spans_ = false;
  bool all_alike_ = false;  // everyone is writable, and none may not pull or be pulled from
  std::uint64_t losses_ = 1;
  Searches told_;
  Searches heard_;
  std::uint64_t search_ = 0;
  std::vector<std::size_t> heads_;  // of each group its first writable replica
  std::vector<std::vector<std::size_t>>
      fed_;  // by group: whom it reaches while all is well, sorted
  std::vector<SitePull> added_;
  std::vector<std::size_t> followed_;
};

}  // namespace ringspan::kcc
