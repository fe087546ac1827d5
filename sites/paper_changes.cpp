#include "sites/paper_changes.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/fold.hpp"
#include "sites/nearest.hpp"

namespace ringspan::sites {
namespace {

/// Edits a forest word by word. What cannot be done is noted, and the rest goes on.
class Paper {
 public:
  explicit Paper(Forest forest) : forest_(std::move(forest)) {}

  void remove_controller(const std::string& name) {
    if (const auto* one = find(forest_.controllers, "controller", name)) drop(one->id);
  }

  void remove_link(const std::string& name) {
    if (const auto* one = find(forest_.links, "site link", name)) drop(one->id);
  }

  void remove_site(const std::string& name);
  void add_link(const std::string& words);
  void set_cost(const std::string& words);

  using Edit = void (Paper::*)(const std::string& words);
  void each(const char* field, const std::vector<std::string>& all, Edit edit) {
    field_ = field;
    for (at_ = 0; at_ < all.size(); ++at_)
      (this->*edit)(all[at_]);
  }

  tl::expected<Forest, std::vector<ChangeFault>> result() && {
    if (!faults_.empty()) return tl::unexpected(std::move(faults_));
    return std::move(forest_);
  }

 private:
  void wrong(std::string message) { faults_.push_back({field_, at_, std::move(message)}); }

  template <typename Part>
  const Part* find(const std::vector<Part>& parts, const char* kind, const std::string& name) {
    std::vector<std::string> names;
    for (const Part& part : parts) {
      if (base::fold_name(part.name) == base::fold_name(name)) return &part;
      names.push_back(part.name);
    }
    wrong(no_such_name(kind, name, names, "the definition lists them"));
    return nullptr;
  }

  void drop(ControllerId id) {
    std::erase_if(forest_.controllers, [id](const auto& one) { return one.id == id; });
    for (auto& context : forest_.naming_contexts)
      std::erase(context.replicas, id);
  }

  void drop(SiteLinkId id) {
    std::erase_if(forest_.links, [id](const auto& one) { return one.id == id; });
    for (auto& bridge : forest_.bridges)
      std::erase(bridge.links, id);
  }

  std::optional<Cost> cost_of(const std::string& words, const std::string& number) {
    std::uint32_t cost = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), cost);
    if (error == std::errc() && end == number.data() + number.size() && cost > 0) return Cost(cost);
    wrong(fmt::format("{}: {} is no cost; give a whole number from 1 to {}", words,
                      number.empty() ? "nothing" : number,
                      std::numeric_limits<std::uint32_t>::max()));
    return std::nullopt;
  }

  Forest forest_;
  std::vector<ChangeFault> faults_;
  const char* field_ = "";
  std::size_t at_ = 0;
};

void Paper::remove_site(const std::string& name) {
  const auto* found = find(forest_.sites, "site", name);
  if (found == nullptr) return;
  const SiteId id = found->id;
  const std::vector<Controller> controllers = forest_.controllers;
  for (const auto& one : controllers)
    if (one.site == id) drop(one.id);
  const std::vector<SiteLink> links = forest_.links;
  for (const auto& one : links) {
    if (std::ranges::find(one.sites, id) != one.sites.end() && one.sites.size() < 3) drop(one.id);
  }
  for (auto& link : forest_.links)
    std::erase(link.sites, id);
  std::erase_if(forest_.sites, [id](const auto& one) { return one.id == id; });
}

void Paper::add_link(const std::string& words) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at != std::string::npos;) {
    const std::size_t comma = words.find(',', at);
    parts.push_back(words.substr(at, comma == std::string::npos ? comma : comma - at));
    at = comma == std::string::npos ? comma : comma + 1;
  }
  if (parts.size() != 3) {
    return wrong(fmt::format("{}: no new link; give two sites and a cost, as oslo,rome,80", words));
  }
  const auto* one = find(forest_.sites, "site", parts[0]);
  const auto* other = find(forest_.sites, "site", parts[1]);
  const auto cost = cost_of(words, parts[2]);
  if (one == nullptr || other == nullptr || !cost) return;
  if (one == other) return wrong(fmt::format("{}: a link joins two different sites", words));
  SiteLink link;
  link.name = fmt::format("{}-{}", one->name, other->name);
  const auto is_taken = [&](const std::string& name) {
    return std::ranges::any_of(forest_.links, [&](const auto& present) {
      return base::fold_name(present.name) == base::fold_name(name);
    });
  };
  const std::string first = link.name;
  for (int number = 2; is_taken(link.name); ++number)
    link.name = fmt::format("{}-{}", first, number);
  link.id = SiteLinkId(id_from_name(forest_.id, "site-link", link.name));
  link.sites = {std::min(one->id, other->id), std::max(one->id, other->id)};
  link.cost = *cost;
  forest_.links.push_back(std::move(link));
  std::ranges::sort(forest_.links, {}, &SiteLink::id);
}

void Paper::set_cost(const std::string& words) {
  const std::size_t equals = words.rfind('=');
  if (equals == std::string::npos) {
    return wrong(fmt::format("{}: no cost; give it as LINK=50", words));
  }
  const auto* found = find(forest_.links, "site link", words.substr(0, equals));
  const auto cost = cost_of(words, words.substr(equals + 1));
  if (found == nullptr || !cost) return;
  std::ranges::find(forest_.links, found->id, &SiteLink::id)->cost = *cost;
}

}  // namespace

tl::expected<Forest, std::vector<ChangeFault>> change_on_paper(Forest forest,
                                                               const PaperChanges& changes) {
  Paper paper(std::move(forest));
  paper.each("set_costs", changes.set_costs, &Paper::set_cost);
  paper.each("add_links", changes.add_links, &Paper::add_link);
  paper.each("without_links", changes.without_links, &Paper::remove_link);
  paper.each("without_controllers", changes.without_controllers, &Paper::remove_controller);
  paper.each("without_sites", changes.without_sites, &Paper::remove_site);
  return std::move(paper).result();
}

}  // namespace ringspan::sites
