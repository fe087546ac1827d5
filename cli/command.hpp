#pragma once

// Command: one word that `ringspan` understands, declared as a value. The same value is parsed by,
// is the help, the completion and the page docs/commands.md.
//
//     Command version_command() {
//       return {.name = "version", .summary = "Print the version", .options = {json_option()},
//               .examples = {{"ringspan version", "What is installed here"}}, .run = run};
//     }

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/exit_code.hpp"

namespace ringspan::cli {

struct World;

/// What the shell may propose for a parameter.
enum class Completes { nothing, file, folder, controller, choice };

/// What a parameter's text must look like; parse() refuses any other.
enum class Form { text, number, duration };

/// An option ("--limit") or a positional argument ("DN").
struct Parameter {
  std::string name;   ///< "--limit"; of an argument: "DN".
  std::string value;  ///< What the option is followed by: "N"; empty: it stands alone.
  std::string help;
  bool required = false;
  bool repeated = false;  ///< May be given several times; of an argument: takes all that is left.
  Form form = Form::text;
  Completes completes = Completes::nothing;
  std::vector<std::string> choices{};  ///< If not empty, no other value is taken.
  std::size_t values = 1;              ///< How many follow the option each time it is given.

  bool is_flag() const { return value.empty() && name.starts_with("--"); }
};

/// The parameters as given, by name. Only names that the command declares may be asked for.
class Arguments {
 public:
  bool has(std::string_view name) const { return values_.contains(name); }
  std::string text(std::string_view name, std::string_view otherwise = "") const;
  std::vector<std::string> texts(std::string_view name) const;
  std::uint64_t number(std::string_view name, std::uint64_t otherwise) const;

  void add(std::string_view name, std::string value);

  /// Every parameter in the order of names: what tests compare.
  std::string to_string() const;

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

struct Example {
  std::string line;     ///< "ringspan get cn=alice,ou=people"
  std::string meaning;  ///< One sentence without its full stop.
};

/// What a number means that the command ends with, where it differs from the general table.
struct Ending {
  ExitCode code = ExitCode::well;
  std::string meaning;
};

struct Command {
  std::string name;
  std::string group;    ///< Under which heading of the help it stands.
  std::string summary;  ///< One line.
  std::string description{};
  std::vector<Parameter> arguments{};
  std::vector<Parameter> options{};
  std::vector<Example> examples{};
  std::vector<Ending> endings{};
  ExitCode (*run)(const Arguments&, World&) = nullptr;
};

/// `--json`, which every command with an answer takes.
Parameter json_option();

/// `DN`, required: the object that is meant.
Parameter object_argument();

/// `options` followed by those that say which controller is asked and as whom (--at --data --state
/// --server --token-file --timeout) and --json.
std::vector<Parameter> asking(std::vector<Parameter> options = {});

}  // namespace ringspan::cli
