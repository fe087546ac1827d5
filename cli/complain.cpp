#include "cli/complain.hpp"

#include <fmt/format.h>

#include <ostream>

#include "cli/style.hpp"

namespace ringspan::cli {

ExitCode complain(World& world, ExitCode code, const std::vector<std::string>& messages) {
  for (const auto& message : messages) {
    // A message of several lines lists faults: each line is shown as one.
    std::size_t from = 0;
    while (from <= message.size()) {
      const auto end = std::min(message.find('\n', from), message.size());
      const auto line = message.substr(from, end - from);
      world.err << (from == 0 ? "ringspan: " : "  ") << printable(line) << "\n";
      from = end + 1;
    }
  }
  return code;
}

ExitCode complain(World& world, ExitCode code, const std::string& message) {
  return complain(world, code, std::vector<std::string>{message});
}

ExitCode complain(World& world, const base::Error& error) {
  return complain(world, ending_of(error.code), error.message);
}

ExitCode complain(World& world, const std::string& file, const std::vector<sites::Fault>& faults) {
  for (const auto& fault : faults)
    world.err << printable(sites::to_string(fault)) << "\n";
  return complain(world, ExitCode::not_well,
                  fmt::format("{}: {}; nothing was done, mend {} and try again", file,
                              counted(faults.size(), "fault"), faults.size() == 1 ? "it" : "them"));
}

ExitCode ending_of(base::Errc code) {
  switch (code) {
    case base::Errc::unavailable:
    case base::Errc::damaged:
      return ExitCode::could_not_ask;
    case base::Errc::invalid:
    case base::Errc::not_found:
    case base::Errc::exists:
    case base::Errc::refused:
      return ExitCode::not_well;
  }
  return ExitCode::not_well;
}

}  // namespace ringspan::cli
