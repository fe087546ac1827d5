#include "cli/relative_time.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/style.hpp"

namespace ringspan::cli {
namespace {

std::string coarse(base::Duration span) {
  using namespace std::chrono;
  if (span < 1min) return fmt::format("{} s", duration_cast<seconds>(span).count());
  if (span < 1h) return fmt::format("{} min", duration_cast<minutes>(span).count());
  if (span < 48h) return fmt::format("{} h", duration_cast<hours>(span).count());
  return fmt::format("{} d", duration_cast<days>(span).count());
}

}  // namespace

std::string relative(base::Time time, base::Time now) {
  const base::Duration past = now - time;
  if (std::chrono::abs(past) < std::chrono::seconds(1)) return "now";
  return past.count() > 0 ? coarse(past) + " ago" : "in " + coarse(-past);
}

std::string relative(const nlohmann::json& field, base::Time now) {
  if (field.is_null()) return "never";
  if (!field.is_string()) return field.dump();
  const auto text = field.get<std::string>();
  const auto time = base::parse_time(text);
  return time ? relative(*time, now) : printable(text);
}

std::string span_text(base::Duration span) {
  using namespace std::chrono;
  if (span < 100ms) return fmt::format("{} ms", span.count());
  if (span < 10s) return fmt::format("{:.1f} s", static_cast<double>(span.count()) / 1000);
  return coarse(span);
}

}  // namespace ringspan::cli
