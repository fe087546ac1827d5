#pragma once

#include "cli/answer.hpp"

namespace ringspan::cli {

// Answers about objects (docs/admin-requests.md), made readable.

/// `written`: one sentence.
Rendered written_text(const nlohmann::json& answer, const World& world);

/// `written` by delete and by undelete.
Rendered deleted_text(const nlohmann::json& answer, const World& world);
Rendered undeleted_text(const nlohmann::json& answer, const World& world);

/// `tree`: how many objects a deletion would take.
Rendered tree_text(const nlohmann::json& answer, const World& world);

/// `deleted`: what can be undeleted.
Rendered deleted_list_text(const nlohmann::json& answer, const World& world);

/// `object`: its name, its values, the links from it and to it; with stamps who wrote each, when.
Rendered object_text(const nlohmann::json& answer, const World& world);
Rendered object_text_with_stamps(const nlohmann::json& answer, const World& world);

/// `list`: a line a child.
Rendered list_text(const nlohmann::json& answer, const World& world);

/// `find`: each object with its values; ExitCode::not_well if there is none, as grep does.
Rendered find_text(const nlohmann::json& answer, const World& world);

}  // namespace ringspan::cli
