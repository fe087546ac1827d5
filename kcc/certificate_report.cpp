#include "kcc/certificate_report.hpp"

#include <algorithm>
#include <functional>
#include <vector>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "kcc/names.hpp"

namespace ringspan::kcc {
namespace {

constexpr std::size_t kMostLines = 20;  // of one list

std::string loss_text(const Loss& loss, const Names& names) {
  if (loss.controller) return "controller " + names.controller(*loss.controller);
  if (loss.link) return "link " + names.link(*loss.link);
  return "site " + (loss.site ? names.site(*loss.site) : std::string());
}

std::string remedy_text(const CutLoss& cut, const Names& names) {
  if (cut.remedy == Remedy::second_controller) {
    return fmt::format("a second writable controller in {}", names.site(cut.site));
  }
  return fmt::format("a link between {} and {}", names.site(cut.site), names.site(cut.other));
}

std::string cut_line(const CutLoss& cut, const Names& names) {
  constexpr std::size_t kMostNames = 5;
  return fmt::format("  {} cuts off {}; remedy: {}\n", loss_text(cut.loss, names),
                     names.listed(cut.apart, kMostNames), remedy_text(cut, names));
}

std::string cuts_text(const Certificate& certificate, const Names& names) {
  if (!certificate.losses) return "Losses: too large a forest to try them all.\n";
  if (certificate.cuts.empty()) {
    return fmt::format(
        "Any one loss is survived: all {} controllers, links and sites were tried.\n",
        *certificate.losses);
  }
  std::string text =
      fmt::format("{} of {} losses of one controller, link or site cut someone off:\n",
                  certificate.cuts.size(), *certificate.losses);
  const std::size_t shown = std::min(kMostLines, certificate.cuts.size());
  for (std::size_t at = 0; at < shown; ++at)
    text += cut_line(certificate.cuts[at], names);
  if (shown < certificate.cuts.size()) {
    text += fmt::format("  and {} more; --json has them all\n", certificate.cuts.size() - shown);
  }
  return text;
}

std::string hops_text(const Certificate& certificate, const Names& names) {
  const auto& hops = certificate.hops_after_loss;
  if (!hops) return "Hops after a loss: too large a forest to try them all.\n";
  if (hops->worst == 0) return {};
  return fmt::format("Hops after any one loss: {} at worst, {} to {} without {}.\n", hops->worst,
                     names.controller(hops->from), names.controller(hops->to),
                     loss_text(hops->loss, names));
}

/// "Sunday 18:15"
std::string moment(base::Duration since_sunday) {
  static constexpr const char* kDays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                          "Thursday", "Friday", "Saturday"};
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(since_sunday).count();
  return fmt::format("{} {:02}:{:02} UTC", kDays[minutes / 1440 % 7], minutes / 60 % 24,
                     minutes % 60);
}

std::string delay_text(const Certificate& certificate, const Names& names) {
  const auto& delay = certificate.delay;
  if (!delay) return "Delay by schedules: too large a forest to try every quarter-hour.\n";
  if (delay->worst == base::Duration{}) {
    return "Delay by schedules: none; every link is open and announces changes.\n";
  }
  return fmt::format("Delay by schedules and polls: {} at worst, {} to {}, made on {}.\n",
                     base::to_string(delay->worst), names.controller(delay->from),
                     names.controller(delay->to), moment(delay->at));
}

/// Whether someone writes to the configuration and some link may carry it.
bool has_traffic(const sites::Forest& forest) {
  return !forest.links.empty() &&
         std::ranges::any_of(forest.controllers, std::not_fn(&sites::Controller::read_only)) &&
         std::ranges::find(forest.naming_contexts, sites::NamingContextKind::configuration,
                           &sites::NamingContext::kind) != forest.naming_contexts.end();
}

/// "3.4 MB"
std::string sized(std::uint64_t bytes) {
  if (bytes < 1'000) return fmt::format("{} B", bytes);
  if (bytes < 1'000'000) return fmt::format("{:.1f} kB", static_cast<double>(bytes) / 1e3);
  if (bytes < 1'000'000'000) return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
  return fmt::format("{:.1f} GB", static_cast<double>(bytes) / 1e9);
}

std::string traffic_text(const sites::Forest& forest, const Certificate& certificate,
                         const Names& names, const WriteRate& rate) {
  std::vector<LinkTraffic> traffic = certificate.traffic;
  if (traffic.empty() && has_traffic(forest)) {
    return "Traffic on links: too large a forest to follow every change.\n";
  }
  if (traffic.empty()) return {};
  std::ranges::stable_sort(traffic, std::ranges::greater{}, &LinkTraffic::planned);
  std::uint64_t planned = 0;
  std::uint64_t mesh = 0;
  for (const LinkTraffic& one : traffic) {
    planned += one.planned;
    mesh += one.full_mesh;
  }
  const LinkTraffic& most = traffic.front();
  const std::uint64_t bytes = certificate.crossing_overhead + rate.bytes;
  const auto crossings = [&](std::uint64_t thousandths) {
    const std::uint64_t count = thousandths * rate.changes / 1000;
    return fmt::format("{} ({})", count, sized(count * bytes));
  };
  return fmt::format(
      "Of {} changes an hour, {} cross site links, {} in a full mesh; most over {}: {} and {}.\n",
      rate.changes, crossings(planned), crossings(mesh), names.link(most.link),
      crossings(most.planned), crossings(most.full_mesh));
}

}  // namespace

std::string certificate_report(const sites::Forest& forest, const Certificate& certificate,
                               const WriteRate& rate) {
  const Names names(forest);
  return hops_text(certificate, names) +
         fmt::format("Standby: {} of cost between sites that only standbys join.\n",
                     certificate.standby_cost) +
         delay_text(certificate, names) + traffic_text(forest, certificate, names, rate) + "\n" +
         cuts_text(certificate, names);
}

}  // namespace ringspan::kcc
