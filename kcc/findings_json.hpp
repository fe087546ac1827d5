#pragma once

#include <string>
#include <vector>

#include "kcc/finding.hpp"

namespace ringspan::kcc {

/// The answer of `ringspan check --json`, described in docs/schemas/check.schema.json.
std::string findings_json(const std::string& file, const std::vector<Finding>& findings);

/// The same for whatever shows the findings of linters: SARIF 2.1.0.
std::string findings_sarif(const std::string& file, const std::vector<Finding>& findings);

}  // namespace ringspan::kcc
