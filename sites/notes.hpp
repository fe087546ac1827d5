#pragma once

// Notes: what a reader has to say about a file, line by line, as it goes.
//
//     Notes faults("corp.ldif");
//     faults.add(12, "CN=oslo", "the value is no base64", "export the file again");
//     if (!faults.none()) return tl::unexpected(faults.sorted());

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sites/fault.hpp"

namespace ringspan::sites {

/// Keeps the first thousand; the last note then says how many more there were. So a file that is
/// wrong a million times costs neither memory nor a reader's evening.
class Notes {
 public:
  explicit Notes(std::string file) : file_(std::move(file)) {}

  /// `where` is cut if it is long.
  void add(std::size_t line, std::string_view where, std::string reason, std::string remedy);
  void add(std::size_t line, std::string_view where,
           const base::Error& error);  ///< "reason; remedy"
  bool none() const { return notes_.empty(); }

  /// In the order of the lines.
  std::vector<Fault> sorted() const;

 private:
  std::string file_;
  std::vector<Fault> notes_;
  std::size_t left_out_ = 0;
};

/// A text for a message: at most 60 bytes, cut between characters, "..." where it was cut;
/// bytes that are no UTF-8 are shown as question marks.
std::string shortened(std::string_view text);

}  // namespace ringspan::sites
