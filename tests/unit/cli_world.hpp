#pragma once

// A world of strings for the command line: what is asked is kept, what is answered is canned.

#include <sstream>
#include <string>
#include <vector>

#include "cli/run.hpp"

namespace ringspan::cli {

inline constexpr std::string_view kNoon = "2024-01-01T12:00:00.000Z";

struct TestWorld {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  std::vector<std::string> requests;
  std::vector<Place> places;
  base::Result<std::string> answer = std::string("{}");
  int waits = 0;
  World world{.in = in,
              .out = out,
              .err = err,
              .style = {},
              .now = [] { return *base::parse_time(kNoon); },
              .environment = [](const std::string&) { return std::optional<std::string>(); },
              .ask =
                  [this](const Place& place, const std::string& request) {
                    places.push_back(place);
                    requests.push_back(request);
                    return answer;
                  },
              .wait = [this](base::Duration) { return waits-- > 0; }};

  ExitCode run(const std::vector<std::string>& words) { return cli::run(words, world); }
};

}  // namespace ringspan::cli
