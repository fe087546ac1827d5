#pragma once

// Finding: one thing about a forest that somebody should look at, as `ringspan check` lists it.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ringspan::kcc {

/// From what is merely good to know to what keeps changes from arriving.
enum class Severity { note, warning, error };
std::string_view to_string(Severity severity);

/// One kind of finding. Codes never change their meaning: scripts and suppressions name them.
struct CheckRule {
  std::string_view code;  ///< "site-without-link"
  Severity severity = Severity::note;
  std::string_view what;  ///< A sentence that holds for every finding of this kind.
};

/// All kinds, in alphabetical order of their codes.
std::span<const CheckRule> check_rules();

struct Finding {
  std::string_view code;
  Severity severity = Severity::note;
  std::string place;     ///< "site link oslo-nuuk"; "forest"
  std::string reason;    ///< What is so, and what follows.
  std::string remedy;    ///< What to do; never empty.
  std::size_t line = 0;  ///< In the file, counted from 1; 0: it has no one place there.
  friend bool operator==(const Finding&, const Finding&) = default;
};

/// Collects findings; severities follow from the codes.
class Findings {
 public:
  /// `code` must be one of check_rules().
  void add(std::string_view code, std::string place, std::string reason, std::string remedy,
           std::size_t line = 0);

  /// Worst first, then by code and place.
  std::vector<Finding> sorted() &&;

 private:
  std::vector<Finding> findings_;
};

/// Of none: note.
Severity worst_of(const std::vector<Finding>& findings);

}  // namespace ringspan::kcc
