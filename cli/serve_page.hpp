#pragma once

#include <functional>

#include "base/result.hpp"
#include "cli/command.hpp"
#include "replicator/net/controller.hpp"

namespace ringspan::cli {

/// What starts the page that --page, --page-certificate and --page-key mean. Errc::invalid where
/// they do not fit together.
base::Result<
    std::function<base::Result<replicator::net::ServedPage>(const replicator::net::Running&)>>
page_of(const Arguments& given);

}  // namespace ringspan::cli
