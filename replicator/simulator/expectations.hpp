#pragma once

// What the two files of expectations share.

#include <cstdint>
#include <string>
#include <string_view>

#include "replicator/simulator/stage.hpp"

namespace ringspan::replicator::simulator {

using Verdict = base::Result<void>;

/// What was found instead; `not` turns it into what was wanted.
tl::unexpected<base::Error> found(std::string text);

/// A form that is not understood; `not` never turns it.
tl::unexpected<base::Error> say_form(std::string_view form);

base::Result<std::uint64_t> number_of(std::string_view text);

/// ATTRIBUTE VALUE... OBJECT: that entry of any journal; "-" stands for a removal, @bob for a link.
base::Result<JournalEntry> lost_entry(const Stage& stage, Words words);

/// One object at one controller: OBJECT WHAT...
Verdict expect_object(const Stage& stage, const std::string& controller, Words words);

}  // namespace ringspan::replicator::simulator
