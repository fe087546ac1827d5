// The rim: the terminal, the clock, the network, the signals. All else is behind cli/run.hpp.

#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <iostream>

#include "cli/connect.hpp"
#include "cli/run.hpp"

namespace {

using namespace ringspan;

std::optional<std::string> environment(const std::string& name) {
  // Nobody changes the environment of this process.
  const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
  if (value == nullptr || *value == '\0') return std::nullopt;
  return std::string(value);
}

cli::Style style_of_output() {
  cli::Style style;
  if (isatty(STDOUT_FILENO) == 0) return style;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) style.width = size.ws_col;
  style.colour = !environment("NO_COLOR") && environment("TERM") != "dumb";
  return style;
}

base::Time now() {
  return std::chrono::time_point_cast<base::Duration>(std::chrono::system_clock::now());
}

/// Waits; false on Ctrl-C. While something is asked Ctrl-C ends the program as ever.
bool wait(base::Duration span) {
  sigset_t ends;
  sigset_t before;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  sigprocmask(SIG_BLOCK, &ends, &before);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(span);
  const timespec pause{static_cast<time_t>(seconds.count()),
                       static_cast<long>((span - seconds).count()) * 1'000'000};
  const bool ended = sigtimedwait(&ends, nullptr, &pause) > 0;
  sigprocmask(SIG_SETMASK, &before, nullptr);
  return !ended;
}

/// Keeps Ctrl-C and SIGTERM for wait() from now until what it returns goes.
std::shared_ptr<void> attend() {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  const auto before = std::make_shared<sigset_t>();
  sigprocmask(SIG_BLOCK, &ends, before.get());
  return {nullptr, [before](void*) { sigprocmask(SIG_SETMASK, before.get(), nullptr); }};
}

int run(const std::vector<std::string>& words) {
  cli::World world{.in = std::cin,
                   .out = std::cout,
                   .err = std::cerr,
                   .style = style_of_output(),
                   .now = now,
                   .environment = environment,
                   .ask = cli::ask_over_tls,
                   .wait = wait,
                   .interactive = isatty(STDIN_FILENO) != 0,
                   .attend = attend};
  const auto code = cli::run(words, world);
  if (!std::cout.flush()) {
    std::cerr << "ringspan: standard output: could not be written; is the disk full?\n";
    return static_cast<int>(cli::ExitCode::not_well);
  }
  return static_cast<int>(code);
}

}  // namespace

int main(int count, char** words) {
  try {
    return run({words + 1, words + count});
  } catch (const std::exception& trouble) {
    std::cerr << "ringspan: " << trouble.what() << "; the disk or the memory gave way\n";
    return static_cast<int>(cli::ExitCode::could_not_ask);
  }
}
