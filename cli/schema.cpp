#include <fmt/format.h>

#include <algorithm>
#include <istream>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "cli/answer.hpp"
#include "cli/commands.hpp"
#include "cli/complain.hpp"
#include "cli/text_schema.hpp"

namespace ringspan::cli {
namespace {

using nlohmann::json;

/// An option that says one field of a definition, and the one that says the contrary.
struct Trait {
  const char* option;
  const char* contrary;
  const char* field;
  const char* help;
  const char* contrary_help;
};
constexpr Trait kTraits[] = {
    {"--single", "--multi", "single_valued", "An object has one value at most",
     "An object has any number of values"},
    {"--not-replicated", "--replicated", "not_replicated",
     "A value stays at the controller that wrote it", "Values go to every full replica"},
    {"--partial", "--not-partial", "partial", "Partial replicas hold it, too",
     "Only full replicas hold it"},
    {"--filtered", "--not-filtered", "filtered", "Never sent to a read-only controller",
     "Read-only controllers get it, too"},
    {"--urgent", "--not-urgent", "urgent", "Changes are announced at once",
     "Changes are announced together"},
};

bool says_something(const Arguments& given) {
  for (const Trait& trait : kTraits) {
    if (given.has(trait.option) || given.has(trait.contrary)) return true;
  }
  return given.has("--syntax") || given.has("--back-link") || given.has("--in-use");
}

/// What does not fit together, a line each; empty: nothing.
std::vector<std::string> faults_of(const Arguments& given) {
  std::vector<std::string> faults;
  const auto action = given.text("ACTION");
  const bool changes = action == "change";
  if (action == "list" && given.has("ATTRIBUTE")) {
    faults.emplace_back("ATTRIBUTE: list takes none; for one: ringspan schema show ATTRIBUTE");
  }
  if (action != "list" && !given.has("ATTRIBUTE")) {
    faults.push_back(fmt::format("ATTRIBUTE: missing; write ringspan schema {} ATTRIBUTE", action));
  }
  if (!changes && action != "add" && says_something(given)) {
    faults.push_back(
        fmt::format("{}: takes nothing that says what an attribute is; that is for "
                    "add and change",
                    action));
  }
  if (changes && !says_something(given)) {
    faults.emplace_back("change: says nothing to change; see ringspan schema --help");
  }
  for (const Trait& trait : kTraits) {
    if (given.has(trait.option) && given.has(trait.contrary)) {
      faults.push_back(
          fmt::format("{}, {}: contradict each other; choose one", trait.option, trait.contrary));
    }
  }
  if (action == "add" && given.has("--in-use")) {
    faults.emplace_back("--in-use: is for change; what is added is in use");
  }
  return faults;
}

json request_of(const Arguments& given) {
  const auto action = given.text("ACTION");
  if (action == "list") return {{"ask", "schema"}};
  json request{{"ask", action == "show"  ? "attribute"
                       : action == "add" ? "schema_add"
                                         : "schema_change"},
               {"attribute", given.text("ATTRIBUTE")}};
  if (given.has("--syntax")) request["syntax"] = given.text("--syntax");
  if (given.has("--back-link")) request["back_link"] = given.text("--back-link");
  for (const Trait& trait : kTraits) {
    if (given.has(trait.option)) request[trait.field] = true;
    if (given.has(trait.contrary)) request[trait.field] = false;
  }
  if (given.has("--in-use")) request["retired"] = false;
  if (action == "retire") request["retired"] = true;
  return request;
}

/// A person at a terminal is asked before an attribute is retired; a script means it.
bool agreed(const Arguments& given, World& world) {
  if (given.text("ACTION") != "retire" || given.has("--yes") || given.has("--json") ||
      !world.interactive) {
    return true;
  }
  world.err << fmt::format("Retire {}? Nobody can write values of it then. [y/N] ",
                           printable(given.text("ATTRIBUTE")));
  world.err.flush();
  std::string line;
  std::getline(world.in, line);
  return line == "y" || line == "Y" || line == "yes";
}

ExitCode run(const Arguments& given, World& world) {
  const auto faults = faults_of(given);
  for (const auto& fault : faults)
    complain(world, ExitCode::usage, "schema: " + fault);
  if (!faults.empty()) return ExitCode::usage;
  if (!agreed(given, world)) {
    world.err << "Nothing was written.\n";
    return ExitCode::not_well;
  }
  const auto action = given.text("ACTION");
  return ask_and_print(given, world, request_of(given),
                       action == "list"   ? schema_list_text
                       : action == "show" ? attribute_text
                                          : attribute_written_text);
}

std::vector<Parameter> options() {
  std::vector<Parameter> options{
      {.name = "--syntax",
       .value = "SYNTAX",
       .help = "What values are (text); what is written otherwise is refused",
       .completes = Completes::choice,
       .choices = {"text", "integer", "boolean", "time", "guid", "dn", "octets"}},
      {.name = "--back-link",
       .value = "NAME",
       .help = "Linked: values are links to objects, which show them under this name"}};
  for (const Trait& trait : kTraits) {
    options.push_back({.name = trait.option, .value = {}, .help = trait.help});
    options.push_back({.name = trait.contrary, .value = {}, .help = trait.contrary_help});
  }
  options.push_back(
      {.name = "--in-use", .value = {}, .help = "Takes back what `schema retire` did"});
  options.push_back({.name = "--yes", .value = {}, .help = "Retire without asking"});
  return asking(std::move(options));
}

}  // namespace

Command schema_command() {
  return {
      .name = "schema",
      .group = {},
      .summary = "What attributes are: list, show, add, change and retire definitions",
      .description =
          "An attribute without a definition is text with any number of values. The owner of the "
          "role schema alone writes definitions, whoever is asked. A definition is "
          "replicated like everything else; what it demands is checked where a person writes, "
          "never on what comes from another controller. change says what is otherwise than now; "
          "what cannot change without leaving values that are none, or controllers that differ "
          "for good, is refused. A definition is never deleted: a retired attribute keeps its "
          "values, takes no new ones, and can be taken into use again.",
      .arguments = {{.name = "ACTION",
                     .value = {},
                     .help = "list, show, add, change or retire",
                     .required = true,
                     .completes = Completes::choice,
                     .choices = {"list", "show", "add", "change", "retire"}},
                    {.name = "ATTRIBUTE", .value = {}, .help = "The attribute, for all but list"}},
      .options = options(),
      .examples = {{"ringspan schema list", "Everything that is defined"},
                   {"ringspan schema show manager", "One attribute, and how many objects have it"},
                   {"ringspan schema add badge --syntax integer --single",
                    "A whole number, one an object"},
                   {"ringspan schema add owner --back-link owns", "Links to objects"},
                   {"ringspan schema change badge --filtered",
                    "From now on no read-only controller gets it"},
                   {"ringspan schema retire fax --yes", "No new values, from a script"},
                   {"ringspan schema change fax --in-use", "And back"}},
      .run = run};
}

}  // namespace ringspan::cli
