#include "sites/nearest.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include <fmt/format.h>

#include "base/fold.hpp"

namespace ringspan::sites {
namespace {

/// Optimal string alignment: edits between two words, a swap of neighbours counting once.
std::size_t edits_between(std::string_view left, std::string_view right) {
  std::vector<std::vector<std::size_t>> edits(left.size() + 1,
                                              std::vector<std::size_t>(right.size() + 1));
  for (std::size_t i = 0; i <= left.size(); ++i)
    edits[i][0] = i;
  std::iota(edits[0].begin(), edits[0].end(), std::size_t{0});
  for (std::size_t i = 1; i <= left.size(); ++i) {
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t change = left[i - 1] == right[j - 1] ? 0 : 1;
      edits[i][j] =
          std::min({edits[i - 1][j] + 1, edits[i][j - 1] + 1, edits[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]) {
        edits[i][j] = std::min(edits[i][j], edits[i - 2][j - 2] + 1);
      }
    }
  }
  return edits[left.size()][right.size()];
}

}  // namespace

std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates) {
  constexpr std::size_t longest = 64;  // the work grows with the square
  const std::string folded = base::fold_name(word.substr(0, longest));
  std::size_t fewest = std::max<std::size_t>(1, folded.size() / 3) + 1;
  std::optional<std::string> found;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > longest) continue;
    const std::size_t edits = edits_between(folded, base::fold_name(candidate));
    if (edits < fewest || (edits == fewest && found && candidate < *found)) {
      fewest = edits;
      found = candidate;
    }
  }
  return found;
}

std::string no_such_name(std::string_view kind, std::string_view name,
                         const std::vector<std::string>& candidates, std::string_view where) {
  const auto meant = nearest(name, candidates);
  return fmt::format("{}: no {} of this name; {}", name, kind,
                     meant ? fmt::format("did you mean {}?", *meant) : std::string(where));
}

}  // namespace ringspan::sites
