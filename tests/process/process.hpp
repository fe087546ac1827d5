#pragma once

// Process: a program of ours that runs beside the test, with its output line by line.

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace ringspan::tests {

/// Long enough for a loaded machine; a test that needs it all has failed.
inline constexpr std::chrono::seconds kPatience{30};

struct Ended {
  int code = 0;        ///< Exit code; 128 + signal when one ended it.
  std::string output;  ///< Standard output and error as they came.
};

class Process {
 public:
  /// Starts it; standard output and error go into one pipe.
  explicit Process(const std::vector<std::string>& command);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();  ///< SIGKILL if it still runs.

  /// Reads until a line contains `text`, from where the last wait ended; nullopt after kPatience or
  /// at the end of the output.
  std::optional<std::string> wait_for_line(const std::string& text);

  void signal(int number);
  Ended wait();  ///< For its end.

  bool runs() const { return child_ > 0; }
  pid_t id() const { return child_; }
  const std::string& output() const { return output_; }

 private:
  bool read_more(std::chrono::steady_clock::time_point deadline);

  pid_t child_ = -1;
  int pipe_ = -1;
  std::string output_;
  std::size_t looked_at_ = 0;
};

/// Runs a program to its end.
Ended run(const std::vector<std::string>& command);

/// `ringspan ARGUMENTS`.
std::vector<std::string> ringspan(std::vector<std::string> arguments);

}  // namespace ringspan::tests
