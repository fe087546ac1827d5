#pragma once

// The table of subcommands, each declared in the file of its name.

#include <vector>

#include "cli/command.hpp"

namespace ringspan::cli {

Command plan_command();
Command explain_command();
Command what_if_command();
Command diff_command();
Command check_command();
Command convert_command();
Command locate_command();
Command simulate_command();

Command init_command();
Command serve_command();
Command invite_command();
Command join_command();
Command promote_command();
Command retire_command();
Command backup_command();
Command restore_command();
Command recover_command();
Command expire_command();
Command lingering_command();
Command page_command();
Command token_command();

Command status_command();
Command sync_command();
Command pause_command();
Command resume_command();
Command changes_command();
Command compare_command();
Command conflicts_command();
Command stamps_command();
Command vector_command();
Command watermarks_command();
Command log_command();
Command export_command();
Command apply_command();
Command history_command();
Command naming_context_command();
Command domain_command();
Command schema_command();

Command roles_command();
Command role_command();
Command id_command();

Command get_command();
Command list_command();
Command find_command();
Command add_command();
Command set_command();
Command unset_command();
Command rename_command();
Command move_command();
Command delete_command();
Command undelete_command();
Command link_command();
Command unlink_command();

Command completion_command();
Command version_command();

/// All of them, in the order of the help: by group.
std::vector<Command> commands();

}  // namespace ringspan::cli
