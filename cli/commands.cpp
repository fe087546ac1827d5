#include "cli/commands.hpp"

namespace ringspan::cli {
namespace {

void append(std::vector<Command>& table, const char* group, std::vector<Command> commands) {
  for (auto& command : commands) {
    command.group = group;
    table.push_back(std::move(command));
  }
}

}  // namespace

std::vector<Command> commands() {
  std::vector<Command> table;
  append(table, "On paper, without a controller",
         {plan_command(), explain_command(), what_if_command(), diff_command(), check_command(),
          convert_command(), locate_command(), simulate_command()});
  append(table, "Controllers",
         {init_command(), serve_command(), invite_command(), join_command(), promote_command(),
          retire_command(), expire_command(), backup_command(), restore_command(),
          recover_command(), page_command(), token_command()});
  append(table, "Replication",
         {status_command(), sync_command(), pause_command(), resume_command(), compare_command(),
          conflicts_command(), changes_command(), stamps_command(), vector_command(),
          watermarks_command(), lingering_command(), log_command(), export_command()});
  append(table, "The forest definition",
         {apply_command(), history_command(), naming_context_command(), domain_command(),
          schema_command()});
  append(table, "Roles", {roles_command(), role_command(), id_command()});
  append(table, "Objects",
         {get_command(), list_command(), find_command(), add_command(), set_command(),
          unset_command(), rename_command(), move_command(), delete_command(), undelete_command(),
          link_command(), unlink_command()});
  append(table, "This program", {completion_command(), version_command()});
  return table;
}

}  // namespace ringspan::cli
