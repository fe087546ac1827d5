#include "process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>

extern char** environ;

namespace ringspan::tests {

Process::Process(const std::vector<std::string>& command) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  std::vector<std::string> words = command;
  std::vector<char*> arguments;
  for (std::string& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const int failed =
      ::posix_spawnp(&child_, words.front().c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  pipe_ = ends[0];
  if (failed != 0) throw std::runtime_error("cannot start " + command.front());
}

Process::~Process() {
  if (runs()) {
    ::kill(child_, SIGKILL);
    wait();
  }
  ::close(pipe_);
}

bool Process::read_more(std::chrono::steady_clock::time_point deadline) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  pollfd waited{pipe_, POLLIN, 0};
  if (left.count() <= 0 || ::poll(&waited, 1, static_cast<int>(left.count())) <= 0) return false;
  std::array<char, 4096> piece{};
  const ssize_t size = ::read(pipe_, piece.data(), piece.size());
  if (size <= 0) return false;
  output_.append(piece.data(), static_cast<std::size_t>(size));
  return true;
}

std::optional<std::string> Process::wait_for_line(const std::string& text) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  do {
    while (true) {
      const std::size_t end = output_.find('\n', looked_at_);
      if (end == std::string::npos) break;
      std::string line = output_.substr(looked_at_, end - looked_at_);
      looked_at_ = end + 1;
      if (line.find(text) != std::string::npos) return line;
    }
  } while (read_more(deadline));
  return std::nullopt;
}

void Process::signal(int number) {
  if (runs()) ::kill(child_, number);
}

Ended Process::wait() {
  const auto deadline = std::chrono::steady_clock::now() + 2 * kPatience;
  while (read_more(deadline)) {
  }
  int status = 0;
  ::waitpid(std::exchange(child_, -1), &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), output_};
}

Ended run(const std::vector<std::string>& command) {
  return Process(command).wait();
}

std::vector<std::string> ringspan(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), RINGSPAN_PROGRAM);
  return arguments;
}

}  // namespace ringspan::tests
