#pragma once

#include <string>

#include "cli/answer.hpp"

namespace ringspan::cli {

/// "[######......]  12 of 20  hop 1: 10 of 12, hop 2: 2 of 8", no wider than the terminal.
std::string progress_bar(const nlohmann::json& answer, const Style& style);

/// "hop 1: 10 of 12, hop 2: 2 of 8; 5 of 10 connections pulled".
std::string progress_words(const nlohmann::json& answer);

/// What came of a forced replication through the forest, or how far it got.
Rendered sync_all_text(const nlohmann::json& answer, const World& world);

}  // namespace ringspan::cli
