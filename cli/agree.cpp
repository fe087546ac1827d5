#include "cli/agree.hpp"

#include <fmt/format.h>

#include <istream>
#include <ostream>

#include "cli/complain.hpp"

namespace ringspan::cli {

std::optional<ExitCode> without_consent(const Arguments& given, World& world,
                                        const Question& question) {
  if (given.has("--yes")) return std::nullopt;
  if (!world.interactive) {
    return complain(world, ExitCode::usage,
                    fmt::format("standard input: no terminal, so nobody can be asked; {}; add "
                                "--yes to {}",
                                question.nothing, question.deed));
  }
  world.err << printable(question.text) << " [y/N] ";
  world.err.flush();
  std::string line;
  std::getline(world.in, line);
  if (line == "y" || line == "Y" || line == "yes") return std::nullopt;
  std::string nothing = question.nothing;
  if (nothing.front() >= 'a' && nothing.front() <= 'z') nothing.front() -= 'a' - 'A';
  world.err << nothing << ".\n";
  return ExitCode::not_well;
}

std::string fault_of_unasked(const Arguments& given) {
  if (!given.has("--json") || given.has("--yes")) return {};
  return "--json: a script cannot be asked; add --yes";
}

}  // namespace ringspan::cli
