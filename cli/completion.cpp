#include "cli/completion.hpp"

#include <fmt/format.h>

#include <ostream>
#include <set>

#include "cli/commands.hpp"
#include "cli/world.hpp"

namespace ringspan::cli {
namespace {

/// How bash is told what may stand for a parameter.
std::string proposal(const Parameter& parameter) {
  if (!parameter.choices.empty()) {
    return fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$word\"))",
                       fmt::join(parameter.choices, " "));
  }
  switch (parameter.completes) {
    case Completes::file:
      return "COMPREPLY=($(compgen -f -- \"$word\"))";
    case Completes::folder:
      return "COMPREPLY=($(compgen -d -- \"$word\"))";
    case Completes::controller:
      return "COMPREPLY=($(compgen -W \"$(_ringspan_controllers)\" -- \"$word\"))";
    case Completes::choice:
    case Completes::nothing:
      return "COMPREPLY=()";
  }
  return {};
}

/// What may follow an option of this name: the same for every command that has it.
std::string values_of_options(const std::vector<Command>& table) {
  std::string cases;
  std::set<std::string> told;
  for (const auto& command : table) {
    for (const auto& option : command.options) {
      if (option.is_flag() || !told.insert(option.name).second) continue;
      cases += fmt::format("    {}) {}; return ;;\n", option.name, proposal(option));
    }
  }
  return cases;
}

std::string words_of_commands(const std::vector<Command>& table) {
  std::string cases;
  for (const auto& command : table) {
    std::string options;
    for (const auto& option : command.options)
      options += option.name + " ";
    const std::string arguments =
        command.arguments.empty() ? "COMPREPLY=()" : proposal(command.arguments.front());
    cases += fmt::format("    {}) options='{}--help'; {} ;;\n", command.name, options, arguments);
  }
  return cases;
}

ExitCode run(const Arguments&, World& world) {
  world.out << bash_completion(commands());
  return ExitCode::well;
}

}  // namespace

std::string bash_completion(const std::vector<Command>& table) {
  std::string names;
  for (const auto& command : table)
    names += (names.empty() ? "" : " ") + command.name;
  return R"(# Completion of ringspan for bash: source <(ringspan completion bash)

# The controllers whose folders lie in the state folder that the line or the environment names.
_ringspan_controllers() {
  local state="${RINGSPAN_STATE:-state}" at file
  for ((at = 1; at < COMP_CWORD; at++)); do
    [[ ${COMP_WORDS[at]} == --state ]] && state=${COMP_WORDS[at + 1]}
  done
  for file in "$state"/*/controller.json; do
    [[ -e $file ]] || continue
    file=${file%/controller.json}
    printf '%s\n' "${file##*/}"
  done
}

_ringspan() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} options
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W ')" +
         names + R"( --help --version' -- "$word"))
    return
  fi
  case $before in
)" + values_of_options(table) +
         R"(  esac
  case ${COMP_WORDS[1]} in
)" + words_of_commands(table) +
         R"(    help) COMPREPLY=($(compgen -W ')" + names + R"(' -- "$word")); return ;;
    *) return ;;
  esac
  [[ $word == -* ]] && COMPREPLY=($(compgen -W "$options" -- "$word"))
}

complete -o filenames -F _ringspan ringspan
)";
}

Command completion_command() {
  return {.name = "completion",
          .group = {},
          .summary = "Print a completion script for the shell",
          .arguments = {{.name = "SHELL",
                         .value = {},
                         .help = "Which",
                         .required = true,
                         .completes = Completes::choice,
                         .choices = {"bash"}}},
          .examples = {{"source <(ringspan completion bash)", "In this shell"},
                       {"ringspan completion bash >~/.local/share/bash-completion/completions/"
                        "ringspan",
                        "In every shell from now on"}},
          .run = run};
}

}  // namespace ringspan::cli
