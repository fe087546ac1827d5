#pragma once

// Selection: a set of attributes, as a value.
//
//     Selection mail{.only = true, .names = {"mail"}};
//     mail.has("title");                        // false
//     Selection{}.covers(mail);                 // the default is everything

#include <set>
#include <string>
#include <string_view>

namespace ringspan::replicator {

/// `names`, or all but those. An object's place and whether it lives are in every selection.
struct Selection {
  bool only = false;  ///< These names; otherwise all but these.
  std::set<std::string, std::less<>> names;

  bool has(std::string_view attribute) const;

  /// Everything that `other` has is here, too.
  bool covers(const Selection& other) const;

  friend bool operator==(const Selection&, const Selection&) = default;
};

/// What is in both.
Selection both(const Selection& one, const Selection& other);

/// "all but lastlogon unicodepwd", "only mail title"; empty: everything. And back.
std::string to_text(const Selection& selection);
Selection to_selection(std::string_view text);

}  // namespace ringspan::replicator
