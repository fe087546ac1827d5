#pragma once

#include "cli/answer.hpp"

namespace ringspan::cli {

// Answers about objects (docs/admin-requests.md), made readable.

/// `written`: one sentence.
Rendered written_text(const nlohmann::json& answer, const World& world);

/// `object`: its name, its values; with stamps who wrote each, when.
Rendered object_text(const nlohmann::json& answer, const World& world);
Rendered object_text_with_stamps(const nlohmann::json& answer, const World& world);

/// `list`: a line a child.
Rendered list_text(const nlohmann::json& answer, const World& world);

/// `find`: each object with its values; ExitCode::not_well if there is none, as grep does.
Rendered find_text(const nlohmann::json& answer, const World& world);

}  // namespace ringspan::cli
