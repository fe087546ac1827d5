#include "sites/notes.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "base/fold.hpp"

namespace ringspan::sites {
namespace {

constexpr std::size_t kMost = 1000;
constexpr std::size_t kLongest = 60;

}  // namespace

void Notes::add(std::size_t line, std::string_view where, std::string reason, std::string remedy) {
  if (notes_.size() == kMost) {
    ++left_out_;
    return;
  }
  notes_.push_back({file_, line, shortened(where), std::move(reason), std::move(remedy)});
}

void Notes::add(std::size_t line, std::string_view where, const base::Error& error) {
  const auto cut = error.message.rfind("; ");
  if (cut == std::string::npos) return add(line, where, error.message, "correct it");
  add(line, where, error.message.substr(0, cut), error.message.substr(cut + 2));
}

std::vector<Fault> Notes::sorted() const {
  std::vector<Fault> sorted = notes_;
  std::ranges::stable_sort(sorted, {}, &Fault::line);
  if (left_out_ > 0) {
    sorted.push_back({file_, sorted.back().line, "and so on",
                      fmt::format("{} more of them are not shown", left_out_), "mend these first"});
  }
  return sorted;
}

std::string shortened(std::string_view text) {
  const bool whole = text.size() <= kLongest;
  std::size_t end = std::min(text.size(), kLongest);
  while (!whole && end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U)
    --end;
  std::string shown(text.substr(0, end));
  if (!base::is_utf8(shown)) {
    std::ranges::replace_if(
        shown, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  }
  return whole ? shown : shown + "...";
}

}  // namespace ringspan::sites
